"""The registry of screens: creates the screen for an `Open` message.

A screen is imported when it is opened, which takes 5 to 10 ms: the first figures do not wait for all screens, and those
never opened take no memory.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from textual.screen import Screen

from tui.account.context import AccountContext
from tui.screens.messages import Open

SCREENS: dict[str, str] = {
    "overview": "tui.screens.overview.screen:OverviewScreen",
    "calls": "tui.screens.calls.screen:CallsScreen",
    "errors": "tui.screens.errors.screen:ErrorsScreen",
    "key": "tui.screens.key.screen:KeyScreen",
    "model": "tui.screens.model.screen:ModelScreen",
    "triage": "tui.screens.triage.screen:TriageScreen",
    "incidents": "tui.screens.incidents.screen:IncidentsScreen",
    "notices": "tui.screens.notices.screen:NoticesScreen",
    "journal": "tui.screens.journal.screen:JournalScreen",
    "past_explain": "tui.screens.incidents.explain:PastExplainDialog",
    "explain": "tui.screens.triage.explain:ExplainDialog",
    "wallet": "tui.screens.wallet.dialog:WalletDialog",
    "call": "tui.screens.record.dialogs:CallDialog",
    "error": "tui.screens.record.dialogs:ErrorDialog",
}
"""Module and class by target of `Open`; the class has a class method `opened(account, wish)`."""


def screen_for(wish: Open, account: AccountContext) -> Screen[Any]:
    """The screen or dialog for a message."""
    screen: Screen[Any] = _kind_of(wish).opened(account, wish)
    return screen


def open_already(wish: Open, screens: Sequence[Screen[Any]]) -> Screen[Any] | None:
    """The open screen that already shows what is wanted."""
    kind = _kind_of(wish)
    return next((one for one in screens if type(one) is kind and getattr(one, "scope", None) == wish.scope), None)


def _kind_of(wish: Open) -> Any:
    module, _colon, name = SCREENS[wish.target].partition(":")
    return getattr(import_module(module), name)
