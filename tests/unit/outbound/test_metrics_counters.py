"""Counters: each call once, never less, and as if nothing had been after a restart."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from tests.unit.samples import NOW, call, failed
from tui.domain.usage import Call, FailedCall, Page
from tui.monitor.calls.log import EVERYTHING, CallLog, CallView
from tui.outbound.metrics.bounds import OTHER, OTHER_KEY, Bounds
from tui.outbound.metrics.counters import DAY, UNKNOWN_KEY, Counters, KeptCounters

NAMES = {7: "laptop", 8: "ci", 9: "batch"}
MINUTE = timedelta(minutes=1)
WIDE = Bounds()


def view_of(log: CallLog, covered_from: datetime = NOW - DAY) -> CallView:
    return CallView(log, len(log), covered_from)


def counting(rows: list[Call], bounds: Bounds = WIDE, spent: dict[int, float] | None = None) -> Counters:
    """Counters that have seen some records."""
    counters = Counters(bounds)
    counters.settle(NAMES, spent or {}, NOW)
    take(counters, CallLog(rows))
    return counters


def take(
    counters: Counters, log: CallLog, now: datetime = NOW, covered_from: datetime = NOW - DAY, **more: bool
) -> None:
    flags = {"is_reading": False, "is_well": True, **more}
    counters.take_calls(view_of(log, covered_from), now, **flags)


def restarted(counters: Counters, bounds: Bounds = WIDE) -> Counters:
    """The counters of the next run, by way of the disk."""
    kept = counters.kept()
    assert kept is not None
    after = Counters(bounds, json.decode(json.encode(kept), type=KeptCounters))
    after.settle(NAMES, {}, NOW)
    return after


def billed(counters: Counters) -> Decimal:
    return sum((total.billed_usd for total in counters.calls.values()), Decimal(0))


def test_calls_are_told_apart_by_key_group_and_model() -> None:
    rows = [call(1), call(2, group_id=3), call(3, group_id=3), call(4, key_id=8, model="haiku", billing_type=1)]
    counters = counting(rows)
    assert {series: total.requests for series, total in counters.calls.items()} == {
        (7, "", "opus"): 1,
        (7, "3", "opus"): 2,
        (8, "", "haiku"): 1,
    }
    assert counters.wallet_usd == Decimal("0.3")
    total = counters.calls[7, "3", "opus"]
    assert (total.input_tokens, total.output_tokens, total.cache_read_tokens) == (200, 20, 600)


def test_nothing_is_counted_before_the_records_are_here() -> None:
    counters = Counters(WIDE)
    take(counters, CallLog([call(1)]), is_reading=True)
    assert not counters.is_counting
    assert counters.kept() is None
    take(counters, CallLog([call(1)]))
    assert (counters.is_counting, billed(counters)) == (True, Decimal("0.1"))


def test_a_restart_counts_what_was_called_meanwhile_and_nothing_twice() -> None:
    before = counting([call(n, ago_s=n * 7) for n in range(200)])
    after = restarted(before)
    later = NOW + 3 * timedelta(hours=1)
    rows = [call(n, ago_s=n * 7) for n in range(200)] + [call(1000 + n, ago_s=-n * 30) for n in range(1, 300)]
    take(after, CallLog(rows), later)
    assert billed(after) == billed(before) + Decimal("29.9")
    assert after.whole_from == before.whole_from


def test_older_records_that_are_read_later_are_not_counted_again() -> None:
    """After a restart the records are read back, the newest first."""
    rows = [call(n, ago_s=n * 60) for n in range(600)]
    after = restarted(counting(rows))
    log = CallLog(rows[:30])
    take(after, log, covered_from=NOW - 29 * MINUTE, is_reading=True)
    assert billed(after) == Decimal("60.0")
    take(after, log.with_rows(rows), covered_from=NOW - DAY)
    assert billed(after) == Decimal("60.0")


def test_what_the_records_do_not_reach_back_to_is_missing_and_said_to_be() -> None:
    after = restarted(counting([call(1)]))
    later = NOW + 3 * DAY
    fresh = CallLog([call(2, ago_s=-2.9 * 86_400)])
    take(after, fresh, later, later - timedelta(hours=3), is_reading=True)
    assert not after.is_counting
    take(after, fresh, later, later - DAY)
    assert (after.is_counting, after.whole_from) == (True, later - DAY)
    assert billed(after) == Decimal("0.2")


def test_a_quiet_week_is_no_gap() -> None:
    log = CallLog([call(1)])
    totals = counting([])
    take(totals, log)
    written = totals.version
    for hours in range(1, 24 * 7):
        now = NOW + timedelta(hours=hours)
        take(totals, log, now, now - DAY)
    assert totals.whole_from == NOW - DAY
    assert restarted(totals).whole_from == totals.whole_from
    assert totals.version > written + 24 * 3, "else the file would say that nobody counted"


def test_what_was_counted_by_the_minute_is_not_counted_by_the_call() -> None:
    """Logs that begin anew while the gateway cannot be read: nothing says that all before now is known."""
    rows = [call(n, ago_s=n * 20) for n in range(6, 100)]
    totals = counting(rows)
    for minutes in range(1, 30):
        now = NOW + minutes * MINUTE
        take(totals, CallLog(rows), now, is_well=False)
        assert billed(totals) == Decimal("9.4")


def test_the_last_minutes_before_a_restart_are_waited_for() -> None:
    rows = [call(n, ago_s=n * 10) for n in range(60)]
    after = restarted(counting(rows))
    log, later = CallLog(rows[:3]), NOW + 10 * MINUTE
    take(after, log, later, covered_from=NOW - timedelta(seconds=25), is_reading=True)
    take(after, log.with_rows(rows[:9]), later, covered_from=NOW - timedelta(seconds=85), is_reading=True)
    take(after, log.with_rows(rows), later, covered_from=NOW - DAY)
    assert billed(after) == Decimal("6.0")


def test_who_had_a_series_keeps_it_and_the_rest_is_one() -> None:
    bounds = Bounds(keys=2, models=1)
    rows = [call(1, key_id=7), call(2, key_id=8), call(3, key_id=9), call(4, key_id=9, model="haiku")]
    counters = counting(rows, bounds, {7: 5.0, 8: 3.0, 9: 1.0})
    first = {series: total.requests for series, total in counters.shown_calls()}
    assert first == {
        (7, "", "opus"): 1,
        (8, "", "opus"): 1,
        (OTHER_KEY, OTHER, "opus"): 1,
        (OTHER_KEY, OTHER, OTHER): 1,
    }
    counters.settle(NAMES, {7: 5.0, 8: 3.0, 9: 50.0}, NOW)
    take(counters, CallLog([*rows, call(5, key_id=9), call(6, key_id=8)]))
    assert {series: total.requests for series, total in counters.shown_calls()} == {
        (7, "", "opus"): 1,
        (9, "", "opus"): 1,
        (OTHER_KEY, OTHER, "opus"): 2,
        (OTHER_KEY, OTHER, OTHER): 1,
    }


def test_there_are_never_more_combinations_than_allowed() -> None:
    rows = [call(n, key_id=7 + n % 3, model=f"model-{n}", group_id=n) for n in range(500)]
    counters = counting(rows, Bounds(models=10, combinations=20))
    assert len(counters.calls) <= 21 + 10
    assert billed(counters) == Decimal("50.0")


def test_a_deleted_key_is_told_for_a_day_more() -> None:
    counters = counting([call(1, ago_s=60)])
    left = {8: "ci", 9: "batch"}
    counters.settle(left, {}, NOW + timedelta(hours=23))
    assert 7 in counters.keys
    counters.settle(left, {}, NOW + timedelta(hours=25))
    assert 7 not in counters.keys


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, Any]]:
    """Calls that end and turn up late, logs that begin anew, restarts, and time that passes."""
    steps = st.one_of(
        st.tuples(st.just("calls"), st.lists(st.tuples(st.integers(0, 110), st.integers(7, 10)), max_size=6)),
        st.tuples(st.just("wait"), st.integers(1, 4000)),
        st.tuples(st.sampled_from(["look", "new log", "restart", "unwell"]), st.none()),
    )
    return draw(st.lists(steps, min_size=3, max_size=40))


@given(histories())
def test_whatever_happens_each_call_counts_once_and_no_counter_goes_down(history: list[tuple[str, Any]]) -> None:
    now, rows, number = NOW, [call(0)], 0
    bounds = Bounds(keys=2)
    counters, log = counting(list(rows), bounds), CallLog(rows)
    shown: dict[Any, int] = {}
    for what, more in history:
        if what == "calls":
            for late_s, key_id in more:
                number += 1
                ago_s = (NOW - now).total_seconds() + late_s
                rows.append(call(number, ago_s=ago_s, key_id=key_id))
        elif what == "wait":
            now += timedelta(seconds=more)
        elif what == "restart":
            counters = restarted(counters, bounds)
        log = CallLog(rows) if what in ("new log", "restart") else log.with_rows(rows)
        take(counters, log, now, EVERYTHING, is_well=what != "unwell")
        assert billed(counters) == sum((row.billed_usd for row in rows), Decimal(0))
        told = {series: total.requests for series, total in counters.shown_calls()}
        assert all(told[series] >= before for series, before in shown.items() if series in told)
        shown |= told


def errors_of(rows: list[FailedCall], total: int | None = None) -> Page[FailedCall]:
    newest = sorted(rows, key=lambda one: one.at, reverse=True)
    return Page(tuple(newest), len(rows) if total is None else total)


def test_failed_requests_are_counted_by_key_status_and_category() -> None:
    counters = counting([])
    rows = [failed(1), failed(2, key_name="ci", status=529, category="upstream"), failed(3, key_name="gone")]
    counters.take_errors(errors_of(rows), "days", NOW)
    counters.take_errors(errors_of([*rows, failed(4)]), "days", NOW)
    assert {series: one.requests for series, one in counters.shown_errors()} == {
        (7, "", "429", "rate_limit"): 2,
        (8, "", "529", "upstream"): 1,
        (OTHER_KEY, OTHER, "429", "rate_limit"): 1,
    }


def test_a_name_that_two_keys_have_is_told_without_a_number() -> None:
    counters = Counters(WIDE)
    counters.settle({7: "same", 8: "same"}, {}, NOW)
    counters.take_errors(errors_of([failed(1, key_name="same")]), "days", NOW)
    assert [series for series, _one in counters.shown_errors()] == [(UNKNOWN_KEY, "same", "429", "rate_limit")]


def test_of_a_storm_that_is_faster_than_the_looks_none_is_lost_or_counted_twice() -> None:
    counters = counting([])
    storm = [failed(n, ago_s=100 - n * 0.1) for n in range(1000)]
    counters.take_errors(errors_of(storm[:10]), "days", NOW)
    counters.take_errors(errors_of(storm[900:], 1000), "days", NOW)
    assert sum(one.requests for one in counters.errors.values()) == 1000
    counters.take_errors(errors_of(storm[500:], 1000), "days", NOW)
    assert sum(one.requests for one in counters.errors.values()) == 1000


@pytest.mark.parametrize("days", ["same", "next"])
def test_errors_go_on_after_a_restart(days: str) -> None:
    counters = counting([])
    counters.take_errors(errors_of([failed(1, ago_s=30), failed(2, ago_s=20)]), "same", NOW)
    after = restarted(counters)
    after.take_errors(errors_of([failed(1, ago_s=30), failed(2, ago_s=20), failed(3)]), days, NOW)
    assert sum(one.requests for one in after.errors.values()) == 3


def test_only_the_errors_of_the_last_minutes_are_remembered() -> None:
    counters = counting([])
    for hour in range(20, 0, -1):
        counters.take_errors(errors_of([failed(hour, ago_s=hour * 3600)]), hour, NOW - timedelta(hours=hour))
    assert sum(one.requests for one in counters.errors.values()) == 20
    kept = counters.kept()
    assert kept is not None
    assert [row_id for row_id, _at in kept.errors_recent] == [1]
