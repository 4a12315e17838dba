"""Disarming the guard, at once, and arming it again once a person agrees."""

from tui.config.complaints import file_complaint
from tui.present import guard_words as words
from tui.screens.dialogs import Ask, Next, confirm_dialog
from tui.screens.key_actions import ActionContext
from widgets.dialogs import ActOutcome


def toggle(shown: ActionContext) -> Next:
    """Disarm it, or ask before it is armed again."""
    guard = shown.account.guard
    if guard is None or not any(rule.is_armed for rule in guard.rules):
        return words.no_rules()

    async def arm() -> ActOutcome:
        try:
            guard.arm()
        except OSError as error:
            return ActOutcome(False, words.not_armed_line(file_complaint(error)))
        return ActOutcome(True, words.armed_line())

    if guard.is_disarmed:
        return Ask(confirm_dialog(words.arm_model(guard.rules, shown.look()), arm))
    try:
        guard.disarm()
    except OSError as error:
        return words.disarmed_here(file_complaint(error))
    return words.disarmed_toast()
