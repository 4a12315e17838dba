"""From settings to channels, and the secrets on the way."""

import os
from pathlib import Path

import pytest

from tests.unit.outbound.samples import alert
from tui.config.alerts import alerts
from tui.config.file import BadSettings
from tui.outbound.channels.registry import channel_of, channels_of
from tui.outbound.secrets import secret_of

SECRET = "hunter2"


def written(tmp_path: Path, text: str, mode: int = 0o600) -> str:
    path = tmp_path / "secret"
    path.write_bytes(text.encode("latin-1"))
    path.chmod(mode)
    return str(path)


def test_a_channel_for_each_in_their_order(tmp_path: Path) -> None:
    settings = alerts(
        [
            {"channel": "terminal"},
            {"channel": "webhook", "url": f"https://hooks.example/{SECRET}"},
            {"channel": "command", "run": ["~/tell"]},
            {"channel": "alertmanager", "url_file": written(tmp_path, "http://127.0.0.1:9093/am\n")},
        ]
    )
    shown = [channel.shown for channel in channels_of(settings, os.environ)]
    assert shown == [
        "desktop notification, bell",
        "https://hooks.example/…",
        os.path.expanduser("~/tell"),
        "http://127.0.0.1:9093/…",
    ]
    assert SECRET not in repr(channels_of(settings, os.environ))


def test_no_program_sees_what_other_channels_have_their_secrets_from() -> None:
    settings = alerts(
        [
            {"channel": "command", "run": ["tell"]},
            {"channel": "webhook", "url_variable": "HOOK", "secret_variable": "SIGN", "token_variable": "TOKEN"},
        ]
    )
    environ = {"HOOK": "https://hooks.example", "SIGN": SECRET, "TOKEN": SECRET, "AKTOP_TOKEN": SECRET, "LANG": "C"}
    command = channels_of(settings, environ)[0]
    assert vars(command)["_environ"] == {"LANG": "C"}


def test_a_secret_from_a_file_or_a_variable(tmp_path: Path) -> None:
    assert secret_of(written(tmp_path, f"\ufeff {SECRET}\n".encode().decode("latin-1")), None, {}) == SECRET
    assert secret_of(None, "X", {"X": f"{SECRET}\n"}) == SECRET
    assert secret_of(None, None, {}) is None


@pytest.mark.parametrize(
    ("text", "mode", "told"),
    [
        (SECRET, 0o640, r"secret can be read by others; run: chmod 600 .*secret"),
        (SECRET, 0o604, "chmod 600"),
        (" \n", 0o600, "secret is empty"),
        (f"{SECRET}\xe4", 0o600, "secret cannot be read: it is not UTF-8 text"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, text: str, mode: int, told: str) -> None:
    with pytest.raises(BadSettings, match=told) as caught:
        secret_of(written(tmp_path, text, mode), None, {})
    assert SECRET not in str(caught.value)


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadSettings, match="it is no regular file"):
        secret_of(str(tmp_path / "pipe"), None, {})
    with pytest.raises(BadSettings, match="No such file"):
        secret_of(str(tmp_path / "nothing"), None, {})


def test_a_credential_of_systemd_may_have_another_mode(tmp_path: Path) -> None:
    path = written(tmp_path, SECRET, 0o440)
    assert secret_of(path, None, {"CREDENTIALS_DIRECTORY": str(tmp_path)}) == SECRET
    with pytest.raises(BadSettings):
        secret_of(path, None, {"CREDENTIALS_DIRECTORY": str(tmp_path / "elsewhere")})


@pytest.mark.parametrize(
    ("members", "environ", "told"),
    [
        ({"url_variable": "HOOK"}, {}, r"alerts: webhook:HOOK: \$HOOK is empty"),
        ({"url_variable": "HOOK"}, {"HOOK": SECRET}, r"alerts: webhook:HOOK: \$HOOK: expected an address"),
        ({"url_variable": "HOOK"}, {"HOOK": f"http://x.example/{SECRET}"}, "would send it in clear"),
        ({"url": "https://x.example", "token_variable": "T"}, {"T": f"{SECRET}\x07"}, "cannot be sent"),
        ({"url": "https://x.example", "ca_bundle": "/nowhere.pem"}, {}, "no certificates can be read"),
    ],
)
def test_what_cannot_be_opened_is_told_by_the_name_of_the_channel(
    members: dict[str, object], environ: dict[str, str], told: str
) -> None:
    with pytest.raises(BadSettings, match=told) as caught:
        channel_of(alert("webhook", **members), environ)
    assert SECRET not in str(caught.value)
