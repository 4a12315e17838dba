"""The composition root: enters accounts, passes their pictures to the screens, opens screens. Nothing else."""

import gc
from contextlib import suppress
from typing import Any

from rich.console import RenderableType
from textual import on
from textual.screen import Screen

from tui.account.context import AccountContext
from tui.account.profiles import Profiles
from tui.account.screen_start import FirstLook, RecordingStart
from tui.account.services import Services
from tui.app import palette, themes
from tui.app.entrance import Entrance
from tui.app.last_picture import picture
from tui.app.navigator import EnterAccount, EnterDemo, SignedIn
from tui.app.player import Player
from tui.app.screens import SCREENS, open_already, screen_for
from tui.app.stage_app import StageApp
from tui.cli.output import WrongUse
from tui.cli.selectors import key_of
from tui.domain.capabilities import Capability
from tui.domain.scope import Scope
from tui.monitor.loop import Monitor
from tui.monitor.protocol import AccountMonitor
from tui.monitor.questions import AskKeys
from tui.present import shown_keys, sign_in, view_words
from tui.present.palette import theme_kept
from tui.present.toasts import Toast
from tui.screens.account_screen import AccountScreen
from tui.screens.commanded import CommandedScreen
from tui.screens.messages import GoTo, Judged, KeepTheme, Open, OpenDoor, OpenView, Playback, ViewChanged
from tui.screens.picture import Picture
from tui.screens.saved_views import views_of
from tui.store.view import StoredTheme
from tui.terminal.pump_calls import end_on_failures

FIRST_SCREEN = 2
"""The size of the screen stack with an account's first screen; Textual's own lies below."""


