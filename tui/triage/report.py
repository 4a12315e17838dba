"""The whole of triage: from what is known to what is found, one step after the other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from tui.domain.keys import KeyCost
from tui.domain.usage import Call, FailedCall, HourlyCost
from tui.triage.causes import Uses, Why, why, without
from tui.triage.dearer import Dearer, find_dearer
from tui.triage.earlier import Earlier, find_earlier
from tui.triage.failing import Failing, Outcome, find_failing, ids_by_name, outcomes
from tui.triage.forecast import Basis, basis_of, empty_at, extra_usd, usual_pace
from tui.triage.history import DAY, Step, before, first_active, floor_hour, known_of, week_usd
from tui.triage.leaks import Leak, find_leaks
from tui.triage.places import NewPlace, Seen, can_tell, find_places
from tui.triage.plans import PlanUse, ShortPlan, find_short_plans
from tui.triage.repeats import Repeats, paid_repeats
from tui.triage.spikes import ACCOUNT_RULE, KEY_RULE, Running, Spike, find_spike
from tui.triage.storms import Storm, storms
from tui.triage.suspects import Suspect, burning_first, first_look, rank, with_errors

RECENT = timedelta(hours=2)
SOON = timedelta(hours=6)
"""A wallet that is empty sooner than this at the current rate cannot wait."""


class State(StrEnum):
    """What a step of triage came to."""

    FOUND = "found"
    CLEAR = "clear"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that triage judges by; what is None is not known (yet). Histories are wallet cost by the hour, in USD.

    `uses_since` tells what a key did by model since a moment, `usual_uses` what it used to do. `day_part` is how much
    of the server's day is over, `zone` the one in which a day begins for the slow leak. `recent_calls` are complete
    since `recent_from`; `recent_uses` is what each key did by model of late, over the last two hours and over the last
    six; `seen` is where keys were used so far, up to now. Failures name their key only: `key_names` leads back to its
    id. `paces` are what keys cost now, in USD an hour; `awaits_calls`: the call records are on their way.
    """

    now: datetime
    account: HourlyCost | None = None
    keys: Mapping[int, HourlyCost] = field(default_factory=dict)
    running: Running | None = None
    running_by_key: Mapping[int, Running] = field(default_factory=dict)
    costs: Mapping[int, KeyCost] | None = None
    day_part: float = 0.0
    uses_since: Callable[[int, datetime], Uses | None] = lambda _key_id, _since: None
    usual_uses: Mapping[int, Uses] = field(default_factory=dict)
    recent_calls: tuple[Call, ...] | None = None
    failed: tuple[FailedCall, ...] | None = None
    balance_usd: float | None = None
    zone: tzinfo = UTC
    recent_from: datetime | None = None
    recent_uses: tuple[Mapping[int, Uses], ...] = ()
    seen: Mapping[int, Seen] = field(default_factory=dict)
    key_names: Mapping[int, str] = field(default_factory=dict)
    plans: tuple[PlanUse, ...] = ()
    paces: Mapping[int, float] | None = None
    awaits_calls: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What triage found. `spike` is the account's, `key_spikes` those of single keys; `since` begins the incident.

    `key_hits` are hits of single keys that are no alarm (yet). `leaks` are days that cost far more than usual without a
    spike, `leak` the one to tell. `usual_usd_per_day` is the usual pace, `pace_basis` what it is taken from, and
    `extra_usd_per_h` what the incident adds to it: on both rest the two times to empty. `dearer` are keys whose calls
    cost twice what they did though no hour need stand out; `places` new addresses and programs, and `place_state`
    whether that can be told of every key that is in use. `failing` are keys most of whose calls fail without a storm,
    `earlier` the incidents of the last day that are over, `plans` those that run out. `key_ids` leads from the name
    that errors give a key to its id.
    """

    at: datetime
    spike: Spike | None = None
    spike_state: State = State.CANNOT_TELL
    key_spikes: Mapping[int, Spike] = field(default_factory=dict)
    suspects: tuple[Suspect, ...] = ()
    why: Why | None = None
    why_state: State = State.CANNOT_TELL
    storms: tuple[Storm, ...] = ()
    repeats: tuple[Repeats, ...] = ()
    retry_state: State = State.CANNOT_TELL
    usual_empty_at: datetime | None = None
    current_empty_at: datetime | None = None
    knows_pace: bool = False
    step: Step = Step.COLD
    history_days: int = 0
    key_hits: Mapping[int, Spike] = field(default_factory=dict)
    leaks: tuple[Leak, ...] = ()
    usual_usd_per_day: float = 0.0
    extra_usd_per_h: float = 0.0
    pace_basis: Basis = Basis.NONE
    dearer: tuple[Dearer, ...] = ()
    places: tuple[NewPlace, ...] = ()
    place_state: State = State.CANNOT_TELL
    failing: tuple[Failing, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    plans: tuple[ShortPlan, ...] = ()
    key_ids: Mapping[str, int] = field(default_factory=dict)

    @property
    def leak(self) -> Leak | None:
        """The slow leak to tell: of one key rather than of the account, since that one can be acted on."""
        return next((leak for leak in self.leaks if leak.key_id is not None), next(iter(self.leaks), None))

    @property
    def has_spike(self) -> bool:
        """Whether an hour stands out, of the account or of a key."""
        return self.spike is not None or bool(self.key_spikes)

    @property
    def since(self) -> datetime | None:
        """When the incident began: its first spike, else the day that leaks or the calls that became dearer."""
        begins = [spike.since for spike in (self.spike, *self.key_spikes.values()) if spike is not None]
        return min(begins, default=_slow_since(self.leaks, self.dearer))

    @property
    def is_incident(self) -> bool:
        """Whether anything is out of the usual now."""
        return self.since is not None

    @property
    def is_first_look(self) -> bool:
        """Whether the first answers are still awaited, or the likely cause rests on them alone."""
        if self.likely is None:
            return self.is_incident or self.spike_state is State.CANNOT_TELL
        return self.likely.is_first_look

    @property
    def likely(self) -> Suspect | None:
        """The key to blame while there is an incident: of a spike the one with the most excess, else the one found."""
        if not self.is_incident or not self.suspects:
            return None
        slow = next((leak.key_id for leak in self.leaks if leak.key_id is not None), None)
        slow = slow if slow is not None else next((one.key_id for one in self.dearer), None)
        if self.has_spike or slow is None:
            return self.suspects[0]
        return next((one for one in self.suspects if one.key_id == slow), self.suspects[0])

    @property
    def to_contain(self) -> int | None:
        """The key to act on: the likely cause, else the one that a finding without excess is about, the worst first."""
        if self.likely is not None:
            return self.likely.key_id
        about = [
            *(one.key_id for one in self.places),
            *(one.key_id for one in self.plans),
            *(self.key_ids.get(one.newest.key_name) for one in self.storms),
            *(one.key_id for one in self.failing),
            *(one.key_id for one in self.repeats),
        ]
        return next((key_id for key_id in about if key_id is not None), None)

    @property
    def is_alarm(self) -> bool:
        """Whether an incident is worth a notice: confirmed by a second hit or by its size, or the money is nearly gone.

        A hit that is not confirmed is shown and is no alarm: most of those are what bursty spend does by itself.
        """
        if self.key_spikes or self.leaks or self.dearer:
            return True
        return self.spike is not None and (self.spike.is_confirmed or self.is_critical)

    @property
    def empties_soon(self) -> bool:
        """Whether the wallet is empty within six hours at the current rate."""
        return self.current_empty_at is not None and self.current_empty_at - self.at < SOON

    @property
    def is_critical(self) -> bool:
        """Whether it cannot wait."""
        spikes = [spike for spike in (self.spike, *self.key_spikes.values()) if spike is not None]
        return any(spike.is_critical for spike in spikes) or (bool(spikes) and self.empties_soon)


def find(inputs: Inputs) -> Report:
    """Judge what is known. What cannot be judged says so, and is never passed off as clear."""
    spike = _account_spike(inputs)
    key_hits = _key_hits(inputs)
    key_spikes = {key_id: one for key_id, one in key_hits.items() if one.is_confirmed}
    since = min((one.since for one in (spike, *key_spikes.values()) if one is not None), default=None)
    leaks = _leaks(inputs, spike, key_hits)
    dearer = _dearer(inputs)
    began = since if since is not None else _slow_since(leaks, dearer)
    ended = _outcomes(inputs)
    suspects = with_errors(burning_first(_suspects(inputs, began)), ended)
    reason = dearer[0].why if since is None and dearer else _why(inputs, suspects, began)
    stormy, repeats = _storms(inputs), paid_repeats(inputs.recent_calls or ())
    failing = _failing(inputs, ended, stormy)
    pace = usual_pace(inputs.account, inputs.now) if inputs.account is not None else ()
    extra = _extra(inputs, spike, key_spikes)
    usual_at, current_at = _empty(inputs, pace, extra)
    places = find_places(inputs.seen, inputs.now)
    return Report(
        at=inputs.now,
        spike=spike,
        spike_state=_state(began is not None, inputs.account is not None and inputs.running is not None),
        key_spikes=key_spikes,
        suspects=suspects,
        why=reason,
        why_state=_state(reason is not None, is_known=False) if began is not None else State.CLEAR,
        storms=stormy,
        repeats=repeats,
        retry_state=_state(
            bool(stormy or repeats or failing), inputs.failed is not None and inputs.recent_calls is not None
        ),
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
    )


def _state(is_found: bool, is_known: bool) -> State:
    if is_found:
        return State.FOUND
    return State.CLEAR if is_known else State.CANNOT_TELL


def _retry_state(inputs: Inputs, is_found: bool) -> State:
    return _state(is_found, inputs.failed is not None and inputs.recent_calls is not None)


def _account_spike(inputs: Inputs) -> Spike | None:
    if inputs.account is None:
        return None
    running = inputs.running or Running()
    return find_spike(inputs.account, ACCOUNT_RULE, inputs.account, inputs.now, running, inputs.balance_usd)


def _key_hits(inputs: Inputs) -> dict[int, Spike]:
    """Keys that run wild by their own measure, also under the account's bound, confirmed or not."""
    if inputs.account is None:
        return {}
    found = {}
    for key_id, series in inputs.keys.items():
        running = inputs.running_by_key.get(key_id, Running())
        spike = find_spike(series, KEY_RULE, inputs.account, inputs.now, running)
        if spike is not None:
            found[key_id] = spike
    return found


