"""What triage judges by. What is None is not known (yet)."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo

from msgspec import Struct, field

from tui.domain.keys import KeyCost
from tui.domain.memo import Memo
from tui.domain.usage import Call, FailedCall, HourlyCost, HourUse
from tui.triage.causes import Uses
from tui.triage.gaps import Gap
from tui.triage.origins import SeenOrigins
from tui.triage.plans import PlanUsage
from tui.triage.prices import KnownPrices
from tui.triage.spikes import RunningHour
from tui.triage.thresholds import DEFAULTS, Thresholds


class Inputs(Struct, frozen=True):
    """All that one judgement rests on. Keys are told by their ids, money is in USD."""

    now: datetime
    account: HourlyCost | None = None
    """What the account cost its wallet by the hour."""
    keys: Mapping[int, HourlyCost] = field(default_factory=dict)
    """The same of each key whose history is known up to the running hour."""
    running: RunningHour | None = None
    """What the running hour cost all, or cost at least: see `is_hour_whole`."""
    running_by_key: Mapping[int, RunningHour] = field(default_factory=dict)
    costs: Mapping[int, KeyCost] | None = None
    """What each key cost today and usually, for a first look while histories are read."""
    day_part: float = 0.0
    """How much of the server's day is over."""
    uses_since: Callable[[int, datetime], Uses | None] = lambda _key_id, _since: None
    """What a key did by model since a moment."""
    usual_uses: Mapping[int, Uses] = field(default_factory=dict)
    """What each key used to do by model."""
    recent_calls: tuple[Call, ...] | None = None
    """The calls of the last hour that succeeded; none is missing since `recent_from`."""
    failed: tuple[FailedCall, ...] | None = None
    """The calls that failed. They name their key only: `key_names` leads back to its id."""
    failed_from: datetime | None = None
    """Since when none of them is missing; None: since long before now."""
    balance_usd: float | None = None
    """The wallet's balance; None also where nothing is paid from it."""
    zone: tzinfo = UTC
    """The zone in which a day begins."""
    recent_from: datetime | None = None
    recent_uses: tuple[Mapping[int, Uses], ...] = ()
    """What each key did by model of late: over the last two hours, and over the last six."""
    seen: Mapping[int, SeenOrigins] = field(default_factory=dict)
    """Where each key was used from so far."""
    prices: KnownPrices = KnownPrices()
    """What is known of multipliers and list prices."""
    key_names: Mapping[int, str] = field(default_factory=dict)
    plans: tuple[PlanUsage, ...] = ()
    paces: Mapping[int, float] | None = None
    """What each key costs now, in USD an hour."""
    is_hour_whole: bool = True
    """Whether the calls reach back to the beginning of the running hour; else nothing is clear by it."""
    awaits_calls: bool = False
    """Whether the first calls are on their way."""
    gaps: tuple[Gap, ...] = ()
    """The inputs that are missing, old or not whole: what the others tell stands, what needs them is not clear."""
    awaited: tuple[int, ...] | None = None
    """The keys whose histories are needed and not here; None: not known whose are needed."""
    hour_uses: Mapping[datetime, Mapping[int, HourUse]] = field(default_factory=dict)
    """What each key did in the hours that are known call by call."""
    thresholds: Thresholds = DEFAULTS
    """What a person set."""
    stopped: Mapping[int, datetime] = field(default_factory=dict)
    """The keys that can call no more, with the moment of their last call."""
    deleted: frozenset[int] = frozenset()
    """Those of them that the account has no more."""
    begin_of: Callable[[int, datetime], datetime | None] = lambda _key_id, _since: None
    """When to the minute a key began to cost what it does, within an hour of a full hour."""
    memo: Memo = field(default_factory=Memo)
    """Where what was worked out of full hours is remembered for the next judgement of the same account."""
