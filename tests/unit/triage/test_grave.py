"""Money makes an incident critical, however even its hours are, as long as it goes on."""

from collections.abc import Mapping

import pytest

from tests.unit.samples import NOW
from tests.unit.triage.samples import INPUTS
from tests.unit.triage.test_rules import series
from tests.unit.triage.test_slow_spend import DAY
from tests.unit.triage.test_slow_spend import series as days
from tui.domain.usage import HourlyCost
from tui.triage.baselines import HOUR
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.inputs import Inputs
from tui.triage.severity import Severity
from tui.triage.spikes import RunningHour


def severity_of(inputs: Inputs, kind: FindingKind, key_id: int | None) -> Severity:
    """The severity of a finding that is reported."""
    return next(one for one in find(inputs).findings if one.identity == (kind, key_id)).severity


@pytest.mark.parametrize(
    ("hours", "usual_usd", "pace", "severity"),
    [
        (23, 1.0, 4.0, Severity.WARNING),
        (24, 1.0, 4.0, Severity.CRITICAL),
        (24, 1.0, 1.0, Severity.CRITICAL),
        (24, 1.0, 0.9, Severity.WARNING),
        (24, 1.0, None, Severity.CRITICAL),
    ],
    ids=["not three days", "three days", "slower", "ended", "unknown"],
)
def test_hours_that_are_four_times_the_usual_become_critical_by_their_sum(
    hours: int, usual_usd: float, pace: float | None, severity: Severity
) -> None:
    cost = series(dict.fromkeys(range(1, hours + 1), 4 * usual_usd), usual_usd)
    paces: Mapping[int, float] | None = None if pace is None else {7: pace}
    inputs = Inputs(NOW, cost, {7: cost}, running=RunningHour(), running_by_key={7: RunningHour()}, paces=paces)
    assert severity_of(inputs, FindingKind.SPIKE, 7) is severity


@pytest.mark.parametrize(
    ("hours", "pace", "severity"),
    [(17, 2.4, Severity.WARNING), (18, 2.4, Severity.CRITICAL), (18, 0.5, Severity.WARNING)],
)
def test_slow_spend_becomes_critical_too(hours: int, pace: float, severity: Severity) -> None:
    cost = days([2.4] * hours)
    inputs = Inputs(DAY + hours * HOUR, cost, {7: cost}, paces={7: pace})
    assert severity_of(inputs, FindingKind.SLOW_SPEND, 7) is severity


@pytest.mark.parametrize(("hours", "severity"), [(2, Severity.WARNING), (18, Severity.CRITICAL)])
def test_and_dearer_calls_by_all_that_they_cost_since_they_began(hours: int, severity: Severity) -> None:
    known = INPUTS[FindingKind.UNIT_COST]
    cost = series(dict.fromkeys(range(1, hours + 1), 4.0), usual_usd=0.8, days=15)
    key = HourlyCost(cost.start, cost.usd, (60,) * len(cost.usd))
    inputs = Inputs(
        NOW,
        series(dict.fromkeys(range(1, hours + 1), 5.5), usual_usd=2.4),
        {7: key},
        recent_uses=known.recent_uses,
        usual_uses=known.usual_uses,
    )
    (one,) = [one for one in (*find(inputs).findings, *find(inputs).untold) if one.kind is FindingKind.UNIT_COST]
    assert one.severity is severity