def _leaks(inputs: Inputs, spike: Spike | None, key_hits: Mapping[int, Spike]) -> tuple[Leak, ...]:
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
    knows_hour = inputs.running is not None or not looked
    if since is not None and knows_hour and all(one.key_id in inputs.keys for one in looked[:3]):
        running = {key_id: one.so_far_usd for key_id, one in inputs.running_by_key.items()}
        known = known_of(before(inputs.account, floor_hour(inputs.now))) if inputs.account is not None else None
        ranked = rank(inputs.keys, since, inputs.now, running, known, inputs.paces)
    return ranked or looked


def _why(inputs: Inputs, suspects: tuple[Suspect, ...], since: datetime | None) -> Why | None:
    if since is None or not suspects:
        return None
    key_id = suspects[0].key_id
    now, usual = inputs.uses_since(key_id, since), inputs.usual_uses.get(key_id)
    if now is None:
        return None
    models, hours = without(usual, now) if usual is not None else ({}, 0.0)
    return why(now[0], now[1], models, hours)


def _storms(inputs: Inputs) -> tuple[Storm, ...]:
    recent = [call for call in inputs.failed or () if inputs.now - call.at <= RECENT]
    return storms(recent, inputs.recent_calls, inputs.recent_from)


def _failing(inputs: Inputs, ended: Mapping[int, Outcome], stormy: tuple[Storm, ...]) -> tuple[Failing, ...]:
    """Keys that mostly fail, but for those whose errors are told as a storm."""
    told = {storm.newest.key_name for storm in stormy}
    found = find_failing(ended)
    return tuple(one for one in found if inputs.key_names.get(one.key_id) not in told)


