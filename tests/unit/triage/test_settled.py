"""Hours that are over, the same objects as long as they are the same."""

from datetime import timedelta

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
