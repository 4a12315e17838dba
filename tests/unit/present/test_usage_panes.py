"""Trend and split as panes."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.present.shown import DOWN, LOOK, rows, text
from tests.unit.samples import NOW, key
from tui.domain.scope import RangeName, window_of
from tui.domain.usage import NOTHING, Bucket, Slice
from tui.monitor.usage import ScopedUsage
from tui.present import usage_panes
from tui.present.breakdown import By
from tui.present.trend import Metric

HOUR = timedelta(hours=1)
WINDOW = window_of(RangeName.H24, NOW, LOOK.zone)
BUCKETS = tuple(Bucket(WINDOW.start + HOUR * at, WINDOW.start + HOUR * (at + 1), NOTHING) for at in range(24))


def usage(**known: Any) -> ScopedUsage:
    return ScopedUsage(WINDOW, **known)


def part(name: str, usd: str) -> Slice:
    return Slice(name, name, 3, 30, Decimal(usd), Decimal(usd))


@pytest.mark.parametrize(
    ("metric", "word"),
    [
        (Metric.BILLED, "$ billed"),
        (Metric.REQUESTS, "requests"),
        (Metric.TOKENS, "tokens by kind"),
        (Metric.CACHE, "cache hit rate"),
    ],
)
def test_the_title_of_a_trend_tells_what_it_measures_how_and_where(metric: Metric, word: str) -> None:
    pane = usage_panes.trend_pane(usage(trend=BUCKETS), metric, LOOK, number="1 ")
    assert pane.frame.title == f"1 Trend · {word} per hour · UTC"
    assert pane.buckets == BUCKETS
    chart = pane.chart.make(*pane.chart.args)
    assert len(chart.labels) == 24


@pytest.mark.parametrize(
    ("known", "empty", "told"),
    [
        ({}, "", "waiting for the gateway …"),
        ({"trend": ()}, "", "no calls"),
        ({}, "this gateway does not tell", "this gateway does not tell"),
    ],
)
def test_an_empty_trend_says_why(known: dict[str, Any], empty: str, told: str) -> None:
    assert text(usage_panes.trend_pane(usage(**known), Metric.BILLED, LOOK, empty=empty).empty_text) == told


def test_a_failure_marks_what_is_shown_as_old() -> None:
    known = usage(trend=BUCKETS, models=(part("opus", "1"),), as_of=NOW, failure=DOWN, retry_at=NOW + HOUR)
    trend = usage_panes.trend_pane(known, Metric.BILLED, LOOK)
    split = usage_panes.split_pane(known, By.MODEL, Metric.BILLED, LOOK)
    for frame in (trend.frame, split.frame):
        assert frame.is_stale
        assert text(frame.note).startswith("▲ as of ")


@pytest.mark.parametrize(
    ("metric", "title"),
    [
        (Metric.BILLED, "2 Models · $"),
        (Metric.TOKENS, "2 Models · tokens"),
        (Metric.CACHE, "2 Models · tokens"),
        (Metric.REQUESTS, "2 Models · requests"),
    ],
)
def test_a_split_measures_what_the_trend_shows(metric: Metric, title: str) -> None:
    pane = usage_panes.split_pane(usage(models=()), By.MODEL, metric, LOOK, number="2 ")
    assert pane.frame.title == title


def test_a_split_by_key_names_the_keys_that_there_are_and_those_that_are_gone() -> None:
    known = usage(keys=(part("7", "3"), part("8", "1")))
    pane = usage_panes.split_pane(known, By.KEY, Metric.BILLED, LOOK, keys=(key(7, "laptop"),))
    assert rows(pane) == ["laptop | 75 % | $3.00", "deleted #8 8 | 25 % | $1.00"]


def test_the_current_metric_is_marked_among_those_to_choose() -> None:
    model = usage_panes.metric_choices(Metric.CACHE)
    assert (model.current, len(model.choices)) == ("cache", 4)
