"""Watches one account without a screen: reports what is found, and acts where a person allowed it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from tui.account.services import Services
from tui.locale import _
from tui.outbound.alerts import WATCH
from tui.outbound.channels_in_use import channels_in_use
from tui.outbound.notice_log import LoggedNotice
from tui.outbound.outlet import AccountOutlet
from tui.outbound.screenless import ScreenlessAccount
from tui.terminal.notify import TerminalVoice

INTERVAL_S = 15.0
"""Nobody waits for a figure: cheap questions are polled less often than for a screen."""
STUCK_AFTER_S = 60.0
Then = Callable[["WatchedAccount"], Awaitable[None]]
"""What follows a judgement, such as exporting its figures."""


class WatchedAccount:
    """Everything of one account without a screen. `tell` is called for every notice.

    Raises BadSettings if a channel cannot be opened.
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
        self._account = ScreenlessAccount(services, self.interval_s, warn, has_guard=True)
        self.context = self._account.context
        self.outlet = AccountOutlet(self.context, channels_in_use(services.settings, environ), WATCH, warn, voice)
        self._tell = tell
        self._warn = warn
        self._then: list[Then] = []
        self._looked_at_s = asyncio.get_running_loop().time()
        self._teller = ""

    @property
    def is_looking(self) -> bool:
        """Whether it has judged recently, as it always does while healthy."""
        return asyncio.get_running_loop().time() - self._looked_at_s < STUCK_AFTER_S

    def follow_with(self, then: Then) -> None:
        """Also call something after each judgement."""
        self._then.append(then)

    async def run(self) -> None:
        """Poll, judge and report until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.outlet.run())
                group.create_task(self._account.run(self._looked))
        finally:
            self.outlet.leave()

    async def _looked(self) -> None:
        self._looked_at_s = asyncio.get_running_loop().time()
        told = await self.outlet.look()
        try:
            if told:
                # The notices are on disk; what they are based on must be too before a sudden end.
                await self._account.keep()
        finally:  # asked to end meanwhile, it still says what channels may have heard
            self._say(told)
        # Acts come after the write, so that a successor after a sudden end knows of both.
        self._say(await self.outlet.act())
        self._say_whose_turn()
        for follow in self._then:
            await follow(self)

    def _say(self, told: Sequence[LoggedNotice]) -> None:
        for one in told:
            self._tell(one)

    def _say_whose_turn(self) -> None:
        """Say when another aktop takes over, and when it is this one's turn again."""
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
