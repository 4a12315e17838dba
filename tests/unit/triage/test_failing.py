"""Keys most of whose calls fail."""

from tests.unit.samples import NOW, call, failed
from tui.domain.usage import Call, FailedCall
from tui.triage.baselines import HOUR
from tui.triage.failing import Failing, find_failing, outcomes
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.inputs import Inputs
from tui.triage.report import State

NAMES = {7: "laptop", 8: "ci", 9: "ci"}


def errors(count: int, every_s: float = 180, name: str = "laptop") -> tuple[FailedCall, ...]:
    """Errors too far apart for a storm."""
    return tuple(failed(n, ago_s=n * every_s, status=529, category="upstream", key_name=name) for n in range(count))


def told(calls: tuple[Call, ...], failures: tuple[FailedCall, ...]) -> tuple[Failing, ...]:
    """What is found."""
    return find_failing(outcomes(calls, failures, NAMES, NOW - HOUR))


def test_half_of_enough_calls_is_told_with_what_they_mostly_met() -> None:
    few = tuple(call(n, ago_s=n * 60) for n in range(10))
    (one,) = told(few, (*errors(11), failed(99, ago_s=5, status=400)))
    assert (one.key_id, one.calls, one.failed, one.status_code, one.category) == (7, 22, 12, 529, "upstream")
    assert not told(few, errors(9))
    assert not told((), errors(14))


def test_what_failed_before_the_calls_are_known_is_not_held_against_them() -> None:
    assert not told((), errors(30, every_s=300))


def test_of_keys_that_share_a_name_nothing_is_told() -> None:
    assert not told((), errors(20, name="ci"))


def test_it_is_a_finding_of_the_retries_and_the_key_to_contain() -> None:
    report = find(Inputs(NOW, failed=errors(19), recent_calls=(), recent_from=NOW - HOUR, key_names=NAMES))
    assert (report.retry_state, report.to_contain, report.storms) == (State.FOUND, 7, ())
    assert [(one.kind, one.key_id) for one in report.findings] == [(FindingKind.FAILING, 7)]


def test_what_is_a_storm_is_told_once() -> None:
    report = find(Inputs(NOW, failed=errors(19, 10), recent_calls=(), recent_from=NOW - HOUR, key_names=NAMES))
    assert len(report.storms) == 1
    assert [one.kind for one in report.findings] == [FindingKind.STORM]
