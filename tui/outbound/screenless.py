"""Polls and judges one account without a screen."""

import asyncio
from collections.abc import Awaitable, Callable

from tui.account.account_watch import AccountWatch, monitor_of
from tui.account.actions import Actions
from tui.account.cache import AccountCache
from tui.account.context import AccountContext
from tui.account.guard.guard import Guard
from tui.account.incident_tracker import IncidentTracker
from tui.account.services import Services
from tui.domain.capabilities import Capability
from tui.monitor.burn import BASE_CALLS
from tui.monitor.questions import AskKeyCosts, AskKeys, AskProfile

TICK_S = 10.0
"""How soon to notice what waiting alone brings, such as blindness."""
SETTLE_S = 0.5
"""The answers of a round are judged together."""


class ScreenlessAccount:
    """Polls and judges one account. `has_guard` says whether it has a guard."""

    def __init__(self, services: Services, interval_s: float, warn: Callable[[str], None], *, has_guard: bool) -> None:
        self.monitor = monitor_of(services, interval_s)
        self.monitor.publish = lambda _snapshot: self._heard.set()
        tracker = IncidentTracker.of(services.settings, warn)
        now = services.clock.now
        actions = Actions(services.client, services.journal, now, self._look_again, services.capabilities)
        guard = Guard.of(services, actions, warn) if has_guard else None
        self.context = AccountContext(services, self.monitor, actions, tracker, guard)
        self._watch = AccountWatch(self.context)
        self._cache = AccountCache(services.history_dir, services.client.base_url, tracker, warn)
        self._heard = asyncio.Event()

    async def run(self, looked: Callable[[], Awaitable[None]]) -> None:
        """Poll and judge until cancelled; `looked` is awaited after each judgement."""
        services = self.context.services
        self._watch.watch()
        async with asyncio.TaskGroup() as group:
            group.create_task(self.monitor.run())
            if services.capabilities.can(Capability.ACCOUNT):
                group.create_task(self._cache.live(self.monitor, services.clock))
            group.create_task(self._look_on(looked))

    async def keep(self) -> None:
        """Write what is known now to disk."""
        await self._cache.keep(self.monitor.snapshot, self.context.services.clock.now(), at_once=True)

    async def _look_on(self, looked: Callable[[], Awaitable[None]]) -> None:
        while True:
            self._watch.watch()
            self._watch.judge()
            await looked()
            await self._news()

    async def _news(self) -> None:
        """Return when there is something new to judge."""
        self._heard.clear()
        try:
            async with asyncio.timeout(TICK_S):
                await self._heard.wait()
        except TimeoutError:
            return
        await self.context.services.clock.sleep(SETTLE_S)

    def _look_again(self) -> None:
        self.monitor.refresh((AskProfile(), AskKeys(), AskKeyCosts(), BASE_CALLS))
