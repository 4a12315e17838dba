"""Is this hour a spike? The rules of triage-spec section 3, as figures."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from tui.domain.usage import HourlyCost
from tui.triage.history import (
    HIGH,
    HOUR,
    History,
    cost_at,
    first_active,
    floor_hour,
    last_week,
    percentile,
    same_hours,
    trailing,
    usual_active,
)

LOOK_BACK = 48
"""How many full hours before now an incident is looked for."""
RECOVERY = 2
"""How many full hours under the bound end an incident."""
CONFIRM_WITHIN = timedelta(hours=3)
COLD_HOURS = 24
TRAILING_DAYS = 7


class Step(StrEnum):
    """How much history the rules stand on: same hours, trailing hours, or next to nothing."""

    FULL = "full"
    TRAILING = "trailing"
    COLD = "cold"


class Severity(StrEnum):
    """How much a finding matters."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class SpikeSettings:
    """The figures of the rules; money in USD. `own_limit_usd` is the user's own bound for an hour, if there is one."""

    floor_usd: float = 0.50
    floor_share: float = 0.02
    times: float = 2.0
    critical_times: float = 5.0
    key_times: float = 2.5
    key_floor_usd: float = 0.20
    key_floor_share: float = 0.007
    balance_share: float = 0.10
    own_limit_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Spend:
    """What the running hour cost so far, and the last ten minutes alone, in USD."""

    hour_usd: float
    last_10_min_usd: float = 0.0


@dataclass(frozen=True, slots=True)
class RunningHour:
    """The hour that is running, from the call ledger. A key that is not named has spent nothing in it."""

    start: datetime
    account: Spend
    keys: Mapping[int, Spend] = field(default_factory=dict)

    def of(self, key_id: int | None) -> Spend:
        """The spend of a key, or of the account for None."""
        return self.account if key_id is None else self.keys.get(key_id, Spend(0.0))


@dataclass(frozen=True, slots=True)
class Judgement:
    """One hour held against its bound. `q_usd`, `a_usd` and `floor_usd` are Q, A and F of the spec."""

    value_usd: float
    q_usd: float
    a_usd: float
    floor_usd: float
    times: float

    @property
    def usual_usd(self) -> float:
        """A high but usual hour: the larger of Q and A."""
        return max(self.q_usd, self.a_usd)

    @property
    def bound_usd(self) -> float:
        """From which cost on the hour is a spike."""
        return max(self.times * self.usual_usd, self.q_usd + self.floor_usd)

    @property
    def is_spike(self) -> bool:
        """Whether it is one."""
        return self.value_usd >= self.bound_usd > 0

    @property
    def times_usual(self) -> float | None:
        """How many times the usual it costs; None when nothing is usual."""
        return self.value_usd / self.usual_usd if self.usual_usd > 0 else None

    def is_at_least(self, times: float) -> bool:
        """Whether it is a spike and that many times the usual."""
        return self.is_spike and self.value_usd >= times * self.usual_usd


@dataclass(frozen=True, slots=True)
class FlaggedHour:
    """An hour that is a spike: what it cost, Q and A of that hour, and the bound it passed, in USD."""

    start: datetime
    actual_usd: float
    q_usd: float
    a_usd: float
    bound_usd: float


@dataclass(frozen=True, slots=True)
class Spike:
    """A spike of one key (None: of the account) that has not recovered.

    `times_usual` is that of the worst hour, None when nothing was usual; `excess_usd` sums what was above Q since it
    began. One that is not confirmed is a hit, no alarm. `is_running` says that the running hour is part of it.
    """

    key_id: int | None
    since: datetime
    hours: tuple[FlaggedHour, ...]
    times_usual: float | None
    excess_usd: float
    severity: Severity
    is_confirmed: bool
    is_running: bool
    step: Step


def step_of(history: History, now: datetime) -> Step:
    """How far the cold start has come: under 24 active hours, under 7 days, or all of it."""
    first = first_active(history.account)
    if first is None or sum(usd > 0 for usd in history.account.usd) < COLD_HOURS:
        return Step.COLD
    return Step.TRAILING if now - first < timedelta(days=TRAILING_DAYS) else Step.FULL


