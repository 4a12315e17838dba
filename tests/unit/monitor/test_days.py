"""Days of the user's calendar, against a gateway that tells the hours of its own: each call in the day it was made."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW as SAMPLE_NOW
from tests.unit.samples import call
from tui.domain.account import Site
from tui.domain.scope import NO_FILTERS, DayRange, Filters, RangeName, Scope
from tui.domain.usage import Breakdown, Bucket, Call, Totals
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.log import CallLog, CallView, UsageSum
from tui.monitor.days import AskDayHours
from tui.monitor.feed import Feed
from tui.monitor.question import Question
from tui.monitor.questions import AskBreakdown, AskSite, AskTotals
from tui.monitor.scoped import call_filter, questions_of, usage_of
from tui.monitor.snapshot import Snapshot

HOUR = timedelta(hours=1)
ODD = (
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "Australia/Adelaide",
    "America/St_Johns",
    "Australia/Lord_Howe",
)
PLAIN = ("America/New_York", "UTC", "Asia/Shanghai", "Europe/London")
LAST = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 3, 17, tzinfo=UTC)
"""In the 30 days before it clocks are changed: in New York on 1 November, in London on 25 October."""


class Server:
    """What the gateway tells of some calls (contract 5.7): its own hours, cut at the midnights of the range only."""

    def __init__(self, rows: Sequence[Call], zone: str) -> None:
        self.rows, self.zone = rows, ZoneInfo(zone)

    def within(self, days: tuple[date, date], filters: Filters, zone: ZoneInfo) -> list[Call]:
        start = datetime.combine(days[0], time(), zone)
        end = datetime.combine(days[1] + timedelta(days=1), time(), zone)
        return [row for row in filter(call_filter(filters), self.rows) if start <= row.at < end]

    def trend(self, rows: Sequence[Call], *, hourly: bool) -> tuple[Bucket, ...]:
        tallies: dict[datetime, UsageSum] = {}
        for row in rows:
            local = row.at.astimezone(self.zone)
            start = row.at - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
            if not hourly:
                start = local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
            tallies.setdefault(start, UsageSum()).add(row)
        return tuple(Bucket(at, at + HOUR, tallies[at].sums()) for at in sorted(tallies))

    def answer(self, question: Question[Any], zone: ZoneInfo) -> Any:
        match question:
            case AskSite():
                return Site(time_zone=self.zone.key)
            case AskBreakdown(days, filters, hourly):
                return Breakdown(self.trend(self.within(days, filters, zone), hourly=hourly), (), ())
            case AskDayHours(day, filters):
                return self.trend(self.within((day, day), filters, zone), hourly=True)
            case AskTotals(days, filters):
                tally = UsageSum()
                for row in self.within(days, filters, zone):
                    tally.add(row)
                return Totals(tally.sums(), None)


def half_hourly(seed: int = 1) -> list[Call]:
    """A call every half hour for 34 days, at odd minutes, each of another cost."""
    dice, rows = random.Random(seed), []
    for number in range(34 * 48):
        at = NOW - number * timedelta(minutes=30) - timedelta(seconds=dice.uniform(0, 1799))
        ago_s, billed = (SAMPLE_NOW - at).total_seconds(), f"{0.01 + number / 100_000:.5f}"
        rows.append(call(number, ago_s=ago_s, billed=billed, key_id=dice.choice((7, 8))))
    return rows


def heard(server: Server, scope: Scope, zone: str, *, knows_days: bool = True) -> tuple[Snapshot, list[Question[Any]]]:
    """A Snapshot in which all is answered that the scope asks for."""
    snapshot = Snapshot("http://gw", ZoneInfo(zone))
    feeds: dict[Question[Any], Feed[Any]] = {AskSite(): Feed(server.answer(AskSite(), snapshot.zone), NOW)}
    snapshot = replace(snapshot, feeds=MappingProxyType(feeds))
    asked = [one for one in questions_of(scope, snapshot, NOW) if knows_days or not isinstance(one, AskDayHours)]
    for question in asked:
        feeds[question] = Feed(server.answer(question, snapshot.zone), NOW)
    return replace(snapshot, feeds=MappingProxyType(feeds)), asked


def true_days(server: Server, scope: Scope, zone: str) -> dict[date, Any]:
    """What each day of the user's calendar really had."""
    days: dict[date, UsageSum] = {}
    for row in filter(call_filter(scope.filters), server.rows):
        if row.at < NOW:
            days.setdefault(row.at.astimezone(ZoneInfo(zone)).date(), UsageSum()).add(row)
    return {day: tally.sums() for day, tally in days.items()}


