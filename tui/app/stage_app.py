"""The app as the stage of an account: passes pictures to all open screens, and runs the account's work."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from textual.await_complete import AwaitComplete
from textual.screen import Screen
from textual.worker import Worker

from tui.app.terminal_app import TerminalApp
from tui.screens.picture import Picture, ShowsPicture
from tui.terminal.gc_tuning import IdleCollector
from tui.terminal.pump_calls import call_in
from tui.terminal.textual_internals import as_handler_of

ACCOUNT = "account"
"""The group of all workers of the account on the screen."""


class StageApp(ShowsPicture, TerminalApp):
    """An app with a picture of an account, shared by all its screens."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.picture: Picture | None = None
        self._garbage = IdleCollector()

    def show(self, screen: Screen[Any]) -> None:
        """Open a screen."""
        if isinstance(screen, ShowsPicture):
            screen.picture = self.picture
        self.push_screen(screen)

    def show_picture(self, picture: Picture) -> None:
        """Pass a new picture to all open screens. Not by data binding: an app keeps bound screens after they close."""
        self.picture = picture
        if not self.is_running:
            return  # an app that ends takes its screens apart from within
        for screen in self.screen_stack:
            if isinstance(screen, ShowsPicture):
                screen.picture = picture
        self._garbage.tick(self.idle_s)

    def pop_screen(self) -> AwaitComplete:
        """Remove the screen in front."""
        self._garbage.screen_closed()
        return super().pop_screen()

    def go_back_to(self, screen: Screen[Any]) -> None:
        """Remove all screens in front of one."""
        while self.screen is not screen:
            self.pop_screen()

    async def clear_screens(self) -> None:
        """Remove all screens of an account."""
        while len(self.screen_stack) > 1:
            await self.pop_screen()

    def handle(self, callback: Callable[[], None]) -> None:
        """Call it as a handler of the app; work with a head start runs outside of Textual."""
        with as_handler_of(self):
            callback()

    def handle_in(self, seconds: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        """Call it after a delay, as a handler of the app."""
        return call_in(self, seconds, callback)

    def start(self, work: Coroutine[Any, Any, None]) -> Worker[None]:
        """Run it for the account on the screen; a failure ends the app."""
        return self.run_worker(work, group=ACCOUNT, exit_on_error=True)

    def stop(self) -> None:
        """Cancel everything started for the account on the screen."""
        self.workers.cancel_group(self, ACCOUNT)
