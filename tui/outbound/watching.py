"""One account watched without a screen: asked, judged and told of until cancelled."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from tui.account.account_watch import AccountWatch, monitor_of
from tui.account.actions import Actions
from tui.account.cache import AccountCache
from tui.account.context import AccountContext
from tui.account.incident_tracker import IncidentTracker
from tui.account.services import Services
from tui.config.state_files import last_known_file
from tui.monitor.burn import BASE_CALLS
from tui.monitor.questions import AskKeyCosts, AskKeys, AskProfile
from tui.outbound.alerts import Alerts
from tui.outbound.delivery import ChannelInUse
from tui.outbound.notice_log import LoggedNotice
from tui.outbound.reporter import BLIND_AFTER, account_label
from tui.present.display_context import context_of
from tui.present.last_known import last_known
from tui.store.last_known import write

INTERVAL_S = 15.0
"""Nobody waits for a figure: what is cheap is asked less often than for a screen."""
TICK_S = 10.0
"""What comes of waiting alone, such as blindness, is seen so soon."""
SETTLE_S = 0.5
"""The answers of a round are judged together."""
STUCK_AFTER_S = 60.0
Then = Callable[["WatchedAccount"], Awaitable[None]]
"""What follows a judgement: figures for others, the guard."""


class WatchedAccount:
    """Everything of one account without a screen. `tell` hears of every notice, `then` are called after each look."""

    def __init__(
        self,
        services: Services,
        channels: Sequence[ChannelInUse],
        tell: Callable[[LoggedNotice], None],
        warn: Callable[[str], None],
        blind_after: timedelta = BLIND_AFTER,
        then: Sequence[Then] = (),
    ) -> None:
        self._monitor = monitor_of(services, max(INTERVAL_S, float(services.settings.interval_s)))
        self._monitor.publish = lambda _snapshot: self._heard.set()
        tracker = IncidentTracker.of(services.settings, warn)
        actions = Actions(
            services.client, services.journal, services.clock.now, self._look_again, services.capabilities
        )
        self.context = AccountContext(services, self._monitor, actions, tracker)
        self.alerts = Alerts(self.context, channels, notices_folder(services), "watch", warn, blind_after)
        self._watch = AccountWatch(self.context)
        self._cache = AccountCache(services.history_dir, services.client.base_url, tracker, warn)
        self.channels = channels
        self._looked_at_s = asyncio.get_running_loop().time()
        self._tell = tell
        self._then = then
        self._heard = asyncio.Event()

    @property
    def is_looking(self) -> bool:
        """Whether it has looked lately, as it does for ever while all is well with it."""
        return asyncio.get_running_loop().time() - self._looked_at_s < STUCK_AFTER_S

    async def run(self) -> None:
        """Ask, judge and tell until cancelled."""
        services = self.context.services
        self._watch.watch()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._monitor.run())
            group.create_task(self._cache.live(self._monitor, services.clock))
            group.create_task(self.alerts.run())
            group.create_task(self._look_on())

    async def _look_on(self) -> None:
        while True:
            self._looked_at_s = asyncio.get_running_loop().time()
            self._watch.watch()
            self._watch.judge()
            told = self.alerts.hear()
            if told:
                # What was told is on the disk; what it rests on has to be there too before a sudden end.
                await self._cache.keep(self._monitor.snapshot, self.context.services.clock.now(), at_once=True)
            for one in told:
                self._tell(one)
            self._keep_figures()
            for follow in self._then:
                await follow(self)
            await self._news()

    def _keep_figures(self) -> None:
        """Leave the figures of now for the bars of other programs."""
        services, tracker = self.context.services, self.context.tracker
        if services.is_demo:
            return
        snapshot = self._monitor.snapshot
        look = context_of(snapshot, services.clock.now())
        known = last_known(snapshot, tracker.report, tracker.incidents, look, account_label(self.context))
        if known is not None:
            with suppress(OSError):  # a full disk takes no more than these figures
                write(last_known_file(services.settings), known)

    async def _news(self) -> None:
        """Return when there is something to look at again."""
        self._heard.clear()
        try:
            async with asyncio.timeout(TICK_S):
                await self._heard.wait()
        except TimeoutError:
            return
        await self.context.services.clock.sleep(SETTLE_S)

    def _look_again(self) -> None:
        self._monitor.refresh((AskProfile(), AskKeys(), AskKeyCosts(), BASE_CALLS))


def notices_folder(services: Services) -> Path | None:
    """Where what was told is kept; of a made-up account it is not."""
    return None if services.is_demo else services.settings.state_dir / "notices"
