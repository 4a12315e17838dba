"""How severities look: the one place that turns a severity into a style.

Each widget that shows severities lists `SEVERITY_CLASSES` among its component classes and puts `SEVERITY_CSS` into its
default style sheet. The colours are theme variables, so that a theme may change them all, and weight repeats what
matters, so that a terminal without colours still tells.
"""

from msgspec import Struct, field
from rich.style import Style
from textual.widget import Widget

from widgets.values import Severity

SEVERITY_CLASSES = frozenset({f"severity--{severity.value}" for severity in Severity} | {"severity--cursor"})

SEVERITY_CSS = """
    & > .severity--normal { color: $foreground; }
    & > .severity--muted { color: $text-muted; }
    & > .severity--strong { color: $foreground; text-style: bold; }
    & > .severity--accent { color: $text-accent; }
    & > .severity--good { color: $text-success; }
    & > .severity--warning { color: $text-warning; }
    & > .severity--critical { color: $text-error; text-style: bold; }
    & > .severity--cursor { color: $foreground; text-style: reverse; }
"""

_BOLD = Style(bold=True)
_EMPHATIC = frozenset({Severity.STRONG, Severity.CRITICAL})


class Palette(Struct, frozen=True):
    """The styles of one widget, on the background that it has now."""

    styles: dict[Severity, Style] = field(default_factory=dict)
    cursor: Style = field(default_factory=lambda: Style(reverse=True))

    def style(self, severity: Severity) -> Style:
        """Return the style of text of this severity."""
        return self.styles.get(severity, Style.null())

    def cursor_style(self, severity: Severity) -> Style:
        """Return the style of such text on the cursor line, where one colour keeps the line together."""
        return self.cursor + _BOLD if severity in _EMPHATIC else self.cursor


def palette_of(widget: Widget) -> Palette:
    """Look up the styles of a widget; worth keeping until its next full refresh, since each look-up costs 0.1 ms."""
    styles = {severity: widget.get_component_rich_style(f"severity--{severity.value}") for severity in Severity}
    return Palette(styles, widget.get_component_rich_style("severity--cursor"))
