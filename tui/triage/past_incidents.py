"""Incidents that are over: who comes late asks what drained the balance, though nothing is wrong any more."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from tui.domain.clock import floor_hour
from tui.domain.usage import HourlyCost
from tui.triage.baselines import HOUR, before, known_of
from tui.triage.spikes import ACCOUNT_RULE, COOLING_HOURS, KEY_RULE, FlaggedHour, Rule, is_confirmed, past_spikes

LOOK_BACK_HOURS = 24


class PastIncident(Struct, frozen=True):
    """A confirmed spike that is over: of a key, or (`key_id` None) of the account where no key of its own stood out.

    From `since` to `until`; `excess_usd` is what its flagged hours cost above their 90th percentile.
    """

    key_id: int | None
    since: datetime
    until: datetime
    excess_usd: float


def find_earlier(account: HourlyCost, keys: Mapping[int, HourlyCost], now: datetime) -> tuple[PastIncident, ...]:
    """The incidents that ended within the last day, the latest first; what is still cooling is none yet."""
    this_hour = floor_hour(now)
    whole = before(account, this_hour)
    if not known_of(whole).is_warm:
        return ()
    found = [
        PastIncident(key_id, hours[0].start, hours[-1].start + HOUR, sum(hour.excess_usd for hour in hours))
        for key_id, series in keys.items()
        for hours in _over(before(series, this_hour), KEY_RULE, whole, this_hour)
    ]
    found += [
        PastIncident(None, hours[0].start, hours[-1].start + HOUR, sum(hour.excess_usd for hour in hours))
        for hours in _over(whole, ACCOUNT_RULE, whole, this_hour)
        if not any(one.since < hours[-1].start + HOUR and hours[0].start < one.until for one in found)
    ]
    return tuple(sorted(found, key=lambda one: one.until, reverse=True))


def _over(
    series: HourlyCost, rule: Rule, account: HourlyCost, this_hour: datetime
) -> Iterator[tuple[FlaggedHour, ...]]:
    for hours in past_spikes(series, rule, account, this_hour, None, LOOK_BACK_HOURS):
        if this_hour - hours[-1].start > timedelta(hours=COOLING_HOURS) and is_confirmed(list(hours), rule):
            yield hours
