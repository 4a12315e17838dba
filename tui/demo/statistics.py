"""Totals, trend and splits over call records, as the dashboard endpoints report them (contract 5.5-5.10)."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tui.demo.calendar import HOUR, Moment, instant, midnight, moment
from tui.demo.ledger import Selection
from tui.demo.listing import Range
from tui.demo.measures import Measures, Packed, calls_of, unpack
from tui.demo.money import Number, plain, usd
from tui.demo.strands import Trait

LABELS = {"hour": "%Y-%m-%d %H:00", "day": "%Y-%m-%d", "week": "%G-%V", "month": "%Y-%m"}


def sums(found: Measures) -> dict[str, Any]:
    """The eight members that buckets, models and totals share."""
    return {
        "requests": found.calls,
        "input_tokens": found.input_tokens,
        "output_tokens": found.output_tokens,
        "cache_creation_tokens": found.cache_creation_tokens,
        "cache_read_tokens": found.cache_read_tokens,
        "total_tokens": found.total_tokens,
        "cost": usd(found.cost),
        "actual_cost": usd(found.actual_cost),
    }


def average_ms(found: Measures) -> Number:
    """The mean duration; 0 if there were no calls."""
    return plain(found.duration_ms / found.calls) if found.calls else 0


def by(selection: Selection, span: Range, name: Callable[[Trait], Any]) -> dict[Any, Measures]:
    """The sums split by a property of traits, without parts that have no calls."""
    split: dict[Any, Packed] = defaultdict(int)
    if span.end > span.begin:
        for strand in selection.strands:
            split[name(strand.trait)] += strand.upto(span.end) - strand.upto(span.begin)
    return {each: unpack(packed) for each, packed in split.items() if calls_of(packed)}


def totals(selection: Selection, span: Range) -> dict[str, Any]:
    """`/usage/stats`."""
    found = unpack(selection.between(span.begin, span.end))
    answer: dict[str, Any] = {
        "total_requests": found.calls,
        "total_input_tokens": found.input_tokens,
        "total_output_tokens": found.output_tokens,
        "total_cache_tokens": found.cache_creation_tokens + found.cache_read_tokens,
        "total_cache_creation_tokens": found.cache_creation_tokens,
        "total_cache_read_tokens": found.cache_read_tokens,
        "total_tokens": found.total_tokens,
        "total_cost": usd(found.cost),
        "total_actual_cost": usd(found.actual_cost),
        "average_duration_ms": average_ms(found),
    }
    endpoints = by(selection, span, lambda trait: trait.caller.endpoint)
    if endpoints:
        answer["endpoints"] = [
            {
                "endpoint": name,
                "requests": each.calls,
                "total_tokens": each.total_tokens,
                "cost": usd(each.cost),
                "actual_cost": usd(each.actual_cost),
            }
            for name, each in sorted(endpoints.items(), key=lambda item: -item[1].calls)
        ]
    return answer


def models(selection: Selection, span: Range) -> list[dict[str, Any]]:
    """The split by model, most tokens first."""
    split = by(selection, span, lambda trait: trait.model.name)
    return [{"model": name} | sums(each) for name, each in sorted(split.items(), key=_most_tokens)]


def groups(selection: Selection, span: Range) -> list[dict[str, Any]]:
    """The split by group, most tokens first."""
    split = by(selection, span, lambda trait: trait.group)
    return [
        {
            "group_id": group.id,
            "group_name": group.name,
            "requests": each.calls,
            "total_tokens": each.total_tokens,
            "cost": usd(each.cost),
            "actual_cost": usd(each.actual_cost),
        }
        for group, each in sorted(split.items(), key=_most_tokens)
    ]


def _most_tokens(item: tuple[Any, Measures]) -> int:
    return -item[1].total_tokens


def trend(selection: Selection, span: Range, granularity: str, zone: ZoneInfo, now: Moment) -> list[dict[str, Any]]:
    """Buckets with calls, oldest first, labelled in the server's zone whatever the range's zone."""
    return [{"date": label} | sums(each) for label, each in buckets(selection, span, granularity, zone, now)]


def buckets(
    selection: Selection, span: Range, granularity: str, zone: ZoneInfo, now: Moment
) -> Iterator[tuple[str, Measures]]:
    """Label and sums of every bucket with calls; hours repeated by a clock change are merged."""
    kind = granularity if granularity in LABELS else "day"
    begin, end = max(span.begin, selection.hours.begin), min(span.end, now + HOUR)
    found: dict[str, Packed] = defaultdict(int)
    before = selection.upto(begin)
    while begin < end:
        local = instant(begin, zone)
        following = min(end, _next_start(local, kind, zone, begin))
        upto = selection.upto(following)
        found[local.strftime(LABELS[kind])] += upto - before
        begin, before = following, upto
    for label, packed in found.items():
        if calls_of(packed):
            yield label, unpack(packed)


def _next_start(local: datetime, kind: str, zone: ZoneInfo, begin: Moment) -> Moment:
    """The start of the bucket after a local time's."""
    if kind == "hour":
        passed = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        return begin + HOUR - (passed.seconds * 1_000_000 + passed.microseconds)
    day = local.date()
    if kind == "day":
        return midnight(day + timedelta(days=1), zone)
    if kind == "week":
        return midnight(day + timedelta(days=7 - day.weekday()), zone)
    return midnight(date(day.year + day.month // 12, day.month % 12 + 1, 1), zone)


def daily(selection: Selection, days: int, zone: ZoneInfo, server: ZoneInfo, now: Moment) -> dict[str, Any]:
    """A key's days: the range in the caller's zone, the labels in the server's (contract 5.10)."""
    last = instant(now, zone).date()
    first = last - timedelta(days=days - 1)
    span = Range(midnight(first, zone), midnight(last + timedelta(days=1), zone))
    items = []
    for label, each in buckets(selection, span, "day", server, now):
        shown = sums(each)
        shown["cache_write_tokens"] = shown.pop("cache_creation_tokens")
        items.append({"date": label} | shown)
    return {"days": days, "end_date": last.isoformat(), "items": items, "start_date": first.isoformat()}


def recent(selection: Selection, now: Moment) -> tuple[int, int]:
    """Requests and input + output tokens per minute over the last five minutes, rounded down."""
    found = unpack(selection.between(now - 300_000_000, now + 1))
    return found.calls // 5, (found.input_tokens + found.output_tokens) // 5


def month_ago(now: Moment) -> Moment:
    """Thirty times 24 hours ago."""
    return moment(instant(now, ZoneInfo("UTC")) - timedelta(days=30))
