"""Suspects: which key has the most excess in an incident (triage-spec section 4), and the first look at it."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from tui.domain.clock import floor_hour
from tui.domain.keys import KeyCost
from tui.domain.memo import Memo, memoize_last
from tui.domain.usage import HourlyCost
from tui.triage.baselines import (
    DAY,
    DAY_HOURS,
    HIGH,
    HOUR,
    AccountAge,
    active_median,
    before,
    days_before,
    first_active,
    index_of,
    job_usd,
    percentile,
    same_hours,
)
from tui.triage.failing import BADGE_SHARE, CallOutcomes

NEW_FOR = timedelta(hours=24)
DORMANT_FOR = timedelta(days=7)
SINGLE_CAUSE = 0.5
"""A key with this share of the excess is behind the incident."""
TWO_CAUSES = 0.7
"""Two keys are if they have this share together."""
MOST_SHARE = 0.8
BLAMED_SHARE = 0.25
"""A key with a smaller share is not to blame."""
MIN_SHARE = 0.1
"""A key that still burns with at least this share of the excess is named before calm ones."""
CALM_SHARE = 0.25
"""A key is calm up to this share of the fastest pace."""
USUAL_TIMES = 2.0
LEAST_USD = 0.005
"""Less excess is rounding."""
WHOLE = -1
"""Stands for the account where hours are cached by key."""


class Suspect(Struct, frozen=True):
    """A key and its share of the excess."""

    key_id: int
    actual_usd: float
    expected_usd: float
    """The most that is usual for these hours."""
    share: float
    is_new: bool = False
    """First used less than a day before."""
    is_dormant: bool = False
    """Idle for a week before."""
    is_first_look: bool = False
    """Ranked by today's cost alone, because histories are not known yet."""
    is_failing: bool = False
    """At least a fifth of its calls fail."""
    pace_usd_per_h: float | None = None
    """By how much the pace of its last minutes exceeds twice the usual; None while unknown."""
    is_calm: bool = False
    """It is not burning now, or far less than another."""
    is_stopped: bool = False
    """It can call no more."""
    is_deleted: bool = False
    """The account no longer has it."""

    @property
    def burns(self) -> bool:
        """Whether it still costs more than usual, even if far less than another key; assumed while unknown."""
        return not self.is_stopped and self.pace_usd_per_h != 0

    @property
    def excess_usd(self) -> float:
        """Actual minus expected, never below 0."""
        return max(0.0, self.actual_usd - self.expected_usd)


def rank(
    memo: Memo,
    histories: Mapping[int, HourlyCost],
    since: datetime,
    now: datetime,
    running_usd: Mapping[int, float],
    known: AccountAge | None = None,
    paces: Mapping[int, float] | None = None,
    account: tuple[HourlyCost, float] | None = None,
) -> tuple[Suspect, ...]:
    """Rank keys by excess from `since` to now, with their shares; the running hour comes from call records.

    Shares are of the excess of the `account`, given as its hours and the cost of the running one: excess that no key
    explains belongs to nobody, but what weekly and monthly jobs often cost is none. `paces` is the current cost of each
    key in USD an hour, if known. `known` says since when the account is known: in its first week no key is new or
    dormant. Nor is any dormant after a week without use.
    """
    found = [
        _suspect(memo, key_id, series, since, now, running_usd.get(key_id, 0.0), known, paces)
        for key_id, series in histories.items()
        if _may_matter(series, since, now, running_usd.get(key_id, 0.0))
    ]
    whole = _suspect(memo, WHOLE, account[0], since, now, account[1], known, None) if account is not None else None
    if whole is not None and whole.is_dormant:
        found = [replace(one, is_dormant=False) for one in found]
    until = floor_hour(now) + HOUR
    jobs_usd = {one.key_id: _job_usd(memo, one.key_id, histories[one.key_id], since, until) for one in found}
    usual_usd = sum(max(0.0, min(one.actual_usd, jobs_usd[one.key_id]) - one.expected_usd) for one in found)
    found = [replace(one, expected_usd=max(one.expected_usd, jobs_usd[one.key_id])) for one in found]
    return with_shares(found, whole.excess_usd - usual_usd if whole is not None else 0.0)


