"""Which key does it: excess per key, ranked (triage-spec section 4), and the first look before that (2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from tui.domain.keys import KeyCost
from tui.domain.usage import HourlyCost
from tui.triage.history import HIGH, HOUR, History, first_active, floor_hour, last_active, percentile, same_hours
from tui.triage.spikes import RunningHour

NO_SINGLE_CAUSE = 0.5
"""Under this share of the excess the first key is no single cause."""
NEW = timedelta(hours=24)
DORMANT = timedelta(days=7)
ERROR_SHARE = 0.2
ERROR_CALLS = 15
OTHER_DAYS = 29


class Badge(StrEnum):
    """What else is remarkable about a suspect."""

    NEW = "new"
    DORMANT = "dormant"
    ERRORS = "errors"


@dataclass(frozen=True, slots=True)
class Suspect:
    """A key and what it spent above its usual, in USD. `share` is its part of all keys' excess.

    A first look compares the day so far with the mean day, since the key's history has not been read.
    """

    key_id: int
    excess_usd: float
    share: float
    actual_usd: float
    expected_usd: float
    badges: tuple[Badge, ...] = ()
    is_first_look: bool = False

    @property
    def times_usual(self) -> float | None:
        """How many times the expected; None when nothing was expected."""
        return self.actual_usd / self.expected_usd if self.expected_usd > 0 else None


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How a key's calls ended: how many there were, and how many of them failed."""

    calls: int
    failed: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """The suspects, the most excess first; `excess_usd` is that of all keys together."""

    suspects: tuple[Suspect, ...]
    excess_usd: float

    @property
    def has_single_cause(self) -> bool:
        """Whether the first one did at least half of it."""
        return bool(self.suspects) and self.suspects[0].share >= NO_SINGLE_CAUSE


def first_look(
    costs: Mapping[int, KeyCost], day_part: float, yesterday_usd: Mapping[int, float] | None = None
) -> Ranking:
    """Rank keys by today − (the day so far) × (mean of the other 29 days); `day_part` of the day is over.

    Just after midnight today says nothing yet: with `yesterday_usd` the span begins a day earlier.
    """
    suspects = []
    for key_id, cost in costs.items():
        today_usd = float(cost.today_usd)
        mean_usd = max(0.0, float(cost.last_30_days_usd) - today_usd) / OTHER_DAYS
        actual_usd, days = today_usd, day_part
        if yesterday_usd is not None:
            earlier_usd = yesterday_usd.get(key_id, 0.0)
            mean_usd = max(0.0, mean_usd * OTHER_DAYS - earlier_usd) / (OTHER_DAYS - 1)
            actual_usd, days = today_usd + earlier_usd, day_part + 1
        expected_usd = days * mean_usd
        excess_usd = max(0.0, actual_usd - expected_usd)
        suspects.append(Suspect(key_id, excess_usd, 0.0, actual_usd, expected_usd, (), is_first_look=True))
    return ranked(suspects)


def rank(
    history: History,
    running: RunningHour | None,
    since: datetime,
    now: datetime,
    *,
    look: Ranking | None = None,
    outcomes: Mapping[int, Outcomes] | None = None,
) -> Ranking:
    """Rank the keys by their excess since the incident began; a key without history stands with its first look.

    A first look covers the whole day, so it is cut at what the account spent in the incident.
    """
    most_usd = _spent(history.account, running.account.hour_usd if running else 0.0, since, now)
    outcomes = outcomes or {}
    suspects = [measured(history, key_id, running, since, now) for key_id in history.keys]
    for seen in look.suspects if look is not None else ():
        if seen.key_id not in history.keys:
            suspects.append(replace(seen, excess_usd=min(seen.excess_usd, most_usd)))
    return ranked(with_errors(suspect, outcomes.get(suspect.key_id)) for suspect in suspects)


def measured(history: History, key_id: int, running: RunningHour | None, since: datetime, now: datetime) -> Suspect:
    """One key over the incident: actual − Σ of the 90th percentiles of the same hours; a new key is expected to cost 0.

    The running hour is expected in proportion to how much of it is over.
    """
    series, current = history.keys[key_id], floor_hour(history.account, now)
    began, actual_usd, expected_usd = floor_hour(history.account, since), 0.0, 0.0
    hour = began
    while hour < current:
        actual_usd += series.hours(hour, 1)[0]
        expected_usd += percentile(same_hours(series, hour, began), HIGH)
        hour += HOUR
    if running is not None and running.start == current:
        actual_usd += running.of(key_id).hour_usd
        expected_usd += percentile(same_hours(series, current, began), HIGH) * ((now - current) / HOUR)
    excess_usd = max(0.0, actual_usd - expected_usd)
    return Suspect(key_id, excess_usd, 0.0, actual_usd, expected_usd, ages(history, series, began, now))


def ages(history: History, series: HourlyCost, began: datetime, now: datetime) -> tuple[Badge, ...]:
    """Whether a key is new, or was idle for a week before the incident; neither without a week of history."""
    if began - history.account.start < DORMANT:
        return ()
    first = first_active(series)
    if first is None or now - first < NEW:
        return (Badge.NEW,)
    last = last_active(series, began)
    return (Badge.DORMANT,) if last is not None and began - last >= DORMANT else ()


def with_errors(suspect: Suspect, outcomes: Outcomes | None) -> Suspect:
    """Add the badge of a key of whose calls a fifth or more fail."""
    if outcomes is None or outcomes.calls < ERROR_CALLS or outcomes.failed < ERROR_SHARE * outcomes.calls:
        return suspect
    return replace(suspect, badges=(*suspect.badges, Badge.ERRORS))


def ranked(suspects: Iterable[Suspect]) -> Ranking:
    """Those with an excess, the most first, with their shares."""
    some = sorted((one for one in suspects if one.excess_usd > 0), key=lambda one: (-one.excess_usd, one.key_id))
    total_usd = sum(one.excess_usd for one in some)
    return Ranking(tuple(replace(one, share=one.excess_usd / total_usd) for one in some), total_usd)


def _spent(series: HourlyCost, running_usd: float, since: datetime, now: datetime) -> float:
    began, current = floor_hour(series, since), floor_hour(series, now)
    return sum(series.hours(began, (current - began) // HOUR)) + running_usd
