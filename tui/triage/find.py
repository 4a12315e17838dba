"""All of triage: from the inputs of a moment to the findings."""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import timedelta
from operator import attrgetter

from msgspec.structs import replace

from tui.domain.clock import floor_minute
from tui.domain.memo import Memo, memoize_last
from tui.domain.usage import Call
from tui.triage.baselines import DAY, HistoryDepth, first_active
from tui.triage.case import Case
from tui.triage.failing import Failing
from tui.triage.findings import FindingKind
from tui.triage.gaps import of_step, that_matter
from tui.triage.inputs import Inputs
from tui.triage.past_incidents import PastIncident, find_past_incidents
from tui.triage.repeats import Repeats, paid_repeats
from tui.triage.report import Report, State
from tui.triage.rules import RULES, AnyFinding
from tui.triage.rules.storm import KeyStorms

MINUTES_OF_REPEATS = timedelta(minutes=59)
"""Full minutes with all calls still known."""
_at = attrgetter("at")


def find(inputs: Inputs) -> Report:
    """Judge the inputs. A step that cannot be judged says so, and is never reported as clear."""
    case = Case(inputs)
    found = tuple(_findings(case))
    repeats = _repeats(inputs)
    is_retried = bool(repeats) or any(one.kind in (FindingKind.STORM, FindingKind.FAILING) for one in found)
    spike, days = case.account_spike, _history_days(inputs)
    return Report(
        at=inputs.now,
        findings=tuple(one for one in found if one.is_told),
        untold=tuple(one for one in found if not one.is_told),
        since=case.since,
        suspects=case.suspects,
        joint=case.joint,
        behind=tuple(one.key_id for one in case.behind),
        why=case.why,
        contained_at=case.contained_at,
        repeats=repeats,
        earlier=_earlier(case),
        takeovers=tuple(one for one in case.takeovers if one.is_news(inputs.now)),
        forecast=case.forecast,
        spike_state=_state(case.since is not None, _knows_hours(inputs)),
        why_state=_why_state(case, found),
        retry_state=_state(is_retried, _knows_calls(inputs)),
        step=spike.step if spike is not None else _depth(days),
        history_days=days,
        gaps=inputs.gaps,
        awaited=inputs.awaited or (),
        standing=case.standing,
    )


def _repeats(inputs: Inputs) -> tuple[Repeats, ...]:
    """Repeats among the calls up to the last full minute: they are too costly to compute every few seconds."""
    calls, end = inputs.recent_calls or (), floor_minute(inputs.now)
    first = bisect_left(calls, end - MINUTES_OF_REPEATS, key=_at)
    return _repeats_in(inputs.memo, calls[first : bisect_left(calls, end, key=_at)])


@memoize_last()
def _repeats_in(_memo: Memo, calls: tuple[Call, ...]) -> tuple[Repeats, ...]:
    return paid_repeats(calls)


def _earlier(case: Case) -> tuple[PastIncident, ...]:
    if case.full_hours is None:
        return ()
    inputs = case.inputs
    found = find_past_incidents(inputs.memo, case.full_hours.cost, case.past_judge, case.keys, case.key_judges)
    return tuple(_of_whom(one, case) for one in found)


def _of_whom(past: PastIncident, case: Case) -> PastIncident:
    """An incident from before a takeover belongs to the former key."""
    of_others = (one for one in case.takeovers if one.key_id == past.key_id and past.until <= one.since)
    return next((replace(past, key_id=one.from_id) for one in of_others), past)


def _findings(case: Case) -> list[AnyFinding]:
    """The findings of all rules, each marked if its key can no longer call."""
    held = case.inputs.stopped.keys() | case.inputs.deleted
    found = [
        replace(one, is_contained=True) if one.key_id in held and not _outlives_key(one) else one
        for rule in RULES
        for one in rule.find(case)
    ]
    return sorted(found, key=lambda one: not one.comes_first)


def _outlives_key(one: AnyFinding) -> bool:
    """Whether stopping the key contains nothing of it."""
    return isinstance(one.evidence, KeyStorms | Failing) and one.evidence.outlives_key


def _state(is_found: bool, is_known: bool) -> State:
    if is_found:
        return State.FOUND
    return State.CLEAR if is_known else State.CANNOT_TELL


def _why_state(case: Case, found: Iterable[AnyFinding]) -> State:
    if any(one.kind is FindingKind.PRICE and one.is_told for one in found):
        return State.FOUND
    if case.since is None:
        return _state(False, _knows_hours(case.inputs))
    return _state(case.why is not None, is_known=False)


def _knows_hours(inputs: Inputs) -> bool:
    """Whether every hour that could stand out is known, up to the running one."""
    knows_now = inputs.account is not None and inputs.running is not None and inputs.is_hour_whole
    return knows_now and not that_matter(of_step(inputs.gaps, "spike"))


def _knows_calls(inputs: Inputs) -> bool:
    """Whether both failed and successful calls are known."""
    return inputs.failed is not None and inputs.recent_calls is not None and not of_step(inputs.gaps, "retries")


def _history_days(inputs: Inputs) -> int:
    if inputs.account is None:
        return 0
    return int((inputs.now - first_active(inputs.account, inputs.now)) / DAY)


def _depth(days: int) -> HistoryDepth:
    if days >= 7:
        return HistoryDepth.FULL
    return HistoryDepth.TRAILING if days >= 1 else HistoryDepth.COLD
