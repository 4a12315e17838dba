"""The tables `[[alerts]]`: what they mean, and what is told of one that cannot be used."""

from datetime import time
from pathlib import Path

import pytest

from tui.cli import config
from tui.config.alerts import AlertSettings, ChannelKind, alerts, require_url, shown_url
from tui.config.file import BadSettings
from tui.config.settings import Settings
from tui.config.sources import load
from tui.config.tables import BadTable
from tui.triage.severity import Severity
from tui.triage.thresholds import QuietHours

SECRET = "T0-B0-hunter2"
COMMAND = {"channel": "command", "run": ["/usr/local/bin/tell"]}
HOOK = {"channel": "webhook", "url": f"https://hooks.example/{SECRET}"}
MANAGER = {"channel": "alertmanager", "url": "http://127.0.0.1:9093"}
APPRISE = {"channel": "apprise", "url_file": "~/.config/aktop/urls"}
TERMINAL = {"channel": "terminal"}


def settings(tmp_path: Path, text: str, profile: str | None = None) -> Settings:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load({}, {}, path, tmp_path / "state", profile)


def test_what_nobody_set_is_no_channel(tmp_path: Path) -> None:
    assert settings(tmp_path, "").alerts == ()
    assert alerts([]) == ()


def test_a_whole_table() -> None:
    told = {"least": "critical", "quiet": "22:00-7", "max_per_hour": 2, "privacy": True, "timeout_s": 5}
    (one,) = alerts([COMMAND | told | {"name": "phone"}])
    assert one == AlertSettings(
        kind=ChannelKind.COMMAND,
        name="phone",
        least=Severity.CRITICAL,
        quiet=QuietHours(time(22), time(7)),
        max_per_hour=2,
        privacy=True,
        timeout_s=5,
        run=("/usr/local/bin/tell",),
    )


def test_a_short_table_has_the_rest_by_default() -> None:
    (one,) = alerts([TERMINAL])
    assert one == AlertSettings(kind=ChannelKind.TERMINAL, name="terminal")
    assert (one.least, one.quiet, one.max_per_hour, one.privacy) == (Severity.WARNING, None, 6, False)
    assert one.title
    assert one.desktop
    assert one.bell


def test_programs_hear_of_everything() -> None:
    assert [one.max_per_hour for one in alerts([HOOK, HOOK | {"max_per_hour": 3}])] == [None, 3]
    (one,) = alerts([MANAGER])
    assert one.max_per_hour is None
    assert one.shown == "alertmanager:127.0.0.1 · http://127.0.0.1:9093 · warning"


def test_names_are_made_of_kind_and_place_and_are_unique() -> None:
    named = COMMAND | {"name": "command:tell-2"}
    found = alerts([COMMAND, COMMAND, named, HOOK, MANAGER, APPRISE, TERMINAL, HOOK])
    assert [one.name for one in found] == [
        "command:tell",
        "command:tell-3",
        "command:tell-2",
        "webhook:hooks.example",
        "alertmanager:127.0.0.1",
        "apprise:urls",
        "terminal",
        "webhook:hooks.example-2",
    ]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({}, "channel: expected one of command, apprise, webhook, alertmanager, terminal"),
        ({"channel": "e-mail"}, "channel: expected one of"),
        ({"channel": ["command"]}, "channel: expected one of"),
        ({"channel": "command"}, "run: expected a list such as"),
        ({"channel": "command", "run": []}, "run: expected a list such as"),
        ({"channel": "command", "run": "tell --loud"}, "run: expected a list such as"),
        ({"channel": "command", "run": ["./tell"]}, "run: expected a list such as"),
        ({"channel": "command", "run": ["tell", 1]}, "run: expected a list such as"),
        ({"channel": "command", "run": ["tell", "a\0b"]}, "run: expected a list such as"),
        (COMMAND | {"runs": 1}, "runs: unknown; expected one of channel, name, least, quiet"),
        (COMMAND | {"url": "https://x.example"}, "url: belongs to webhook, alertmanager, and not to command"),
        (COMMAND | {"bell": True}, "bell: belongs to terminal, and not to command"),
        (COMMAND | {"least": "fatal"}, "least: expected one of info, warning, critical, got 'fatal'"),
        (COMMAND | {"quiet": "night"}, "quiet: expected hours of the day such as 22:00-07:00, got 'night'"),
        (COMMAND | {"max_per_hour": 0}, "max_per_hour: expected a number from 1 to 1000, got 0"),
        (COMMAND | {"max_per_hour": 1.5}, "max_per_hour: expected a whole number, got 1.5"),
        (COMMAND | {"privacy": "perhaps"}, "privacy: expected true or false, got 'perhaps'"),
        (COMMAND | {"timeout_s": 0}, "timeout_s: expected a number from 1 to 60, got 0"),
        (COMMAND | {"name": "x" * 61}, "name: expected a text of at most 60 characters"),
        (COMMAND | {"name": "a\u202eb"}, "name: expected a text of at most 60 characters"),
        ({"channel": "webhook"}, "expected one of url, url_file, url_variable"),
        (HOOK | {"url_file": "f"}, "expected one of url, url_file, url_variable"),
        (HOOK | {"url": "hooks.example"}, "url: expected an address such as"),
        (HOOK | {"url": "ftp://hooks.example"}, "url: expected an address such as"),
        (HOOK | {"url": "https://hooks.example:99999/"}, "url: expected an address such as"),
        (HOOK | {"url": "http://hooks.example/"}, "url: http:// would send it in clear"),
        (HOOK | {"url": f"https://me:{SECRET}@hooks.example/"}, "url: there is a password in it"),
        (HOOK | {"secret_file": "a", "secret_variable": "B"}, "expected one of secret_file, secret_variable"),
        (HOOK | {"secret_variable": f"{SECRET}="}, "secret_variable: expected the name of an environment variable"),
        (HOOK | {"user": "me"}, "user: expected token_file or token_variable beside it"),
        (MANAGER | {"token_file": "a", "token_variable": "B"}, "expected one of token_file, token_variable"),
        (MANAGER | {"max_per_hour": 1}, "max_per_hour: belongs to command, apprise, webhook, terminal, and not to"),
        (MANAGER | {"secret_file": "a"}, "secret_file: belongs to webhook, and not to alertmanager"),
        (APPRISE | {"url": f"tgram://{SECRET}"}, "url: belongs to webhook, alertmanager, and not to apprise"),
        ({"channel": "apprise"}, "expected one of url_file, url_variable"),
        ({"channel": "apprise", "url_variable": f"tgram://{SECRET}"}, "url_variable: expected the name"),
        (TERMINAL | {"title": 1}, "title: expected true or false, got 1"),
    ],
)
def test_what_cannot_be_used_is_told_by_table_and_member(table: dict[str, object], told: str) -> None:
    with pytest.raises(BadTable) as caught:
        alerts([COMMAND, table])
    assert str(caught.value).startswith(f"table 2: {told}")
    assert caught.value.number == 2
    assert SECRET not in str(caught.value)


