"""The line that calls for a person: hidden while nothing needs one, flashing briefly for something new."""

from collections.abc import Hashable
from dataclasses import dataclass

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip
from textual.timer import Timer

from widgets.dialog_values import BannerNotice
from widgets.layout import fit_line, line_width
from widgets.line_widget import LineWidget
from widgets.palette import has_few_colours
from widgets.strips import runs_strip
from widgets.values import Cell, Emphasis, Line

FLASHES = 3
FLASH_S = 0.4
REMEMBERED = 64
LEAST_WORDS = 72
"""Up to this many cells the words have precedence over the key hints."""


class Banner(LineWidget):
    """Shows one notice. A new id flashes three times, and a critical one rings the bell; then it is still."""

    DEFAULT_CSS = """
    Banner {
        display: none;
        height: 1;
        &.-shown { display: block; }
        &.-warning { background: $warning-muted; }
        &.-critical { background: $error-muted; }
        &:ansi { background: ansi_default; }
        &:nocolor { background: ansi_default; }
    }
    """

    notice: var[BannerNotice | None] = var(None, init=False)
    """What needs a person, or None."""

    @dataclass
    class Clicked(Message):
        """The banner was clicked."""

        banner: "Banner"
        notice: BannerNotice

        @property
        def control(self) -> "Banner":
            """The banner, for `on` selectors."""
            return self.banner

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        # Insertion order makes the oldest id the first to be forgotten.
        self._seen: dict[Hashable, None] = {}
        self._timer: Timer | None = None
        self._changes_left = 0

    def on_mount(self) -> None:
        """Show a notice that was set before mounting."""
        self.watch_notice(self.notice)

    def watch_notice(self, notice: BannerNotice | None) -> None:
        """Show the notice, or nothing; a new one flashes."""
        emphasis = notice.emphasis if notice else None
        self.set_class(notice is not None, "-shown")
        self.set_class(emphasis is Emphasis.WARNING, "-warning")
        self.set_class(emphasis is Emphasis.CRITICAL, "-critical")
        self.update_lines()
        if notice is None:
            self._be_still()
        elif self.is_attached and notice.id not in self._seen:
            self._remember(notice.id)
            self._flash()
            if emphasis is Emphasis.CRITICAL:
                self.app.bell()

    def _remember(self, notice_id: Hashable) -> None:
        self._seen[notice_id] = None
        while len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]

    def _flash(self) -> None:
        self._be_still()
        # An even number of changes ends as it began.
        self._changes_left = 2 * FLASHES
        self._timer = self.set_interval(FLASH_S, self._tick)
        self._tick()

    def _tick(self) -> None:
        self._toggle()
        self._changes_left -= 1
        if self._changes_left <= 0:
            self._be_still()

    def _toggle(self) -> None:
        self.toggle_class("-flash")
        self.refresh(self.size.region)

    def _be_still(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.has_class("-flash"):
            self._toggle()

    def lines_for(self, size: Size) -> tuple[Line, ...]:
        """Return the words of the notice."""
        if self.notice is None:
            return ()
        line, hint = (Cell(" "), *self.notice.line), self.notice.hint
        room = size.width - line_width(hint) - 1
        if not hint or room < min(line_width(line), LEAST_WORDS):
            return (line,)
        return ((*fit_line(line, room), *hint, Cell(" ")),)

    def render_line(self, y: int) -> Strip:
        """Paint the line, reversed in a flash; with few colours a critical one is reversed except in flashes."""
        width = self.size.width
        line = fit_line(self._lines[y] if y < len(self._lines) else (), width)
        is_critical = self.notice is not None and self.notice.emphasis is Emphasis.CRITICAL
        # Without a background of its own it would look like any other line.
        if self.has_class("-flash") == (is_critical and has_few_colours(self)):
            return runs_strip(line, width, self.palette)
        whole = Cell("".join(cell.text for cell in line), self.notice.emphasis if self.notice else Emphasis.NORMAL)
        return runs_strip((whole,), width, self.palette, is_reversed=True)

    def on_click(self, event: events.Click) -> None:
        """Tell of the click."""
        if self.notice is not None:
            self.post_message(self.Clicked(self, self.notice))
