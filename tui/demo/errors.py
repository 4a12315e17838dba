"""Failed requests, as the error list shows them (contract 5.11)."""

from bisect import insort
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from tui.demo.calendar import Moment

CATEGORIES = ("auth", "service_unavailable", "upstream", "internal", "rate_limit", "quota", "invalid_request", "cyber")
TYPE_FILTERS = {
    "rate_limit": ("rate_limit_error",),
    "quota": ("billing_error", "subscription_error"),
    "invalid_request": ("invalid_request_error",),
}
"""These filters check only the error's type, so that their results may show another category."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What a failed call answers, and how it is listed."""

    status: int
    """The client's status; the list shows the provider's if there is one."""
    category: str
    kind: str
    """The error type of the answer."""
    message: str
    shape: str = "D"
    """B = `{"code", "message"}` with the kind as code, D = the gateway's error object, E = OpenAI's."""
    upstream_status: int | None = None
    named: bool = True
    """Whether the refusal came after the body was read, so that the model is known."""

    def body(self) -> dict[str, object]:
        """The answer's JSON."""
        if self.shape == "B":
            return {"code": self.kind, "message": self.message}
        if self.shape == "E":
            return {"error": {"code": self.kind, "message": self.message, "param": None, "type": self.kind}}
        return {"error": {"message": self.message, "type": self.kind}, "type": "error"}


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One failed request."""

    id: int
    created: Moment
    key_id: int
    failure: Failure
    model: str
    endpoint: str
    platform: str
    group_name: str
    address: str
    agent: str
    stream: bool

    @property
    def status(self) -> int:
        """The provider's status if known, otherwise the client's."""
        return self.failure.upstream_status or self.failure.status

    @property
    def body(self) -> str:
        """The response body as text."""
        return msgspec.json.encode(self.failure.body()).decode()


def in_category(row: ErrorRow, category: str) -> bool:
    """Whether the filter matches a row; an unknown category matches all."""
    if category not in CATEGORIES:
        return True
    if category in TYPE_FILTERS:
        return row.failure.kind in TYPE_FILTERS[category]
    return row.failure.category == category


class ErrorLog:
    """The failed requests of the account, in order of time."""

    def __init__(self, first_id: int) -> None:
        self.first_id = first_id
        self.rows: list[ErrorRow] = []

    def add(self, make: Callable[[int], ErrorRow]) -> ErrorRow:
        """Record a failure under the next id."""
        row = make(self.first_id + len(self.rows))
        insort(self.rows, row, key=lambda each: (each.created, each.id))
        return row

    def find(self, row_id: int) -> ErrorRow | None:
        """The failure with an id."""
        return next((row for row in self.rows if row.id == row_id), None)


UPSTREAM_OVERLOADED = Failure(
    503, "upstream", "overloaded_error", "Upstream service overloaded, please retry later", upstream_status=529
)
UPSTREAM_LIMITED = Failure(
    429, "upstream", "rate_limit_error", "Upstream rate limit exceeded, please retry later", upstream_status=429
)
UPSTREAM_FAILED = Failure(
    502, "upstream", "upstream_error", "Upstream service temporarily unavailable", upstream_status=500
)
UPSTREAM_REFUSED = Failure(
    400, "upstream", "invalid_request_error", "messages.12.content.0: tool_use ids must be unique", upstream_status=400
)
NO_ACCOUNT = Failure(503, "service_unavailable", "api_error", "No available accounts: no available accounts")
CONCURRENCY = Failure(429, "rate_limit", "rate_limit_error", "Concurrency limit exceeded for user, please retry later")
USUAL = ((UPSTREAM_OVERLOADED, 5), (UPSTREAM_REFUSED, 3), (UPSTREAM_FAILED, 2), (UPSTREAM_LIMITED, 2), (CONCURRENCY, 2),
         (NO_ACCOUNT, 1))  # fmt: skip
STORM = ((UPSTREAM_OVERLOADED, 7), (CONCURRENCY, 2), (NO_ACCOUNT, 1))
