"""A disable that ends by itself: its input, its effect, and its result."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tui.domain.intents import state_of
from tui.domain.keys import ApiKey, KeyStatus
from tui.domain.outcomes import Applied, Changed, Outcome, Refused, Unknown, Unwritten
from tui.locale import _
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present.dialogs import ConfirmModel, FormModel
from tui.present.display_context import DisplayContext
from tui.present.key_actions import before_after, identity, stop_sentence
from tui.present.key_names import key_name
from tui.present.key_state import status_word
from tui.present.toasts import Toast
from tui.store.journal import Entry
from widgets.dialog_values import FormCheck, FormField
from widgets.values import Cell, Emphasis, Line

MINUTES = "minutes"
DEFAULT_MINUTES = "30"
LONGEST = timedelta(days=7)
SAID_FOR_S = 12


def can_pause(key: ApiKey) -> bool:
    """Whether the key is active, so that it can be enabled again later."""
    return key.stored_status == "active"


def cannot_pause(key: ApiKey, look: DisplayContext) -> Toast:
    """An inactive key needs no pause."""
    return Toast(_("{name} is not active: there is nothing to pause.").format(name=look.key_name(key)))


def pause_form(key: ApiKey, look: DisplayContext) -> FormModel:
    """Ask for the minutes of a pause."""
    verb = _("Disable {name}").format(name=look.key_name(key))
    return FormModel(_("Disable for a time"), (identity(key, look),), (minutes_field(),), verb)


def minutes_field() -> FormField:
    """The length of a pause."""
    return FormField(MINUTES, _("minutes"), DEFAULT_MINUTES)


def check_pause(key: ApiKey, typed: str, look: DisplayContext) -> FormCheck:
    """The effect of the typed minutes."""
    note, ready = minutes_note(typed, look)
    return FormCheck({MINUTES: note}, effect_lines(key), ready)


def end_of(typed: str, look: DisplayContext) -> datetime:
    """When a pause of the typed minutes ends. Raises ValueError."""
    minutes = int(typed)
    if not 1 <= minutes <= LONGEST / timedelta(minutes=1):
        raise ValueError(typed)
    return look.now + timedelta(minutes=minutes)


def minutes_note(typed: str, look: DisplayContext) -> tuple[Cell, bool]:
    """The meaning of the typed minutes, and whether they may be sent."""
    try:
        end = end_of(typed, look)
    except ValueError:
        return Cell(
            _("▲ whole minutes, 1 to {most}").format(most=LONGEST // timedelta(minutes=1)), Emphasis.WARNING
        ), False
    return Cell(_("until {time}").format(time=fmt.moment(end, look.now, look.zone))), True


def effect_lines(key: ApiKey) -> tuple[Line, ...]:
    """What a timed pause does, and what ends it."""
    kept = _("aktop enables it again itself and must be open then; if it is not, the next start offers it.")
    return ((Cell(stop_sentence(key)),), (Cell(kept),))


def overdue_lines(key: ApiKey, entry: Entry, look: DisplayContext) -> tuple[Line, ...]:
    """A pause that ended while no aktop was running."""
    assert entry.until is not None
    over = fmt.span(look.now - datetime.fromisoformat(entry.until))
    return (
        (Cell(look.key_name(key), Emphasis.STRONG), Cell(f"   {key.masked_secret}   #{key.id}", Emphasis.MUTED)),
        (),
        before_after(_("status"), status_word(key.status(look.now)), status_word(KeyStatus.ACTIVE)),
        (),
        (Cell(_("Its pause was over {span} ago, while no aktop was open.").format(span=over)),),
        (Cell(_("Cancel leaves it disabled; the next start asks again.")),),
    )


def overdue_model(key: ApiKey, entry: Entry, look: DisplayContext) -> ConfirmModel:
    """Offer to end a pause that ended while no aktop was running."""
    verb = _("Enable {name}").format(name=look.key_name(key))
    return ConfirmModel(_("A pause is over"), overdue_lines(key, entry, look), verb)


def leaving_model(entries: Sequence[Entry], snapshot: Snapshot, look: DisplayContext) -> ConfirmModel:
    """What quitting aktop means for the pauses that it has to end."""
    lines = []
    for entry in entries:
        name = key_name(entry.key_id, snapshot, look)
        until = fmt.moment(datetime.fromisoformat(str(entry.until)), look.now, look.zone)
        lines.append((Cell(_("{name} is to be enabled at {time}").format(name=name, time=until)),))
    told = _("Nobody enables it while no aktop is open; the next start offers it.")
    return ConfirmModel(_("A pause is running"), (*lines, (), (Cell(told),)), _("Quit"))


def ended_toast(outcome: Outcome, key: ApiKey, entry: Entry, look: DisplayContext) -> Toast | None:
    """The result of a finished pause; None if there is nothing to report, as the key is unchanged."""
    name = look.key_name(key)
    if isinstance(outcome, Applied):
        told = _("The pause of {name} is over: it is {status} again.")
        status = status_word(outcome.key.status(look.now))
        return Toast(told.format(name=name, status=status), timeout_s=SAID_FOR_S)
    if isinstance(outcome, Changed):
        if state_of(outcome.key) == entry.before:
            return None
        told = _("The pause of {name} is over, but the key was changed meanwhile: it is left {status}.")
        status = status_word(outcome.key.status(look.now))
        return Toast(told.format(name=name, status=status), "warning", SAID_FOR_S)
    told = _("The pause of {name} is over, but the gateway did not enable it; aktop tries again.")
    return Toast(told.format(name=name), "warning", SAID_FOR_S)


def settled_toast(outcome: Outcome, name: str) -> Toast:
    """The result of a change from an earlier run that had no response."""
    match outcome:
        case Applied():
            told = _("An earlier change of {name} had no answer; it was done.")
        case Changed():
            told = _("An earlier change of {name} had no answer; it was not done.")
        case Refused() | Unknown() | Unwritten():
            told = _("Nobody knows what became of an earlier change of {name}.")
    return Toast(told.format(name=name), "warning", SAID_FOR_S)
