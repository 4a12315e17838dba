"""Plans that run out."""

from datetime import timedelta

import pytest

from tests.unit.samples import NOW
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.inputs import Inputs
from tui.triage.plans import PlanUsage, ShortPlan, find_short_plans

HOUR = timedelta(hours=1)


def use(used_usd: float, pace_usd: float = 8.0, limit_usd: float = 40.0, resets_h: float | None = 20) -> PlanUsage:
    """A day's window, three quarters of whose last hour one key had."""
    resets_at = None if resets_h is None else NOW + HOUR * resets_h
    return PlanUsage("claude-max", "daily", used_usd, limit_usd, resets_at, {7: pace_usd * 0.75, 8: pace_usd * 0.25})


def test_a_window_that_fills_soon_is_told_with_the_key_that_fills_it() -> None:
    (one,) = find_short_plans([use(30.0)], NOW)
    assert (one.full_at, one.key_id, one.key_share) == (NOW + 1.25 * HOUR, 7, 0.75)


def test_a_full_window_is_told_whoever_filled_it() -> None:
    (one,) = find_short_plans([PlanUsage("claude-max", "daily", 40.2, 40.0, NOW + HOUR, {})], NOW)
    assert (one.full_at, one.key_id, one.key_share) == (None, None, 0.0)


@pytest.mark.parametrize(
    "calm",
    [
        use(30.0, pace_usd=2.0),
        use(19.0, pace_usd=30.0),
        use(30.0, resets_h=1),
        use(41.0, resets_h=-1),
        use(30.0, limit_usd=0.0),
        use(30.0, pace_usd=0.0),
    ],
    ids=["slow", "less than half", "starts anew before", "started anew", "no limit", "idle"],
)
def test_calm_windows_are_not_told(calm: PlanUsage) -> None:
    assert not find_short_plans([calm], NOW)


def test_the_worst_is_the_finding_and_its_key_the_one_to_contain() -> None:
    report = find(Inputs(NOW, plans=(use(30.0), use(38.0))))
    assert [(one.kind, one.key_id, one.cause) for one in report.findings] == [(FindingKind.PLAN, None, 7)]
    assert ([one.used_usd for one in report.evidence_of(ShortPlan)], report.to_contain) == ([38.0, 30.0], 7)
