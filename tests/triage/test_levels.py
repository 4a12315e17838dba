"""The rules held to their measured levels. `python -m tests.triage` prints all figures, from more of everything."""

from statistics import median

import pytest

from tests.triage.measure import NOT_MADE_UP, SORTS, forecast_run, forecast_usual, quiet_week, share_of
from tui.triage.findings import FindingKind

WEEKS, INCIDENTS = 12, 18
SORTS_BY_NAME = {sort.name: sort for sort in SORTS}


@pytest.mark.parametrize("within", [0, 1], ids=["hour by hour", "in the running hour"])
def test_quiet_weeks_stay_quiet(within: int) -> None:
    # Twelve weeks are few: over 36 it is 0.2 for the account, and 0.2 for keys.
    weeks = [quiet_week(seed)[within] for seed in range(WEEKS)]
    assert sum(week["account"] for week in weeks) / WEEKS <= 0.8
    assert sum(week["keys"] for week in weeks) / WEEKS <= 0.6
    assert sum(week[FindingKind.SLOW_SPEND] for week in weeks) / WEEKS <= 0.1
    assert sum(week[FindingKind.UNIT_COST] for week in weeks) / WEEKS <= 0.2


@pytest.mark.parametrize(
    ("name", "found", "first"),
    [
        ("account ×3", 0.7, 0.9),
        ("account ×5", 0.95, 0.99),
        ("account ×10", 1.0, 1.0),
        ("small key", 0.9, 0.9),
        ("half of that", 0.35, 0.85),
        ("new key", 1.0, 0.9),
        ("dormant key", 1.0, 0.95),
        ("two causes", 0.9, 0.9),
        ("dearer calls ×4", 0.9, 0.9),
        ("slow day", 0.95, 0.9),
        ("slow day and half", 0.7, 0.9),
    ],
)
def test_incidents_are_found_and_their_key_comes_first(name: str, found: float, first: float) -> None:
    share = share_of(SORTS_BY_NAME[name], INCIDENTS)
    assert share.found >= found
    assert share.first >= first
    assert share.top_three >= 0.95


def test_each_rule_is_measured_or_said_not_to_be() -> None:
    forecasts = {FindingKind.LOW_BALANCE}
    assert {sort.kind for sort in SORTS} | forecasts | NOT_MADE_UP == set(FindingKind)


@pytest.mark.parametrize("after_incident", [False, True])
def test_the_usual_pace_tells_when_the_wallet_is_empty(after_incident: bool) -> None:
    assert median(forecast_usual(seed, after_incident=after_incident) for seed in range(INCIDENTS)) <= 1.2


@pytest.mark.parametrize(("times", "factor"), [(3, 1.3), (5, 1.2), (10, 1.15)])
def test_the_current_rate_does_so_in_a_run(times: float, factor: float) -> None:
    assert median(forecast_run(times, seed) for seed in range(INCIDENTS)) <= factor