def test_two_of_one_name() -> None:
    with pytest.raises(BadTable, match="table 3: name: there is another one with this name"):
        alerts([COMMAND | {"name": "x"}, TERMINAL, COMMAND | {"name": "x"}])


@pytest.mark.parametrize("raw", [COMMAND, "command", ["command"], 1])
def test_what_is_no_list_of_tables(raw: object) -> None:
    with pytest.raises(BadTable, match=r"\[\[alerts\]\]"):
        alerts(raw)


def test_plain_http_to_another_host_wants_a_word() -> None:
    (one,) = alerts([HOOK | {"url": "http://hooks.example/", "allow_http": True}])
    assert one.url == "http://hooks.example/"
    require_url("http://[::1]:9093", allow_http=False)


def test_the_file_says_where_the_table_stands(tmp_path: Path) -> None:
    text = '[[alerts]]\nchannel = "terminal"\n\n[[alerts]]\nchannel = "command"\n'
    with pytest.raises(BadSettings, match=r"config\.toml:4: alerts: table 2: run: expected"):
        settings(tmp_path, text)
    text = '[profile.p]\n[[profile.p.alerts]]\nchannel = "terminal"\nbel = true\n'
    with pytest.raises(BadSettings, match=r"config\.toml:2: alerts: table 1: bel: unknown"):
        settings(tmp_path, text)
    text = f'alerts = [{{channel = "terminal"}}, {{channel = "webhook", url = "http://x.example/{SECRET}"}}]\n'
    with pytest.raises(BadSettings, match=r"config\.toml:1: alerts: table 2: url: http") as caught:
        settings(tmp_path, text)
    assert SECRET not in str(caught.value)


def test_a_profile_has_its_own(tmp_path: Path) -> None:
    text = '[[alerts]]\nchannel = "terminal"\n[profile.p]\n[[profile.p.alerts]]\nchannel = "command"\nrun = ["x"]\n'
    assert [one.kind for one in settings(tmp_path, text).alerts] == ["terminal"]
    assert [one.kind for one in settings(tmp_path, text, "p").alerts] == ["command"]


def test_nothing_secret_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = f'[[alerts]]\nchannel = "webhook"\nurl = "https://hooks.example/{SECRET}"\nquiet = "22-7"\nprivacy = true\n'
    read = settings(tmp_path, text + '[[alerts]]\nchannel = "apprise"\nurl_file = "~/urls"\n')
    assert SECRET not in repr(read.alerts)
    config.show(read)
    shown = capsys.readouterr().out
    assert "webhook:hooks.example · https://hooks.example/… · warning · 22:00-07:00 · privacy" in shown
    assert "apprise:urls · ~/urls · warning · ≤ 6/h" in shown
    assert SECRET not in shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://hooks.example?token=x", "https://hooks.example/…"),
        ("http://[::1]:9093/", "http://[::1]:9093"),
        ("https://a@b@host/", "https://host"),
    ],
)
def test_an_address_is_shown_without_what_may_be_secret(url: str, shown: str) -> None:
    assert shown_url(url) == shown
