"""What scrolling views of lines have in common."""

from textual.geometry import Size
from textual.scroll_view import ScrollView


def set_content_size(view: ScrollView, size: Size) -> None:
    """Tell a view how much there is to scroll, without a layout of the screen where a scrollbar at most changes.

    Textual lays the whole screen out for any other `virtual_size`; a list that grows each second would pay for it.
    """
    if size == view.virtual_size:
        return
    scrolls = size.height > view.container_size.height
    quiet = scrolls == view.show_vertical_scrollbar and size.width == view.virtual_size.width
    if not quiet or not view.container_size or view.styles.auto_dimensions:
        view.virtual_size = size
        return
    view.set_reactive(ScrollView.virtual_size, size)
    if scrolls:
        view.vertical_scrollbar.window_virtual_size = size.height
    jump(view, y=min(view.scroll_offset.y, view.max_scroll_y))


def jump(view: ScrollView, *, x: float | None = None, y: float | None = None) -> None:
    """Scroll at once."""
    view.scroll_to(x=x, y=y, animate=False, force=True, immediate=True)
