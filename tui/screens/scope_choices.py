"""Choosing a scope: the dialogs for range and filters, which end in a message to look at another scope."""

from tui.domain.scope import RangeName, Scope, parse_range
from tui.monitor.snapshot import Snapshot
from tui.present import scope_choices
from tui.present.display_context import DisplayContext
from tui.screens.dialogs import Ask, Next, choice_dialog, prompt_dialog
from tui.screens.messages import Narrow


def choose_range(scope: Scope, look: DisplayContext) -> Ask:
    """One of the named ranges, or days of one's own."""

    def take(choice: str | None) -> Next:
        if choice == scope_choices.CUSTOM:
            return Ask(prompt_dialog(scope_choices.days(look)), take_days)
        return Narrow(scope.over(RangeName(choice))) if choice is not None else None

    def take_days(text: str | None) -> Next:
        return Narrow(scope.over(parse_range(text))) if text is not None else None

    return Ask(choice_dialog(scope_choices.ranges(scope, look)), take)


def choose_filter(scope: Scope, snapshot: Snapshot, look: DisplayContext) -> Ask:
    """First what to filter by, then the value."""

    def take_name(name: str | None) -> Next:
        if name is None:
            return None

        def take_value(choice: str | None) -> Next:
            return Narrow(scope_choices.narrowed(scope, name, choice)) if choice is not None else None

        return Ask(choice_dialog(scope_choices.values(name, scope, snapshot, look)), take_value)

    return Ask(choice_dialog(scope_choices.filters()), take_name)
