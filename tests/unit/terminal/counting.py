"""A driver without a terminal that counts what ours would send."""

from textual.drivers.headless_driver import HeadlessDriver

from tests.unit.terminal.emulator import Emulator, Style
from tests.unit.terminal.frames import Differ
from tui.terminal.frame_parser import is_frame


class CountingDriver(HeadlessDriver):
    """Counts as a terminal for Textual; keeps the stock bytes and ours, and the picture that ours make."""

    differ: Differ
    emulator: Emulator
    stock = ""
    sent = ""
    pen = Style()

    @property
    def is_headless(self) -> bool:
        """Make Textual paint."""
        return False

    def write(self, data: str) -> None:
        """Take a frame."""
        size = self._app.size
        if not hasattr(self, "differ") or (self.emulator.width, self.emulator.height) != size:
            self.differ, self.emulator = Differ(*size), Emulator(*size)
        if is_frame(data):
            text = self.differ.paint(data)
            self.stock += data
            self.sent += text
            self.emulator.feed(text)

    def reset(self) -> None:
        """Count from here."""
        self.stock = self.sent = ""
