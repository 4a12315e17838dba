"""The whole of triage: from what is known to what is found, one step after the other."""

from collections.abc import Iterable, Mapping, Set
from datetime import datetime, timedelta

from tui.domain.clock import floor_hour
from tui.triage.baselines import DAY, HistoryDepth, before, first_active, known_of, week_usd
from tui.triage.causes import CostCause, why, without
from tui.triage.failing import CallOutcomes, Failing, find_failing, ids_by_name, outcomes
from tui.triage.forecast import Basis, basis_of, empty_at, extra_usd, usual_pace
from tui.triage.gaps import of_step, that_matter
from tui.triage.origins import can_tell, find_places
from tui.triage.past_incidents import find_earlier
from tui.triage.plans import find_short_plans
from tui.triage.repeats import paid_repeats
from tui.triage.report import Inputs, Report, State, slow_since
from tui.triage.slow_spend import SlowSpend, find_leaks
from tui.triage.spikes import ACCOUNT_RULE, KEY_RULE, RunningHour, Spike, find_spike
from tui.triage.storms import Storm, storms
from tui.triage.suspects import SINGLE_CAUSE, Suspect, burning_first, first_look, rank, with_errors
from tui.triage.unit_cost import UnitCostRise, find_dearer

RECENT = timedelta(hours=2)
"""Errors older than this are no storm of now."""
MAX_OF_HOUR = 0.8


def find(inputs: Inputs) -> Report:
    """Judge what is known. What cannot be judged says so, and is never passed off as clear."""
    spike = _account_spike(inputs)
    key_hits = _key_hits(inputs)
    key_spikes = {key_id: one for key_id, one in key_hits.items() if one.is_confirmed}
    since = min((one.since for one in (spike, *key_spikes.values()) if one is not None), default=None)
    leaks = _leaks(inputs, spike, key_hits)
    dearer = _dearer(inputs)
    began = since if since is not None else slow_since(leaks, dearer)
    ended = _outcomes(inputs)
    ranked = _suspects(inputs, began)
    slow = {*(leak.key_id for leak in leaks if leak.key_id is not None), *(one.key_id for one in dearer)}
    guilty = {*key_spikes, *slow}
    contained_at = _contained_at(inputs, ranked, guilty) if began is not None else None
    suspects = burning_first(ranked, inputs.stopped, is_contained=contained_at is not None)
    suspects = with_errors(suspects, ended)
    reason = dearer[0].why if since is None and dearer else _why(inputs, suspects, began)
    stormy, repeats = _storms(inputs), paid_repeats(inputs.recent_calls or ())
    failing = _failing(inputs, ended, stormy)
    pace = usual_pace(inputs.account, inputs.now) if inputs.account is not None else ()
    burning = {key_id: one for key_id, one in key_spikes.items() if key_id not in inputs.stopped}
    left = 1.0 - sum(one.share for one in ranked if one.key_id in inputs.stopped)
    extra = _extra(inputs, spike, burning, left) if contained_at is None else 0.0
    usual_at, current_at = _empty(inputs, pace, extra)
    places = find_places(inputs.seen, inputs.now)
    return Report(
        at=inputs.now,
        spike=spike,
        spike_state=_state(began is not None, _knows_hours(inputs)),
        key_spikes=key_spikes,
        suspects=suspects,
        why=reason,
        why_state=_why_state(inputs, began, reason),
        storms=stormy,
        repeats=repeats,
        retry_state=_state(bool(stormy or repeats or failing), _knows_calls(inputs)),
        usual_empty_at=usual_at,
        current_empty_at=current_at,
        knows_pace=bool(pace) and inputs.balance_usd is not None,
        step=spike.step if spike else _step(inputs),
        history_days=_history_days(inputs),
        key_hits={key_id: one for key_id, one in key_hits.items() if not one.is_confirmed},
        leaks=leaks,
        usual_usd_per_day=sum(pace) / 7,
        extra_usd_per_h=extra,
        pace_basis=basis_of(inputs.account, inputs.now) if inputs.account is not None else Basis.NONE,
        dearer=dearer,
        places=places,
        place_state=_state(bool(places), _knows_places(inputs)),
        failing=failing,
        key_ids=ids_by_name(inputs.key_names),
        plans=find_short_plans(inputs.plans, inputs.now),
        earlier=find_earlier(inputs.account, inputs.keys, inputs.now) if inputs.account is not None else (),
        gaps=inputs.gaps,
        awaited=inputs.awaited or (),
        stopped=inputs.stopped,
        contained_at=contained_at,
    )


