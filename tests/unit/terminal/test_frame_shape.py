"""The shape of what Textual paints, which is not public: when a bump of Textual changes it, this fails loudly."""

import re

from rich.segment import Segment
from rich.style import Style
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App, ComposeResult
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import Static

from tests.unit.terminal.frames import CONSOLE
from tui.terminal.frame_parser import harmless, is_frame

LINE = [
    Segment("key", Style.parse("bold #ff8800 on #101010")),
    Segment("plain"),
    Segment("x", Style(link="https://a.b")),
]


class Recorder(HeadlessDriver):
    """A driver that counts as a terminal and keeps what is written."""

    written: list[str]

    @property
    def is_headless(self) -> bool:
        """Make Textual paint."""
        return False

    def write(self, data: str) -> None:
        """Keep it."""
        if not hasattr(self, "written"):
            self.written = []
        self.written.append(data)


class Small(App[None]):
    """An app that paints."""

    def compose(self) -> ComposeResult:
        """One line."""
        yield Static("key")


def test_a_full_frame_is_addresses_sgr_and_text() -> None:
    strips = [[Strip(LINE)], [Strip(LINE)]]
    text = LayoutUpdate(strips, Region(2, 1, 9, 2)).render_segments(CONSOLE)  # type: ignore[arg-type]
    line = "\x1b[1;38;2;255;136;0;48;2;16;16;16mkey\x1b[0mplain\x1b]8;id=N;https://a.b\x1b\\x\x1b]8;;\x1b\\"
    assert re.sub(r"id=\d+", "id=N", text) == f"\x1b[2;3H{line}\n\x1b[3;3H{line}"


def test_a_partial_frame_addresses_each_span() -> None:
    chops = [{0: Strip(LINE[:1]), 3: Strip(LINE[1:2])}]
    text = ChopsUpdate(chops, [(0, 0, 8)], [[3, 8]]).render_segments(CONSOLE)
    assert text == "\x1b[1;1H\x1b[1;38;2;255;136;0;48;2;16;16;16mkey\x1b[0m\x1b[1;4Hplain"


async def test_the_app_writes_frames_that_are_recognised() -> None:
    app = Small(driver_class=Recorder)
    async with app.run_test(headless=False) as pilot:
        app._sync_available = True
        app.query_one(Static).update("another")
        await pilot.pause()
        driver = app._driver
        assert isinstance(driver, Recorder)
        frames = [data for data in driver.written if is_frame(data)]
        assert frames
        assert all(harmless(frame) == frame for frame in frames)
        assert {SYNC_START, SYNC_END} <= set(driver.written)
        assert not [data for data in driver.written if not is_frame(data) and "\x1b[0m" in data]


def test_the_marks_are_those_of_synchronised_output() -> None:
    assert (SYNC_START, SYNC_END) == ("\x1b[?2026h", "\x1b[?2026l")
    assert issubclass(LayoutUpdate, CompositorUpdate)