def first_look(
    costs: Mapping[int, KeyCost], day_part: float, paces: Mapping[int, float] | None = None
) -> tuple[Suspect, ...]:
    """Rank keys from one response: today's cost against the usual cost of this `day_part`, the part of the day so far.

    Right in 17 of 17 measured incidents that began the same day, but still only a first look.
    """
    found = []
    for key_id, cost in costs.items():
        today = float(cost.today_usd)
        usual_day = float(cost.usual_day_usd or 0)
        pace = _pace(key_id, paces, usual_day / DAY_HOURS)
        found.append(Suspect(key_id, today, day_part * usual_day, 0.0, is_first_look=True, pace_usd_per_h=pace))
    return with_shares(found)


def with_shares(found: Iterable[Suspect], account_usd: float = 0.0) -> tuple[Suspect, ...]:
    """Return the suspects with any excess, largest first, with shares: of the account's excess if that is larger."""
    guilty = sorted((one for one in found if one.excess_usd > LEAST_USD), key=lambda one: one.excess_usd, reverse=True)
    whole = max(account_usd, sum(one.excess_usd for one in guilty))
    return tuple(replace(one, share=one.excess_usd / whole) for one in guilty)


def burning_first(
    suspects: tuple[Suspect, ...], stopped: Container[int] = (), *, is_contained: bool = False
) -> tuple[Suspect, ...]:
    """Put keys that still burn before calm ones: money already lost cannot be contained.

    A key is calm if it is `stopped`, burns nothing above usual, or far less now than another key with a notable share,
    or than many with small ones, if most of the excess is theirs.
    Once stopping keys has contained the incident, no other key is named in their place.
    """
    burning = tuple(one for one in suspects if one.pace_usd_per_h and one.key_id not in stopped)
    least = 0.0 if sum(one.share for one in burning if one.share < MIN_SHARE) >= SINGLE_CAUSE else MIN_SHARE
    fastest = max((one.pace_usd_per_h or 0.0 for one in burning if one.share >= least), default=0.0)
    marked = tuple(
        replace(
            one,
            is_stopped=one.key_id in stopped,
            is_calm=one.key_id in stopped
            or (one.pace_usd_per_h is not None and one.pace_usd_per_h <= CALM_SHARE * fastest),
        )
        for one in suspects
    )
    if is_contained:
        return marked
    return tuple(sorted(marked, key=lambda one: one.key_id in stopped or (fastest > 0 and one.is_calm)))


def is_single_cause(suspects: tuple[Suspect, ...]) -> bool:
    """Whether one key has at least half of the excess."""
    return bool(suspects) and suspects[0].share >= SINGLE_CAUSE


def to_blame(suspects: tuple[Suspect, ...]) -> tuple[int, ...]:
    """The keys behind an incident; none if it is many keys' together.

    If it goes on after keys were stopped, those behind the rest of it: what stopped keys cost hides nobody.

    >>> to_blame((Suspect(1, 0, 0, 0.4, is_stopped=True), Suspect(2, 0, 0, 0.25), Suspect(3, 0, 0, 0.15)))
    (2, 3)
    """
    if found := _behind(suspects):
        return found
    free = [one for one in suspects if not one.is_stopped]
    rest = sum(one.share for one in free)
    return _behind([replace(one, share=one.share / rest) for one in free]) if len(free) < len(suspects) and rest else ()


def _behind(suspects: Sequence[Suspect]) -> tuple[int, ...]:
    first, second, *_others = sorted((0.0, 0.0, *(one.share for one in suspects)), reverse=True)
    if first < SINGLE_CAUSE and first + second < TWO_CAUSES:
        return ()
    return tuple(one.key_id for one in suspects if one.share >= BLAMED_SHARE)


