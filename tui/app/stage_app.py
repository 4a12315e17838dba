"""The app as the stage of an account: it gives pictures to all open screens, and runs what the account runs."""

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
    """An app with a picture of an account, which is the same on all its screens."""

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
        """Give all open screens another picture. Not by binding: an app keeps the bound screens that it has left."""
        self.picture = picture
        if not self.is_running:
            return  # an app that ends takes its screens apart from within
        for screen in self.screen_stack:
            if isinstance(screen, ShowsPicture):
                screen.picture = picture
        self._garbage.tick(self.idle_s)

    def pop_screen(self) -> AwaitComplete:
        """Take the screen in front off."""
        self._garbage.screen_closed()
        return super().pop_screen()

    def go_back_to(self, screen: Screen[Any]) -> None:
        """Take off all screens in front of one."""
        while self.screen is not screen:
            self.pop_screen()

    async def clear_screens(self) -> None:
        """Take all screens of an account off."""
        while len(self.screen_stack) > 1:
            await self.pop_screen()

    def handle(self, callback: Callable[[], None]) -> None:
        """Call it as a handler of the app; what has a head start runs outside of the framework."""
        with as_handler_of(self):
            callback()

    def handle_in(self, seconds: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        """Call it then, as a handler of the app."""
        return call_in(self, seconds, callback)

    def start(self, work: Coroutine[Any, Any, None]) -> Worker[None]:
        """Run it for the account on the screen; when it fails, the app ends."""
        return self.run_worker(work, group=ACCOUNT, exit_on_error=True)

    def stop(self) -> None:
        """Cancel all that was started for the account on the screen."""
        self.workers.cancel_group(self, ACCOUNT)
