"""The log of call records: each row once, in every order, however it arrives."""

import random
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.samples import NOW, call
from tui.domain.usage import Call
from tui.monitor.calls.log import CallLog, time_order


def shuffled(count: int, seed: int) -> list[Call]:
    """Calls in the order of chance, several at the same moment."""
    rows = [call(number, ago_s=number // 3) for number in range(count)]
    random.Random(seed).shuffle(rows)
    return rows


@pytest.mark.parametrize("step", [1, 7, 50, 400])
def test_rows_are_ordered_by_time_however_they_arrive(step: int) -> None:
    rows, log = shuffled(400, step), CallLog()
    for first in range(0, len(rows), step):
        log = log.with_rows(rows[first : first + step])
        log = log.with_rows(rows[:step])
    expected = sorted(rows, key=time_order)
    assert log.newest_first() == expected[::-1]
    assert log.between(NOW - timedelta(days=1), NOW + timedelta(days=1)) == expected
    assert log.heard_after(0) == rows
    assert log.newest == expected[-1]


SPAN = NOW - timedelta(days=2), NOW + timedelta(days=1)
AGES_S = st.sampled_from((-30.0, 0.0, 0.5, 59.0, 60.0)) | st.floats(0, 90_000)
ROWS = st.lists(
    st.builds(
        call,
        st.integers(1, 10**6),
        ago_s=AGES_S,
        key_id=st.sampled_from((7, 8)),
        model=st.sampled_from(("opus", "haiku")),
        billed=st.decimals(0, 3, places=6).map(str),
        duration_ms=st.none() | st.integers(0, 90_000),
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda row: row.id,
)


@st.composite
def batches(draw: st.DrawFn) -> list[list[Call]]:
    """Some calls in pieces, in any order, each once or several times."""
    rows = draw(ROWS)
    return draw(st.lists(st.lists(st.sampled_from(rows), max_size=12), max_size=8))


def told(log: CallLog) -> list[object]:
    """All that a log tells."""
    minutes = [(minute, {facet: one.sums() for facet, one in facets.items()}) for minute, facets in log.minutes(*SPAN)]
    since = [log.count_since(NOW - timedelta(seconds=ago_s)) for ago_s in (-10, 0, 60, 3600)]
    return [len(log), list(log.newest_first()), log.newest, log.between(*SPAN), log.heard_after(0), minutes, since]


def must_tell(rows: Sequence[Call]) -> tuple[list[Call], Decimal, int]:
    """Each call once, newest first, and what all cost."""
    once = {row.id: row for row in rows}.values()
    return sorted(once, key=time_order)[::-1], sum((row.billed_usd for row in once), Decimal(0)), len(once)


def summed(log: CallLog) -> tuple[list[Call], Decimal, int]:
    """The same, of a log, summed up from its minutes."""
    tallies = [tally for _minute, facets in log.minutes(*SPAN) for tally in facets.values()]
    billed_usd = sum((tally.billed_usd for tally in tallies), Decimal(0))
    return log.newest_first(), billed_usd, sum(tally.requests for tally in tallies)


@given(batches())
def test_calls_add_up_to_the_same_however_they_arrive(pieces: list[list[Call]]) -> None:
    log, heard = CallLog(), list[Call]()
    for rows in pieces:
        log = log.with_rows(rows)
        heard += rows
        assert summed(log) == must_tell(heard)
    assert told(log)[1:4] == told(CallLog(reversed(heard)))[1:4]


@given(batches(), st.data())
def test_a_version_tells_for_ever_what_it_told(pieces: list[list[Call]], data: st.DataObject) -> None:
    versions: list[tuple[CallLog, list[Call]]] = [(CallLog(), [])]
    for rows in pieces:
        before, heard = data.draw(st.sampled_from(versions))
        versions.append((before.with_rows(rows), [*heard, *rows]))
    for log, heard in versions:
        assert told(log) == told(CallLog(heard))


def test_a_span_has_its_beginning_and_not_its_end() -> None:
    log = CallLog()
    log = log.with_rows(call(number, ago_s=number) for number in range(10))
    found = log.between(NOW - timedelta(seconds=6), NOW - timedelta(seconds=3))
    assert [row.id for row in found] == [6, 5, 4]
    assert log.count_since(NOW - timedelta(seconds=6)) == 7


def test_lists_that_were_handed_out_do_not_change() -> None:
    log = CallLog()
    log = log.with_rows([call(1, ago_s=5)])
    before = log.newest_first()
    log = log.with_rows([call(2, ago_s=1), call(3, ago_s=9)])
    assert [row.id for row in before] == [1]


def test_minutes_are_in_order_and_add_up() -> None:
    rows, log = shuffled(400, 5), CallLog()
    for row in rows:
        log = log.with_rows([row])
    minutes = list(log.minutes(NOW - timedelta(hours=1), NOW + timedelta(minutes=1)))
    assert [minute for minute, _ in minutes] == sorted({int(row.at.timestamp()) // 60 for row in rows})
    assert sum(tally.requests for _, facets in minutes for tally in facets.values()) == 400


def test_a_row_is_found_by_its_id() -> None:
    log = CallLog()
    log = log.with_rows([call(4)])
    assert 4 in log
    assert 5 not in log
    found = log.get(4)
    assert found is not None
    assert found.id == 4
    assert log.get(None) is None
