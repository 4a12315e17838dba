"""The trend tells what is over from what still runs."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW
from tui.domain.usage import NOTHING, Bucket, Sums
from tui.present import keys, trend
from tui.present.display_context import DisplayContext
from tui.present.trend import Metric, chart, running_from
from tui.present.trend_bars import Stack
from widgets.values import Emphasis, Series

HOUR = timedelta(hours=1)
UTC = ZoneInfo("UTC")


def hours(count: int) -> tuple[Bucket, ...]:
    """Hours up to the one that runs now."""
    this = NOW.replace(minute=0, second=0, microsecond=0)
    return tuple(Bucket(this - HOUR * back, this - HOUR * (back - 1), NOTHING) for back in range(count - 1, -1, -1))


def test_the_hour_that_is_not_over_is_open() -> None:
    buckets = hours(5)
    running = running_from(buckets, NOW)
    assert running == buckets[-1].start
    assert chart(buckets, Metric.BILLED, HOUR, UTC, running_from=running).open_from == 4


def test_of_a_range_that_is_over_nothing_is_open() -> None:
    buckets = hours(5)[:-1]
    assert running_from(buckets, NOW) is None
    assert chart(buckets, Metric.BILLED, HOUR, UTC).open_from is None


def test_the_line_below_says_that_the_hour_is_not_over() -> None:
    *_before, closed, running = hours(3)
    told = [
        "".join(cell.text for cell in trend.caption(one, HOUR, DisplayContext(NOW, UTC))) for one in (closed, running)
    ]
    assert "so far" not in told[0]
    assert "so far" in told[1]


def test_a_sparkline_of_hours_does_not_fall_at_its_end() -> None:
    assert keys._spark((*(1.0,) * 10, float(Decimal(8)), 2.0)).endswith("█░")
    assert keys._spark((*(1.0,) * 10, 2.0, 8.0)).endswith("▂█")


@pytest.mark.parametrize(
    ("known_from", "values"),
    [
        (None, (1.0, 1.0, 1.0)),
        (timedelta(0), (1.0, 1.0, 1.0)),
        (HOUR - timedelta(seconds=1), (1.0, 1.0, 1.0)),
        (HOUR, (None, 1.0, 1.0)),
        (HOUR + timedelta(seconds=1), (None, 1.0, 1.0)),
        (3 * HOUR, (None, None, None)),
    ],
)
def test_what_ended_before_anything_was_known_is_a_gap(
    known_from: timedelta | None, values: tuple[float | None, ...]
) -> None:
    start = NOW.replace(minute=0, second=0)
    one = Sums(requests=1)
    buckets = tuple(Bucket(start + HOUR * at, start + HOUR * (at + 1), one) for at in range(3))
    known = None if known_from is None else start + known_from
    (drawn,) = chart(buckets, Metric.REQUESTS, HOUR, UTC, known_from=known).series
    assert drawn.values == values


@pytest.mark.parametrize(("heading", "top"), [(5.0, 10.0), (10.9, 10.0), (12.0, 12.0), (None, 10.0)])
def test_a_forecast_hardly_above_all_bars_moves_no_axis(heading: float | None, top: float) -> None:
    buckets = hours(3)
    stack = Stack((Series("", (10.0, 4.0, 1.0), Emphasis.DATA),), heading=heading)
    found = trend.bars(buckets, Metric.BILLED, HOUR, UTC, stack)
    assert found.ticks[-1][0] == top
    assert found.heading == (None if heading is None else min(heading, top))


def test_where_a_running_hour_is_heading_is_told_in_two_digits() -> None:
    found = [trend.bars((), Metric.BILLED, HOUR, UTC, Stack(heading=usd)) for usd in (18.94, 19.31, 0.4567, 123.4)]
    assert [one.heading_word for one in found] == ["→ $19", "→ $19", "→ $0.46", "→ $120"]
    assert found[0] == found[1]


MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("step", "word"),
    [
        (MINUTE, "per 1 min"),
        (15 * MINUTE, "per 15 min"),
        (HOUR, "per hour"),
        (119 * MINUTE, "per hour"),
        (6 * HOUR, "per 6 h"),
        (DAY, "per day"),
        (3 * DAY, "per 3 d"),
    ],
)
def test_a_step_has_a_word(step: timedelta, word: str) -> None:
    assert trend.step_word(step) == word


def test_buckets_are_labelled_by_the_clock_or_the_day_in_the_persons_zone() -> None:
    late = Bucket(NOW, NOW + HOUR, NOTHING)
    shanghai = ZoneInfo("Asia/Shanghai")
    assert [trend.bucket_label(late, step, shanghai) for step in (HOUR, DAY)] == ["13:31", "11-24"]
    look = DisplayContext(NOW + DAY, shanghai)
    assert [trend.caption(late, step, look)[0].text for step in (HOUR, DAY)] == ["11-24 13:31 ", "11-24 "]


@pytest.mark.parametrize(
    ("metric", "sums", "ticks"),
    [
        (Metric.BILLED, Sums(billed_usd=Decimal(9)), [(0.0, "$0"), (3.0, "$3"), (6.0, "$6"), (9.0, "$9")]),
        (Metric.REQUESTS, Sums(requests=30), [(0.0, "0"), (10.0, "10"), (20.0, "20"), (30.0, "30")]),
        (Metric.BILLED, NOTHING, [(0.0, "$0")]),
        (Metric.CACHE, NOTHING, [(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")]),
    ],
)
def test_the_axis_ends_at_the_highest_value(metric: Metric, sums: Sums, ticks: list[tuple[float, str]]) -> None:
    buckets = tuple(Bucket(NOW + HOUR * at, NOW + HOUR * (at + 1), one) for at, one in enumerate((NOTHING, sums)))
    found = chart(buckets, metric, HOUR, UTC)
    assert [(pytest.approx(value), word) for value, word in found.ticks] == ticks
    assert found.labels == ("05:31", "06:31")


def test_only_one_of_the_last_two_buckets_can_run() -> None:
    early, *later = hours(4)
    assert running_from((early, *later), early.end - MINUTE) == later[1].start
    assert running_from((early, *later), later[-1].end) is None


def test_bars_of_an_empty_range_have_no_layers_and_the_running_one_is_open() -> None:
    stack = Stack((Series("a", (1.0, None, 2.0), Emphasis.DATA), Series("b", (None, None, 4.0), Emphasis.DATA)))
    buckets = hours(3)
    drawn = trend.bars(buckets, Metric.BILLED, HOUR, UTC, stack, running_from=buckets[1].start)
    assert (drawn.ticks[-1][0], drawn.open_from, drawn.layers) == (6.0, 1, stack.layers)
    nothing = trend.bars((), Metric.BILLED, HOUR, UTC, stack)
    assert (nothing.layers, nothing.open_from, nothing.ticks) == ((), None, ((0.0, "$0"),))
