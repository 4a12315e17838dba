"""Bringing notices to a channel: which version, what comes of it, what is said again."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.outbound.made import NOW, notice
from tui.domain.clock import SystemClock
from tui.outbound import delivery
from tui.outbound.channels.channel import Undelivered
from tui.outbound.delivery import ChannelInUse, Deliverer
from tui.outbound.dispatch import Wishes
from tui.outbound.notice import Notice, NoticeState
from tui.outbound.notice_log import DeliveryState, NoticeLog

PLAIN, PRIVATE = notice(at=NOW), notice(at=NOW, key=None, sentence="a key")


class Standing(SystemClock):
    """Time stands still: whoever waits has done all that is due."""

    def __init__(self) -> None:
        self.waited = asyncio.Event()

    def now(self) -> datetime:
        return NOW

    async def sleep(self, seconds: float) -> None:
        self.waited.set()
        await asyncio.Event().wait()


class Heard:
    """A channel that notes what it is sent."""

    shown = "here"

    def __init__(self, failure: Exception | None = None) -> None:
        self.sent: list[Notice] = []
        self._failure = failure

    async def send(self, one: Notice) -> None:
        self.sent.append(one)
        if self._failure is not None:
            raise self._failure

    async def aclose(self) -> None:
        """Nothing is open."""


class Forgetful(Heard):
    """One whose other side forgets."""

    refresh_s = 60.0

    def __init__(self) -> None:
        super().__init__()
        self.refreshed: list[list[Notice]] = []

    async def refresh(self, open_notices: Iterable[Notice]) -> None:
        self.refreshed.append(list(open_notices))


async def run(log: NoticeLog, channel: Heard, wishes: Wishes | None = None, clock: Standing | None = None) -> None:
    """Deliver all that is due."""
    to, clock = ChannelInUse("c", channel, wishes or Wishes()), clock or Standing()
    task = asyncio.create_task(Deliverer(lambda: log, to, clock, UTC, lambda: True, pytest.fail).run())
    async with asyncio.timeout(10):
        await clock.waited.wait()
    task.cancel()


def logged(*told: tuple[Notice, Notice]) -> NoticeLog:
    log = NoticeLog(None)
    log.add(told, ["c"], "watch")
    return log


def state(log: NoticeLog, number: int = 1) -> DeliveryState:
    return log.entries()[number].deliveries["c"].state


@pytest.mark.parametrize(("is_private", "wanted"), [(False, PLAIN), (True, PRIVATE)])
async def test_names_go_only_where_they_may(is_private: bool, wanted: Notice) -> None:
    log, channel = logged((PLAIN, PRIVATE)), Heard()
    await run(log, channel, Wishes(privacy=is_private))
    assert (channel.sent, state(log)) == ([wanted], DeliveryState.SENT)


@pytest.mark.parametrize("failure", [Undelivered("away"), ValueError("https://hooks.example/secret")])
async def test_what_fails_waits_for_another_try_and_tells_no_secret(failure: Exception) -> None:
    log, channel = logged((PLAIN, PRIVATE)), Heard(failure)
    await run(log, channel)
    known = log.entries()[1].deliveries["c"]
    assert (known.state, len(channel.sent)) == (DeliveryState.WAITING, 1)
    assert "secret" not in known.why


class Passing(Standing):
    """Whoever waits has a day go by, once."""

    def __init__(self) -> None:
        super().__init__()
        self._passed = timedelta()

    def now(self) -> datetime:
        return NOW + self._passed

    async def sleep(self, seconds: float) -> None:
        if self._passed:
            await super().sleep(seconds)
        self._passed = timedelta(days=1)


async def test_what_waits_is_tried_again_when_its_time_has_come_and_nothing_else_happened() -> None:
    log, channel = logged((PLAIN, PRIVATE)), Heard(Undelivered("away"))
    await run(log, channel, clock=Passing())
    assert len(channel.sent) == 2


async def test_one_that_never_answers_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    class Hung(Heard):
        async def send(self, one: Notice) -> None:
            await asyncio.Event().wait()

    monkeypatch.setattr(delivery, "MAX_SEND_S", 0.01)
    log = logged((PLAIN, PRIVATE))
    await run(log, Hung())
    assert state(log) is DeliveryState.WAITING


@pytest.mark.parametrize(("is_private", "wanted"), [(False, PLAIN), (True, PRIVATE)])
async def test_what_is_open_is_said_again_where_it_is_forgotten(is_private: bool, wanted: Notice) -> None:
    over = notice("old", NoticeState.OVER, at=NOW)
    log, channel = logged((notice("old", at=NOW),) * 2, (over, over), (PLAIN, PRIVATE)), Forgetful()
    await run(log, channel, Wishes(privacy=is_private))
    assert channel.refreshed == [[wanted]]
    assert len(channel.sent) == 3, "what waits goes first"
