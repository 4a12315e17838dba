"""Incidents that are over."""

from collections.abc import Mapping

import pytest

from tests.unit.samples import NOW
from tests.unit.triage.test_rules import THIS_HOUR, series
from tui.domain.memo import Memo
from tui.domain.usage import HourlyCost
from tui.triage.baselines import HOUR, full_hours
from tui.triage.find import find
from tui.triage.inputs import Inputs
from tui.triage.past_incidents import PastIncident, find_past_incidents
from tui.triage.report import State
from tui.triage.spike_judge import Judge
from tui.triage.spikes import ACCOUNT_BOUNDS, KEY_BOUNDS

NO_KEYS: Mapping[int, HourlyCost] = {}


def past(
    account: HourlyCost, keys: Mapping[int, HourlyCost] = NO_KEYS, *, balance_usd: float | None = None
) -> tuple[PastIncident, ...]:
    """What is over by now."""
    hours = full_hours(account, NOW)
    judge = Judge(ACCOUNT_BOUNDS, hours, balance_usd=balance_usd)
    return find_past_incidents(Memo(), hours.cost, judge, keys, {key_id: Judge(KEY_BOUNDS, hours) for key_id in keys})


def test_what_ended_within_a_day_is_told_of_its_key() -> None:
    account, key = series({6: 10.0, 5: 9.0, 4: 10.0}), series({6: 9.4, 5: 8.4, 4: 9.4}, usual_usd=0.4)
    (one,) = past(account, {7: key, 8: series({}, usual_usd=0.6)})
    assert (one.key_id, one.since, one.until) == (7, THIS_HOUR - 6 * HOUR, THIS_HOUR - 3 * HOUR)
    assert one.excess_usd == pytest.approx(26.0)


def test_of_the_account_where_no_key_stands_out() -> None:
    (one,) = past(series({6: 10.0, 5: 9.0}))
    assert one.key_id is None


def test_the_latest_comes_first_and_a_pause_of_two_hours_parts_nothing() -> None:
    two = past(series({20: 10.0, 19: 10.0, 6: 10.0, 5: 9.0}))
    assert [one.until for one in two] == [THIS_HOUR - 4 * HOUR, THIS_HOUR - 18 * HOUR]
    (one,) = past(series({9: 10.0, 6: 10.0, 5: 9.0}))
    assert one.since == THIS_HOUR - 9 * HOUR


@pytest.mark.parametrize("hours", [{1: 10.0, 2: 9.0}, {30: 10.0, 31: 9.0}, {6: 4.6}])
def test_not_what_goes_on_was_the_day_before_or_a_single_small_hit(hours: dict[int, float]) -> None:
    assert not past(series(hours))


def test_what_comes_every_week_is_none() -> None:
    """It was no alarm while it ran, since two like it had raised the bar."""
    before = {200: 9.0, 201: 9.0, 300: 9.0, 301: 9.0}
    assert past(series({6: 6.0, 5: 6.0}))
    assert not past(series({6: 6.0, 5: 6.0} | before))


def test_an_account_with_hardly_any_history_has_none() -> None:
    """A tenth of what is left now was less of what there was: such an hour may have been none when it ran."""
    young = HourlyCost(THIS_HOUR - 11 * HOUR, (0.1, 0.1, 9.0, 9.0, *(0.1,) * 7))
    assert not past(young)
    assert not past(young, balance_usd=20.0)


def test_it_is_no_incident_any_more() -> None:
    account = series({6: 10.0, 5: 9.0, 4: 10.0})
    report = find(Inputs(NOW, account))
    assert len(report.earlier) == 1
    assert (report.is_incident, report.spike_state, report.to_contain) == (False, State.CANNOT_TELL, None)