def most_of(suspects: tuple[Suspect, ...]) -> tuple[Suspect, ...]:
    """The keys with most of the excess, those with the largest shares first, and no more of them than needed.

    >>> [one.key_id for one in most_of(tuple(Suspect(n, 0.0, 0.0, share) for n, share in enumerate((0.1, 0.5, 0.4))))]
    [1, 2]
    """
    found: list[Suspect] = []
    for one in sorted(suspects, key=lambda one: -one.share):
        if sum(known.share for known in found) >= MOST_SHARE:
            break
        found.append(one)
    return tuple(found)


def with_errors(suspects: tuple[Suspect, ...], ended: Mapping[int, CallOutcomes]) -> tuple[Suspect, ...]:
    """Mark keys with at least a fifth of their calls failing; `ended` counts the calls of the last hour."""
    return tuple(
        replace(one, is_failing=ended.get(one.key_id, CallOutcomes()).fails_at_least(BADGE_SHARE)) for one in suspects
    )


def _may_matter(series: HourlyCost, since: datetime, now: datetime, running_usd: float) -> bool:
    """Whether a key cost enough since then to have any excess. Most did not, and their usual need not be known."""
    first, end = max(0, index_of(series, since)), max(0, index_of(series, floor_hour(now)))
    return sum(series.usd[first:end]) + running_usd > LEAST_USD


def _suspect(
    memo: Memo,
    key_id: int,
    series: HourlyCost,
    since: datetime,
    now: datetime,
    running_usd: float,
    known: AccountAge | None,
    paces: Mapping[int, float] | None,
) -> Suspect:
    this_hour = floor_hour(now)
    away = known.away if known is not None else frozenset[int]()
    actual_usd, expected_usd = _full_hours(memo, key_id, before(series, this_hour), since, this_hour, away)
    began = first_active(series, since)
    is_known = known is None or since - known.began >= DORMANT_FOR
    is_new = since - began < NEW_FOR
    if is_new:
        expected_usd = 0.0
    else:
        expected_usd += _high(series, this_hour, since, away) * ((now - this_hour) / HOUR)
    first = index_of(series, since)
    idle_from = days_before(series, first, DORMANT_FOR // DAY, away)[-1]
    is_idle = not any(series.usd[max(0, idle_from) : max(0, first)])
    usual_usd = max(_high(series, this_hour, since, away), active_median(series, first))
    return Suspect(
        key_id,
        actual_usd + running_usd,
        expected_usd,
        0.0,
        is_new=is_new and is_known,
        is_dormant=is_idle and not is_new and is_known,
        pace_usd_per_h=_pace(key_id, paces, 0.0 if is_new else usual_usd),
    )


def _pace(key_id: int, paces: Mapping[int, float] | None, usual_usd_per_h: float) -> float | None:
    return None if paces is None else max(0.0, paces.get(key_id, 0.0) - USUAL_TIMES * usual_usd_per_h)


@memoize_last(each=1)
def _full_hours(
    _memo: Memo, _key_id: int, series: HourlyCost, since: datetime, until: datetime, away: frozenset[int]
) -> tuple[float, float]:
    """The cost of the full hours of an incident, and the most that is usual for them. Both change hourly: cached."""
    hours = [since + HOUR * offset for offset in range(max(0, round((until - since) / HOUR)))]
    first = index_of(series, since)
    actual_usd = sum(series.usd[max(0, first) : max(0, first + len(hours))])
    return actual_usd, sum(_high(series, hour, since, away) for hour in hours)


@memoize_last(each=1)
def _job_usd(_memo: Memo, _key_id: int, series: HourlyCost, since: datetime, until: datetime) -> float:
    """What a weekly or monthly job often costs in these hours. It changes hourly: cached."""
    return job_usd(series, since, until)


def _high(series: HourlyCost, hour: datetime, since: datetime, away: frozenset[int]) -> float:
    return percentile(same_hours(series, index_of(series, hour), index_of(series, since), away=away), HIGH)
