"""The app's terminal side, whatever it shows: keys in turn, notifications, sent pictures, clipboard, exit."""

import os
from collections.abc import Callable

from textual import on

from tui.app.notices import PatientNotices
from tui.present import toasts
from tui.screens.dialogs import Next, follow
from tui.screens.messages import Copy, Quit, Redraw
from tui.terminal import clipboard
from tui.terminal.driver import DiffDriver
from tui.terminal.keys_in_turn import KeysInTurn, Typed
from tui.terminal.textual_internals import driver_of, failure_of
from widgets.modal import Modal, ShowsLater


class TerminalApp(KeysInTurn, PatientNotices, ShowsLater):
    """An app on a line that may stall, which reports how it ended."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS = []

    def hears(self, event: Typed) -> bool:
        """Ask the dialog in front, if there is one."""
        return not isinstance(self.screen, Modal) or self.screen.hears(event)

    def when_shown(self, then: Callable[[], None]) -> None:
        """Call it once the terminal has taken the picture."""
        driver = driver_of(self)
        if isinstance(driver, DiffDriver):
            driver.when_sent(then)
        else:
            then()

    async def run_to_end(self, *, mouse: bool = True) -> None:
        """Run until the person leaves. Raises any failure, for the command line to word it."""
        await self.run_async(mouse=mouse)
        failure = failure_of(self)
        if failure is not None:
            raise failure

    def follow(self, following: Next) -> None:
        """Ask, tell or send what follows."""
        follow(self, following)

    def tell_terminal(self, sequence: str) -> None:
        """Send the terminal something other than a picture: its title, a notification."""
        driver = driver_of(self)
        if driver is not None:
            driver.write(sequence)
            driver.flush()

    @on(Quit)
    def leave(self) -> None:
        """Exit, as the person wants."""
        self.exit()

    @on(Redraw)
    def redraw(self) -> None:
        """Send the whole picture again, including unchanged parts."""
        driver = driver_of(self)
        if isinstance(driver, DiffDriver):
            driver.repaint()
        self.refresh(layout=True)

    @on(Copy)
    def copy(self, message: Copy) -> None:
        """Send a text to the terminal's clipboard; whether it arrived cannot be known."""
        if clipboard.sequence(message.text, os.environ) is None:
            self.follow(toasts.too_long_to_copy())
            return
        self.copy_to_clipboard(message.text)
        self.follow(toasts.copied())
