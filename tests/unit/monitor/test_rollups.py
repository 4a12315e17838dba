"""What is remembered of a log is what a fresh look would find."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW, call
from tui.domain.scope import NO_FILTERS, Filters
from tui.monitor.calls.log import CallLog, Dimensions, UsageSum
from tui.monitor.calls.rollups import Rollup, bucket_start, buckets_of, facets_of, fold_of, sum_of

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("filters", [NO_FILTERS, Filters(key_id=7), Filters(model="haiku")])
@pytest.mark.parametrize("step", [timedelta(minutes=5), HOUR, timedelta(days=1)])
def test_buckets_that_grow_hold_what_a_sum_over_all_rows_gives(zone: str, filters: Filters, step: timedelta) -> None:
    dice, log = Random(3), CallLog()
    start, end = NOW.replace(second=0) - timedelta(hours=30), NOW.replace(second=0) + timedelta(minutes=1)
    clock, rows = ZoneInfo(zone), []
    for number in range(300):
        ago_s = dice.uniform(0, 30 * 3600)
        key_id, model = dice.choice((7, 8)), dice.choice(("opus", "haiku"))
        rows.append(call(number, ago_s=ago_s, billed=f"0.{number + 1}", key_id=key_id, model=model))
    for late in range(0, 300, 60):  # each look leaves something remembered that later rows must change
        log = log.with_rows(rows[late : late + 60])
        buckets_of(log, start, end, step, clock, filters)
    wanted = [
        one
        for one in rows
        if start <= one.at and filters.key_id in (None, one.key_id) and filters.model in (None, one.model)
    ]
    found = buckets_of(log, start, end, step, clock, filters)
    whole = sum_of(log, [part for _bucket, part in found])
    assert whole == Rollup.of(part for _bucket, part in found)
    assert whole.total.billed_usd == whole.wallet_usd == sum(one.billed_usd for one in wanted)
    assert {name: tally.requests for name, tally in whole.models.items()} == {
        name: sum(one.model == name for one in wanted) for name in {one.model for one in wanted}
    }
    counts: dict[object, int] = {}
    for one in wanted:
        aligned = bucket_start(max(one.at, start), step, clock).astimezone(UTC)
        counts[aligned] = counts.get(aligned, 0) + 1
    assert {bucket.start: bucket.sums.requests for bucket, _part in found} == counts


def test_a_new_call_touches_one_bucket_only() -> None:
    log = CallLog()
    log = log.with_rows([call(number, ago_s=number * 600) for number in range(100)])
    start, end = NOW.replace(minute=0, second=0) - 10 * HOUR, NOW.replace(minute=0, second=0) + HOUR
    spans = [(start + HOUR * number, start + HOUR * (number + 1)) for number in range(11)]
    assert spans[-1][1] == end
    before = [fold_of(log, *span, NO_FILTERS) for span in spans]
    log = log.with_rows([call(1000, ago_s=5)])
    after = [fold_of(log, *span, NO_FILTERS) for span in spans]
    assert [one is other for one, other in zip(before, after, strict=True)] == [True] * 10 + [False]
    assert after[-1].total.requests == before[-1].total.requests + 1


@pytest.mark.parametrize("longest_s", [7200, 30 * 3600, 40 * 3600])
def test_facets_of_any_span_hold_what_its_minutes_have_also_of_late_rows(longest_s: int) -> None:
    dice, log, number = Random(5), CallLog(), 0
    for _look in range(40):
        for _row in range(25):
            number += 1
            ago_s = dice.choice((dice.uniform(0, 90), dice.uniform(0, longest_s)))
            log = log.with_rows([call(number, ago_s=ago_s, billed=f"0.{number}", key_id=dice.choice((7, 8)))])
        start = NOW - timedelta(seconds=dice.uniform(0, longest_s))
        end = start + timedelta(seconds=dice.uniform(0, longest_s))
        by_key: dict[int, Decimal] = {}
        for facet, tally in facets_of(log, start, end):
            by_key[facet.key_id] = by_key.get(facet.key_id, Decimal(0)) + tally.billed_usd
        first = start.replace(second=0, microsecond=0)
        last = end if not end.second and not end.microsecond else end.replace(second=0, microsecond=0) + HOUR / 60
        wanted = log.between(first, last)
        assert by_key == {
            key_id: sum(one.billed_usd for one in wanted if one.key_id == key_id)
            for key_id in {one.key_id for one in wanted}
        }


def test_of_a_span_that_moves_on_only_what_is_new_is_summed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[datetime, datetime]] = []
    facets = CallLog.facets

    def counted(log: CallLog, start: datetime, end: datetime) -> Mapping[Dimensions, UsageSum]:
        asked.append((start, end))
        return facets(log, start, end)

    monkeypatch.setattr(CallLog, "facets", counted)
    log = CallLog([call(n, ago_s=n * 60) for n in range(600)])
    list(facets_of(log, NOW - 9 * HOUR, NOW))
    asked.clear()
    list(facets_of(log, NOW - 9 * HOUR + HOUR / 60, NOW))
    assert [end - start < HOUR / 6 for start, end in asked] == [True]


def test_facets_of_nothing() -> None:
    assert list(facets_of(CallLog(), NOW - HOUR, NOW)) == []
