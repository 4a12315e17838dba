"""What the app does for the account on the screen."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from textual.worker import Worker

from tui.screens.dialogs import Next
from tui.screens.picture import Picture


class AccountStage(Protocol):
    """Shows pictures, follows what is to be said or asked, and runs what takes its time."""

    def show_picture(self, picture: Picture) -> None:
        """Give all open screens another picture."""

    async def clear_screens(self) -> None:
        """Take all screens of an account off."""

    def follow(self, following: Next) -> None:
        """Ask, tell or send."""

    def tell_terminal(self, sequence: str) -> None:
        """Send the terminal what is no picture: its title, a notification."""

    def handle(self, callback: Callable[[], None]) -> None:
        """Call it now, as a handler of the app."""

    def handle_in(self, seconds: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        """Call it then, as a handler of the app."""

    def start(self, work: Coroutine[Any, Any, None]) -> Worker[None]:
        """Run it; when it fails, the app ends."""

    def stop(self) -> None:
        """Cancel all that was started."""
