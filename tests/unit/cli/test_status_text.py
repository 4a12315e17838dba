"""`aktop status` as text: what fits beside each other, and what there is more of."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.present.shown import LOOK
from tests.unit.samples import NOW
from tui.cli.status_text import MAX_MODELS, flowing, model_lines, trend_lines
from tui.domain.scope import Window
from tui.domain.usage import Bucket, Slice, Sums
from tui.monitor.usage import ScopedUsage

HOUR = timedelta(hours=1)
BEGAN = NOW.replace(minute=0, second=0) - 100 * HOUR


def usage(**known: Any) -> ScopedUsage:
    """Of a hundred hours that are over."""
    return ScopedUsage(Window(BEGAN, BEGAN + 100 * HOUR, HOUR, None), **known)


def hours(count: int) -> tuple[Bucket, ...]:
    """Hours that cost more and more."""
    sums = (Sums(n, billed_usd=Decimal(n)) for n in range(1, count + 1))
    return tuple(Bucket(BEGAN + n * HOUR, BEGAN + (n + 1) * HOUR, one) for n, one in enumerate(sums))


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (20, ["one   two   three"]),
        (17, ["one   two   three"]),
        (16, ["one   two", "three"]),
        (1, ["one", "two", "three"]),
    ],
)
def test_parts_stand_beside_each_other_where_they_fit(width: int, lines: list[str]) -> None:
    assert flowing(("", "one", "two", "three"), width) == lines


@pytest.mark.parametrize(("count", "width", "cells"), [(5, 80, 5), (100, 80, 40), (100, 30, 15)])
def test_the_trend_has_room_for_its_words(count: int, width: int, cells: int) -> None:
    (line,) = trend_lines(usage(trend=hours(count)), LOOK, width)
    title, picture, peak = line.split("  ")
    assert (len(picture), picture[-1]) == (cells, "█")
    assert title.startswith("$ billed")
    assert peak.startswith(f"peak ${count}.00 at ")


def test_without_a_trend_it_is_said_why() -> None:
    assert trend_lines(usage(), LOOK, 80) == ["trend: not known"]
    assert trend_lines(usage(), LOOK, 80, "not now") == ["not now"]
    assert trend_lines(usage(trend=()), LOOK, 80) == []


def test_the_costliest_models_come_first_the_others_are_counted() -> None:
    models = tuple(Slice(f"m{n}", f"model-{n}", n, 0, Decimal(0), Decimal(n // 2)) for n in range(MAX_MODELS + 2))
    head, *lines, rest = model_lines(usage(models=models), LOOK, 80)
    assert "BILLED" in head
    assert [line.split()[0] for line in lines] == [f"model-{n}" for n in range(MAX_MODELS + 1, 1, -1)]
    assert rest == "… and 2 more"
    assert len(model_lines(usage(models=models[2:]), LOOK, 80)) == 1 + MAX_MODELS
    assert model_lines(usage(models=()), LOOK, 80) == ["no calls"]
    assert model_lines(usage(), LOOK, 80) == ["models: not known"]
