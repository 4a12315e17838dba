"""A disable that ends by itself: what is typed, what it would do, and what became of it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from tui.domain.intents import state_of
from tui.domain.keys import ApiKey, KeyStatus
from tui.domain.outcomes import Applied, Changed, Outcome
from tui.locale import _
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.key_actions import before_after, stop_sentence
from tui.present.keys import status_word
from tui.store.journal import Entry
from widgets.values import Cell, Emphasis, Line

MINUTES = "minutes"
DEFAULT_MINUTES = "30"
LONGEST = timedelta(days=7)


def can_pause(key: ApiKey) -> bool:
    """Whether the key works now, so that it can be enabled again later."""
    return key.stored_status == "active"


def end_of(typed: str, look: DisplayContext) -> datetime:
    """When a pause of so many minutes ends. Raises ValueError."""
    minutes = int(typed)
    if not 1 <= minutes <= LONGEST / timedelta(minutes=1):
        raise ValueError(typed)
    return look.now + timedelta(minutes=minutes)


def minutes_note(typed: str, look: DisplayContext) -> tuple[Cell, bool]:
    """What the typed minutes mean, and whether they may be sent."""
    try:
        end = end_of(typed, look)
    except ValueError:
        return Cell(
            _("▲ whole minutes, 1 to {most}").format(most=LONGEST // timedelta(minutes=1)), Emphasis.WARNING
        ), False
    return Cell(_("until {time}").format(time=fmt.moment(end, look.now, look.zone))), True


def effect_lines(key: ApiKey) -> tuple[Line, ...]:
    """What a timed pause does, and who keeps it."""
    kept = _("aktop enables it again itself and must be open then; if it is not, the next start offers it.")
    return ((Cell(stop_sentence(key)),), (Cell(kept),))


def overdue_lines(key: ApiKey, entry: Entry, look: DisplayContext) -> tuple[Line, ...]:
    """A pause that ended while no aktop was open."""
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


def leaving_lines(entries: Sequence[Entry], names: Callable[[int], str], look: DisplayContext) -> tuple[Line, ...]:
    """What leaving aktop means for the pauses that it keeps."""
    lines = []
    for entry in entries:
        until = fmt.moment(datetime.fromisoformat(str(entry.until)), look.now, look.zone)
        lines.append((Cell(_("{name} is to be enabled at {time}").format(name=names(entry.key_id), time=until)),))
    return (*lines, (), (Cell(_("Nobody enables it while no aktop is open; the next start offers it.")),))


def ended_words(outcome: Outcome, key: ApiKey, entry: Entry, look: DisplayContext) -> str | None:
    """What became of a pause that is over; None when there is nothing to tell since the key is as it was before."""
    name = look.key_name(key)
    if isinstance(outcome, Applied):
        return _("The pause of {name} is over: it is {status} again.").format(
            name=name, status=status_word(outcome.key.status(look.now))
        )
    if isinstance(outcome, Changed):
        if state_of(outcome.key) == entry.before:
            return None
        told = _("The pause of {name} is over, but the key was changed meanwhile: it is left {status}.")
        return told.format(name=name, status=status_word(outcome.key.status(look.now)))
    return _("The pause of {name} is over, but the gateway did not enable it; aktop tries again.").format(name=name)
