"""From a wish to go somewhere to the screen that is there.

What a person opens is imported when it is opened: all of it together takes 90 ms, which the first figure need not wait
for.
"""

from importlib import import_module
from typing import Any

from textual.screen import Screen

from tui.account.context import AccountContext
from tui.domain.scope import Scope
from tui.domain.usage import Call, FailedCall
from tui.screens.account_screen import AccountScreen
from tui.screens.messages import Open

_ROOMS = ("calls", "errors", "explain", "key_page", "model_page", "record", "triage", "wallet")


def first_screen(account: AccountContext, scope: Scope) -> AccountScreen:
    """The screen that an account begins on."""
    if account.services.keys:
        from tui.screens.api_key_mode.screen import KeysOnlyScreen

        return KeysOnlyScreen(account, scope)
    from tui.screens.overview.screen import OverviewScreen

    return OverviewScreen(account, scope)


def screen_for(message: Open, account: AccountContext) -> Screen[Any]:
    """The screen or dialog for a wish."""
    match message.target:
        case "calls":
            from tui.screens.calls.screen import CallsScreen

            return CallsScreen(account, message.scope)
        case "errors":
            from tui.screens.errors.screen import ErrorsScreen

            return ErrorsScreen(account, message.scope)
        case "key":
            from tui.screens.key.screen import KeyScreen

            return KeyScreen(account, message.scope)
        case "model":
            from tui.screens.model.screen import ModelScreen

            return ModelScreen(account, message.scope)
        case "triage":
            from tui.screens.triage.screen import TriageScreen

            return TriageScreen(account, Scope())
        case "explain":
            from tui.screens.triage.explain import ExplainDialog

            return ExplainDialog(account)
        case "wallet":
            from tui.screens.wallet.dialog import WalletDialog

            return WalletDialog(account)
        case "call":
            from tui.screens.record.dialogs import CallDialog

            assert isinstance(message.record, Call)
            return CallDialog(account, message.record)
        case "error":
            from tui.screens.record.dialogs import ErrorDialog

            assert isinstance(message.record, FailedCall)
            return ErrorDialog(account, message.record)


def preload_screens() -> None:
    """Import what may be opened, for whoever has time to."""
    for room in _ROOMS:
        import_module(f"tui.screens.{room}")
