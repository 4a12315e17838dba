"""What is told by itself, what is part of another finding, and what is over once its keys were stopped."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW
from tests.unit.triage.samples import INPUTS, report_of
from tests.unit.triage.test_contained import RUNNING, WILD, inputs
from tests.unit.triage.test_rules import series
from tests.unit.triage.test_slow_spend import DAY
from tests.unit.triage.test_slow_spend import series as days
from tui.triage.baselines import HOUR
from tui.triage.explain import explain
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.incidents import Incidents, Phase, advance
from tui.triage.inputs import Inputs
from tui.triage.report import Report


def kinds(report: Report) -> tuple[list[FindingKind], list[FindingKind]]:
    """Of what kinds something is told, and found without being told."""
    return [one.kind for one in report.findings], [one.kind for one in report.untold]


def test_dearer_calls_of_a_key_that_spikes_are_told_by_the_spike() -> None:
    known = INPUTS[FindingKind.UNIT_COST]
    assert kinds(find(known)) == ([FindingKind.UNIT_COST], [])
    wild = find(replace(known, keys={7: series({1: 13.0, 2: 12.0}, usual_usd=0.8, days=15)}))
    assert kinds(wild) == ([FindingKind.SPIKE], [FindingKind.UNIT_COST])


def test_a_forecast_that_is_no_trouble_is_explained_and_not_told() -> None:
    calm = find(Inputs(NOW, series({}), balance_usd=500.0))
    assert kinds(calm) == ([], [FindingKind.LOW_BALANCE])
    assert [one.kind for one in explain(calm)] == [FindingKind.LOW_BALANCE]
    assert not advance(Incidents(), calm, NOW, True).open
    assert kinds(find(Inputs(NOW, series({}), balance_usd=9000.0))) == ([], [])


@pytest.mark.parametrize(("minutes", "phase"), [(9, Phase.FIRING), (10, Phase.COOLING)])
def test_a_storm_cools_ten_minutes_after_its_last_error(minutes: int, phase: Phase) -> None:
    report, later = report_of(FindingKind.STORM), NOW + timedelta(minutes=minutes)
    incidents = advance(Incidents(), report, NOW, True)
    (incident,) = advance(incidents, report, later, True).open.values()
    assert incident.phase is phase


def test_the_current_rate_is_that_of_the_keys_that_can_still_call() -> None:
    both = replace(
        inputs({}), keys={7: WILD, 8: WILD}, running_by_key={7: RUNNING[7], 8: RUNNING[7]}, paces={7: 18.0, 8: 18.0}
    )
    one = find(replace(both, stopped={7: NOW})).forecast
    two = find(both).forecast
    assert one is not None
    assert two is not None
    assert one.extra_usd_per_h == pytest.approx(two.extra_usd_per_h / 2)


def test_a_slow_day_is_contained_with_the_keys_that_made_it() -> None:
    keys = {number: days([0.3 + more] * 16, 0.3) for number, more in ((7, 0.55), (8, 0.5), (9, 0.35))}
    known = Inputs(DAY + 16 * HOUR, days([2.4] * 16), keys)
    (burning,) = find(known).findings
    assert (burning.identity, burning.is_contained) == ((FindingKind.SLOW_SPEND, None), False)
    report = find(replace(known, stopped={7: DAY + 15 * HOUR, 8: DAY + 16 * HOUR}))
    assert report.contained_at == DAY + 16 * HOUR
    assert [one.is_contained for one in report.findings] == [True]