def judge(
    series: HourlyCost,
    hour: datetime,
    value_usd: float,
    floor_usd: float,
    times: float,
    *,
    step: Step = Step.FULL,
    frozen_from: datetime | None = None,
) -> Judgement:
    """Hold one hour's cost against Q, A and F; the hours from `frozen_from` on are the incident, and no baseline."""
    if step is Step.FULL:
        q_usd = percentile(same_hours(series, hour, frozen_from), HIGH)
    else:
        q_usd = percentile(trailing(series, hour, frozen_from), HIGH)
    return Judgement(value_usd, q_usd, usual_active(series, hour, frozen_from), floor_usd, times)


def account_floor(history: History, hour: datetime, settings: SpikeSettings, since: datetime | None = None) -> float:
    """F of the spec: a part of the account's last week, and never less than the user's floor, in USD."""
    return max(settings.floor_usd, settings.floor_share * last_week(history.account, hour, since))


def key_floor(history: History, hour: datetime, settings: SpikeSettings, since: datetime | None = None) -> float:
    """The least excess of a key that matters beside the account's last week, in USD."""
    return max(settings.key_floor_usd, settings.key_floor_share * last_week(history.account, hour, since))


@dataclass(frozen=True, slots=True)
class _Rule:
    """What differs between the account and a key."""

    history: History
    key_id: int | None
    settings: SpikeSettings
    step: Step

    @property
    def series(self) -> HourlyCost:
        return self.history.series(self.key_id)

    @property
    def times(self) -> float:
        return self.settings.times if self.key_id is None else self.settings.key_times

    def judge(self, hour: datetime, value_usd: float, since: datetime | None) -> Judgement:
        floor_of = account_floor if self.key_id is None else key_floor
        floor_usd = floor_of(self.history, hour, self.settings, since)
        return judge(self.series, hour, value_usd, floor_usd, self.times, step=self.step, frozen_from=since)

    def is_sure(self, seen: Judgement) -> bool:
        """Whether one hour is enough: critical for the account, twice the bound for a key."""
        if self.key_id is None:
            return seen.is_at_least(self.settings.critical_times)
        return seen.is_spike and seen.value_usd >= 2 * seen.bound_usd


def is_running_hit(seen: Judgement, last_10_min_usd: float) -> bool:
    """The running hour: its sum passes the bound of a full hour, or its last ten minutes alone half of Q, A and F.

    It is never scaled up: a few dear calls must not make an hour.
    """
    return seen.is_spike or (last_10_min_usd >= seen.usual_usd / 2 and last_10_min_usd >= max(seen.floor_usd / 2, 1e-9))


@dataclass(frozen=True, slots=True)
class _Hit:
    hour: datetime
    seen: Judgement
    is_sure: bool


def find_spikes(
    history: History,
    running: RunningHour | None,
    now: datetime,
    settings: SpikeSettings | None = None,
    *,
    since: Mapping[int | None, datetime] | None = None,
    balance_usd: float | None = None,
) -> tuple[Spike, ...]:
    """The spikes that stand now, the account's first, then the keys' by excess.

    `since` tells when episodes that are already firing began, so that a long one never becomes its own baseline.
    """
    settings, step = settings or SpikeSettings(), step_of(history, now)
    if step is Step.COLD:
        return _cold(history, running, now, settings, balance_usd)
    found = []
    for key_id in (None, *history.keys):
        rule = _Rule(history, key_id, settings, step)
        spike = _standing(rule, running, now, (since or {}).get(key_id))
        if spike is not None:
            found.append(spike)
    return tuple(sorted(found, key=lambda spike: (spike.key_id is not None, -spike.excess_usd)))


