"""What the client raises: a tree of exceptions, each with the Failure to show people."""

from tui.domain.failure import SIGN_IN_HELPS, Failure, FailureKind


class GatewayError(Exception):
    """A request to the gateway failed. Neither `failure` nor the text holds a secret or a raw answer."""

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
    """The session is missing or no longer usable; only a new sign-in helps."""


class RateLimited(GatewayError):
    """The gateway refused because of a rate limit."""


class BudgetSpent(GatewayError):
    """aktop's own share of the limit is used up; nothing was sent."""


class Unreachable(GatewayError):
    """No complete answer came: no connection, a broken one, or a timeout."""


class NotFound(GatewayError):
    """The object does not exist, or belongs to somebody else."""


class EndpointMissing(GatewayError):
    """This gateway, perhaps an older one, does not have the endpoint."""


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
    """The error without the frames that hold secrets and answers: tracebacks can show local variables."""
    error.__context__ = None
    return error.with_traceback(None)


def error_of(failure: Failure) -> GatewayError:
    """The exception for a failure, of the class that callers catch."""
    return _CLASSES.get(failure.kind, GatewayError)(failure)
