"""The account on the screen: entering one, continuing as another, and closing those that were left."""

import asyncio
from datetime import datetime

from tui import locale
from tui.account.poller import AccountsPoller
from tui.account.profiles import Profiles
from tui.account.services import Services
from tui.app import navigator
from tui.app.navigator import EnterAccount, SignedIn
from tui.app.open_account import OpenAccount
from tui.app.played_account import PlayedAccount
from tui.app.stage import AccountStage
from tui.config.settings import Settings
from tui.domain.scope import Scope
from tui.monitor.loop import Monitor
from tui.monitor.moments import Recording
from tui.monitor.questions import AskProfile
from tui.screens.accounts.screen import AccountsScreen
from tui.screens.dialogs import Ask, Next
from tui.screens.messages import Door
from tui.screens.sign_in.welcome import keep_dialog


class Entrance:
    """Keeps one account open at a time. Without `profiles`, only signing in is possible."""

    def __init__(self, stage: AccountStage, profiles: Profiles | None, scope: Scope) -> None:
        self.scope = scope
        """The scope with which an account is entered."""
        self.open: OpenAccount | PlayedAccount | None = None
        """The account on the screen; None at the welcome."""
        self._stage = stage
        self._profiles = profiles
        self._language = locale.chosen()
        self._poller: AccountsPoller | None = None
        self._is_first_run = False
        self._leaving: set[asyncio.Task[None]] = set()

    @property
    def opened(self) -> OpenAccount | PlayedAccount:
        """The account on the screen, which must exist."""
        assert self.open is not None, "nobody is in yet"
        return self.open

    def furnish(self, services: Services, *, privacy: bool = False, monitor: Monitor | None = None) -> None:
        """Create everything for an account; nothing more is asked yet."""
        self.open = OpenAccount(services, self.scope, self._stage, privacy=privacy, monitor=monitor)

    def play(self, recording: Recording, settings: Settings, at: datetime | None) -> None:
        """Put a recording in the place of an account. Raises ConfigError where its gateway has no address."""
        self.open = PlayedAccount(recording, settings, self._stage, at=at, privacy=False)

    async def enter(self, wish: EnterAccount, *, privacy: bool) -> None:
        """Leave the open account, if any, and enter another."""
        before, self._is_first_run = self.open, wish.is_first_run
        if before is not None:
            await before.leave()
        await self._stage.clear_screens()
        if before is not None and before.context.services is not wish.services:
            self._close_later(before.context.services)
        self.furnish(wish.services, privacy=privacy)

    async def close(self) -> None:
        """Close what is open."""
        if self.open is not None:
            self._close_later(self.open.context.services)
        await asyncio.gather(*self._leaving)

    def welcome(self) -> Next:
        """The ways in when nothing is configured."""
        return navigator.welcome(self._profiles) if self._profiles is not None else None

    async def demo(self) -> Next:
        """Enter the demo account of an embedded gateway."""
        return EnterAccount(await self._profiles.open_demo()) if self._profiles is not None else None

    def sign_in(self) -> Next:
        """Ask for a sign-in at the gateway on the screen."""
        return navigator.ask_to_sign_in(self.opened.context, self._profiles)

    def through(self, door: Door) -> Next | AccountsScreen:
        """Sign in, choose a profile, or show all accounts."""
        if door == "sign_in":
            return self.sign_in()
        if self._profiles is None:
            return None
        if door == "profiles":
            return navigator.choose_profile(self._profiles, self.opened.context)
        self._poller = self._poller or AccountsPoller(self._profiles)
        return AccountsScreen(self.opened.context, self.scope, self._poller)

    def go_to(self, profile: str | None, shown: Scope | None) -> Next:
        """Enter the account of a profile, keeping the `shown` scope; None if it is already open."""
        if self._profiles is None or self._profiles.is_of(self.opened.context.services.settings, profile):
            return None
        way = navigator.way_to(self._profiles, profile)
        if isinstance(way, EnterAccount):
            locale.use(way.services.settings.lang or self._language)
            self.scope = (shown or self.scope).elsewhere()
        return way

    def go_on_as(self, found: SignedIn) -> EnterAccount | None:
        """Continue with screen and data if the account is the same; otherwise enter the other one."""
        monitor = self.opened.context.monitor
        known = monitor.snapshot.data(AskProfile())
        if known is not None and known.id != found.profile.id:
            return EnterAccount(found.services, self._is_first_run)
        monitor.refresh()
        return None

    def keep_offer(self) -> Next:
        """The offer to keep a typed address, once a sign-in has worked there."""
        if not self._is_first_run or self._profiles is None:
            return None
        self._is_first_run = False
        return Ask(keep_dialog(self._profiles, self.opened.context.services.client.base_url))

    def _close_later(self, services: Services) -> None:
        """Close without waiting: a session renewal may be in flight through a gateway that hangs."""
        task = asyncio.create_task(services.aclose())
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)
