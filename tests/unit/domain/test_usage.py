"""Hours of a history stand where they begin, whatever minutes they begin at."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tui.domain.usage import Bucket, Sums, hourly_cost

START = datetime(2026, 11, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("minutes", [0, 15, 30, 45])
def test_an_hour_is_found_where_it_was_put(minutes: int) -> None:
    starts = [START + timedelta(minutes=minutes) + number * HOUR for number in range(48)]
    buckets = [Bucket(at, at + HOUR, Sums(billed_usd=Decimal(number))) for number, at in enumerate(starts)]
    cost = hourly_cost(buckets, START, START + 48 * HOUR)
    assert [cost.hours(at, 1)[0] for at in starts] == list(range(48))
    assert cost.hours(starts[3], 4) == (3.0, 4.0, 5.0, 6.0)
    assert cost.hours(starts[0] - HOUR, 2) == (0.0, 0.0)
