"""One account asked and judged for its figures alone: nobody is told of anything."""

import asyncio
import contextlib
from collections.abc import Callable

from tui.account.account_watch import AccountWatch, monitor_of
from tui.account.actions import Actions
from tui.account.cache import AccountCache
from tui.account.context import AccountContext
from tui.account.incident_tracker import IncidentTracker
from tui.account.services import Services
from tui.domain.capabilities import Capability
from tui.outbound.metrics.exporter import MetricsExporter

TICK_S = 15.0
"""What comes of waiting alone, such as blindness, is seen so soon."""
SETTLE_S = 0.5
"""The answers of a round are looked at together."""


def hand_on(account: AccountContext, label: str, exporter: MetricsExporter, every_s: float) -> None:
    """Tell an exporter what is known of an account that is watched, by whomever; `every_s` is how often it is asked."""
    services, tracker = account.services, account.tracker
    exporter.hear(
        label,
        account.monitor.snapshot,
        tracker.report,
        tracker.incidents,
        services.clock.now(),
        own_usd=services.settings.low_balance_usd,
        interval_s=every_s,
    )


class MeasuredAccount:
    """Keeps the figures of one account ready until it is cancelled; `label` is what it is called in them."""

    def __init__(
        self,
        services: Services,
        label: str,
        exporter: MetricsExporter,
        every_s: float,
        warn: Callable[[str], None],
    ) -> None:
        self._services = services
        self._label = label
        self._exporter = exporter
        self._every_s = every_s
        self._monitor = monitor_of(services, every_s)
        self._monitor.publish = lambda _snapshot: self._heard.set()
        tracker = IncidentTracker.of(services.settings, warn)
        actions = Actions(services.client, services.journal, services.clock.now, lambda: None, services.capabilities)
        self._account = AccountContext(services, self._monitor, actions, tracker)
        self._watch = AccountWatch(self._account)
        self._cache = AccountCache(services.history_dir, services.client.base_url, tracker, warn)
        self._heard = asyncio.Event()

    async def run(self) -> None:
        """Ask, judge and hand on until cancelled."""
        self._watch.watch()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._monitor.run())
            group.create_task(self._look_on())
            if self._services.capabilities.can(Capability.ACCOUNT):
                group.create_task(self._cache.live(self._monitor, self._services.clock))

    async def _look_on(self) -> None:
        while True:
            self._watch.watch()
            self._watch.judge()
            hand_on(self._account, self._label, self._exporter, self._every_s)
            self._heard.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await self._heard.wait()
                    await asyncio.sleep(SETTLE_S)
