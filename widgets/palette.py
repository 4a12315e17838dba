"""The one place that turns an emphasis into a style.

Colours are theme variables, so that a theme may change them all, and weight repeats what matters, so that a terminal
without colours still shows it. With 16 colours each becomes the terminal's own of the same hue: the nearest by distance
would turn most of them grey. They are looked up here rather than through component classes, for which Textual creates a
node per emphasis and widget whenever the focus moves.
"""

import re
from collections.abc import Sequence
from colorsys import rgb_to_hls
from typing import TYPE_CHECKING, Self

from msgspec import Struct, field
from rich.color import Color, ColorType
from rich.style import Style
from textual.color import Color as CssColor
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Region
from textual.widget import Widget

from widgets.values import Emphasis

_VARIABLES = {
    Emphasis.NORMAL: "foreground",
    Emphasis.MUTED: "text-muted",
    Emphasis.STRONG: "foreground",
    Emphasis.ACCENT: "text-accent",
    Emphasis.FOCUS: "text-primary",
    Emphasis.DATA: "text-secondary",
    Emphasis.GOOD: "text-success",
    Emphasis.WARNING: "text-warning",
    Emphasis.CRITICAL: "text-error",
}
"""The theme variable with the colour of each emphasis."""
_CURSOR_BACKGROUND = "panel"
_PART = re.compile(r"(\w+) (\d+)%")
"""A share of a colour; "auto" is the contrast to the background."""

_BOLD, _NOT_BOLD = Style(bold=True), Style(bold=False)
_REVERSE = Style(reverse=True)
_ON_BLACK, _ON_WHITE = Style(bgcolor="black"), Style(bgcolor="bright_white")
_EMPHATIC = frozenset({Emphasis.STRONG, Emphasis.CRITICAL})
_ABNORMAL = frozenset({Emphasis.WARNING, Emphasis.CRITICAL})
_HUES = ("red", "yellow", "green", "cyan", "blue", "magenta")
_GREY = 0.15
"""Below this saturation a colour is a grey, of which there are enough."""


class Palette(Struct, frozen=True):
    """The styles of one widget, on the background that it has now."""

    styles: dict[Emphasis, Style] = field(default_factory=dict)
    cursor: Style = _REVERSE

    def style(self, emphasis: Emphasis) -> Style:
        """Return the style of text of this emphasis."""
        return self.styles.get(emphasis, Style.null())

    def style_over(self, emphasis: Emphasis, under: Emphasis) -> Style:
        """Return the style of a drawing of two colours, of which one lies behind."""
        return self.style(emphasis) + Style(bgcolor=self.style(under).color)

    def cursor_style(self, emphasis: Emphasis) -> Style:
        """Return the style of text on the cursor line, where one colour holds together all but the abnormal."""
        if emphasis in _ABNORMAL and self.style(emphasis).color is not None:
            if self.cursor.reverse:
                return self.reversed_style(emphasis)
            return self.style(emphasis) + Style(bgcolor=self.cursor.bgcolor)
        return self.cursor + _BOLD if emphasis in _EMPHATIC else self.cursor

    def reversed_style(self, emphasis: Emphasis) -> Style:
        """Return the style of text on a line that calls for attention; bold would be grey on some terminals."""
        style = self.style(emphasis)
        if style.color is not None and style.color.type is ColorType.STANDARD:
            # A background that is not among 16 colours may come out as grey.
            style += _ON_BLACK if style.color.name.startswith("bright") else _ON_WHITE
        return style + _REVERSE + _NOT_BOLD


def palette_of(widget: Widget) -> Palette:
    """Look up the styles of a widget; worth keeping until its next full refresh."""
    background = widget.background_colors[1]
    variables = widget.app.theme_variables
    styles = {emphasis: _style(variables[name], background) for emphasis, name in _VARIABLES.items()}
    styles |= {emphasis: styles[emphasis] + _BOLD for emphasis in _EMPHATIC}
    cursor = _style(variables[_VARIABLES[Emphasis.NORMAL]], background + CssColor.parse(variables[_CURSOR_BACKGROUND]))
    if has_few_colours(widget):
        is_dark = widget.app.current_theme.dark
        styles = {emphasis: in_terminal_colours(style, is_dark=is_dark) for emphasis, style in styles.items()}
        cursor = styles[Emphasis.NORMAL] + _REVERSE
    return Palette(styles, cursor)


def _style(colour: str, background: CssColor) -> Style:
    """Text of a theme's colour on a background."""
    part = _PART.fullmatch(colour)
    name, alpha = (part[1], int(part[2]) / 100) if part else (colour, 1.0)
    text = background.get_contrast_text(alpha) if name == "auto" else CssColor.parse(name).multiply_alpha(alpha)
    return Style.from_color((background + text).rich_color, background.rich_color)


def has_few_colours(widget: Widget) -> bool:
    """Whether the terminal has at most 16 colours, so that backgrounds show nothing."""
    app = widget.app
    return app.no_color or (not app.is_headless and app.console.color_system in (None, "standard", "windows"))


def in_terminal_colours(style: Style, *, is_dark: bool) -> Style:
    """Return a style in the terminal's own colour of the same hue, bright before a dark background."""
    colour = style.color
    if colour is None or colour.type is not ColorType.TRUECOLOR or colour.triplet is None:
        return style
    hue, _lightness, saturation = rgb_to_hls(*colour.triplet.normalized)
    if saturation < _GREY:
        return style
    name = _HUES[round(hue * len(_HUES)) % len(_HUES)]
    return style + Style(color=Color.parse(f"bright_{name}" if is_dark else name))


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
        """All filters except those for the terminal's own colours and dim text, which a palette handles itself."""
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