def told_days(snapshot: Snapshot, scope: Scope) -> dict[date, Any]:
    """What the trend tells of each day."""
    return {bucket.start.date(): bucket.sums for bucket in usage_of(scope, snapshot, NOW).trend or ()}


@pytest.mark.parametrize("server_zone", ["Asia/Shanghai", "Asia/Kolkata", "America/New_York"])
@pytest.mark.parametrize("zone", [*ODD, *PLAIN])
@pytest.mark.parametrize("scope", [Scope(RangeName.D30), Scope(RangeName.MONTH, Filters(key_id=7))])
def test_each_day_has_its_own_calls_in_every_zone(scope: Scope, zone: str, server_zone: str) -> None:
    server = Server(half_hourly(), server_zone)
    snapshot, _asked = heard(server, scope, zone)
    told, true = told_days(snapshot, scope), true_days(server, scope, zone)
    assert told
    assert told == {day: true[day] for day in told}
    assert not usage_of(scope, snapshot, NOW).approximate_days


def test_a_day_that_is_asked_alone_parts_both_of_its_midnights() -> None:
    _snapshot, asked = heard(Server(half_hourly(), "Asia/Shanghai"), Scope(RangeName.D30), "Asia/Kolkata")
    days = [one.day for one in asked if isinstance(one, AskDayHours)]
    assert len(days) == 15
    assert days[:2] == [LAST - timedelta(days=1), LAST - timedelta(days=3)]


@pytest.mark.parametrize("zone", PLAIN)
def test_nothing_more_is_asked_where_no_hour_is_parted(zone: str) -> None:
    _snapshot, asked = heard(Server(half_hourly(), "Asia/Shanghai"), Scope(RangeName.D30), zone)
    assert not [one for one in asked if isinstance(one, AskDayHours)]


def test_call_records_part_the_hours_and_spare_the_questions() -> None:
    scope, zone = Scope(RangeName.D7), "Asia/Kolkata"
    server = Server(half_hourly(), "Asia/Shanghai")
    snapshot, _asked = heard(server, scope, zone, knows_days=False)
    rows = [row for row in server.rows if row.at > NOW - timedelta(days=3)]
    view = CallView(CallLog(rows), len(rows), NOW - timedelta(days=3))
    snapshot = replace(snapshot, calls=MappingProxyType({BASE_CALLS: view}))
    wanted = [one.day for one in questions_of(scope, snapshot, NOW) if isinstance(one, AskDayHours)]
    assert wanted == [date(2026, 11, 16), date(2026, 11, 14)]
    told, true = told_days(snapshot, scope), true_days(server, scope, zone)
    assert {day for day in told if told[day] == true[day]} == {date(2026, 11, day) for day in (18, 19, 20)}
    assert usage_of(scope, snapshot, NOW).approximate_days == {date(2026, 11, day) for day in range(14, 18)}


def test_what_is_not_known_is_marked_and_no_call_is_lost() -> None:
    scope, zone = Scope(RangeName.D7), "Asia/Kathmandu"
    server = Server(half_hourly(), "Asia/Shanghai")
    snapshot, _asked = heard(server, scope, zone, knows_days=False)
    usage = usage_of(scope, snapshot, NOW)
    assert usage.approximate_days == {date(2026, 11, day) for day in range(14, 21)}
    assert usage.sums is not None
    assert sum(bucket.sums.requests for bucket in usage.trend or ()) == usage.sums.requests


def test_a_range_of_one_day_needs_no_parting() -> None:
    scope = Scope(DayRange(LAST, LAST))
    _snapshot, asked = heard(Server(half_hourly(), "Asia/Shanghai"), scope, "Asia/Kolkata")
    assert [type(one) for one in asked] == [AskBreakdown, AskTotals]
    assert scope.filters == NO_FILTERS
