"""Dialogs that see things as all screens do."""

from textual.reactive import var

from tui.screens.view_state import ViewState
from widgets.modal import Modal


class ViewedDialog(Modal[None]):
    """A dialog over the account: the app keeps its view up to date."""

    view: var[ViewState] = var(ViewState(), init=False)
