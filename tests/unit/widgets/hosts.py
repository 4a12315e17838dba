"""Apps that hold widgets under test, and a counter of the lines they paint."""

from collections import Counter

from textual.app import App, ComposeResult
from textual.strip import Strip
from textual.widget import Widget


class Host(App[None]):
    """An app that holds the given widgets, one below the other."""

    def __init__(self, *widgets: Widget) -> None:
        super().__init__()
        self.held = widgets

    def compose(self) -> ComposeResult:
        """Show the widgets."""
        yield from self.held


class PaintCounter:
    """Counts which lines a widget paints."""

    def __init__(self, widget: Widget) -> None:
        self.lines: Counter[int] = Counter()
        self._paint = widget.render_line
        widget.render_line = self._counted  # type: ignore[method-assign]

    def _counted(self, y: int) -> Strip:
        self.lines[y] += 1
        return self._paint(y)

    def reset(self) -> None:
        """Forget what was painted."""
        self.lines.clear()

    @property
    def painted(self) -> list[int]:
        """The lines painted since the last reset, ascending."""
        return sorted(self.lines)


def text_of(widget: Widget) -> list[str]:
    """Return what each line of the widget shows, without trailing blanks."""
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]
