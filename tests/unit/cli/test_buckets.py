"""Buckets where clocks are awkward: half-hour zones, and the hour that comes twice in autumn."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tui.domain.account import Site
from tui.domain.scope import DayRange, Scope
from tui.domain.usage import Breakdown, Bucket, Sums
from tui.monitor.calls.rollups import bucket_start
from tui.monitor.feed import Feed
from tui.monitor.question import Question
from tui.monitor.questions import AskBreakdown, AskSite
from tui.monitor.scoped import questions_of, usage_of
from tui.monitor.snapshot import Snapshot

NOW = datetime(2026, 11, 24, tzinfo=UTC)
HOUR = timedelta(hours=1)


def snapshot_of(zone: str, server_zone: str, scope: Scope, starts: Sequence[datetime]) -> Snapshot:
    """A Snapshot in which each of these server hours had one call."""
    snapshot = Snapshot("http://gw", ZoneInfo(zone))
    site = Feed(Site(time_zone=server_zone), NOW)
    snapshot = replace(snapshot, feeds=MappingProxyType({AskSite(): site}))
    question = next(asked for asked in questions_of(scope, snapshot, NOW) if isinstance(asked, AskBreakdown))
    assert question.hourly
    trend = tuple(Bucket(start, start + HOUR, Sums(requests=1)) for start in starts)
    feeds: dict[Question[Any], Feed[Any]] = {AskSite(): site, question: Feed(Breakdown(trend, (), ()), NOW)}
    return replace(snapshot, feeds=MappingProxyType(feeds))


def hours(day: date, zone: str, count: int) -> list[datetime]:
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return [start + HOUR * number for number in range(count)]


def test_the_hour_that_comes_twice_is_two_buckets() -> None:
    day = date(2026, 11, 1)
    scope = Scope(DayRange(day, day))
    zone = "America/New_York"
    usage = usage_of(scope, snapshot_of(zone, "UTC", scope, hours(day, zone, 25)), NOW)
    assert usage.trend is not None
    assert [bucket.sums.requests for bucket in usage.trend] == [1] * 25
    assert {bucket.end.astimezone(UTC) - bucket.start.astimezone(UTC) for bucket in usage.trend} == {HOUR}


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu", "UTC", "America/St_Johns"])
def test_no_server_hour_is_lost_in_a_zone_of_other_minutes(zone: str) -> None:
    day = date(2026, 11, 20)
    scope = Scope(DayRange(day, day))
    midnight = datetime(2026, 11, 20, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    first = midnight.replace(minute=0)
    starts = [first + HOUR * number for number in range(25) if first + HOUR * number < midnight + 24 * HOUR]
    usage = usage_of(scope, snapshot_of(zone, "Asia/Shanghai", scope, starts), NOW)
    assert usage.trend is not None
    assert sum(bucket.sums.requests for bucket in usage.trend) == len(starts)
    assert [bucket.start.astimezone(UTC) for bucket in usage.trend] == starts


def test_days_are_put_together_from_hours_when_they_differ_anywhere_in_the_range() -> None:
    """London and Reykjavik have the same time in winter, and not on the days before the clocks go back."""
    scope = Scope(DayRange(date(2026, 10, 20), date(2026, 11, 20)))
    starts = hours(date(2026, 10, 20), "Europe/London", 24 * 32 + 1)
    usage = usage_of(scope, snapshot_of("Europe/London", "Atlantic/Reykjavik", scope, starts), NOW)
    assert usage.trend is not None
    by_day = {bucket.start.date(): bucket.sums.requests for bucket in usage.trend}
    assert by_day[date(2026, 10, 25)] == 25
    assert {count for day, count in by_day.items() if day != date(2026, 10, 25)} == {24}


def test_a_bucket_begins_at_or_before_its_moments_and_after_the_one_before() -> None:
    zone = ZoneInfo("America/New_York")
    moment = datetime(2026, 11, 1, 4, 30, tzinfo=UTC)
    starts = [bucket_start(moment + HOUR * number, HOUR, zone).astimezone(UTC) for number in range(4)]
    assert [moment - start + HOUR * number for number, start in enumerate(starts)] == [timedelta(minutes=30)] * 4
