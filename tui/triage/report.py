"""What triage judges by, and what it finds: the values between history and screen."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import cached_property

from msgspec import Struct, field

from tui.domain.clock import floor_hour
from tui.domain.keys import KeyCost
from tui.domain.usage import Call, FailedCall, HourlyCost
from tui.triage.baselines import HistoryDepth
from tui.triage.causes import CostCause, Uses
from tui.triage.failing import Failing
from tui.triage.forecast import Basis
from tui.triage.gaps import Gap, that_matter
from tui.triage.origins import NewOrigin, SeenOrigins
from tui.triage.past_incidents import PastIncident
from tui.triage.plans import PlanUsage, ShortPlan
from tui.triage.repeats import Repeats
from tui.triage.slow_spend import SlowSpend
from tui.triage.spikes import RunningHour, Spike
from tui.triage.storms import Storm
from tui.triage.suspects import Suspect
from tui.triage.unit_cost import UnitCostRise

SOON = timedelta(hours=6)
"""A wallet that is empty sooner than this at the current rate cannot wait."""


class State(StrEnum):
    """What a step of triage came to."""

    FOUND = "found"
    CLEAR = "clear"
    CANNOT_TELL = "cannot_tell"


class Inputs(Struct, frozen=True):
    """All that triage judges by; what is None is not known (yet). Histories are wallet cost by the hour, in USD.

    `uses_since` tells what a key did by model since a moment, `usual_uses` what it used to do. `day_part` is how much
    of the server's day is over, `zone` the one in which a day begins for the slow leak. `recent_calls` are complete
    since `recent_from`; `recent_uses` is what each key did by model of late, over the last two hours and over the last
    six; `seen` is where keys were used so far, up to now. Failures name their key only: `key_names` leads back to its
    id. `paces` are what keys cost now, in USD an hour; `awaits_calls`: the call records are on their way. Where they do
    not reach back to its beginning, `running` is what the running hour cost at least and `is_hour_whole` is False:
    what stands out by that stands out, and nothing is clear by it. `gaps` are the inputs that are missing, old or not
    whole: what is found by the others stands, and what needs them is not clear. `awaited` are the keys whose
    histories are among them, None where it is not known whose are needed. `stopped` are the keys that can call no
    more, with the moment of their last call.
    """

    now: datetime
    account: HourlyCost | None = None
    keys: Mapping[int, HourlyCost] = field(default_factory=dict)
    running: RunningHour | None = None
    running_by_key: Mapping[int, RunningHour] = field(default_factory=dict)
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
    seen: Mapping[int, SeenOrigins] = field(default_factory=dict)
    key_names: Mapping[int, str] = field(default_factory=dict)
    plans: tuple[PlanUsage, ...] = ()
    paces: Mapping[int, float] | None = None
    is_hour_whole: bool = True
    awaits_calls: bool = False
    gaps: tuple[Gap, ...] = ()
    awaited: tuple[int, ...] | None = None
    stopped: Mapping[int, datetime] = field(default_factory=dict)


class Report(Struct, frozen=True, dict=True):
    """What triage found. `spike` is the account's, `key_spikes` those of single keys; `since` begins the incident.

    `key_hits` are hits of single keys that are no alarm (yet). `leaks` are days that cost far more than usual without a
    spike, `leak` the one to tell. `usual_usd_per_day` is the usual pace, `pace_basis` what it is taken from, and
    `extra_usd_per_h` what the incident adds to it: on both rest the two times to empty. `dearer` are keys whose calls
    cost twice what they did though no hour need stand out; `places` new addresses and programs, and `place_state`
    whether that can be told of every key that is in use. `failing` are keys most of whose calls fail without a storm,
    `earlier` the incidents of the last day that are over, `plans` those that run out. `key_ids` leads from the name
    that errors give a key to its id. `gaps` are the inputs that are missing, old or not whole, `awaited` the keys
    whose histories are; `stopped` those that can call no more, with the moment of their last call. `contained_at` is
    when the last call ended of the keys that made the incident, once none of them can call. What is worked out from
    these is remembered: every picture asks for it.
    """

    at: datetime
    spike: Spike | None = None
    spike_state: State = State.CANNOT_TELL
    key_spikes: Mapping[int, Spike] = field(default_factory=dict)
    suspects: tuple[Suspect, ...] = ()
    why: CostCause | None = None
    why_state: State = State.CANNOT_TELL
    storms: tuple[Storm, ...] = ()
    repeats: tuple[Repeats, ...] = ()
    retry_state: State = State.CANNOT_TELL
    usual_empty_at: datetime | None = None
    current_empty_at: datetime | None = None
    knows_pace: bool = False
    step: HistoryDepth = HistoryDepth.COLD
    history_days: int = 0
    key_hits: Mapping[int, Spike] = field(default_factory=dict)
    leaks: tuple[SlowSpend, ...] = ()
    usual_usd_per_day: float = 0.0
    extra_usd_per_h: float = 0.0
    pace_basis: Basis = Basis.NONE
    dearer: tuple[UnitCostRise, ...] = ()
    places: tuple[NewOrigin, ...] = ()
    place_state: State = State.CANNOT_TELL
    failing: tuple[Failing, ...] = ()
    earlier: tuple[PastIncident, ...] = ()
    plans: tuple[ShortPlan, ...] = ()
    key_ids: Mapping[str, int] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()
    awaited: tuple[int, ...] = ()
    stopped: Mapping[int, datetime] = field(default_factory=dict)
    contained_at: datetime | None = None

    @cached_property
    def leak(self) -> SlowSpend | None:
        """The slow leak to tell: of one key rather than of the account, since that one can be acted on."""
        return next((leak for leak in self.leaks if leak.key_id is not None), next(iter(self.leaks), None))

    @cached_property
    def is_whole(self) -> bool:
        """Whether all was read that this gateway offers: only then does nothing found mean that nothing is wrong."""
        return not that_matter(self.gaps)

    @property
    def has_spike(self) -> bool:
        """Whether an hour stands out, of the account or of a key."""
        return self.spike is not None or bool(self.key_spikes)

    @cached_property
    def since(self) -> datetime | None:
        """When the incident began: its first spike, else the day that leaks or the calls that became dearer."""
        begins = [spike.since for spike in (self.spike, *self.key_spikes.values()) if spike is not None]
        return min(begins, default=slow_since(self.leaks, self.dearer))

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

    @cached_property
    def likely(self) -> Suspect | None:
        """The key to blame while there is an incident: of a spike the one with the most excess, else the one found."""
        if not self.is_incident or not self.suspects:
            return None
        slow = next((leak.key_id for leak in self.leaks if leak.key_id is not None), None)
        slow = slow if slow is not None else next((one.key_id for one in self.dearer), None)
        if self.has_spike or slow is None:
            return self.suspects[0]
        return next((one for one in self.suspects if one.key_id == slow), self.suspects[0])

    @cached_property
    def to_contain(self) -> int | None:
        """The key to act on: the likely cause, else the one that a finding without excess is about, the worst first.

        Possible paid repeats alone are worth knowing, and no reason to stop a key: prompts of one size look the same.
        """
        if self.likely is not None:
            return self.likely.key_id
        about = [
            *(one.key_id for one in self.places),
            *(one.key_id for one in self.plans),
            *(self.key_ids.get(one.newest.key_name) for one in self.storms),
            *(one.key_id for one in self.failing),
        ]
        return next((key_id for key_id in about if key_id is not None), None)

    @property
    def is_alarm(self) -> bool:
        """Whether an incident is worth a notice: confirmed by a second hit or by its size, or the money is nearly gone.

        A hit that is not confirmed is shown and is no alarm: most of those are what bursty spend does by itself.
        """
        if self.contained_at is not None:
            return False
        if self.key_spikes or self.leaks or self.dearer:
            return True
        return self.spike is not None and (self.spike.is_confirmed or self.is_critical)

    @property
    def first_empty_at(self) -> datetime | None:
        """When the wallet is empty: at the current rate while there is one beside the usual."""
        return self.current_empty_at or self.usual_empty_at

    @property
    def empties_soon(self) -> bool:
        """Whether the wallet is empty within six hours at the current rate."""
        return self.current_empty_at is not None and self.current_empty_at - self.at < SOON

    @property
    def is_critical(self) -> bool:
        """Whether it cannot wait."""
        if self.contained_at is not None:
            return False
        spikes = [spike for spike in (self.spike, *self.key_spikes.values()) if spike is not None]
        return any(spike.is_critical for spike in spikes) or (bool(spikes) and self.empties_soon)


def slow_since(leaks: tuple[SlowSpend, ...], dearer: tuple[UnitCostRise, ...]) -> datetime | None:
    """Since when suspects are ranked while there is no spike."""
    begins = [*(leak.since for leak in leaks), *(floor_hour(one.since) for one in dearer)]
    return min(begins, default=None)
