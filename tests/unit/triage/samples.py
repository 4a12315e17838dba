"""A finding of each kind, each as triage finds it."""

from collections.abc import Mapping
from decimal import Decimal

from msgspec.structs import replace

from tests.unit.samples import NOW, failed
from tests.unit.triage.test_failing import NAMES, errors
from tests.unit.triage.test_growth import growing
from tests.unit.triage.test_origins import STOLEN
from tests.unit.triage.test_plans import use
from tests.unit.triage.test_prices import before, known, since
from tests.unit.triage.test_rules import series
from tests.unit.triage.test_slow_spend import DAY
from tests.unit.triage.test_slow_spend import series as days
from tests.unit.triage.test_unit_cost import KEY, USUAL, uses
from tui.domain.usage import Sums
from tui.triage.baselines import HOUR
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.inputs import Inputs
from tui.triage.origins import learn
from tui.triage.report import Report
from tui.triage.rules import AnyFinding
from tui.triage.spikes import RunningHour

WRONG = tuple(replace(one, status_code=400, category="invalid_request") for one in errors(19))
"""Calls that a client makes wrong, too far apart for a storm."""
INPUTS: Mapping[FindingKind, Inputs] = {
    FindingKind.SPIKE: Inputs(NOW, series({2: 9.0, 1: 12.0}), running=RunningHour(13.0, 4.0)),
    FindingKind.SLOW_SPEND: Inputs(DAY + 16 * HOUR, days([2.4] * 16)),
    FindingKind.GROWTH: Inputs(DAY + 6 * 24 * HOUR, growing(6), {7: growing(6)}),
    FindingKind.UNIT_COST: Inputs(
        NOW,
        series({1: 4.9, 2: 4.8}, usual_usd=2.4),
        {7: KEY},
        recent_uses=({7: uses(2, 120, 8.0, "opus")},),
        usual_uses={7: USUAL},
    ),
    FindingKind.PRICE: Inputs(
        NOW,
        prices=known(before(), since(1, multiplier=1.6)),
        usual_uses={7: ({"sonnet": Sums(100, billed_usd=Decimal(10))}, 10.0)},
    ),
    FindingKind.STORM: Inputs(
        NOW,
        failed=tuple(failed(n, ago_s=n * 2) for n in range(12)),
        recent_calls=(),
        recent_from=NOW - HOUR,
        key_names=NAMES,
    ),
    FindingKind.ORIGIN: Inputs(NOW, seen=learn({}, STOLEN)),
    FindingKind.FAILING: Inputs(NOW, failed=WRONG, recent_calls=(), recent_from=NOW - HOUR, key_names=NAMES),
    FindingKind.PLAN: Inputs(NOW, plans=(use(30.0),)),
    FindingKind.LOW_BALANCE: Inputs(NOW, series({2: 9.0, 1: 12.0}), running=RunningHour(), balance_usd=50.0),
}
COLD = Inputs(NOW, series({1: 12.0}, usual_usd=0.0), running=RunningHour(), balance_usd=100.0)
"""An account with hardly any history."""


def report_of(kind: FindingKind) -> Report:
    """A report with a finding of a kind."""
    return find(INPUTS[kind])


def finding_of(kind: FindingKind) -> AnyFinding:
    """The finding of a kind."""
    return next(one for one in report_of(kind).findings if one.kind is kind)
