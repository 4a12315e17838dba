"""Dialogs that show the account as the screen below them does."""

from datetime import datetime

from textual.reactive import var
from textual.screen import ModalScreen

from tui.monitor.snapshot import Snapshot
from tui.present.look import Look
from tui.screens.desk import Desk
from tui.screens.view_state import ViewState


class ViewedDialog(ModalScreen[None]):
    """A dialog over the account: the app binds the same Snapshot, moment and view to it as to all screens."""

    snapshot: var[Snapshot | None] = var(None, init=False)
    now: var[datetime | None] = var(None, init=False)
    view: var[ViewState] = var(ViewState(), init=False)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk

    def fill(self, snapshot: Snapshot, look: Look) -> None:
        """Put what is known into lines."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.refill()

    def watch_snapshot(self) -> None:
        self.refill()

    def watch_now(self) -> None:
        self.refill()

    def watch_view(self) -> None:
        self.refill()

    def refill(self) -> None:
        """Fill it again, once there is something to fill it with."""
        if self.is_mounted and self.snapshot is not None and self.now is not None:
            self.fill(self.snapshot, Look(self.now, self.snapshot.zone, self.view.privacy))
