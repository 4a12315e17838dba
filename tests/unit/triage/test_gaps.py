"""What could not be read is never passed off as clear, and takes nothing away from what is found."""

import pytest
from msgspec.structs import replace

from tests.unit.triage.test_suspects import ACCOUNT, NEW, NOW, OLD, series
from tui.domain.capabilities import Lack
from tui.domain.failure import Failure, FailureKind
from tui.domain.usage import Sums
from tui.triage.find import find
from tui.triage.gaps import Gap, Input
from tui.triage.inputs import Inputs
from tui.triage.report import State
from tui.triage.spikes import RunningHour

BROKEN, HIDDEN = Failure(FailureKind.SERVER_ERROR), Failure(FailureKind.ERRORS_HIDDEN)
QUIET = Inputs(NOW, series({}), running=RunningHour(), recent_calls=(), failed=(), awaited=())
CLEAR, UNKNOWN = State.CLEAR, State.CANNOT_TELL


@pytest.mark.parametrize(
    ("missing", "spike", "why", "retries", "is_whole"),
    [
        (None, CLEAR, CLEAR, CLEAR, True),
        (Gap(Input.CALLS, BROKEN), UNKNOWN, UNKNOWN, UNKNOWN, False),
        (Gap(Input.CALLS, BROKEN, as_of=NOW), UNKNOWN, UNKNOWN, UNKNOWN, False),
        (Gap(Input.CALLS, done=4000, total=5500), UNKNOWN, UNKNOWN, UNKNOWN, False),
        (Gap(Input.HISTORY, BROKEN), UNKNOWN, UNKNOWN, CLEAR, False),
        (Gap(Input.KEYS, BROKEN), UNKNOWN, UNKNOWN, CLEAR, False),
        (Gap(Input.KEY_HISTORIES, done=1, total=3), UNKNOWN, UNKNOWN, CLEAR, False),
        (Gap(Input.ERRORS, BROKEN), CLEAR, CLEAR, UNKNOWN, False),
        (Gap(Input.PLANS, BROKEN), CLEAR, CLEAR, CLEAR, False),
        (Gap(Input.PROFILE, BROKEN), CLEAR, CLEAR, CLEAR, False),
        (Gap(Input.ERRORS, HIDDEN, lack=Lack.ERRORS_HIDDEN), CLEAR, CLEAR, UNKNOWN, True),
    ],
)
def test_a_step_is_clear_only_when_all_that_it_needs_was_read(
    missing: Gap | None, spike: State, why: State, retries: State, is_whole: bool
) -> None:
    report = find(replace(QUIET, gaps=(missing,) if missing is not None else ()))
    assert (report.spike_state, report.why_state, report.retry_state) == (spike, why, retries)
    assert report.is_whole == is_whole


@pytest.mark.parametrize("name", list(Input))
def test_what_is_found_stands_whatever_else_is_missing(name: Input) -> None:
    running = {8: RunningHour(2.0, 1.0)}
    known = Inputs(NOW, ACCOUNT, {7: OLD, 8: NEW}, running[8], running)
    report = find(replace(known, gaps=(Gap(name, BROKEN),)))
    assert (report.spike_state, report.is_whole, report.gaps) == (State.FOUND, False, (Gap(name, BROKEN),))
    assert report.likely == find(known).likely


def test_no_reason_is_named_without_what_is_usual_for_the_key() -> None:
    running = {8: RunningHour(2.0, 1.0)}
    uses = ({"m": Sums(requests=10)}, 1.0)
    known = Inputs(NOW, ACCOUNT, {7: OLD, 8: NEW}, running[8], running, uses_since=lambda *_: uses)
    assert find(known).why is None
    assert find(replace(known, usual_uses={7: uses, 8: uses})).why is not None
