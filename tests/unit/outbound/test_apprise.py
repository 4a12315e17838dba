"""Apprise: each address is told once, none waits for another, and none is shown."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from msgspec import json
from msgspec.structs import replace

from tests.unit.outbound.samples import NOTICE, alert
from tests.unit.outbound.servers import serving, status
from tui.config.file import BadSettings
from tui.outbound.channels import apprise
from tui.outbound.channels.apprise import AppriseChannel, addresses_in
from tui.outbound.channels.channel import Undelivered
from tui.outbound.notice import NoticeState
from tui.triage.severity import Severity

SECRET = "hunter2"
needs_apprise = pytest.mark.skipif(find_spec("apprise") is None, reason="needs apprise")


def channel(urls: str, timeout_s: float = 30) -> AppriseChannel:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "URLS": urls}
    return AppriseChannel(alert("apprise", url_variable="URLS", timeout_s=timeout_s), environ)


@needs_apprise
@pytest.mark.parametrize(
    ("severity", "state", "kind"),
    [
        (Severity.INFO, NoticeState.BEGAN, "info"),
        (Severity.WARNING, NoticeState.BEGAN, "warning"),
        (Severity.CRITICAL, NoticeState.WORSE, "failure"),
        (Severity.CRITICAL, NoticeState.OVER, "success"),
    ],
)
async def test_it_tells(severity: Severity, state: NoticeState, kind: str) -> None:
    async with serving() as server:
        teller = channel(server.url.replace("http:", "json:"))
        await teller.send(replace(NOTICE, severity=severity, state=state))
    told = json.decode(server.heard[0].body)
    assert (told["title"], told["type"]) == ("aktop · prod", kind)
    assert told["message"] == f"{NOTICE.sentence}\n{NOTICE.advice}"
    assert teller.shown == "json://"


@needs_apprise
async def test_a_name_of_a_key_calls_nobody() -> None:
    async with serving() as server:
        teller = channel(server.url.replace("http:", "json:"))
        sentence = "@everyone <@&12> <!here> <at user_id='all'> a@b.example 3 <atoms"
        await teller.send(replace(NOTICE, account="me@home.example", sentence=sentence, advice=""))
    told = json.decode(server.heard[0].body)
    assert told["title"] == "aktop · me@home.example"
    assert told["message"] == (
        "@\u200beveryone <\u200b@\u200b&12> <\u200b!here> <\u200bat user_id='all'> a@b.example 3 <atoms"
    )


@needs_apprise
@pytest.mark.parametrize(("wish", "posts"), [("", 2), ("?overflow=truncate", 1)])
async def test_what_is_too_long_for_a_service_comes_in_pieces(wish: str, posts: int) -> None:
    async with serving() as server:
        teller = channel(f"{server.url}/topic{wish}".replace("http:", "ntfy:"))
        await teller.send(replace(NOTICE, sentence="more " * 2_000))
    assert len(server.heard) == posts


@needs_apprise
async def test_who_has_it_is_not_told_again_because_another_one_failed() -> None:
    async with serving() as well, serving(status(500), status(200)) as ill:
        teller = channel(f"{well.url}/{SECRET}\n{ill.url}/{SECRET}".replace("http:", "json:"))
        with pytest.raises(Undelivered) as caught:
            await teller.send(NOTICE)
        assert caught.value.why == "json:// could not be told"
        await teller.send(NOTICE)
        await teller.send(NOTICE)
    assert (len(well.heard), len(ill.heard)) == (1, 2)


@needs_apprise
async def test_who_never_answers_delays_no_other_and_is_ended() -> None:
    async with serving(None) as hung, serving() as well:
        urls = f"{hung.url}?rto=600 {well.url}".replace("http:", "json:")
        with pytest.raises(Undelivered, match=r"^json:// did not end within 8 s$"):
            await channel(urls, timeout_s=8).send(NOTICE)
    assert len(well.heard) == 1


@needs_apprise
async def test_what_apprise_does_not_know_or_would_not_verify() -> None:
    with pytest.raises(Undelivered) as caught:
        await channel(f"nonsense://{SECRET} jsons://127.0.0.1/{SECRET}?verify=no").send(NOTICE)
    assert "nonsense:// is no address that Apprise knows" in caught.value.why
    assert "jsons:// says verify=no, and certificates are always verified" in caught.value.why
    assert SECRET not in caught.value.why


def test_addresses_are_words_of_lines() -> None:
    text = "# phone\nntfys://ntfy.sh/a  tgram://b/c\n\n  # mail\nntfys://ntfy.sh/a\nmailtos://me:x@mail.example\n"
    assert addresses_in(text, "f") == ("ntfys://ntfy.sh/a", "tgram://b/c", "mailtos://me:x@mail.example")


@pytest.mark.parametrize("text", [SECRET, f"a://b\n{SECRET}", f"tgram:/{SECRET}", "# nothing"])
def test_what_are_no_addresses_is_not_quoted(text: str) -> None:
    with pytest.raises(BadSettings) as caught:
        addresses_in(text, "~/urls")
    assert str(caught.value).startswith("~/urls")
    assert SECRET not in str(caught.value)


def test_without_the_package_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(apprise, "find_spec", lambda _name: None)
    with pytest.raises(BadSettings, match="pipx inject aktop apprise"):
        channel("ntfys://ntfy.sh/a")