def _standing(rule: _Rule, running: RunningHour | None, now: datetime, began: datetime | None) -> Spike | None:
    """Walk the last two days hour by hour; the baseline freezes where an incident begins and thaws where it ends."""
    current = floor_hour(rule.history.account, now)
    hours = [current - back * HOUR for back in range(LOOK_BACK, 0, -1)]
    least_usd = rule.settings.key_floor_usd if rule.key_id is not None else rule.settings.floor_usd
    since, hits, quiet = began, list[_Hit](), 0
    for hour in hours:
        value_usd = cost_at(rule.series, hour)
        seen = rule.judge(hour, value_usd, since) if value_usd >= least_usd else None
        if seen is not None and seen.is_spike:
            since, quiet = since or hour, 0
            hits.append(_Hit(hour, seen, rule.is_sure(seen)))
        elif hits:
            quiet += 1
            if quiet >= RECOVERY:
                since, hits, quiet = None, [], 0
    last = _running_hit(rule, running, current, since)
    if last is not None:
        hits.append(last)
    return _spike(rule, hits, running, current) if hits else None


def _running_hit(rule: _Rule, running: RunningHour | None, current: datetime, since: datetime | None) -> _Hit | None:
    if running is None or running.start != current:
        return None
    spend = running.of(rule.key_id)
    seen = rule.judge(current, spend.hour_usd, since)
    if not is_running_hit(seen, spend.last_10_min_usd):
        return None
    return _Hit(current, seen, rule.is_sure(seen))


def _spike(rule: _Rule, hits: list[_Hit], running: RunningHour | None, current: datetime) -> Spike:
    since = hits[0].hour
    pairs = itertools.pairwise(hits)
    is_confirmed = any(hit.is_sure for hit in hits) or any(b.hour - a.hour <= CONFIRM_WITHIN for a, b in pairs)
    is_critical = any(hit.seen.is_at_least(rule.settings.critical_times) for hit in hits)
    known = [hit.seen.times_usual for hit in hits]
    times = None if None in known else max((value for value in known if value is not None), default=None)
    return Spike(
        rule.key_id,
        since,
        tuple(FlaggedHour(h.hour, h.seen.value_usd, h.seen.q_usd, h.seen.a_usd, h.seen.bound_usd) for h in hits),
        times,
        excess_since(rule.series, since, current, running.of(rule.key_id).hour_usd if running else 0.0, rule.step),
        Severity.CRITICAL if is_critical and is_confirmed else Severity.WARNING,
        is_confirmed,
        hits[-1].hour == current,
        rule.step,
    )


def excess_since(
    series: HourlyCost, since: datetime, current: datetime, running_usd: float, step: Step = Step.FULL
) -> float:
    """What the hours since then cost above their Q, in USD; the running hour counts with what it cost so far."""
    excess, hour = 0.0, since
    while hour <= current:
        value_usd = running_usd if hour == current else cost_at(series, hour)
        if value_usd > 0:
            excess += max(0.0, value_usd - judge(series, hour, value_usd, 0.0, 1.0, step=step, frozen_from=since).q_usd)
        hour += HOUR
    return excess


def _cold(
    history: History, running: RunningHour | None, now: datetime, settings: SpikeSettings, balance_usd: float | None
) -> tuple[Spike, ...]:
    """Next to no history: only the user's own limit, and one hour that took a tenth of the balance."""
    bounds = [settings.own_limit_usd, None if balance_usd is None else settings.balance_share * balance_usd]
    known = [bound for bound in bounds if bound is not None and bound > 0]
    if not known:
        return ()
    bound_usd = max(min(known), settings.floor_usd)
    current = floor_hour(history.account, now)
    spends = [(current - back * HOUR, cost_at(history.account, current - back * HOUR)) for back in (2, 1)]
    if running is not None and running.start == current:
        spends.append((current, running.account.hour_usd))
    flagged = tuple(FlaggedHour(hour, usd, 0.0, 0.0, bound_usd) for hour, usd in spends if usd >= bound_usd)
    if not flagged:
        return ()
    excess = sum(hour.actual_usd for hour in flagged)
    is_running = flagged[-1].start == current
    return (Spike(None, flagged[0].start, flagged, None, excess, Severity.WARNING, True, is_running, Step.COLD),)
