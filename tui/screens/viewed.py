"""Dialogs that see things as all screens do."""

from textual.reactive import var
from textual.screen import ModalScreen

from tui.screens.view_state import ViewState


class ViewedDialog(ModalScreen[None]):
    """A dialog over the account: the app keeps its view up to date."""

    view: var[ViewState] = var(ViewState(), init=False)
