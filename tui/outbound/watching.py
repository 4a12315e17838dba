"""One account watched without a screen: asked, judged and told of until cancelled."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from tui.account.account_watch import AccountWatch, monitor_of
from tui.account.actions import Actions
from tui.account.cache import AccountCache
from tui.account.context import AccountContext
from tui.account.guard.guard import Guard
from tui.account.incident_tracker import IncidentTracker
from tui.account.services import Services
from tui.locale import _
from tui.monitor.burn import BASE_CALLS
from tui.monitor.questions import AskKeyCosts, AskKeys, AskProfile
from tui.outbound.alerts import WATCH
from tui.outbound.channels_in_use import channels_in_use
from tui.outbound.notice_log import LoggedNotice
from tui.outbound.outlet import AccountOutlet
from tui.terminal.notify import TerminalVoice

INTERVAL_S = 15.0
"""Nobody waits for a figure: what is cheap is asked less often than for a screen."""
TICK_S = 10.0
"""What comes of waiting alone, such as blindness, is seen so soon."""
SETTLE_S = 0.5
"""The answers of a round are judged together."""
STUCK_AFTER_S = 60.0
Then = Callable[["WatchedAccount"], Awaitable[None]]
"""What follows a look, such as handing its figures on."""


class WatchedAccount:
    """Everything of one account without a screen. `tell` hears of every notice.

    Raises BadSettings for a channel that cannot be opened.
    """

    def __init__(
        self,
        services: Services,
        environ: Mapping[str, str],
        tell: Callable[[LoggedNotice], None],
        warn: Callable[[str], None],
        voice: TerminalVoice | None = None,
    ) -> None:
        self.interval_s = max(INTERVAL_S, float(services.settings.interval_s))
        self._monitor = monitor_of(services, self.interval_s)
        self._monitor.publish = lambda _snapshot: self._heard.set()
        tracker = IncidentTracker.of(services.settings, warn)
        now = services.clock.now
        actions = Actions(services.client, services.journal, now, self._look_again, services.capabilities)
        self.context = AccountContext(services, self._monitor, actions, tracker, Guard.of(services, actions, warn))
        self.outlet = AccountOutlet(self.context, channels_in_use(services.settings, environ), WATCH, warn, voice)
        self._watch = AccountWatch(self.context)
        self._cache = AccountCache(services.history_dir, services.client.base_url, tracker, warn)
        self._tell = tell
        self._warn = warn
        self._then: list[Then] = []
        self._heard = asyncio.Event()
        self._looked_at_s = asyncio.get_running_loop().time()
        self._teller = ""

    @property
    def is_looking(self) -> bool:
        """Whether it has looked lately, as it does for ever while all is well with it."""
        return asyncio.get_running_loop().time() - self._looked_at_s < STUCK_AFTER_S

    def follow_with(self, then: Then) -> None:
        """Call something after each look, too."""
        self._then.append(then)

    async def run(self) -> None:
        """Ask, judge and tell until cancelled."""
        services = self.context.services
        self._watch.watch()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._monitor.run())
                group.create_task(self._cache.live(self._monitor, services.clock))
                group.create_task(self.outlet.run())
                group.create_task(self._look_on())
        finally:
            self.outlet.leave()

    async def _look_on(self) -> None:
        while True:
            self._looked_at_s = asyncio.get_running_loop().time()
            self._watch.watch()
            self._watch.judge()
            told = await self.outlet.look()
            if told:
                # What was told is on the disk; what it rests on has to be there too before a sudden end.
                await self._cache.keep(self._monitor.snapshot, self.context.services.clock.now(), at_once=True)
            # What the guard acts on is on the disk before it acts: whoever comes after a sudden end knows of both.
            for one in (*told, *await self.outlet.act()):
                self._tell(one)
            self._say_whose_turn()
            for follow in self._then:
                await follow(self)
            await self._news()

    def _say_whose_turn(self) -> None:
        """Say it when another aktop tells, and when it is this one's turn again."""
        teller = self.outlet.alerts.teller
        if teller == self._teller:
            return
        if teller:
            self._warn(
                _("another aktop of this account tells ({who}); this one does when that ends").format(who=teller)
            )
        else:
            self._warn(_("the other aktop has ended: from now on this one tells"))
        self._teller = teller

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
