"""Keys most of whose calls fail."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, call, failed
from tui.domain.usage import Call, FailedCall
from tui.triage.baselines import HOUR
from tui.triage.failing import Failing, find_failing, outcomes
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.inputs import Inputs
from tui.triage.refusals import Side
from tui.triage.report import State

NAMES = {7: "laptop", 8: "ci", 9: "ci"}


def errors(count: int, every_s: float = 180, name: str = "laptop") -> tuple[FailedCall, ...]:
    """Errors too far apart for a storm."""
    return tuple(failed(n, ago_s=n * every_s, status=529, category="upstream", key_name=name) for n in range(count))


def before(failures: tuple[FailedCall, ...], seconds: float) -> tuple[FailedCall, ...]:
    """The same so many seconds earlier."""
    return tuple(replace(one, id=one.id + 500, at=one.at - timedelta(seconds=seconds)) for one in failures)


def told(calls: tuple[Call, ...], failures: tuple[FailedCall, ...]) -> tuple[Failing, ...]:
    """What is found."""
    return find_failing(outcomes(calls, failures, NAMES, NOW - HOUR))


def test_half_of_enough_calls_is_told_with_what_they_mostly_met() -> None:
    few = tuple(call(n, ago_s=n * 60) for n in range(10))
    (one,) = told(few, (*errors(11), failed(99, ago_s=5, status=400)))
    assert (one.key_id, one.calls, one.failed) == (7, 22, 12)
    assert (one.typical.status_code, one.refusal.side) == (529, Side.UPSTREAM)
    assert not told(few, errors(9))
    assert not told((), errors(14))


def test_what_failed_before_the_calls_are_known_is_not_held_against_them() -> None:
    assert not told((), errors(30, every_s=300))


def test_of_keys_that_share_a_name_nothing_is_told() -> None:
    assert not told((), errors(20, name="ci"))


def test_what_a_provider_refuses_is_told_when_it_does_so_in_half_of_an_hours_slots() -> None:
    assert told((), errors(18, every_s=100))
    assert not told((), errors(18, every_s=8)), "a hiccup"
    assert not told((), (*errors(9, every_s=8), *before(errors(9, every_s=8), 1500))), "two of them"
    own = tuple(replace(one, category="other", message="api key 日限额已用完") for one in errors(18, every_s=8))
    assert told((), own), "a limit never refuses by chance"


def now_and_then(*keys: int) -> tuple[Call, ...]:
    """Calls that succeed in pairs, so that what fails between them is no storm."""
    return tuple(call(n, key_id=key, ago_s=n // 2 * 200 + 30 + n % 2 * 30) for key in keys for n in range(16))


def test_keys_that_meet_the_same_outage_are_told_once() -> None:
    both = (*errors(19, every_s=100, name="key-7"), *errors(17, every_s=100, name="key-8"))
    names, calls = {7: "key-7", 8: "key-8"}, now_and_then(7, 8)
    (one,) = find_failing(outcomes(calls, both, names, NOW - HOUR))
    assert (one.key_id, one.keys, one.failed) == (None, (7, 8), 36)
    (finding,) = find(Inputs(NOW, failed=both, recent_calls=calls, recent_from=NOW - HOUR, key_names=names)).findings
    assert (finding.identity, finding.cause) == ((FindingKind.FAILING, None), None)


@pytest.mark.parametrize(
    ("category", "message", "to_contain"),
    [
        ("invalid_request", "prompt is too long", 7),
        ("upstream", "Overloaded", None),
        ("other", "API key 额度已用完", None),
    ],
)
def test_only_what_the_client_does_wrong_is_a_reason_to_stop_its_key(
    category: str, message: str, to_contain: int | None
) -> None:
    failures = tuple(replace(one, category=category, message=message) for one in errors(19, 100, "key-7"))
    calls = now_and_then(7)
    report = find(Inputs(NOW, failed=failures, recent_calls=calls, recent_from=NOW - HOUR, key_names={7: "key-7"}))
    assert (report.retry_state, report.to_contain, report.storms) == (State.FOUND, to_contain, ())
    assert [(one.kind, one.key_id) for one in report.findings] == [(FindingKind.FAILING, 7)]


def test_what_is_a_storm_is_told_once() -> None:
    report = find(Inputs(NOW, failed=errors(29, 20), recent_calls=(), recent_from=NOW - HOUR, key_names=NAMES))
    assert len(report.storms) == 1
    assert [one.kind for one in report.findings] == [FindingKind.STORM]
