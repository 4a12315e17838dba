"""The registry of screens: from a wish to go somewhere to the screen that is there.

What a person opens is imported when it is opened, which takes 5 to 10 ms: the first figure need not wait for all of it,
and who watches one screen all day need not hold the rest.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from textual.screen import Screen

from tui.account.context import AccountContext
from tui.domain.capabilities import Capability
from tui.screens.messages import Open

SCREENS: dict[str, str] = {
    "overview": "tui.screens.overview.screen:OverviewScreen",
    "api_key_mode": "tui.screens.api_key_mode.screen:ApiKeyModeScreen",
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
"""By the name that `Open` asks for: the module and the class, which has a class method `opened(account, wish)`."""


def screen_for(wish: Open, account: AccountContext) -> Screen[Any]:
    """The screen or dialog for a wish."""
    screen: Screen[Any] = _kind_of(wish).opened(account, wish)
    return screen


def open_already(wish: Open, screens: Sequence[Screen[Any]]) -> Screen[Any] | None:
    """The screen, among those that are open, that shows what is wished for already."""
    kind = _kind_of(wish)
    return next((one for one in screens if type(one) is kind and getattr(one, "scope", None) == wish.scope), None)


def _kind_of(wish: Open) -> Any:
    module, _colon, name = SCREENS[wish.target].partition(":")
    return getattr(import_module(module), name)


def first_screen(account: AccountContext) -> str:
    """The screen that an account begins on."""
    return "overview" if account.can(Capability.ACCOUNT) else "api_key_mode"