def _state(is_found: bool, is_known: bool) -> State:
    if is_found:
        return State.FOUND
    return State.CLEAR if is_known else State.CANNOT_TELL


def _why_state(inputs: Inputs, began: datetime | None, reason: CostCause | None) -> State:
    if began is None:
        return _state(False, _knows_hours(inputs))
    return _state(reason is not None, is_known=False)


def _knows_hours(inputs: Inputs) -> bool:
    """Whether every hour is here that could stand out, up to the running one."""
    knows_now = inputs.account is not None and inputs.running is not None and inputs.is_hour_whole
    return knows_now and not that_matter(of_step(inputs.gaps, "spike"))


def _knows_calls(inputs: Inputs) -> bool:
    """Whether the calls that failed and those that succeeded are here."""
    return inputs.failed is not None and inputs.recent_calls is not None and not of_step(inputs.gaps, "retries")


def _account_spike(inputs: Inputs) -> Spike | None:
    if inputs.account is None:
        return None
    running = inputs.running or RunningHour()
    return find_spike(inputs.account, ACCOUNT_RULE, inputs.account, inputs.now, running, inputs.balance_usd)


def _key_hits(inputs: Inputs) -> dict[int, Spike]:
    """Keys that run wild by their own measure, also under the account's bound, confirmed or not."""
    if inputs.account is None:
        return {}
    found = {}
    for key_id, series in inputs.keys.items():
        running = inputs.running_by_key.get(key_id, RunningHour())
        spike = find_spike(series, KEY_RULE, inputs.account, inputs.now, running)
        if spike is not None:
            found[key_id] = spike
    return found


def _leaks(inputs: Inputs, spike: Spike | None, key_hits: Mapping[int, Spike]) -> tuple[SlowSpend, ...]:
    """Days that leak, but for those that a spike explains already."""
    if inputs.account is None or spike is not None:
        return ()
    found = find_leaks(inputs.account, inputs.keys, inputs.now, inputs.zone)
    if any(one.is_confirmed for one in key_hits.values()):
        found = tuple(leak for leak in found if leak.key_id is not None)
    return tuple(leak for leak in found if leak.key_id not in key_hits)


def _suspects(inputs: Inputs, since: datetime | None) -> tuple[Suspect, ...]:
    """By history where every costly key's is known, and the running hour; else a first look, which counts that too.

    None while the calls are awaited, which tell who burns now: a key that was wild at noon is not named at midnight.
    """
    if inputs.awaits_calls:
        return ()
    looked = first_look(inputs.costs, inputs.day_part, inputs.paces) if inputs.costs is not None else ()
    ranked: tuple[Suspect, ...] = ()
    knows_hour = _knows_hour(inputs) or not looked
    if since is not None and knows_hour and _knows_keys(inputs, looked[:3]):
        running = {key_id: one.so_far_usd for key_id, one in inputs.running_by_key.items()}
        known = known_of(before(inputs.account, floor_hour(inputs.now))) if inputs.account is not None else None
        ranked = rank(inputs.keys, since, inputs.now, running, known, inputs.paces)
    return ranked or looked


def _knows_keys(inputs: Inputs, first: Iterable[Suspect]) -> bool:
    """Whether the histories are here of the keys that look worst, as far as those can matter."""
    if inputs.awaited is None:
        return all(one.key_id in inputs.keys for one in first)
    return not any(one.key_id in inputs.awaited for one in first)


def _knows_hour(inputs: Inputs) -> bool:
    """Whether it is known which keys the running hour's cost is of, at least most of it."""
    if inputs.running is None or inputs.is_hour_whole:
        return inputs.running is not None
    told = sum(one.so_far_usd for one in inputs.running_by_key.values())
    return told >= MAX_OF_HOUR * inputs.running.so_far_usd


