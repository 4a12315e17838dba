"""Incidents that are over."""

import pytest

from tests.unit.samples import NOW
from tests.unit.triage.test_rules import THIS_HOUR, series
from tui.domain.memo import Memo
from tui.triage.baselines import HOUR, full_hours
from tui.triage.find import find
from tui.triage.inputs import Inputs
from tui.triage.past_incidents import find_past_incidents
from tui.triage.report import State


def test_what_ended_within_a_day_is_told_of_its_key() -> None:
    account, key = series({6: 10.0, 5: 9.0, 4: 10.0}), series({6: 9.4, 5: 8.4, 4: 9.4}, usual_usd=0.4)
    (one,) = find_past_incidents(Memo(), full_hours(account, NOW), {7: key, 8: series({}, usual_usd=0.6)})
    assert (one.key_id, one.since, one.until) == (7, THIS_HOUR - 6 * HOUR, THIS_HOUR - 3 * HOUR)
    assert one.excess_usd == pytest.approx(26.0)


def test_of_the_account_where_no_key_stands_out() -> None:
    (one,) = find_past_incidents(Memo(), full_hours(series({6: 10.0, 5: 9.0}), NOW), {})
    assert one.key_id is None


@pytest.mark.parametrize("hours", [{1: 10.0, 2: 9.0}, {30: 10.0, 31: 9.0}, {6: 3.4}])
def test_not_what_goes_on_was_the_day_before_or_a_single_small_hit(hours: dict[int, float]) -> None:
    assert not find_past_incidents(Memo(), full_hours(series(hours), NOW), {})


def test_it_is_no_incident_any_more() -> None:
    report = find(Inputs(NOW, series({6: 10.0, 5: 9.0, 4: 10.0})))
    assert len(report.earlier) == 1
    assert (report.is_incident, report.spike_state, report.to_contain) == (False, State.CANNOT_TELL, None)
