"""Delivers notices to channels, each independently, so that one that hangs delays only its own."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import tzinfo
from typing import Any

from msgspec import Struct

from tui.locale import _
from tui.monitor.loop import Clock
from tui.outbound.channels.channel import Channel, Refreshed, Undelivered
from tui.outbound.dispatch import DispatchStep, Do, Wishes, after_failure, digest_of, next_step
from tui.outbound.notice import Notice, NoticeState
from tui.outbound.notice_log import Delivery, DeliveryState, Entries, NoticeLog
from tui.present.notice_words import digest_sentence

LOOK_EVERY_S = 1.0
"""How often a channel checks what has become due."""
MAX_SEND_S = 60.0
"""The time limit for one notice, whatever limit a channel sets itself."""


class ChannelInUse(Struct, frozen=True):
    """A channel with its name and the person's wishes."""

    name: str
    channel: Channel
    wishes: Wishes = Wishes()


class Deliverer:
    """Delivers notices to a channel while `may_send`.

    `log` returns the current log; `report` is called when the disk fails.
    """

    def __init__(
        self,
        log: Callable[[], NoticeLog],
        to: ChannelInUse,
        clock: Clock,
        zone: tzinfo,
        may_send: Callable[[], bool],
        report: Callable[[OSError], None],
    ) -> None:
        self._log = log
        self._to = to
        self._clock = clock
        self._zone = zone
        self._may_send = may_send
        self._report = report
        self._refresh_at_s = 0.0
        self._done: Entries | None = None
        """The log when nothing was left to deliver; it becomes another value with the next notice."""

    async def run(self) -> None:
        """Send what is due, for ever."""
        try:
            while True:
                try:
                    has_done = self._may_send() and (await self._step() or await self._refresh())
                except OSError as error:
                    has_done = False
                    self._report(error)
                if not has_done:
                    await self._clock.sleep(LOOK_EVERY_S)
        finally:
            with suppress(Undelivered):
                await self._to.channel.aclose()

    async def _refresh(self) -> bool:
        """Repeat what is open to a channel that forgets it; False if it is not time for that."""
        channel, now_s = self._to.channel, asyncio.get_running_loop().time()
        if not isinstance(channel, Refreshed) or now_s < self._refresh_at_s:
            return False
        self._refresh_at_s = now_s + channel.refresh_s
        await sending_failure(channel.refresh(self._open_notices()))  # repeated soon anyway
        return True

    def _open_notices(self) -> list[Notice]:
        """The last delivered notice of each open episode."""
        last: dict[str, Notice] = {}
        for entry in self._log().entries().values():
            delivery = entry.deliveries.get(self._to.name)
            if delivery is not None and delivery.state is DeliveryState.SENT:
                last[entry.notice.episode] = entry.private if self._to.wishes.privacy else entry.notice
        return [one for one in last.values() if not one.is_end and one.state is not NoticeState.ACTED]

    async def _step(self) -> bool:
        """Do one thing that is due; False if there is nothing."""
        log = self._log()
        entries = log.entries()
        if entries is self._done:
            return False
        step = next_step(entries, self._to.name, self._to.wishes, self._clock.now(), self._zone)
        if step is None:
            deliveries = (one.deliveries.get(self._to.name) for one in entries.values())
            if not any(one is not None and one.state is DeliveryState.WAITING for one in deliveries):
                self._done = entries
            return False
        log.mark(await self._outcomes(step, entries), self._to.name)
        return True

    async def _outcomes(self, step: DispatchStep, entries: Entries) -> dict[int, Delivery]:
        now = self._clock.now()
        meant = {number: entries[number] for number in step.numbers}
        known = {number: one.deliveries[self._to.name] for number, one in meant.items()}
        if step.do is Do.WITHHOLD:
            return {number: Delivery(DeliveryState.WITHHELD, now) for number in known}
        if step.do is Do.GIVE_UP:
            return {
                number: Delivery(DeliveryState.FAILED, now, one.tries, why=one.why) for number, one in known.items()
            }
        chosen = [one.private if self._to.wishes.privacy else one.notice for one in meant.values()]
        notice, arrived = chosen[0], DeliveryState.SENT
        if step.do is Do.DIGEST:
            notice, arrived = (
                digest_of(chosen, digest_sentence([one.sentence for one in chosen]), now),
                DeliveryState.DIGEST,
            )
        failure = await sending_failure(self._to.channel.send(notice))
        at = self._clock.now()
        if failure is None:
            return {number: Delivery(arrived, at, one.tries + 1) for number, one in known.items()}
        return {number: after_failure(one, failure, at) for number, one in known.items()}


async def sending_failure(sending: Coroutine[Any, Any, None]) -> Undelivered | None:
    """Send something; return what went wrong, if anything."""
    try:
        async with asyncio.timeout(MAX_SEND_S):
            await sending
    except TimeoutError:
        return Undelivered(_("no answer within {n} s").format(n=f"{MAX_SEND_S:.0f}"))
    except Undelivered as error:
        return error
    except Exception as error:  # noqa: BLE001 - a library that fails in its own way must not end the watching
        return Undelivered(type(error).__name__)  # its text may hold a secret
    return None