def _dearer(inputs: Inputs) -> tuple[Dearer, ...]:
    if inputs.account is None:
        return ()
    week = week_usd(inputs.account, floor_hour(inputs.now))
    return find_dearer(inputs.recent_uses, inputs.usual_uses, inputs.keys, week, inputs.now)


def _slow_since(leaks: tuple[Leak, ...], dearer: tuple[Dearer, ...]) -> datetime | None:
    """Since when suspects are ranked while there is no spike."""
    begins = [*(leak.since for leak in leaks), *(floor_hour(one.since) for one in dearer)]
    return min(begins, default=None)


def _knows_places(inputs: Inputs) -> bool:
    """Whether of every key in use enough was seen to say that nothing is new."""
    in_use = {call.key_id for call in inputs.recent_calls or ()}
    return bool(in_use) and all(
        key_id in inputs.seen and can_tell(inputs.seen[key_id], inputs.now) for key_id in in_use
    )


def _outcomes(inputs: Inputs) -> dict[int, Outcome]:
    """How the calls of the last hour ended, where both those that succeeded and those that failed are known."""
    if inputs.recent_from is None or inputs.failed is None or inputs.recent_calls is None:
        return {}
    return outcomes(inputs.recent_calls, inputs.failed, inputs.key_names, inputs.recent_from)


def _empty(inputs: Inputs, pace: tuple[float, ...], extra: float) -> tuple[datetime | None, datetime | None]:
    if not pace or inputs.balance_usd is None:
        return None, None
    usual = empty_at(inputs.balance_usd, pace, 0.0, inputs.now)
    return usual, empty_at(inputs.balance_usd, pace, extra, inputs.now) if extra > 0 else None


def _extra(inputs: Inputs, spike: Spike | None, key_spikes: Mapping[int, Spike]) -> float:
    """What the incident adds to an hour: by the keys that spike, or by the account where it shows no key or more."""
    keys = sum(
        extra_usd(inputs.keys[key_id], one, inputs.now, inputs.running_by_key.get(key_id, Running()).so_far_usd)
        for key_id, one in key_spikes.items()
    )
    if spike is None or inputs.account is None:
        return keys
    so_far = (inputs.running or Running()).so_far_usd
    return max(keys, extra_usd(inputs.account, spike, inputs.now, so_far))


def _history_days(inputs: Inputs) -> int:
    if inputs.account is None:
        return 0
    return int((inputs.now - first_active(inputs.account, inputs.now)) / DAY)


def _step(inputs: Inputs) -> Step:
    days = _history_days(inputs)
    if days >= 7:
        return Step.FULL
    return Step.TRAILING if days >= 1 else Step.COLD
