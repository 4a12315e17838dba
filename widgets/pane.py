"""A frame with a title, hints and a note: heavy while the focus is inside, dim while its content is stale."""

from textual import events
from textual.containers import Vertical
from textual.geometry import Region
from textual.reactive import var
from textual.strip import Strip
from textual.widget import Widget

from widgets.layout import cell_width, fit_line, line_width, plain, truncate
from widgets.palette import KeepsPalette
from widgets.strips import runs_strip
from widgets.values import Cell, Emphasis, Line

LIGHT, HEAVY = "╭─╮│╰╯", "┏━┓┃┗┛"


class Pane(KeepsPalette, Vertical):
    """Draws its own frame, because Textual's would repaint all content with each change of a title or note."""

    DEFAULT_CSS = "Pane { height: 1fr; padding: 1; }"

    title_line: var[str] = var("", init=False)
    """What the pane shows, with the digit that focuses it."""
    hint: var[str] = var("", init=False)
    """Keys of the pane, at the right of the title; leaves when it does not fit."""
    note: var[Line] = var((), init=False)
    """What is to be known about the content, such as its age, in the lower edge."""
    stale: var[bool] = var(False, init=False, toggle_class="-stale")
    """Whether the content is older than it should be."""

    def __init__(
        self,
        *children: Widget,
        title_line: str = "",
        hint: str = "",
        note: Line = (),
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        self._kept_strips: dict[int, Strip] = {}
        super().__init__(*children, id=id, classes=classes)
        self.set_reactive(Pane.title_line, title_line)
        self.set_reactive(Pane.hint, hint)
        self.set_reactive(Pane.note, note)

    def watch_title_line(self) -> None:
        """Repaint the upper edge."""
        self._repaint(0)

    def watch_hint(self) -> None:
        """Repaint the upper edge."""
        self._repaint(0)

    def watch_note(self) -> None:
        """Repaint the lower edge."""
        self._repaint(self.outer_size.height - 1)

    def watch_stale(self) -> None:
        """Dim the frame, or light it."""
        self.refresh()

    def _repaint(self, y: int) -> None:
        self._kept_strips.pop(y, None)
        # Regions are relative to the content, which begins inside the frame.
        self.refresh(Region(0, y, self.outer_size.width, 1).translate(-self.content_offset))

    def on_resize(self, event: events.Resize) -> None:
        """Draw the frame in another size."""
        self._kept_strips.clear()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Make the frame heavy."""
        self.refresh()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Make the frame light."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Let a click on the frame focus what is inside."""
        inside = next((widget for widget in self.query("*") if widget.focusable), None)
        if event.widget is self and inside is not None:
            inside.focus()

    def forget_palette(self) -> None:
        """Draw the frame anew, in other colours."""
        super().forget_palette()
        self._kept_strips.clear()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint the frame; the content paints itself over the inside."""
        width = self.outer_size.width
        strips = [self._kept_strip(y) for y in crop.line_range]
        return strips if crop.column_span == (0, width) else [strip.crop(*crop.column_span) for strip in strips]

    def _kept_strip(self, y: int) -> Strip:
        """Return a line of the frame, which Textual asks for whenever anything in the pane is painted."""
        strip = self._kept_strips.get(y)
        if strip is None or strip.cell_length != self.outer_size.width:
            strip, background = self._frame_strip(y), self.background_colors[1]
            for line_filter in self.get_line_filters():
                strip = strip.apply_filter(line_filter, background)
            self._kept_strips[y] = strip
        return strip

    def _frame_strip(self, y: int) -> Strip:
        focused = self.has_focus_within
        width, height = self.outer_size
        edges = Edges(
            width, HEAVY if focused else LIGHT, Emphasis.FOCUS if focused and not self.stale else Emphasis.MUTED
        )
        if y == 0:
            title = Cell(plain(self.title_line), Emphasis.STRONG if focused else Emphasis.NORMAL)
            line = edges.upper(title, self.hint)
        elif y == height - 1:
            line = edges.lower(self.note)
        else:
            line = edges.side()
        return runs_strip(fit_line(line, width), width, self.palette)


class Edges:
    """The lines of a frame of one width, glyph set and emphasis."""

    def __init__(self, width: int, glyphs: str, emphasis: Emphasis) -> None:
        self.width = width
        self.emphasis = emphasis
        self.left, self.dash, self.right, self.bar, self.low_left, self.low_right = tuple(glyphs)

    def upper(self, title: Cell, hint: str) -> Line:
        """Return the upper edge: the title, and the hint where there is room for it."""
        room = self.width - 4
        shown = Cell(truncate(title.text, room), title.emphasis)
        room -= cell_width(shown.text)
        hint = plain(hint)
        if hint and cell_width(hint) + 3 <= room:
            between = f" {self.dash * (room - cell_width(hint) - 2)} "
            return (
                self._run(self.left + self.dash),
                shown,
                self._run(between),
                self._run(hint + self.dash + self.right),
            )
        blank = " " if shown.text and room > 0 else ""
        return (
            self._run(self.left + self.dash),
            shown,
            self._run(blank + self.dash * (room - len(blank) + 1) + self.right),
        )

    def lower(self, note: Line) -> Line:
        """Return the lower edge with the note in it."""
        room = self.width - 4
        if not note or room < 4:
            return (self._run(self.low_left + self.dash * (self.width - 2) + self.low_right),)
        shown = fit_line(note, min(line_width(note), room - 2))
        dashes = self.dash * (room - 2 - line_width(shown) + 1)
        return (self._run(self.low_left + self.dash + " "), *shown, self._run(" " + dashes + self.low_right))

    def side(self) -> Line:
        """Return a line between the edges."""
        return (self._run(self.bar), Cell(" " * (self.width - 2)), self._run(self.bar))

    def _run(self, text: str) -> Cell:
        return Cell(text, self.emphasis)
