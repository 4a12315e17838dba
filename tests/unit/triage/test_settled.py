"""Hours that are over, the same objects as long as they are the same."""

from datetime import timedelta

import pytest

from tests.unit.triage.test_rules import THIS_HOUR
from tui.domain.memo import Memo
from tui.domain.usage import HourlyCost
from tui.triage.baselines import HOUR, settled, up_to

SERIES = HourlyCost(THIS_HOUR - 3 * HOUR, (1.0, 2.0, 3.0, 4.0), (1, 2, 3, 4))


def test_what_was_not_called_since_a_series_was_read_cost_nothing() -> None:
    assert up_to(SERIES, THIS_HOUR) == HourlyCost(SERIES.start, (1.0, 2.0, 3.0), (1, 2, 3))
    assert up_to(SERIES, THIS_HOUR + HOUR) is SERIES
    assert up_to(SERIES, THIS_HOUR + 2 * HOUR) == HourlyCost(SERIES.start, (*SERIES.usd, 0.0), (*SERIES.requests, 0))
    assert up_to(HourlyCost(SERIES.start, (1.0,)), THIS_HOUR - HOUR).requests == ()


def test_hours_that_are_read_again_are_the_same_unless_they_tell_something_else() -> None:
    memo = Memo()
    first = settled(memo, 7, SERIES, THIS_HOUR)
    again = HourlyCost(SERIES.start, (1.0, 2.0, 3.0, 9.0), (1, 2, 3, 9))
    assert settled(memo, 7, again, THIS_HOUR) is first
    later = HourlyCost(SERIES.start + HOUR, (2.0, 3.0, 9.0), (2, 3, 9))
    assert settled(memo, 7, later, THIS_HOUR) is first
    for usd, requests in (((2.0, 3.5, 9.0), (2, 3, 9)), ((2.0, 3.0, 9.0), (2, 4, 9))):
        other = HourlyCost(SERIES.start + HOUR, usd, requests)
        assert settled(memo, 7, other, THIS_HOUR) == HourlyCost(other.start, usd[:2], requests[:2])
        settled(memo, 7, SERIES, THIS_HOUR)
    assert settled(memo, 7, SERIES, THIS_HOUR + timedelta(hours=1)) is SERIES


@pytest.mark.parametrize(("later_h", "is_same"), [(24, True), (25, False)])
def test_what_begins_more_than_a_day_later_is_another_series(later_h: int, is_same: bool) -> None:
    """Else what was read once would be kept for good."""
    memo, month = Memo(), HourlyCost(THIS_HOUR - 30 * 24 * HOUR, (1.0,) * (30 * 24))
    whole = settled(memo, 7, month, THIS_HOUR)
    later = HourlyCost(month.start + later_h * HOUR, month.usd[later_h:])
    assert (settled(memo, 7, later, THIS_HOUR) is whole) is is_same


def test_what_ends_before_a_series_begins_is_another_one() -> None:
    memo = Memo()
    settled(memo, 7, SERIES, THIS_HOUR)
    before = HourlyCost(SERIES.start - HOUR, (3.0,), (3,))
    assert settled(memo, 7, before, SERIES.start) == before