def _why(inputs: Inputs, suspects: tuple[Suspect, ...], since: datetime | None) -> CostCause | None:
    if since is None or not suspects:
        return None
    key_id = suspects[0].key_id
    now, usual = inputs.uses_since(key_id, since), inputs.usual_uses.get(key_id)
    if now is None or usual is None:
        return None
    models, hours = without(usual, now)
    return why(now[0], now[1], models, hours)


def _contained_at(inputs: Inputs, ranked: Iterable[Suspect], guilty: Set[int]) -> datetime | None:
    """When the last call ended of the keys that were stopped, if these made the incident and none of them is left."""
    held = [one for one in ranked if one.key_id in inputs.stopped]
    if guilty - inputs.stopped.keys() or sum(one.share for one in held) < SINGLE_CAUSE:
        return None
    return max(inputs.stopped[one.key_id] for one in held)


def _storms(inputs: Inputs) -> tuple[Storm, ...]:
    recent = [call for call in inputs.failed or () if inputs.now - call.at <= RECENT]
    return storms(recent, inputs.recent_calls, inputs.recent_from)


def _failing(inputs: Inputs, ended: Mapping[int, CallOutcomes], stormy: tuple[Storm, ...]) -> tuple[Failing, ...]:
    """Keys that mostly fail, but for those whose errors are told as a storm."""
    told = {storm.newest.key_name for storm in stormy}
    found = find_failing(ended)
    return tuple(one for one in found if inputs.key_names.get(one.key_id) not in told)


def _dearer(inputs: Inputs) -> tuple[UnitCostRise, ...]:
    if inputs.account is None:
        return ()
    week = week_usd(inputs.account, floor_hour(inputs.now))
    return find_dearer(inputs.recent_uses, inputs.usual_uses, inputs.keys, week, inputs.now)


def _knows_places(inputs: Inputs) -> bool:
    """Whether of every key in use enough was seen to say that nothing is new."""
    in_use = {call.key_id for call in inputs.recent_calls or ()}
    return bool(in_use) and all(
        key_id in inputs.seen and can_tell(inputs.seen[key_id], inputs.now) for key_id in in_use
    )


def _outcomes(inputs: Inputs) -> dict[int, CallOutcomes]:
    """How the calls of the last hour ended, where both those that succeeded and those that failed are known."""
    if inputs.recent_from is None or inputs.failed is None or inputs.recent_calls is None:
        return {}
    return outcomes(inputs.recent_calls, inputs.failed, inputs.key_names, inputs.recent_from)


def _empty(inputs: Inputs, pace: tuple[float, ...], extra: float) -> tuple[datetime | None, datetime | None]:
    if not pace or inputs.balance_usd is None:
        return None, None
    usual = empty_at(inputs.balance_usd, pace, 0.0, inputs.now)
    return usual, empty_at(inputs.balance_usd, pace, extra, inputs.now) if extra > 0 else None


def _extra(inputs: Inputs, spike: Spike | None, key_spikes: Mapping[int, Spike], left: float) -> float:
    """What the incident adds to an hour: by the keys that spike, or by the account where it shows no key or more.

    Of the account's `left` is the part that is not of keys that were stopped.
    """
    keys = sum(
        extra_usd(inputs.keys[key_id], one, inputs.now, inputs.running_by_key.get(key_id, RunningHour()).so_far_usd)
        for key_id, one in key_spikes.items()
    )
    if spike is None or inputs.account is None:
        return keys
    so_far = (inputs.running or RunningHour()).so_far_usd
    return max(keys, left * extra_usd(inputs.account, spike, inputs.now, so_far))


def _history_days(inputs: Inputs) -> int:
    if inputs.account is None:
        return 0
    return int((inputs.now - first_active(inputs.account, inputs.now)) / DAY)


def _step(inputs: Inputs) -> HistoryDepth:
    days = _history_days(inputs)
    if days >= 7:
        return HistoryDepth.FULL
    return HistoryDepth.TRAILING if days >= 1 else HistoryDepth.COLD
