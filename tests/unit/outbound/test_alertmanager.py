"""Alertmanager: what is posted of an episode, by itself and with the real one from Debian where it is installed."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec import json
from msgspec.structs import replace

from tests.unit.outbound.samples import AT, NOTICE, alert
from tests.unit.outbound.servers import Server, serving, status
from tui.outbound.channels.alertmanager import LASTS, AlertmanagerChannel, annotations_of, labels_of
from tui.outbound.channels.channel import Undelivered
from tui.outbound.notice import Notice, NoticeState
from tui.triage.severity import Severity

PROGRAM = shutil.which("prometheus-alertmanager")
NOW = AT + timedelta(minutes=20)
WORSE = replace(NOTICE, state=NoticeState.WORSE, severity=Severity.CRITICAL, at=AT + timedelta(minutes=5))
OVER = replace(WORSE, state=NoticeState.OVER, at=AT + timedelta(minutes=15))
ACTED = replace(NOTICE, state=NoticeState.ACTED, kind="guard")
UNKNOWN_KEY = replace(NOTICE, key=None, key_id=None)
CAUSE = replace(NOTICE, state=NoticeState.CAUSE)
OTHER = replace(NOTICE, episode="spike-45-2")


class Posted(NamedTuple):
    """One alert of a post, by what tells it apart."""

    severity: str
    key_id: str
    is_firing: bool


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as one:
        yield one


def channel(url: str, now: datetime = NOW, **members: object) -> AlertmanagerChannel:
    return AlertmanagerChannel(alert("alertmanager", url=url, **members), os.environ, now_s=now.timestamp)


def posted(server: Server) -> list[list[Posted]]:
    """What each post says."""
    return [[_posted(one) for one in json.decode(heard.body)] for heard in server.heard]


def _posted(one: dict[str, Any]) -> Posted:
    labels = one["labels"]
    assert one["startsAt"] <= one["endsAt"]
    return Posted(labels["severity"], labels.get("key_id", ""), datetime.fromisoformat(one["endsAt"]) > NOW)


async def test_an_alert(server: Server) -> None:
    manager = channel(f"{server.url}/am/")
    await manager.send(NOTICE)
    (heard,) = server.heard
    assert heard.line == "POST /am/api/v2/alerts HTTP/1.1"
    assert json.decode(heard.body) == [
        {
            "labels": {
                "alertname": "AktopSpike",
                "account": "prod",
                "kind": "spike",
                "severity": "warning",
                "key_id": "45",
                "key": "batch-nightly",
            },
            "annotations": {
                "sentence": NOTICE.sentence,
                "advice": NOTICE.advice,
                "state": "began",
                "since": "2026-03-02T03:00:00+00:00",
                "excess_usd": "23.10",
                "gateway": "https://gateway.example",
                "episode": "spike-45-1",
            },
            "startsAt": "2026-03-02T03:00:00Z",
            "endsAt": (NOW + LASTS).isoformat().replace("+00:00", "Z"),
        }
    ]
    assert manager.shown == f"{server.url}/…"


def test_what_is_not_known_is_no_label_and_names_can_be_left_out() -> None:
    assert labels_of(replace(UNKNOWN_KEY, kind="low_balance"), is_private=False) == {
        "alertname": "AktopLowBalance",
        "account": "prod",
        "kind": "low_balance",
        "severity": "warning",
    }
    assert "key" not in labels_of(NOTICE, is_private=True)
    assert "gateway" not in annotations_of(NOTICE, is_private=True)


FIRING, ENDED = Posted("warning", "45", True), Posted("warning", "45", False)
BAD, BAD_ENDED = Posted("critical", "45", True), Posted("critical", "45", False)


@pytest.mark.parametrize(
    ("notices", "expected"),
    [
        ([NOTICE, replace(CAUSE, at=AT)], [[FIRING], [FIRING]]),
        ([NOTICE, WORSE, OVER], [[FIRING], [BAD, ENDED], [BAD_ENDED]]),
        ([UNKNOWN_KEY, CAUSE], [[Posted("warning", "", True)], [FIRING, Posted("warning", "", False)]]),
        # After a restart nobody knows under which severity it was posted.
        ([OVER], [[Posted("info", "45", False), ENDED, BAD_ENDED]]),
        # What was done is no part of the episode, and ends by itself.
        ([NOTICE, ACTED, WORSE], [[FIRING], [FIRING], [BAD, ENDED]]),
        # Two episodes look the same from outside: the end of one is not that of the other.
        ([NOTICE, OTHER, replace(OVER, severity=Severity.WARNING)], [[FIRING], [FIRING]]),
        ([replace(OVER, at=AT - timedelta(hours=1))], [[Posted("info", "45", False), ENDED, BAD_ENDED]]),
    ],
)
async def test_an_episode(server: Server, notices: list[Notice], expected: list[list[Posted]]) -> None:
    manager = channel(server.url)
    for notice in notices:
        await manager.send(notice)
    assert posted(server) == expected


async def test_what_did_not_arrive_is_still_to_be_changed() -> None:
    async with serving(status(200), status(503), status(200)) as server:
        manager = channel(server.url)
        await manager.send(NOTICE)
        with pytest.raises(Undelivered):
            await manager.send(WORSE)
        await manager.send(WORSE)
    assert posted(server)[1] == posted(server)[2] == [BAD, ENDED]


async def test_what_is_open_is_posted_again_and_what_is_not_is_over(server: Server) -> None:
    manager = channel(server.url)
    other = replace(OTHER, key_id=46)
    await manager.send(NOTICE)
    await manager.send(other)
    await manager.refresh([WORSE])
    await manager.refresh([WORSE])
    await manager.refresh([])
    await manager.refresh([])
    assert posted(server)[2:] == [[BAD, ENDED, Posted("warning", "46", False)], [BAD], [BAD_ENDED]]


CONFIG = """
route: {{receiver: hook, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
receivers:
  - name: hook
    webhook_configs: [{{url: "{url}", send_resolved: true}}]
"""


@asynccontextmanager
async def alertmanager(folder: Path, hook: Server) -> AsyncIterator[str]:
    """The real one, which tells the server; the address below which it lives."""
    (folder / "alertmanager.yml").write_text(CONFIG.format(url=hook.url))
    process = await asyncio.create_subprocess_exec(
        str(PROGRAM),
        f"--config.file={folder / 'alertmanager.yml'}",
        f"--storage.path={folder / 'data'}",
        "--web.listen-address=127.0.0.1:0",
        "--web.route-prefix=/am",
        "--cluster.listen-address=",
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        while b"Listening on" not in (line := await process.stderr.readline()):
            assert line, "it did not start"
        address = line.decode().partition("address=")[2].split()[0]
        yield f"http://{address}/am"
    finally:
        process.kill()
        await process.communicate()


async def told(hook: Server, wanted: set[tuple[str, str]]) -> None:
    """Wait until severities and their states have come, in one message or more."""
    while wanted:
        message = json.decode((await hook.news.get()).body)
        wanted = wanted - {(one["labels"]["severity"], one["status"]) for one in message["alerts"]}


@pytest.mark.skipif(PROGRAM is None, reason="needs Alertmanager: apt-get install prometheus-alertmanager")
async def test_the_real_one_tells_the_beginning_the_worse_and_the_end(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    began, worse, over = (
        replace(notice, at=now, since=now - timedelta(minutes=10)) for notice in (NOTICE, WORSE, OVER)
    )
    async with serving() as hook, alertmanager(tmp_path, hook) as url, asyncio.timeout(60):
        manager = channel(url, now)
        await manager.send(began)
        await told(hook, {("warning", "firing")})
        await manager.send(worse)
        await told(hook, {("warning", "resolved"), ("critical", "firing")})
        await manager.refresh([worse])
        # Another one of aktop, after a restart.
        await channel(url, now).send(over)
        await told(hook, {("critical", "resolved")})