class AktopApp(StageApp):
    """aktop's app."""

    TITLE = "aktop"

    def __init__(
        self,
        services: Services | None,
        scope: Scope | None = None,
        profiles: Profiles | None = None,
        monitor: Monitor | None = None,
        first: FirstLook | None = None,
        replay: RecordingStart | None = None,
        **options: Any,
    ) -> None:
        """Begin in an account, or at the welcome. The app will close the services; `monitor` may already be polling.

        `first` is what a person wants to see first. A recording knows no profiles but those of its reader.
        """
        self._first = first or FirstLook()
        super().__init__(**options)
        self.animation_level = "none"
        for theme in themes.THEMES:
            self.register_theme(theme)
        self.theme = themes.DEFAULT.name
        self.last_picture: tuple[str, ...] | None = None
        """What the next start may show first; set when the app exits."""
        self._profiles = profiles
        self.entrance = Entrance(self, profiles, scope or Scope())
        if services is not None:
            self.entrance.furnish(services, monitor=monitor)
        elif replay is not None and profiles is not None:
            self.entrance.play(replay.recording, profiles.start, replay.at)
        if self.entrance.open is not None:
            self.picture = self.entrance.opened.pictures.latest

    @property
    def account(self) -> AccountContext:
        """The services of the account on the screen."""
        return self.entrance.opened.context

    @property
    def monitor(self) -> AccountMonitor:
        """The monitor of that account."""
        return self.account.monitor

    @property
    def has_figures(self) -> bool:
        """Whether there is more to see than an earlier run knew: news of the account, or a question to a person."""
        opened = self.entrance.open
        return opened is None or opened.has_news or len(self.screen_stack) > FIRST_SCREEN

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """Quit, and keep the last picture for the next start."""
        self.handle(self._keep_picture)
        if self.entrance.open is not None:
            self.entrance.open.quit()
        super().exit(result, return_code, message)

    def _keep_picture(self) -> None:
        if self._profiles is not None:
            self.last_picture = picture(self, self._profiles.start)

    def on_mount(self) -> None:
        end_on_failures(self)
        if self.entrance.open is None:
            self.follow(self.entrance.welcome())
        else:
            self._begin()

    def _begin(self) -> None:
        opened, theme = self.entrance.opened, self.account.services.settings.theme or self._kept_theme()
        self.theme = theme if theme in self.available_themes else themes.DEFAULT.name
        keys = self.account.services.settings.key_map
        shown_keys.use(keys)
        self.set_keymap(keys.bound())
        opened.begin()
        self.open(Open("overview", self.entrance.scope))
        if self._first.view is not None:
            wanted, self._first = self._first.view, FirstLook(self._first.key)
            self.open_view(OpenView(wanted))
        if opened.has_news:
            opened.pictures.hear()
        if opened.needs_sign_in:
            self.follow(self.entrance.sign_in())

    @on(Open)
    def open(self, message: Open) -> None:
        """Open a screen, or return to it if it is open: going in circles must not pile up screens."""
        before = open_already(message, self.screen_stack)
        if before is not None:
            self.go_back_to(before)
        else:
            self.show(screen_for(message, self.account))

    @on(OpenDoor)
    def open_door(self, message: OpenDoor) -> None:
        """Open the sign-in, another account, or the palette."""
        if message.door == "palette":
            if isinstance(self.screen, CommandedScreen):
                self.follow(palette.ask(self.screen, self, self._profiles))
            return
        found = self.entrance.through(message.door)
        if isinstance(found, Screen):
            self.show(found)
        else:
            self.follow(found)

    @on(OpenView)
    def open_view(self, message: OpenView) -> None:
        """Open a saved view."""
        url = self.account.services.client.base_url
        try:
            views = views_of(self.account.services).of(url)
        except OSError as error:
            self.follow(view_words.not_kept(error))
            return
        view = views.get(message.name)
        if view is None or view.place not in SCREENS:
            self.follow(view_words.unknown(message.name, views))
            return
        self.open(Open(view.place, view.scope))
        if isinstance(self.screen, CommandedScreen):
            self.screen.restore_view(view.details)

    def show_picture(self, picture: Picture) -> None:
        """Pass the picture to all screens; the first one with keys identifies the key to begin with."""
        super().show_picture(picture)
        keys = picture.snapshot.data(AskKeys())
        if self._first.key is not None and keys is not None:
            wanted, self._first = self._first.key, FirstLook()
            try:
                key = key_of(wanted, keys)
            except WrongUse as error:
                self.follow(Toast(str(error), "warning", 12))
            else:
                place = "key" if self.account.can(Capability.CALLS) else "overview"
                self.open(Open(place, self.entrance.scope.narrowed(key_id=key.id)))

    @on(Playback)
    def play(self, message: Playback) -> None:
        """See another moment of a recording."""
        pictures = self.entrance.opened.pictures
        if isinstance(pictures, Player):
            pictures.follow(message)

    @on(KeepTheme)
    def keep_theme(self, message: KeepTheme) -> None:
        """Set a theme, and begin with it next time unless one is configured."""
        self.theme = message.name
        with suppress(OSError):  # it holds for this run all the same
            self._stored_theme.keep(message.name)
        self.follow(theme_kept(message.name, self.account.services.settings.theme))

    @property
    def _stored_theme(self) -> StoredTheme:
        return StoredTheme(self.account.services.settings.state_dir / "theme.json")

    def _kept_theme(self) -> str | None:
        """The theme chosen last; None in the terminal's own colours."""
        try:
            return None if self.ansi_color else self._stored_theme.name()
        except OSError:
            return None

    @on(GoTo)
    def go_to(self, message: GoTo) -> None:
        """Open the account of a profile."""
        shown = next((screen.scope for screen in self.screen_stack if isinstance(screen, AccountScreen)), None)
        self.follow(self.entrance.go_to(message.profile, shown))

    @on(EnterAccount)
    async def enter(self, message: EnterAccount) -> None:
        """Leave the current account, if any, and enter another."""
        await self.entrance.enter(message, privacy=self.view.privacy)
        self.picture = self.entrance.opened.pictures.latest
        self._begin()
        gc.collect()  # the state of the previous account is large and cyclic

    @on(EnterDemo)
    def enter_demo(self) -> None:
        """Enter the demo account."""
        self.run_worker(self._enter_demo(), exit_on_error=True)

    async def _enter_demo(self) -> None:
        self.follow(await self.entrance.demo())

    @on(SignedIn)
    async def go_on_as(self, message: SignedIn) -> None:
        """Continue as the account that signed in."""
        self.follow(sign_in.signed_in(message.profile.email, is_kept=message.is_kept))
        other = self.entrance.go_on_as(message)
        if other is not None:
            await self.enter(other)
        self.follow(self.entrance.keep_offer())

    @on(Judged)
    def tell_news(self) -> None:
        """A person has judged a finding."""
        self.entrance.opened.pictures.tell_news()

    @on(ViewChanged)
    def change_view(self, message: ViewChanged) -> None:
        """Change the view."""
        self.entrance.opened.pictures.change_view(message.view)
