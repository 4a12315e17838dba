"""The rules held to their measured levels on a few accounts. `python -m tests.triage` prints all figures, of many."""

from statistics import median

import pytest

from tests.triage.guilty import INCIDENTS, guilty_world, quiet_world
from tests.triage.measure import NOT_MADE_UP, followed, forecast_factor, quiet_week, twin_complaints
from tests.triage.twins import PAIRS
from tests.triage.worlds import World
from tui.triage.causes import CausePart
from tui.triage.findings import FindingKind

FEW = ("solo", "server", "cents", "large")
MOST_NOTICES, MOST_CRITICAL, MEDIAN_DELAY_MIN = 1, 0, 60


def test_quiet_weeks_stay_quiet() -> None:
    weeks = [quiet_week(kind, 0) for kind in FEW]
    assert sum(len(week.notices) for week in weeks) <= MOST_NOTICES
    assert sum(week.critical for week in weeks) <= MOST_CRITICAL


def test_tenfold_runs_are_found_and_their_key_named() -> None:
    found = [one for kind in FEW if (one := followed(kind, 1, "run ×10")) is not None]
    assert len(found) == len(FEW)
    delays_min = [one.delay.total_seconds() / 60 for one in found if one.delay is not None]
    assert len(delays_min) == len(found)
    assert median(delays_min) <= MEDIAN_DELAY_MIN
    assert all(one.is_first for one in found)


@pytest.mark.parametrize("kind", ["solo", "large"])
def test_agents_that_run_wild_are_found_though_no_call_is_like_the_other(kind: str) -> None:
    one = followed(kind, 1, "agents ×10")
    assert one is not None
    assert one.delay is not None
    assert one.delay.total_seconds() / 60 <= MEDIAN_DELAY_MIN
    assert one.is_first


def test_a_leak_is_of_the_key_that_goes_on_all_the_time() -> None:
    one = followed("server", 1, "leak of 2 days")
    assert one is not None
    assert one.is_first


def test_a_server_that_goes_over_to_a_dear_model_is_told_with_the_cause() -> None:
    """Though people of the account use that one now and then."""
    one = followed("server", 21, "dear model")
    assert one is not None
    assert (one.truth.but, one.cause) == ("", CausePart.MIX)


@pytest.mark.parametrize("is_guilty", [False, True], ids=["quiet", "guilty"])
@pytest.mark.parametrize("pair", range(len(PAIRS)))
def test_what_looks_alike_is_told_apart(pair: int, is_guilty: bool) -> None:
    assert twin_complaints(PAIRS[pair](0, is_guilty)) == []


def test_the_current_rate_tells_when_the_wallet_is_empty() -> None:
    factors = [forecast_factor(kind, 0, "run ×10") for kind in ("solo", "server")]
    assert all(factor is not None and factor <= 1.5 for factor in factors)


@pytest.mark.parametrize("kind", ["team", "server", "batch", "cents"])
def test_a_seed_makes_the_same_account_again(kind: str) -> None:
    one, two = quiet_world(kind, 3), quiet_world(kind, 3)
    assert one == two
    assert one.calls
    assert [call.at for call in one.calls] == sorted(call.at for call in one.calls)
    assert all(key in {holder.id for holder in one.keys} for key in _keys_with_names(one))


def _keys_with_names(world: World) -> set[int]:
    return {call.key_id for call in world.calls if call.key_name is not None}


def test_each_rule_is_measured_or_said_not_to_be() -> None:
    told = {kind for name in INCIDENTS for truth in guilty_world("cents", 1, name).truths for kind in truth.kinds}
    assert told | NOT_MADE_UP == set(FindingKind)
