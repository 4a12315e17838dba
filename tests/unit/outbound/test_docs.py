"""What docs/alerts.md says is so."""

import asyncio
import re
import threading
from collections.abc import Iterator
from http.server import HTTPServer
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.outbound.samples import NOTICE, alert
from tui.config import alerts
from tui.outbound.channels.channel import Undelivered
from tui.outbound.channels.command import essentials
from tui.outbound.channels.webhook import WebhookChannel

TEXT = (Path(__file__).parents[3] / "docs/alerts.md").read_text(encoding="utf-8")
SECRET = "hunter2"


def section(name: str) -> str:
    return re.split(r"^## ", TEXT.partition(f"\n## {name}\n")[2], flags=re.MULTILINE)[0]


def test_the_members_of_a_notice_are_those_of_the_table() -> None:
    rows = re.findall(r"^\| (`.*?`) \|", section("A notice"), re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set(NOTICE.__struct_fields__)


def test_the_variables_of_a_program_are_those_of_the_list() -> None:
    named = section("command").partition("\n    #!/bin/sh")[0]
    assert set(re.findall(r"AKTOP_\w+", named)) == set(essentials(NOTICE))


@pytest.mark.parametrize("kind", alerts.ChannelKind)
def test_each_member_of_a_channel_is_said(kind: alerts.ChannelKind) -> None:
    both = section(kind) + TEXT.partition("\n## ")[0] + section("Secrets")
    assert [member for member in alerts._OF_KIND[kind] if not re.search(rf"\b{member}\b", both)] == []


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, dict[str, Any]]]:
    """The example that verifies webhooks, at work."""
    (tmp_path / "hook-secret").write_text(f"{SECRET}\n")
    code = re.search(r"^    import hmac.*?(?=^    HTTPServer)", section("webhook"), re.MULTILINE | re.DOTALL)
    assert code is not None
    names: dict[str, Any] = {}
    exec(dedent(code[0]).replace("/etc/hook-secret", str(tmp_path / "hook-secret")), names)
    monkeypatch.setattr(names["Hook"], "log_message", lambda *_: None)
    server = HTTPServer(("127.0.0.1", 0), names["Hook"])
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}", names
    server.shutdown()
    serving.join()
    server.server_close()


async def test_the_verifier_takes_what_is_genuine(
    receiver: tuple[str, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    url, names = receiver
    settings = alert("webhook", url=url, secret_variable="SIGN")
    genuine = WebhookChannel(settings, {"SIGN": SECRET})
    await asyncio.gather(*(genuine.send(NOTICE) for _ in range(2)))
    assert names["seen"] == {NOTICE.id}
    assert capsys.readouterr().out == f"{NOTICE.sentence}\n"
    forged = WebhookChannel(settings, {"SIGN": "guessed"})
    late = WebhookChannel(settings, {"SIGN": SECRET}, now_s=lambda: 1_000_000_000)
    for channel in (forged, late):
        with pytest.raises(Undelivered, match="HTTP 401"):
            await channel.send(replace(NOTICE, id="another"))
    assert names["seen"] == {NOTICE.id}
