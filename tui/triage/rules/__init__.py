"""The rules of triage. A new one is a file here, a line in `RULES` and in `Evidence`, and its kind and words.

Facts shared by several rules are in `case.py`; the arithmetic of a rule is beside it, or in its own file.
"""

from typing import Any, Final

from tui.triage.failing import Failing
from tui.triage.findings import Finding
from tui.triage.forecast import Forecast
from tui.triage.growth import Growth
from tui.triage.plans import ShortPlan
from tui.triage.rule import Rule
from tui.triage.rules import failing, growth, low_balance, origin, plan, price, slow_spend, spike, storm, unit_cost
from tui.triage.rules.origin import KeyOrigins
from tui.triage.rules.price import PriceChanges
from tui.triage.rules.storm import KeyStorms
from tui.triage.slow_spend import SlowSpend
from tui.triage.spikes import Spike
from tui.triage.unit_cost import UnitCostRise

RULES: Final[tuple[Rule[Any], ...]] = (
    spike.RULE,
    slow_spend.RULE,
    growth.RULE,
    unit_cost.RULE,
    price.RULE,
    storm.RULE,
    origin.RULE,
    failing.RULE,
    plan.RULE,
    low_balance.RULE,
)
"""In the order of the report."""

Evidence = (
    Spike | SlowSpend | Growth | UnitCostRise | PriceChanges | KeyStorms | KeyOrigins | Failing | ShortPlan | Forecast
)
"""The evidence of findings."""

AnyFinding = Finding[Evidence]
