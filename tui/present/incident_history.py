"""Stored incidents: time, kind, key, cost, actions, and how often they occurred."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from tui.domain.intents import KeyAction
from tui.locale import _, plural
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present.clauses import clauses
from tui.present.display_context import DisplayContext
from tui.present.key_names import key_name
from tui.present.proof import is_restriction
from tui.present.signs import signed
from tui.store.journal import GUARD, Entry, Stage
from tui.triage.findings import COSTLY, FindingKind
from tui.triage.incident_history import KEPT_FOR, IncidentRecord, Remembered, earlier_like, record_of
from tui.triage.incidents import Incident, Phase
from tui.triage.rule import Term
from widgets.values import Cell, Emphasis, Line

FOUR_WEEKS = timedelta(days=28)
MOST_REPEATS = 2
"""The triage screen names at most this many keys with earlier incidents."""
_ANSWERS = (KeyAction.DISABLE, KeyAction.LIMIT)
_SECOND, _THIRD = 2, 3


class KnownIncident(Struct, frozen=True):
    """A stored incident with the actions on it, oldest first."""

    record: IncidentRecord
    done: tuple[Entry, ...] = ()


Known = tuple[KnownIncident, ...]
"""Ongoing incidents, worst first, then those that are over, latest first."""


def known_incidents(
    records: Remembered, entries: Iterable[tuple[int, Entry]], now: datetime, incidents: Iterable[Incident] = ()
) -> Known:
    """Join stored incidents and ongoing unreported ones with the actions in the journal."""
    acts: dict[int | None, list[tuple[datetime, Entry]]] = defaultdict(list)
    for at, entry in sorted(((datetime.fromisoformat(one.at), one) for _number, one in entries), key=_moment):
        if entry.key_id:
            acts[entry.key_id].append((at, entry))
            acts[None].append((at, entry))
    ids = {one.id for one in records}
    untold = tuple(record_of(one, now) for one in incidents if one.id not in ids)
    known = (KnownIncident(one, _done(one, acts.get(one.blamed, ()))) for one in (*untold, *records))
    return tuple(sorted(known, key=lambda one: _place(one.record)))


def _place(record: IncidentRecord) -> tuple[bool, int, float]:
    """The sort key: ongoing ones first, worst first; then the rest, latest first."""
    began_s = record.since.timestamp()
    if record.phase is None:
        return True, 0, -began_s
    return False, -record.severity.rank if record.severity is not None else 0, began_s


def _moment(act: tuple[datetime, Entry]) -> datetime:
    return act[0]


def _done(record: IncidentRecord, acts: Sequence[tuple[datetime, Entry]]) -> tuple[Entry, ...]:
    """The actions that responded to it: on its key, or on any if all of them cost more; `acts` are in time order."""
    if record.blamed is None and record.kind not in COSTLY:
        return ()
    first = bisect_left(acts, record.since, key=_moment)
    last = bisect_right(acts, record.answered_until, key=_moment)
    return tuple(entry for _at, entry in acts[first:last])


def like(one: KnownIncident, known: Known) -> Known:
    """The earlier incidents that one repeats, latest first."""
    by_id = {other.record.id: other for other in known}
    records = tuple(sorted((other.record for other in known), key=lambda other: other.since, reverse=True))
    return tuple(by_id[other.id] for other in earlier_like(one.record, records))


def of_incident(incident: Incident | None, known: Known) -> KnownIncident | None:
    """The record of an ongoing incident."""
    return None if incident is None else next((one for one in known if one.record.id == incident.id), None)


def whose(record: IncidentRecord, snapshot: Snapshot, look: DisplayContext) -> str:
    """Its key, or the key to blame; else the account."""
    if record.blamed is None:
        return _("the account")
    return key_name(record.blamed, snapshot, look, record.key_name)


def lasted(record: IncidentRecord, now: datetime) -> timedelta:
    """How long it lasted, or has lasted so far."""
    return max(timedelta(0), (record.until if record.until is not None else now) - record.since)


def state_cell(record: IncidentRecord, now: datetime) -> Cell:
    """Its phase, or how it ended."""
    words = {
        Phase.PENDING: Cell(_("pending"), Emphasis.MUTED),
        Phase.COOLING: Cell(_("cooling"), Emphasis.WARNING),
        Phase.PLANNED: Cell(_("planned"), Emphasis.GOOD),
    }
    if record.phase is Phase.FIRING and record.severity is not None:
        return signed(record.severity, _("firing"))
    if record.phase is Phase.COOLING and record.contained_at is not None:
        return Cell(_("contained"), Emphasis.GOOD)
    if record.phase in words:
        return words[record.phase]
    if record.is_looked_back:
        return Cell(_("unwatched"), Emphasis.MUTED)
    if record.planned_at is not None:
        return Cell(_("planned"), Emphasis.GOOD if record.is_planned(now) else Emphasis.MUTED)
    return Cell(_("contained") if record.contained_at is not None else _("over"), Emphasis.MUTED)


def cost_words(record: IncidentRecord) -> str:
    """Its cost above usual; for a new origin the whole cost; unknown for some other kinds."""
    if record.excess_usd is None:
        return ""
    amount = fmt.usd_float(record.excess_usd)
    return amount if record.kind is FindingKind.ORIGIN else _("{amount} above usual").format(amount=amount)


def seen_words(record: IncidentRecord, look: DisplayContext) -> str:
    """The reported figures in a few words; nothing if they were not stored."""
    terms = {term.name: term for term in record.terms}
    told = ""
    match record.kind:
        case FindingKind.SPIKE:
            told = _("{actual} in the hour from {hour}, told from {bound} on")
        case FindingKind.SLOW_SPEND | FindingKind.UNIT_COST:
            told = _("{actual}, usual {usual}")
        case FindingKind.GROWTH:
            told = _("{two_days} in two days, usual {usual}")
        case FindingKind.ORIGIN:
            more = _number(terms.get("others"))
            told = plural("from {value} and {others} more", "from {value} and {others} more", more)
            told = told if more else _("from {value}")
        case FindingKind.STORM:
            number = _number(terms.get("errors"))
            told = plural("{errors} error", "{errors} errors", number)
        case FindingKind.FAILING:
            told = _("{errors} of {calls} failed")
        case FindingKind.PLAN:
            told = _("{actual} of {limit}")
        case FindingKind.LOW_BALANCE:
            told = _("empty {current_empty}")
    figures = {name: _figure(term, record, look) for name, term in terms.items()}
    try:
        return told.format_map(figures)
    except KeyError:
        return ""


def _number(term: Term | None) -> int:
    return int(term.value) if term is not None and isinstance(term.value, int | float) else 0


def _figure(term: Term, record: IncidentRecord, look: DisplayContext) -> str:
    if isinstance(term.value, datetime):
        return fmt.moment(term.value, look.now, look.zone)
    if isinstance(term.value, str):
        return look.ip(term.value)
    if term.name in ("errors", "calls", "others"):
        return fmt.count(int(term.value))
    return f"${fmt.usd_exact(term.value)}" if record.kind is FindingKind.UNIT_COST else fmt.usd_float(term.value)


def action_word(entry: Entry) -> str:
    """The action, in a word."""
    words = {
        KeyAction.DISABLE.value: _("disabled for a time") if entry.until is not None else _("disabled"),
        KeyAction.ENABLE.value: _("enabled again"),
        KeyAction.LIMIT.value: _("limits set"),
        "undo": _("taken back"),
    }
    return words.get(entry.action, entry.action)


def answer_of(one: KnownIncident) -> Entry | None:
    """The action that ended it, if any: the first change that stopped or limited the key."""
    done = [entry for entry in one.done if entry.stage is Stage.DONE and entry.action in _ANSWERS]
    return next((entry for entry in done if is_restriction(entry)), None)


def after(entry: Entry, record: IncidentRecord) -> timedelta:
    """How long after the beginning an action was taken."""
    return datetime.fromisoformat(entry.at) - record.since


def done_words(one: KnownIncident) -> str:
    """The actions, and how long after the beginning; nothing without any."""
    record, entry = one.record, answer_of(one)
    if entry is not None:
        return _("{action} after {span}").format(action=action_word(entry), span=fmt.span(after(entry, record)))
    if record.contained_at is not None:
        return _("contained after {span}").format(span=fmt.span(record.contained_at - record.since))
    return ""


def outcome_words(one: KnownIncident) -> str:
    """How it ended: the action and who took it, or only that it is over."""
    record, entry = one.record, answer_of(one)
    told = [_("planned by you")] if record.planned_at is not None else []
    if entry is not None:
        text = _("{action} by the guard after {span}") if entry.by == GUARD else _("{action} by you after {span}")
        told.append(text.format(action=action_word(entry), span=fmt.span(after(entry, record))))
    elif record.contained_at is not None:
        told.append(done_words(one))
    elif record.is_looked_back:
        told.append(_("nobody watched"))
    elif record.until is not None and not told:
        told.append(_("over after {span}").format(span=fmt.span(lasted(record, record.until))))
    return ", ".join(told)


def again_words(record: IncidentRecord, earlier: Known, look: DisplayContext) -> str:
    """An incident is not the first of its kind: how often it occurred, and how the last one ended."""
    span, lately = FOUR_WEEKS, [one for one in earlier if record.since - one.record.since <= FOUR_WEEKS]
    if not lately:
        span, lately = KEPT_FOR, list(earlier)
    if not lately:
        return ""
    times = len(lately) + 1
    told = _("{n} times now in {span}")
    if times == _SECOND:
        told = _("the second time in {span}")
    elif times == _THIRD:
        told = _("the third time in {span}")
    length = _("four weeks") if span == FOUR_WEEKS else fmt.span(span)
    last = lately[0]
    facts = (cost_words(last.record), outcome_words(last))
    when = _("last {time}").format(time=fmt.moment(last.record.since, look.now, look.zone))
    return clauses((told.format(n=times, span=length), ", ".join((when, *(one for one in facts if one)))))


def again_lines(known: Known, snapshot: Snapshot, look: DisplayContext) -> tuple[Line, ...]:
    """Which ongoing incidents occurred before, a line per key."""
    lines: dict[int | None, Line] = {}
    for one in known:
        if one.record.phase in (None, Phase.PLANNED) or one.record.blamed in lines:
            continue
        told = again_words(one.record, like(one, known), look)
        if told:
            name = Cell(f"{whose(one.record, snapshot, look)}: ", Emphasis.STRONG)
            lines[one.record.blamed] = (name, Cell(told, Emphasis.ACCENT))
    return tuple(lines.values())[:MOST_REPEATS]
