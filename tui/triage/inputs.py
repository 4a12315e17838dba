"""The inputs of triage. None means not known (yet)."""

from collections.abc import Callable, Collection, Mapping
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
    """All inputs of one judgement. Keys are given by id, money in USD."""

    now: datetime
    account: HourlyCost | None = None
    """The account's cost to its wallet by the hour."""
    keys: Mapping[int, HourlyCost] = field(default_factory=dict)
    """The same of each key whose history is known up to the running hour."""
    running: RunningHour | None = None
    """The cost of the running hour, or at least so far: see `is_hour_whole`."""
    running_by_key: Mapping[int, RunningHour] = field(default_factory=dict)
    costs: Mapping[int, KeyCost] | None = None
    """The cost of each key today and usually, for a first look while histories are being read."""
    day_part: float = 0.0
    """The part of the server's day that is over."""
    uses_since: Callable[[Collection[int], datetime], Uses | None] = lambda _key_ids, _since: None
    """The use of some keys together by model since a moment."""
    usual_uses: Mapping[int, Uses] = field(default_factory=dict)
    """The usual use of each key by model."""
    recent_calls: tuple[Call, ...] | None = None
    """The successful calls of the last hour, complete since `recent_from`."""
    failed: tuple[FailedCall, ...] | None = None
    """The failed calls. They carry only a key name: `key_names` maps it back to its id."""
    failed_from: datetime | None = None
    """From when on they are complete; None: from long before now."""
    balance_usd: float | None = None
    """The wallet's balance; None also if nothing is paid from it."""
    zone: tzinfo = UTC
    """The zone in which a day begins."""
    recent_from: datetime | None = None
    recent_uses: tuple[Mapping[int, Uses], ...] = ()
    """The recent use of each key by model: over the last two hours, and over the last six."""
    seen: Mapping[int, SeenOrigins] = field(default_factory=dict)
    """The origins that each key was used from so far."""
    prices: KnownPrices = KnownPrices()
    """Known multipliers and list prices."""
    key_names: Mapping[int, str] = field(default_factory=dict)
    plans: tuple[PlanUsage, ...] = ()
    paces: Mapping[int, float] | None = None
    """The current cost of each key, in USD an hour."""
    is_hour_whole: bool = True
    """Whether the calls reach back to the start of the running hour; else it cannot be judged as clear."""
    awaits_calls: bool = False
    """Whether the first calls are still to come."""
    gaps: tuple[Gap, ...] = ()
    """The inputs that are missing, old or incomplete: steps that need them are never reported as clear."""
    awaited: tuple[int, ...] | None = None
    """The keys with histories still to come; None: unknown whose are needed."""
    hour_uses: Mapping[datetime, Mapping[int, HourUse]] = field(default_factory=dict)
    """The use of each key in the hours that are known call by call."""
    thresholds: Thresholds = DEFAULTS
    """The thresholds that a person set."""
    stopped: Mapping[int, datetime] = field(default_factory=dict)
    """The keys that can no longer call, with the time of their last call."""
    deleted: frozenset[int] = frozenset()
    """Those of them that the account no longer has."""
    begin_of: Callable[[int, datetime], datetime | None] = lambda _key_id, _since: None
    """The minute in which a key's extra cost began, within an hour of a full hour."""
    dear_from: Callable[[int, datetime], datetime | None] = lambda _key_id, _hour: None
    """The minute in which the calls of a key became dearer, within an hour of a full hour."""
    memo: Memo = field(default_factory=Memo)
    """Caches results of full hours for the next judgement of the same account."""
