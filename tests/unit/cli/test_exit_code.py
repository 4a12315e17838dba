"""Exit codes: what a script may conclude, and what standard error says beside them."""

import pytest

from tests.unit.samples import NOW
from tui.cli.exit_code import CheckResult, exit_code_of, say_missing
from tui.domain.failure import Failure, FailureKind
from tui.terminal import exit_codes
from tui.triage.gaps import Gap, Input

DOWN = Failure(FailureKind.UNREACHABLE)
AWAY = {
    FailureKind.UNREACHABLE,
    FailureKind.TIMED_OUT,
    FailureKind.NOT_A_GATEWAY,
    FailureKind.ENDPOINT_MISSING,
    FailureKind.SERVER_ERROR,
    FailureKind.DATABASE_DOWN,
    FailureKind.BAD_ANSWER,
    FailureKind.EMPTY_ANSWER,
}


@pytest.mark.parametrize("kind", FailureKind)
def test_a_failure_says_whether_the_gateway_is_away_refuses_or_was_not_asked(kind: FailureKind) -> None:
    unasked = kind in (FailureKind.BUDGET_SPENT, FailureKind.NOT_RECORDED)
    refused = exit_codes.UNREACHABLE if kind in AWAY else exit_codes.NOT_SIGNED_IN
    assert exit_code_of(Failure(kind)) == (exit_codes.CANNOT_TELL if unasked else refused)


@pytest.mark.parametrize(
    ("reasons", "is_whole", "code", "state"),
    [
        (("low",), True, 1, "firing"),
        (("low",), False, 1, "firing"),
        ((), True, 0, "clear"),
        ((), False, 6, "unknown"),
    ],
)
def test_a_check_needs_a_person_is_well_or_cannot_tell(
    reasons: tuple[str, ...], is_whole: bool, code: int, state: str, capsys: pytest.CaptureFixture[str]
) -> None:
    result = CheckResult(reasons, is_whole)
    assert (result.code, result.state) == (code, state)
    result.say()
    assert capsys.readouterr().err.split() == list(reasons)


@pytest.mark.parametrize(
    ("failed", "gaps", "lines"),
    [
        ({}, (), []),
        ({"plans": DOWN, "keys": DOWN}, (), ["aktop: not known: plans, keys (gateway unreachable)"]),
        (
            {"plans": DOWN},
            (Gap(Input.CALLS, Failure(FailureKind.BUDGET_SPENT), NOW, 1200, 3000),),
            [
                "aktop: not known: plans (gateway unreachable)",
                "aktop: not known: calls (request budget spent)",
                "aktop: not whole: calls, 1 200 of at most 3 000 read",
            ],
        ),
        ({}, (Gap(Input.HISTORY, done=0, total=8),), ["aktop: not whole: history, 0 of 8 read"]),
        ({}, (Gap(Input.HISTORY),), ["aktop: not known: history (not read)"]),
    ],
)
def test_what_could_not_be_read_is_told_with_its_reason_and_how_far_it_came(
    failed: dict[str, Failure], gaps: tuple[Gap, ...], lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    say_missing(failed, gaps)
    assert capsys.readouterr().err.splitlines() == lines
