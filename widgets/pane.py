"""A frame with a title, a note and hints: heavy while focused inside, dim while its content is stale."""

from collections.abc import Iterable

from textual import events
from textual.containers import Vertical
from textual.geometry import Offset, Region
from textual.reactive import var
from textual.strip import Strip
from textual.widget import Widget

from widgets.frame_lines import Frame, frame_line
from widgets.layout import cell_width, fit_line, line_width, overlay, plain, truncate
from widgets.palette import KeepsPalette
from widgets.strips import runs_strip
from widgets.values import Cell, Emphasis, Line

NOTE_SIDES = 4
"""A piece of the border between title and note, and a blank on both sides of each."""
BLANK = Cell(" ")
MOST_DRAWN = 64


class Framed(KeepsPalette, Vertical):
    """Draws borders around its content, because Textual's own would repaint all content when a title changes."""

    def __init__(self, *children: Widget, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        self._kept_strips: dict[int, Strip] = {}
        self._kept_for: object = None
        self._drawn: dict[Line, Strip] = {}
        """Equal lines, such as most between two borders, are drawn once."""
        super().__init__(*children, id=id, classes=classes)

    def frames(self) -> tuple[Frame, ...]:
        """Return all frames that may have borders here."""
        raise NotImplementedError

    def frame(self) -> Frame:
        """Return the widget's own frame."""
        raise NotImplementedError

    def words(self, y: int, line: Line, own: Frame) -> Line:
        """Return a border line with the texts on it."""
        return line

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint the borders; the content paints itself over the inside."""
        frames, width = self.frames(), self.outer_size.width
        if self._kept_for != (frames, width):
            self._kept_strips.clear()
            self._kept_for = frames, width
        own = self.frame()
        strips = [self._kept_strip(y, frames, own) for y in crop.line_range]
        return strips if crop.column_span == (0, width) else [strip.crop(*crop.column_span) for strip in strips]

    def _kept_strip(self, y: int, frames: tuple[Frame, ...], own: Frame) -> Strip:
        """Return a cached line: Textual requests it whenever anything inside is painted."""
        strip = self._kept_strips.get(y)
        if strip is None:
            width, (left, top) = self.outer_size.width, own.region.offset
            line = self.words(y, frame_line(frames, top + y, left, left + width), own)
            strip = self._drawn.get(line)
            if strip is None or strip.cell_length != width:
                if len(self._drawn) >= MOST_DRAWN:
                    self._drawn.clear()
                strip = self._drawn[line] = self._strip(line, width)
            self._kept_strips[y] = strip
        return strip

    def _strip(self, line: Line, width: int) -> Strip:
        strip, background = runs_strip(fit_line(line, width), width, self.palette), self.background_colors[1]
        for line_filter in self.get_line_filters():
            strip = strip.apply_filter(line_filter, background)
        return strip

    def forget_palette(self) -> None:
        """Redraw the borders in other colours."""
        super().forget_palette()
        self._kept_strips.clear()
        self._drawn.clear()

    def repaint(self, region: Region) -> None:
        """Repaint a region, given from the frame on; Textual counts from the content."""
        for y in region.line_range:
            self._kept_strips.pop(y, None)
        self.refresh(region.translate(-self.content_offset))


class Panes(Framed):
    """Holds panes that share borders, and draws those at its right and bottom."""

    DEFAULT_CSS = """
    Panes { height: 1fr; padding: 0 1 1 0; }
    Panes Pane { padding: 1 0 0 1; }
    Panes Pane.-noted { padding: 1 0 1 1; }
    Panes FieldView { padding: 0 0 0 1; }
    """

    def __init__(self, *children: Widget, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(*children, id=id, classes=classes)
        self.held: list[Pane] = []

    def frames(self) -> tuple[Frame, ...]:
        offset = self.region.offset
        return tuple(pane.frame_in(region, offset) for pane in self.held if (region := pane.region))

    def frame(self) -> Frame:
        return Frame(self.outer_size.region)

    def repaint_lines(self, frame: Frame) -> None:
        """Repaint the borders of a frame, whichever widgets draw them."""
        offset = self.region.offset
        for widget in (self, *self.held):
            own = widget.region.translate(-offset)
            for edge in frame.edges if own else ():
                if touched := edge.intersection(own):
                    widget.repaint(touched.translate(-own.offset))

    def on_click(self, event: events.Click) -> None:
        """Let a click on a border focus the pane that it belongs to."""
        if event.widget is self:
            before = (pane for pane in self.held if pane.frame().region.contains(event.x, event.y))
            if pane := next(before, None):
                pane.focus_inside()


class Pane(Framed):
    """A frame around something."""

    DEFAULT_CSS = "Pane { height: 1fr; padding: 1; }"

    title_line: var[str] = var("", init=False)
    """What the pane shows, with the digit that focuses it."""
    hint: var[str] = var("", init=False)
    """Keys of the pane, to the right of the title; dropped if there is no room."""
    note: var[Line] = var((), init=False)
    """Facts about the content, such as its age: after the title, or at the bottom if that is too long."""
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
        super().__init__(*children, id=id, classes=classes)
        self.set_reactive(Pane.title_line, title_line)
        self.set_reactive(Pane.hint, hint)
        self.set_reactive(Pane.note, note)
        self._panes: Panes | None = None

    def on_mount(self) -> None:
        """Share borders with the other panes of a `Panes` ancestor."""
        self._panes = next((one for one in self.ancestors if isinstance(one, Panes)), None)
        if self._panes is not None:
            self._panes.held.append(self)

    def frame(self) -> Frame:
        """Return its frame; if shared, its last row and column are in cells of other widgets."""
        if self._panes is not None:
            return self.frame_in(self.region, self._panes.region.offset)
        return self._around(self.outer_size.region)

    def frame_in(self, region: Region, offset: Offset) -> Frame:
        """Return the frame of its screen region, relative to the offset of its `Panes`."""
        x, y, width, height = region.translate(-offset)
        return self._around(Region(x, y, width + 1, height + 1))

    def _around(self, region: Region) -> Frame:
        is_lit = self.has_focus_within
        return Frame(region, is_lit, Emphasis.FOCUS if is_lit and not self.stale else Emphasis.MUTED)

    def frames(self) -> tuple[Frame, ...]:
        return self._panes.frames() if self._panes is not None else (self.frame(),)

    def words(self, y: int, line: Line, own: Frame) -> Line:
        """Put the title, the note and the hint on the upper border."""
        width = own.region.width
        if y != 0:
            is_lower = self.has_class("-noted") and y == self.outer_size.height - 1
            return self._with_lower_note(line, width) if is_lower else line
        room = max(0, width - 4)
        title = truncate(plain(self.title_line), room)
        look = Emphasis.STRONG if own.is_heavy else Emphasis.NORMAL
        line, end = _put(line, 2, (Cell(title, look), BLANK)[: bool(title) + (cell_width(title) < room)])
        if self.note and not self.has_class("-noted"):
            line, end = _put(line, end + 1, (BLANK, *self.note, BLANK))
        hint = plain(self.hint)
        start = width - 3 - cell_width(hint)
        return _put(line, start, (Cell(f" {hint}", Emphasis.MUTED),))[0] if hint and start > end else line

    def _with_lower_note(self, line: Line, width: int) -> Line:
        """Put the note on the lower border; if that has another pane's title, on a line above."""
        if self._panes is not None:
            return _put(line, 2, fit_line(self.note, max(0, self.outer_size.width - 2)))[0]
        note = fit_line(self.note, min(line_width(self.note), max(0, width - 6)))
        return _put(line, 2, (BLANK, *note, BLANK))[0]

    def _find_place_for_note(self) -> None:
        needed = cell_width(self.title_line) + line_width(self.note) + NOTE_SIDES
        self.set_class(bool(self.note) and needed > self.frame().region.width - 4, "-noted")

    def watch_title_line(self) -> None:
        """Repaint the upper border."""
        self._repaint_words()

    def watch_hint(self) -> None:
        """Repaint the upper border."""
        self._repaint_words()

    def watch_note(self) -> None:
        """Repaint the line of the note."""
        self._repaint_words()

    def _repaint_words(self) -> None:
        if self.is_attached:
            self._find_place_for_note()
        width, height = self.outer_size
        self.repaint(Region(0, 0, width, 1))
        if self.has_class("-noted"):
            self.repaint(Region(0, height - 1, width, 1))

    def watch_stale(self) -> None:
        """Dim or light the borders."""
        self._repaint_lines()

    def on_resize(self, event: events.Resize) -> None:
        """Join the borders at their new places."""
        self._find_place_for_note()
        self._repaint_lines()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Make the borders heavy."""
        self._repaint_lines()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Make the borders light."""
        self._repaint_lines()

    def _repaint_lines(self) -> None:
        if not self.is_attached:
            return
        if self._panes is not None:
            self._panes.repaint_lines(self.frame())
        else:
            for edge in self.frame().edges:
                self.repaint(edge)

    def on_click(self, event: events.Click) -> None:
        """Let a click on the frame focus its content."""
        if event.widget is self:
            self.focus_inside()

    def focus_inside(self) -> None:
        """Focus the first focusable widget."""
        inside = next((widget for widget in self.query("*") if widget.focusable), None)
        if inside is not None:
            inside.focus()


def _put(line: Line, x: int, cells: Iterable[Cell]) -> tuple[Line, int]:
    """Overlay cells on a line from a column on; also return where they end."""
    for cell in cells:
        line = overlay(line, x, cell)
        x += cell_width(cell.text)
    return line, x
