import pytest

from tui.domain.failure import Failure, FailureKind
from tui.gateway.errors import BudgetSpent, EndpointMissing, GatewayError, SignInNeeded, Unreachable, error_of


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (FailureKind.SESSION_REVOKED, SignInNeeded),
        (FailureKind.ACCOUNT_GONE, SignInNeeded),
        (FailureKind.DATABASE_DOWN, GatewayError),
        (FailureKind.ACCOUNT_DISABLED, GatewayError),
        (FailureKind.TIMED_OUT, Unreachable),
        (FailureKind.BUDGET_SPENT, BudgetSpent),
        (FailureKind.ENDPOINT_MISSING, EndpointMissing),
    ],
)
def test_the_class_that_callers_catch(kind: FailureKind, expected: type[GatewayError]) -> None:
    assert type(error_of(Failure(kind))) is expected


def test_the_sentence_for_developers() -> None:
    failure = Failure(FailureKind.BAD_ANSWER, "Expected `int`, got `str`", status=200, field="data.id")
    assert str(error_of(failure)) == "bad answer, HTTP 200, data.id: Expected `int`, got `str`"
    assert str(error_of(Failure(FailureKind.NOT_SIGNED_IN))) == "not signed in"
