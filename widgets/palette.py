"""How emphases look: the one place that turns an emphasis into a style.

Each widget that shows emphases lists `EMPHASIS_CLASSES` among its component classes and puts `SEVERITY_CSS` into its
default style sheet. The colours are theme variables, so that a theme may change them all, and weight repeats what
matters, so that a terminal without colours still tells.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from msgspec import Struct, field
from rich.style import Style
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Region
from textual.widget import Widget

from widgets.values import Emphasis

EMPHASIS_CLASSES = frozenset({f"emphasis--{emphasis.value}" for emphasis in Emphasis} | {"emphasis--cursor"})

SEVERITY_CSS = """
    & > .emphasis--normal { color: $foreground; }
    & > .emphasis--muted { color: $text-muted; }
    & > .emphasis--strong { color: $foreground; text-style: bold; }
    & > .emphasis--accent { color: $text-accent; }
    & > .emphasis--good { color: $text-success; }
    & > .emphasis--warning { color: $text-warning; }
    & > .emphasis--critical { color: $text-error; text-style: bold; }
    & > .emphasis--cursor { color: $foreground; text-style: reverse; }
"""

_BOLD = Style(bold=True)
_EMPHATIC = frozenset({Emphasis.STRONG, Emphasis.CRITICAL})


class Palette(Struct, frozen=True):
    """The styles of one widget, on the background that it has now."""

    styles: dict[Emphasis, Style] = field(default_factory=dict)
    cursor: Style = field(default_factory=lambda: Style(reverse=True))

    def style(self, emphasis: Emphasis) -> Style:
        """Return the style of text of this emphasis."""
        return self.styles.get(emphasis, Style.null())

    def cursor_style(self, emphasis: Emphasis) -> Style:
        """Return the style of such text on the cursor line, where one colour keeps the line together."""
        return self.cursor + _BOLD if emphasis in _EMPHATIC else self.cursor


def palette_of(widget: Widget) -> Palette:
    """Look up the styles of a widget; worth keeping until its next full refresh, since each look-up costs 0.1 ms."""
    styles = {emphasis: widget.get_component_rich_style(f"emphasis--{emphasis.value}") for emphasis in Emphasis}
    return Palette(styles, widget.get_component_rich_style("emphasis--cursor"))


if TYPE_CHECKING:
    _Base = Widget
else:
    # Not a widget itself: Textual takes style sheets from the first base that is one.
    _Base = object


class KeepsPalette(_Base):
    """A widget that keeps its styles until its next full refresh, since that is how a change of style arrives."""

    _kept_palette: Palette | None = None

    @property
    def palette(self) -> Palette:
        """The styles to paint with."""
        if self._kept_palette is None:
            self._kept_palette = palette_of(self)
        return self._kept_palette

    def get_line_filters(self) -> Sequence[LineFilter]:
        """All but that for the terminal's own colours and for dim text: a palette has neither, where it would act."""
        return [one for one in super().get_line_filters() if not isinstance(one, ANSIToTruecolor)]

    def forget_palette(self) -> None:
        """Look the styles up again; a widget that keeps more of them forgets that too."""
        self._kept_palette = None

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Look the styles up again at a full refresh."""
        if not regions:
            self.forget_palette()
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        """Look the styles up again."""
        self.forget_palette()
        super().notify_style_update()
