"""Spikes: hours that cost far more than is usual at that hour (triage-spec section 3)."""

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta

from tui.domain.usage import HourlyCost
from tui.triage.history import HOUR, Step, Usual, usual_at, week_usd

LOOK_BACK_HOURS = 7 * 24
COOLING = timedelta(hours=2)
CONFIRMED_WITHIN = timedelta(hours=3)
CRITICAL_TIMES = 5.0
COLD_BALANCE_SHARE = 0.10


@dataclass(frozen=True, slots=True)
class Rule:
    """When an hour is a spike: at least `times` the usual level, and `week_share` of the week or `least_usd` above it.

    A rule that `needs_confirmation` alarms at two hits within three hours, or at once at twice its bound.
    """

    times: float
    week_share: float
    least_usd: float
    needs_confirmation: bool = False


ACCOUNT_RULE = Rule(2.0, 0.02, 0.50)
KEY_RULE = Rule(2.5, 0.007, 0.20, needs_confirmation=True)


@dataclass(frozen=True, slots=True)
class Running:
    """The hour that is running: its cost so far, and that of the last ten minutes."""

    so_far_usd: float = 0.0
    ten_minutes_usd: float = 0.0


@dataclass(frozen=True, slots=True)
class FlaggedHour:
    """An hour over its bound."""

    start: datetime
    actual_usd: float
    usual: Usual
    bound_usd: float
    is_running: bool = False


@dataclass(frozen=True, slots=True)
class Spike:
    """An incident of cost: the flagged hours without a pause of more than two hours, up to now."""

    since: datetime
    hours: tuple[FlaggedHour, ...]
    is_confirmed: bool
    step: Step

    @property
    def worst(self) -> FlaggedHour:
        """The hour that is furthest above its usual level."""
        return max(self.hours, key=lambda hour: hour.actual_usd)

    @property
    def times_usual(self) -> float | None:
        """How many times the usual the worst hour is; None where nothing is usual."""
        level = self.worst.usual.level_usd
        return self.worst.actual_usd / level if level > 0 else None

    @property
    def is_critical(self) -> bool:
        """Whether an hour is five times its usual level or more."""
        return any(hour.actual_usd >= CRITICAL_TIMES * hour.usual.level_usd > 0 for hour in self.hours)


def find_spike(
    series: HourlyCost,
    rule: Rule,
    account: HourlyCost,
    now: datetime,
    running: Running,
    balance_usd: float | None = None,
) -> Spike | None:
    """The spike that is on now, or None. How much is worth an alarm follows the week of the whole account.

    That week ends where the episode begins: an incident must not raise the bar for itself, however long it lasts.
    """
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    flagged: list[FlaggedHour] = []
    for back in range(LOOK_BACK_HOURS, -1, -1):
        hour = this_hour - HOUR * back
        if flagged and hour - flagged[-1].start > COOLING + HOUR:
            flagged.clear()
        so_far = running if back == 0 else None
        if not _is_worth_judging(series, hour, rule, so_far):
            continue
        frozen_at = flagged[0].start if flagged else None
        usual = usual_at(series, hour, frozen_at)
        floor_usd = max(rule.week_share * week_usd(account, frozen_at or hour), rule.least_usd)
        found = _judge(series, hour, usual, rule, floor_usd, so_far, balance_usd)
        if found is not None:
            flagged.append(found)
    if not flagged or this_hour - flagged[-1].start > COOLING:
        return None
    return Spike(flagged[0].start, tuple(flagged), _is_confirmed(flagged, rule), flagged[-1].usual.step)


def _is_worth_judging(series: HourlyCost, hour: datetime, rule: Rule, running: Running | None) -> bool:
    """Most hours cost less than any bound can be: they are not worth looking up what is usual."""
    if running is not None:
        return running.so_far_usd >= rule.least_usd or running.ten_minutes_usd >= rule.least_usd / 2
    return series.hours(hour, 1)[0] >= rule.least_usd


def _judge(
    series: HourlyCost,
    hour: datetime,
    usual: Usual,
    rule: Rule,
    floor_usd: float,
    running: Running | None,
    balance_usd: float | None,
) -> FlaggedHour | None:
    actual_usd = series.hours(hour, 1)[0] if running is None else running.so_far_usd
    if usual.step is Step.COLD:
        bound_usd = COLD_BALANCE_SHARE * balance_usd if balance_usd and balance_usd > 0 else None
        is_hit = bound_usd is not None and actual_usd >= max(bound_usd, rule.least_usd)
        return FlaggedHour(hour, actual_usd, usual, bound_usd or 0.0, running is not None) if is_hit else None
    bound_usd = max(rule.times * usual.level_usd, usual.q_usd + floor_usd)
    is_hit = actual_usd >= bound_usd
    if running is not None and not is_hit:
        is_hit = (
            running.ten_minutes_usd >= max(usual.q_usd, usual.a_usd) / 2 and running.ten_minutes_usd >= floor_usd / 2
        )
    return FlaggedHour(hour, actual_usd, usual, bound_usd, running is not None) if is_hit else None


def _is_confirmed(flagged: list[FlaggedHour], rule: Rule) -> bool:
    if not rule.needs_confirmation:
        return True
    if any(hour.actual_usd >= 2 * hour.bound_usd > 0 for hour in flagged):
        return True
    return any(b.start - a.start <= CONFIRMED_WITHIN for a, b in itertools.pairwise(flagged))
