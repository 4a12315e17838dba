"""What the wallet paid for each key in each hour, from call records."""

import math
from datetime import timedelta

import pytest

from tests.unit.samples import NOW, call
from tui.domain.clock import floor_hour
from tui.domain.usage import HourUse
from tui.monitor.calls import hours
from tui.monitor.calls.hours import hours_of
from tui.monitor.calls.log import CallLog, CallView
from tui.monitor.recent_use import hour_uses

HOUR = timedelta(hours=1)
THIS_HOUR = floor_hour(NOW)
AGO = (NOW - THIS_HOUR).total_seconds()
"""Seconds since the running hour began."""


def test_hours_have_the_calls_that_ended_in_them_by_key() -> None:
    log = CallLog(
        [
            call(1, ago_s=AGO + 3600, billed="0.2"),
            call(2, ago_s=AGO + 1, billed="0.4"),
            call(3, ago_s=AGO + 5, key_id=8, billed="0.1"),
            call(4, ago_s=AGO, billed="0.3"),
            call(5, ago_s=AGO + 9, billed="9", billing_type=1),
            call(6, ago_s=AGO + 3601, billed="7"),
            call(7, ago_s=-20, billed="0.5"),
        ]
    )
    found = dict(hours_of(log, THIS_HOUR - HOUR, NOW))
    assert list(found) == [THIS_HOUR - HOUR, THIS_HOUR]
    past = found[THIS_HOUR - HOUR]
    assert set(past) == {7, 8}
    assert (past[7].usd, past[7].calls, past[7].dearest_usd) == (pytest.approx(0.6), 2, 0.4)
    assert (past[8].usd, past[8].calls) == (0.1, 1)
    assert found[THIS_HOUR][7].calls == 2, "what a clock that is ahead counts later is of now"


@pytest.mark.parametrize(
    ("costs", "variation"),
    [((0.2,) * 5, 0.0), ((1.0, 3.0), 0.5), ((0.1, 0.1, 0.1, 0.1, 9.6), 1.9), ((), None), ((0.0, 0.0), None)],
)
def test_how_much_calls_differ(costs: tuple[float, ...], variation: float | None) -> None:
    use = HourUse()
    for usd in costs:
        use.add(usd)
    if variation is None:
        assert use.variation is None
    else:
        assert use.variation == pytest.approx(variation, abs=1e-6)
        mean = sum(costs) / len(costs)
        assert use.variation == pytest.approx(
            math.sqrt(sum((usd - mean) ** 2 for usd in costs) / len(costs)) / mean, abs=1e-6
        )


def test_an_hour_that_is_over_is_counted_once_and_again_where_a_late_call_turns_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted = []
    uses = hours._uses
    monkeypatch.setattr(hours, "_uses", lambda log, start, end: (counted.append(start), uses(log, start, end))[1])
    log = CallLog([call(number, ago_s=AGO + 1800 * number) for number in range(1, 9)])
    first = dict(hours_of(log, THIS_HOUR - 4 * HOUR, NOW))
    assert counted == [THIS_HOUR - back * HOUR for back in (4, 3, 2, 1, 0)]
    counted.clear()
    assert dict(hours_of(log, THIS_HOUR - 4 * HOUR, NOW)) == first
    assert counted == [THIS_HOUR]
    counted.clear()
    late = log.with_rows([call(99, ago_s=AGO + 2.5 * 3600, billed="5")])
    after = dict(hours_of(late, THIS_HOUR - 4 * HOUR, NOW))
    assert counted == [THIS_HOUR - 3 * HOUR, THIS_HOUR]
    assert after[THIS_HOUR - 3 * HOUR][7].calls == first[THIS_HOUR - 3 * HOUR][7].calls + 1
    assert dict(hours_of(log, THIS_HOUR - 4 * HOUR, NOW)) == first, "the log as it was says what it said"


@pytest.mark.parametrize(
    ("covered_h", "first_h"),
    [(30.0, 24.0), (24.0, 23.0), (5.0, 4.0), (0.2, None), (None, None)],
    ids=["day", "bare day", "part", "none", "unread"],
)
def test_only_hours_that_are_known_from_their_beginning_are_told(
    covered_h: float | None, first_h: float | None
) -> None:
    """NOW is half past: the hour in which the records begin is left out."""
    covered_from = NOW - covered_h * HOUR if covered_h is not None else None
    view = CallView(CallLog([call(1, ago_s=60)]), 1, covered_from)
    found = hour_uses(view, NOW)
    assert min(found, default=None) == (THIS_HOUR - first_h * HOUR if first_h is not None else None)
