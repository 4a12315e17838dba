"""What the app does for the account on the screen."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from textual.worker import Worker

from tui.screens.dialogs import Next
from tui.screens.picture import Picture


class AccountStage(Protocol):
    """Shows pictures, follows up with messages and questions, and runs background work."""

    def show_picture(self, picture: Picture) -> None:
        """Pass a new picture to all open screens."""

    async def clear_screens(self) -> None:
        """Remove all screens of an account."""

    def follow(self, following: Next) -> None:
        """Ask, tell or send."""

    def tell_terminal(self, sequence: str) -> None:
        """Send the terminal something other than a picture: its title, a notification."""

    def handle(self, callback: Callable[[], None]) -> None:
        """Call it now, as a handler of the app."""

    def handle_in(self, seconds: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        """Call it after a delay, as a handler of the app."""

    def start(self, work: Coroutine[Any, Any, None]) -> Worker[None]:
        """Run it in the background; a failure ends the app."""

    def stop(self) -> None:
        """Cancel everything that was started."""
