"""What the client raises: one tree of exceptions, each carrying the Failure that people are told about."""

from tui.domain.failure import SIGN_IN_HELPS, Failure, FailureKind


class GatewayError(Exception):
    """Asking the gateway failed. `failure` says how; neither it nor the text holds a secret or a raw answer."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure

    def __str__(self) -> str:
        failure = self.failure
        parts = [failure.kind.value.replace("_", " ")]
        if failure.status is not None:
            parts.append(f"HTTP {failure.status}")
        parts += [part for part in (failure.symbol, failure.field) if part]
        text = ", ".join(parts)
        told = failure.message or (repr(failure.detail) if failure.detail is not None else "")
        return f"{text}: {told}" if told else text


class SignInNeeded(GatewayError):
    """The session is missing or of no use any more; only a new sign-in helps."""


class RateLimited(GatewayError):
    """The gateway refused because of a request limit."""


class BudgetSpent(GatewayError):
    """aktop's own share of the limit is used up; nothing was sent."""


class Unreachable(GatewayError):
    """No complete answer came: no connection, a broken one, or a time-out."""


class NotFound(GatewayError):
    """What was asked for does not exist, or belongs to somebody else."""


class EndpointMissing(GatewayError):
    """This gateway, an older one perhaps, does not have the endpoint."""


class ErrorsHidden(GatewayError):
    """The site does not show users their failed calls."""


_CLASSES: dict[FailureKind, type[GatewayError]] = {
    **dict.fromkeys(SIGN_IN_HELPS, SignInNeeded),
    FailureKind.RATE_LIMITED: RateLimited,
    FailureKind.SIGN_IN_LIMITED: RateLimited,
    FailureKind.BUDGET_SPENT: BudgetSpent,
    FailureKind.UNREACHABLE: Unreachable,
    FailureKind.TIMED_OUT: Unreachable,
    FailureKind.NOT_FOUND: NotFound,
    FailureKind.ENDPOINT_MISSING: EndpointMissing,
    FailureKind.ERRORS_HIDDEN: ErrorsHidden,
}


def without_frames(error: GatewayError) -> GatewayError:
    """The error without the frames in which secrets and answers are: tracebacks can show the values of variables."""
    error.__context__ = None
    return error.with_traceback(None)


def error_of(failure: Failure) -> GatewayError:
    """The exception for a failure, of the class that callers catch."""
    return _CLASSES.get(failure.kind, GatewayError)(failure)
