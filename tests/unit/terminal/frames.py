"""Frames as Textual makes them, of strips drawn by lot."""

import random
from collections.abc import Sequence

from rich.console import Console
from rich.control import Control
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from tui.terminal.cell_style import CellStyles, NotUnderstood
from tui.terminal.frame_parser import FrameParser, harmless
from tui.terminal.frame_writer import FrameWriter
from tui.terminal.screen_model import ScreenModel

CONSOLE = Console(force_terminal=True, color_system="truecolor", legacy_windows=False)
WORDS = (
    *("key", "batch-nightly", "$12.40", "0", "1", "      ", " ", "  ", "│", "▁▂▃▄▅", "⠤⠒⠉", "●", "…"),
    *(
        "客服机器人",
        "한국어",
        "ひらがな",
        "ｆｕｌｌ",
        "😀",
        "🇩🇪",
        "👨‍👩‍👧",
        "⚠️",
        "1️⃣",
        "👍🏽",
        "e\u0301",
        "ñ",
        "क्षि",
        "עברית",
    ),
)
STYLES = tuple(
    map(
        Style.parse,
        (
            *("none", "bold", "dim", "italic", "underline", "reverse", "strike", "bold dim", "red", "on blue"),
            *("#ff8800 on #101010", "bold #ff8800 on #101010", "#00ff00 on #101010", "underline #ff0000", "color(200)"),
            *("bright_red on bright_black", "link https://example.org", "bold link https://example.com on #101010"),
        ),
    )
)


def strip(lot: random.Random, width: int, words: Sequence[str] = WORDS) -> Strip:
    """A strip of exactly some width."""
    segments: list[Segment] = []
    while sum(segment.cell_length for segment in segments) < width:
        segments.append(Segment(lot.choice(words), lot.choice(STYLES)))
    return Strip(segments).crop(0, width).adjust_cell_length(width)


def full(lot: random.Random, width: int, height: int, words: Sequence[str] = WORDS) -> str:
    """A whole screen."""
    strips = [[strip(lot, width, words)] for _ in range(height)]
    return LayoutUpdate(strips, Region(0, 0, width, height)).render_segments(CONSOLE) + address(0, 0)  # type: ignore[arg-type]


def part(lot: random.Random, width: int, height: int, words: Sequence[str] = WORDS) -> str:
    """Some spans of some lines."""
    lines = sorted(lot.sample(range(height), lot.randint(1, min(4, height))))
    chops: list[dict[int, Strip | None]] = []
    ends: list[list[int]] = []
    for _ in range(height):
        cut = lot.randint(1, width - 1)
        chops.append({0: strip(lot, cut, words), cut: strip(lot, width - cut, words) if lot.random() < 0.8 else None})
        ends.append([cut, width])
    spans = []
    for y in lines:
        x1 = lot.randint(0, width - 1)
        spans.append((y, x1, lot.randint(x1 + 1, width)))
    frame = ChopsUpdate(chops, spans, ends).render_segments(CONSOLE)
    return frame + address(lot.randint(0, width - 1), lot.randint(0, height - 1))


def address(x: int, y: int) -> str:
    """A cursor address as Textual writes it."""
    return Control.move_to(x, y).segment.text


def one_line(text: str, x: int, y: int, style: str = "none") -> str:
    """A frame that paints one run."""
    return address(x, y) + Strip([Segment(text, Style.parse(style))]).render(CONSOLE) + address(0, 0)


class Differ:
    """What the driver does with frames, without a terminal."""

    def __init__(self, width: int, height: int) -> None:
        self.looks = CellStyles()
        self.parser = FrameParser(self.looks)
        self.writer = FrameWriter(self.looks)
        self.misunderstood = 0
        self.screen = ScreenModel(width, height, self.looks.plain.cells[" "])

    def take(self, frame: str) -> str:
        """Want a frame; return what is sent though the frame was not understood."""
        try:
            self.parser.read(frame, self.screen)
        except NotUnderstood:
            self.screen.forget()
            self.misunderstood += 1
            return self.writer.put_down() + harmless(frame)
        return ""

    def send(self) -> str:
        """The difference."""
        return self.writer.difference(self.screen)

    def paint(self, frame: str) -> str:
        """Take a frame and send the difference."""
        return self.take(frame) + self.send()
