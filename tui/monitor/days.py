"""The user's days from the server's hours, where midnight falls within an hour (India, Nepal, Newfoundland …).

The gateway cuts only the first and the last hour of a range at the midnights of the user's zone (contract 5.7). An
hour around a midnight in between is split by call records if they are here, otherwise by asking for one of its two
days alone. Until then all of it counts to the day before, and both days are marked.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from tui.domain.scope import Filters, Window
from tui.domain.usage import NOTHING, Bucket, Call, Sums
from tui.gateway.budget import Tier
from tui.monitor.calls.log import CallView, UsageSum
from tui.monitor.calls.rollups import next_start
from tui.monitor.question import Asking
from tui.monitor.refresh_policy import seldom

DAY = timedelta(days=1)


class AskDayHours(Struct, frozen=True):
    """The hours of one past day; the first and the last are cut at the user's midnights."""

    day: date
    filters: Filters

    tier = Tier.HEAVY
    pace = seldom(3600, can_wait=True)

    async def ask(self, asking: Asking) -> tuple[Bucket, ...]:
        answer = await asking.client.breakdown(
            (self.day, self.day),
            self.filters,
            zone=asking.zone.key,
            hourly=True,
            server_zone=asking.known.server_zone,
            models=False,
            groups=False,
        )
        return answer.trend


def parted_midnights(window: Window, zone: ZoneInfo, server_zone: ZoneInfo, now: datetime) -> list[datetime]:
    """The midnights of `zone` in a window that fall within an hour of the server, newest first."""
    found = []
    midnight = next_start(window.start, DAY, zone)
    while midnight < min(window.end, now):
        if _hour_of(midnight, server_zone) != midnight:
            found.append(midnight)
        midnight = next_start(midnight, DAY, zone)
    return found[::-1]


def day_questions(filters: Filters, midnights: Iterable[datetime]) -> Iterator[AskDayHours]:
    """What to ask to split the hours around some midnights, newest first: one day splits both hours at its ends."""
    parted: date | None = None
    for midnight in midnights:
        if midnight.date() != parted:
            parted = midnight.date() - DAY
            yield AskDayHours(parted, filters)


class Parting(Struct, frozen=True):
    """What hours can be split by: call records, those that pass the filter, and days fetched alone."""

    calls: CallView | None
    passes: Callable[[Call], bool]
    days: Mapping[date, tuple[Bucket, ...]]

    def part(self, trend: Iterable[Bucket], midnights: Iterable[datetime]) -> tuple[list[Bucket], frozenset[date]]:
        """The hours with those around a midnight split in two, and the days whose split is not known."""
        found: list[Bucket] = []
        unknown: set[date] = set()
        left = sorted(midnights, reverse=True)
        for hour in trend:
            while left and left[-1] <= hour.start:
                left.pop()
            if not left or left[-1] >= hour.end:
                found.append(hour)
                continue
            midnight = left.pop()
            after = self._after(hour, midnight)
            if after is None:
                unknown |= {midnight.date() - DAY, midnight.date()}
                found.append(hour)
                continue
            found.append(Bucket(hour.start, midnight, hour.sums - after))
            found.append(Bucket(midnight, hour.end, after))
        return found, frozenset(unknown)

    def _after(self, hour: Bucket, midnight: datetime) -> Sums | None:
        """The part of an hour at or after a midnight; None if nothing tells."""
        if self.calls is not None and self.calls.covers(hour.start):
            counted = UsageSum()
            for call in filter(self.passes, self.calls.log.between(midnight, hour.end)):
                counted.add(call)
            return counted.sums()
        if (begins := self.days.get(midnight.date())) is not None:
            return _at(begins, hour.start)
        if (ends := self.days.get(midnight.date() - DAY)) is not None:
            return hour.sums - _at(ends, hour.start)
        return None


def _at(hours: Iterable[Bucket], start: datetime) -> Sums:
    return next((hour.sums for hour in hours if hour.start == start), NOTHING)


def _hour_of(moment: datetime, zone: ZoneInfo) -> datetime:
    """The start of the hour of `zone` that a moment falls into."""
    local = moment.astimezone(zone)
    return moment - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
