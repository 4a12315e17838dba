"""The rules of triage. A new one is a file here, a line in `RULES` and in `Evidence`, and its kind and words.

What several rules share stands in `case.py`; the arithmetic of a rule beside it, or in its own file.
"""

from typing import Any, Final

from tui.triage.failing import Failing
from tui.triage.findings import Finding
from tui.triage.forecast import Forecast
from tui.triage.plans import ShortPlan
from tui.triage.rule import Rule
from tui.triage.rules import failing, low_balance, origin, plan, price, slow_spend, spike, storm, unit_cost
from tui.triage.rules.origin import KeyOrigins
from tui.triage.rules.price import PriceChanges
from tui.triage.rules.storm import KeyStorms
from tui.triage.slow_spend import SlowSpend
from tui.triage.spikes import Spike
from tui.triage.unit_cost import UnitCostRise

RULES: Final[tuple[Rule[Any], ...]] = (
    spike.RULE,
    slow_spend.RULE,
    unit_cost.RULE,
    price.RULE,
    storm.RULE,
    origin.RULE,
    failing.RULE,
    plan.RULE,
    low_balance.RULE,
)
"""In the order in which their findings are told."""

Evidence = Spike | SlowSpend | UnitCostRise | PriceChanges | KeyStorms | KeyOrigins | Failing | ShortPlan | Forecast
"""What findings rest on."""

AnyFinding = Finding[Evidence]
