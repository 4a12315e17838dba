"""The ways into an account: the welcome and the first run, signing in, profiles, all accounts."""

from collections.abc import Awaitable, Callable
from typing import Any

from textual.app import App
from textual.screen import Screen

from tui import locale
from tui.account.context import AccountContext
from tui.account.poller import AccountsPoller
from tui.account.profiles import Profiles
from tui.account.services import Services
from tui.account.sign_in import SignIn
from tui.config.file import BadSettings
from tui.domain.account import Profile
from tui.domain.scope import Scope
from tui.gateway.address import ConfigError
from tui.locale import _
from tui.monitor.questions import AskProfile
from tui.present import sign_in
from tui.screens.account_screen import AccountScreen
from tui.screens.accounts.profiles import profiles_dialog
from tui.screens.accounts.screen import AccountsScreen
from tui.screens.messages import Door, GoTo
from tui.screens.sign_in.dialog import Instead, SignInDialog
from tui.screens.sign_in.welcome import AddressDialog, ApiKeyDialog, WelcomeDialog, keep_dialog


class AccountNavigator:
    """Asks who and where, and has the app enter.

    `scope` is what an account is entered with, `account` the account on the screen, `enter` leaves it for another one,
    `show` opens a screen that follows the Snapshot. Without `profiles` there is no way but signing in.
    """

    def __init__(
        self,
        app: App[None],
        profiles: Profiles | None,
        scope: Scope,
        account: Callable[[], AccountContext],
        enter: Callable[[Services], Awaitable[None]],
        show: Callable[[Screen[Any]], None],
    ) -> None:
        self.scope = scope
        self._app = app
        self._profiles = profiles
        self._account = account
        self._enter = enter
        self._show = show
        self._language = locale.chosen()
        self._poller: AccountsPoller | None = None
        self._is_first_run = False

    # Where nothing is configured

    def welcome(self) -> None:
        """Nothing is configured: offer the ways in."""
        assert self._profiles is not None
        self._app.push_screen(WelcomeDialog(), self._take_way)

    def _take_way(self, way: str | None) -> None:
        profiles = self._profiles
        if way is None or way == "quit" or profiles is None:
            self._app.exit()
        elif way == "demo":
            self._app.run_worker(self._enter_demo(profiles), exit_on_error=True)
        elif way == "key":
            self._app.push_screen(ApiKeyDialog(profiles), self._take_key)
        else:
            self._app.push_screen(AddressDialog(profiles), self._take_address)

    async def _enter_demo(self, profiles: Profiles) -> None:
        await self._enter(await profiles.open_demo())

    async def _take_address(self, services: Services | None) -> None:
        if services is None:
            self.welcome()
        else:
            self._is_first_run = True
            await self._enter(services)

    async def _take_key(self, services: Services | None) -> None:
        if services is None:
            self.welcome()
        else:
            await self._enter(services)

    # From the account on the screen

    def open(self, door: Door) -> None:
        """Sign in, or go elsewhere."""
        if door == "sign_in":
            self.sign_in()
        elif self._profiles is None:
            return
        elif door == "profiles":
            self._choose_profile(self._profiles)
        else:
            self._poller = self._poller or AccountsPoller(self._profiles)
            self._show(AccountsScreen(self._account(), self.scope, self._poller))

    def sign_in(self) -> None:
        """Ask for e-mail and password, or a token, of the gateway on the screen."""
        account = self._account()
        services = account.services
        if services.is_demo:
            self._app.notify(_("The demo is signed in already."), timeout=4)
            return
        profile = account.monitor.snapshot.data(AskProfile())
        kept = services.client.sessions.current()
        known = (profile and profile.email, services.settings["email"], kept and kept.email)
        email = next((one for one in known if one), "")
        signing_in = SignIn(services.client)
        dialog = SignInDialog(signing_in, email, sign_in.reason(account.monitor.snapshot))

        async def take(found: Profile | Instead | None) -> None:
            if found is Instead.API_KEY:
                self._ask_for_key(services)
            elif found is not None:
                told = sign_in.signed_in(found.email, is_kept=signing_in.is_kept)
                self._app.notify(told, markup=False, timeout=6)
                await self._go_on_as(found, services)

        self._app.push_screen(dialog, take)

    def _ask_for_key(self, services: Services) -> None:
        """Where a terminal cannot sign in, an API key of the same gateway."""

        async def take(opened: Services | None) -> None:
            if opened is not None:
                await self._enter(opened)

        if self._profiles is not None:
            self._app.push_screen(ApiKeyDialog(self._profiles, services), take)

    async def _go_on_as(self, found: Profile, services: Services) -> None:
        """The same account goes on where it stood, with its screen and its data; another one begins anew."""
        monitor = self._account().monitor
        known = monitor.snapshot.data(AskProfile())
        if known is not None and known.id != found.id:
            await self._enter(services)
        else:
            monitor.refresh()
        if self._is_first_run and self._profiles is not None:
            self._is_first_run = False
            self._app.push_screen(keep_dialog(self._profiles, services.client.base_url))

    def _choose_profile(self, profiles: Profiles) -> None:
        try:
            dialog = profiles_dialog(profiles, self._account().services.settings)
        except BadSettings as error:
            self._complain(error)
            return

        def take(name: str | None) -> None:
            if name is not None:
                self._app.post_message(GoTo(name or None))

        self._app.push_screen(dialog, take)

    async def go_to(self, profile: str | None) -> None:
        """Go into the account of a profile; what is wrong with its settings is said, and nothing is left."""
        if self._profiles is None or self._profiles.is_of(self._account().services.settings, profile):
            return
        try:
            settings = self._profiles.settings(profile)
            services = self._profiles.open(settings)
        except (BadSettings, ConfigError) as error:
            self._complain(error)
            return
        locale.use(settings["lang"] or self._language)
        shown = [screen for screen in self._app.screen_stack if isinstance(screen, AccountScreen)]
        self.scope = (shown[0].scope if shown else self.scope).elsewhere()
        await self._enter(services)

    def _complain(self, error: Exception) -> None:
        self._app.notify(str(error), severity="error", markup=False, timeout=10)
