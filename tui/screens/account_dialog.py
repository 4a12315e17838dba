"""Dialogs that show the account in the same picture as the screen below."""

from typing import Self

from textual.reactive import var

from tui.account.context import AccountContext
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.screens.messages import Open
from tui.screens.picture import Picture, ShowsPicture
from widgets.modal import Modal


class AccountDialog(ShowsPicture, Modal[None]):
    """A dialog over the account: the app gives it the same picture as all screens."""

    picture: var[Picture | None] = var(None, init=False)

    def __init__(self, account: AccountContext) -> None:
        super().__init__()
        self.account = account

    @classmethod
    def opened(cls, account: AccountContext, wish: Open) -> Self:
        """The dialog for a wish to open it."""
        return cls(account)

    def fill(self, snapshot: Snapshot, look: DisplayContext) -> None:
        """Put what is known into lines."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.refill()

    def watch_picture(self) -> None:
        self.refill()

    def refill(self) -> None:
        """Fill it again, once there is a picture."""
        if self.is_mounted and self.picture is not None:
            self.fill(self.picture.snapshot, self.picture.look)
