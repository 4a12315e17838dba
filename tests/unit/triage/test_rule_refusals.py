"""What the rules make of storms and of failing calls: whose they are, and which of the two tells them."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, failed
from tests.unit.triage.test_rule_findings import CRITICAL, EMPTY, NAMES, WARNING, case, terms
from tests.unit.triage.test_storms import DAY_FULL, NO_MONEY, overloaded, refused, storms_of
from tui.triage.failing import CallOutcomes
from tui.triage.findings import Finding
from tui.triage.inputs import Inputs
from tui.triage.rules import failing as failing_rule
from tui.triage.rules import storm
from tui.triage.severity import Severity
from tui.triage.storms import Storm

OWN = storms_of(refused(12, 5, DAY_FULL, ago_s=200))
WRONG = storms_of(refused(30, 2, "no such tool", names=["ci"], category="invalid_request", status=400))
OUTAGE, ALONE = storms_of(overloaded(120, 6.0)), storms_of(overloaded(120, 6.0, names=["ci"]))


def stormy(found: tuple[Storm, ...], balance_usd: float | None = None) -> list[Finding[Any]]:
    """The findings of some storms."""
    inputs = Inputs(NOW, key_names=NAMES, balance_usd=balance_usd)
    return list(storm.find(case(inputs, storms=found)))


@pytest.mark.parametrize(
    ("found", "key_id", "cause", "comes_first"),
    [
        (OWN, 7, None, False),
        (EMPTY, None, None, True),
        (WRONG, 8, 8, False),
        (OUTAGE, None, None, False),
        (ALONE, 8, None, False),
    ],
    ids=["its own limit", "an empty wallet", "a client's mistake", "an outage", "a provider's, of one key"],
)
def test_a_storm_blames_its_key_only_for_what_the_key_does_wrong(
    found: tuple[Storm, ...], key_id: int | None, cause: int | None, comes_first: bool
) -> None:
    (one,) = stormy(found)
    assert (one.key_id, one.cause, one.comes_first) == (key_id, cause, comes_first)


@pytest.mark.parametrize(
    ("found", "balance_usd", "cools_after", "over_after"),
    [
        (EMPTY, 0.0, None, storm.REFILLED_FOR),
        (EMPTY, -1.0, None, storm.REFILLED_FOR),
        (EMPTY, 0.5, storm.COOLS_AFTER, storm.REFILLED_FOR),
        (EMPTY, None, storm.COOLS_AFTER, storm.REFILLED_FOR),
        (OWN, 0.0, storm.COOLS_AFTER, None),
    ],
)
def test_an_empty_wallet_stays_a_storm_while_nobody_calls(
    found: tuple[Storm, ...], balance_usd: float | None, cools_after: timedelta | None, over_after: timedelta | None
) -> None:
    (one,) = stormy(found, balance_usd)
    assert (one.cools_after, one.over_after) == (cools_after, over_after)


def test_storms_of_one_key_are_one_finding_by_the_worst_of_them() -> None:
    other = storms_of(refused(30, 2, "no such tool", category="invalid_request", status=400, ago_s=600))
    (one,) = stormy((*OWN, *other))
    assert (one.key_id, one.evidence.worst, len(one.evidence.storms)) == (7, other[0], 2)
    assert (one.since, one.hit_at) == (other[0].calls[-1].at, OWN[0].newest.at)
    assert [found.key_id for found in stormy((*OWN, *EMPTY, *WRONG))] == [None, 8, 7]
    (hammer,) = stormy((*OWN, *storms_of(refused(120, 1, "slow down", category="rate_limit"))))
    assert hammer.severity is CRITICAL


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (OWN, {"errors": 12, "least": 10, "loop": "yes", "gap": 5.0, "share": 1.0, "since": OWN[0].calls[-1].at}),
        (EMPTY, {"errors": 3, "least": 3, "loop": "no", "keys": 2, "share": 1.0}),
    ],
)
def test_a_storm_is_explained_by_its_errors(found: tuple[Storm, ...], expected: dict[str, Any]) -> None:
    (one,) = stormy(found)
    told = terms(one)
    assert {name: told[name] for name in expected} == expected
    assert ("gap" in told) is ("gap" in expected)
    (unknown,) = stormy(tuple(replace(each, share=None) for each in found))
    assert "share" not in terms(unknown)


def failures(name: str, count: int = 20, **more: Any) -> CallOutcomes:
    """The calls of a key that all failed, too far apart for a storm."""
    values = {"category": "invalid_request", "status": 400, **more}
    return CallOutcomes(5, tuple(failed(n, ago_s=150 + 170 * n, key_name=name, **values) for n in range(count)))


def failing(outcomes: dict[int, CallOutcomes], found: tuple[Storm, ...] = (), **more: Any) -> list[Finding[Any]]:
    """What is found of failing calls."""
    inputs = Inputs(NOW, key_names=NAMES, **more)
    return list(failing_rule.find(case(inputs, storms=found, outcomes=outcomes)))


MONEY = {"message": NO_MONEY, "category": "other", "status": 403}


@pytest.mark.parametrize(
    ("outcomes", "found", "told"),
    [
        ({7: failures("laptop")}, (), [(7, 7, WARNING)]),
        ({8: failures("ci")}, WRONG, []),
        ({7: failures("laptop")}, WRONG, [(7, 7, WARNING)]),
        ({7: failures("laptop", message=DAY_FULL, category="other")}, (), [(7, None, WARNING)]),
        ({7: failures("laptop", **MONEY)}, (), [(None, None, CRITICAL)]),
        ({9: failures("batch", **MONEY)}, EMPTY, []),
        ({9: failures("batch", status=529, category="upstream")}, OUTAGE[:1], []),
        ({9: failures("batch", status=529, category="upstream")}, EMPTY, [(9, None, WARNING)]),
        (
            {
                7: failures("laptop", status=529, category="upstream"),
                8: failures("ci", status=529, category="upstream"),
            },
            WRONG,
            [(None, None, WARNING)],
        ),
    ],
    ids=[
        *("a key", "its storm says it", "another's storm does not", "its own limit", "an empty wallet"),
        *("the wallet's storm says it", "an outage of all says it", "another storm of all", "two, one of them stormy"),
    ],
)
def test_failing_calls_are_told_unless_a_storm_tells_them(
    outcomes: dict[int, CallOutcomes], found: tuple[Storm, ...], told: list[tuple[int | None, int | None, Severity]]
) -> None:
    assert [(one.key_id, one.cause, one.severity) for one in failing(outcomes, found)] == told


def test_a_key_s_own_storm_of_a_kind_does_not_speak_for_others() -> None:
    """The provider refused a key alone; another key met the same without a storm."""
    assert [one.is_shared for one in ALONE] == [False]
    assert [one.key_id for one in failing({9: failures("batch", status=529, category="upstream")}, ALONE)] == [9]


@pytest.mark.parametrize(("balance_usd", "is_told"), [(5.0, False), (0.0, True), (None, True)])
def test_what_an_empty_wallet_refused_is_past_once_it_is_refilled(balance_usd: float | None, is_told: bool) -> None:
    assert bool(failing({7: failures("laptop", **MONEY)}, balance_usd=balance_usd)) is is_told
    assert failing({7: failures("laptop")}, balance_usd=balance_usd)


def test_failing_calls_are_explained_by_their_share() -> None:
    (one,) = failing({7: failures("laptop")})
    told = terms(one)
    assert (told["errors"], told["calls"], told["share"], told["keys"]) == (20, 25, 0.8, 1)
    assert (one.since, one.hit_at) == (one.evidence.since, NOW - timedelta(seconds=150))
