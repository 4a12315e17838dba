"""A screen of panes with digits: a digit focuses a pane, and the same one again gives it the whole screen."""

from typing import ClassVar

from textual.geometry import Size
from textual.reactive import var

from tui.screens.account_screen import AccountScreen
from widgets.pane import Pane


class ZoomingScreen(AccountScreen):
    """Panes `#NAME-pane` around the widgets `#NAME`; the first two stand in `#top`."""

    PANES: ClassVar[tuple[str, ...]]
    """Names of the panes, in the order of their digits."""
    HOME_PANE: ClassVar[str]
    """The pane that counts as focused while none is."""
    SMALL: ClassVar[Size]
    """With less room than this there is one pane at a time."""

    zoomed: var[str | None] = var(None, init=False)

    def place_panes(self) -> None:
        """One pane at a time on a small terminal, the zoomed one elsewhere."""
        is_small = self.size.width < self.SMALL.width or self.size.height < self.SMALL.height
        zoomed = self.zoomed or (self.focused_pane() if is_small else None)
        self.set_class(zoomed is not None, "-zoomed")
        self.query_one("#top").set_class(zoomed in self.PANES[:2], "-has-zoom")
        for name in self.PANES:
            self.query_one(f"#{name}-pane", Pane).set_class(name == zoomed, "-zoom")

    def focused_pane(self) -> str:
        """The pane that keys are meant for."""
        focused = self.focused.id if self.focused is not None else None
        return focused if focused in self.PANES else self.HOME_PANE

    def action_focus_pane(self, number: int) -> None:
        """Focus a pane; the same digit again gives it the whole screen, and once more takes that back."""
        name = self.PANES[number - 1]
        was_focused = self.focused_pane() == name and self.focused is not None
        self.zoomed = (None if self.zoomed == name else name) if was_focused else (name if self.zoomed else None)
        self.set_class(False, "-zoomed")
        self.query_one(f"#{name}").focus()
        self.repaint_soon()

    def on_descendant_focus(self) -> None:
        """The focus decides what a small terminal shows."""
        self.repaint_soon()
