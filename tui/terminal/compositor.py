"""Textual's compositor, limited to rendering what has changed.

Textual renders all lines of all widgets in the bounding rectangle of all changes: for a figure in the first line and an
age in the last one, the whole screen, though most of that is cached.
"""

from collections.abc import Iterable, Iterator

from textual.geometry import Region
from textual.widget import Widget

from tui.terminal.textual_internals import ChopsUpdate, HookedCompositor, Render


class SparingCompositor(HookedCompositor):
    """Renders only the lines in each changed region, of the topmost widget over it."""

    def __init__(self) -> None:
        super().__init__()
        self._painting: tuple[Region, ...] = ()

    def render_partial_update(self) -> ChopsUpdate | None:
        """Render what has changed since the last update."""
        self._painting = self.changed
        try:
            return super().render_partial_update()
        finally:
            self._painting = ()

    def renders(self, crop: Region | None) -> Iterable[Render]:
        """Render what has changed; everything in a full repaint."""
        return self._renders_of(self._painting) if self._painting else super().renders(crop)

    def _renders_of(self, changed: Iterable[Region]) -> Iterator[Render]:
        uncovered = list(changed)
        for widget, (region, clip) in self.visible_widgets.items():
            shown = region.intersection(clip)
            touched = [part for part in uncovered if shown.overlaps(part)]
            if touched:
                yield _render(widget, region, _band(shown, touched))
                uncovered = [part for part in uncovered if not shown.contains_region(part)]
                if not uncovered:
                    return


def _render(widget: Widget, region: Region, shown: Region) -> Render:
    return region, shown, widget.render_lines(shown.translate(-region.offset))


def _band(shown: Region, touched: list[Region]) -> Region:
    """The changed lines of a widget; it is cut into columns only where Textual cuts it."""
    band = Region.from_union(touched).intersection(shown)
    return Region(shown.x, band.y, shown.width, band.height)
