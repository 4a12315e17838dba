"""From a wish to go somewhere to the screen that is there."""

from typing import Any

from textual.screen import Screen

from tui.domain.scope import Scope
from tui.domain.usage import Call, FailedCall
from tui.screens.calls import CallsScreen
from tui.screens.desk import Desk
from tui.screens.errors import ErrorsScreen
from tui.screens.explain import ExplainDialog
from tui.screens.key_page import KeyScreen
from tui.screens.messages import Open
from tui.screens.model_page import ModelScreen
from tui.screens.record import CallDialog, ErrorDialog
from tui.screens.triage import TriageScreen
from tui.screens.wallet import WalletDialog


def screen_for(message: Open, desk: Desk) -> Screen[Any]:
    """The screen or dialog for a wish."""
    match message.target:
        case "calls":
            return CallsScreen(desk, message.scope)
        case "errors":
            return ErrorsScreen(desk, message.scope)
        case "key":
            return KeyScreen(desk, message.scope)
        case "model":
            return ModelScreen(desk, message.scope)
        case "triage":
            return TriageScreen(desk, Scope())
        case "explain":
            return ExplainDialog(desk)
        case "wallet":
            return WalletDialog(desk)
        case "call":
            assert isinstance(message.record, Call)
            return CallDialog(desk, message.record)
        case "error":
            assert isinstance(message.record, FailedCall)
            return ErrorDialog(desk, message.record)
