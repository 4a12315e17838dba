"""Checks pages of a list against what they promise: the gateway counts and sends, and can err in both (contract 1.4).

A page that is not full is the end. A count is trusted as far as the rows confirm it: a count that is too small ends
nothing, and rows that a count promises but the gateway does not send are reported as missing.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from msgspec.structs import replace

from tui.domain.failure import UNPROMISED_LIST, Failure, FailureKind, ListDetail, ListProblem
from tui.domain.usage import Page
from tui.gateway.errors import GatewayError, error_of


class Numbered(Protocol):
    """A row of any list."""

    @property
    def id(self) -> int: ...


N = TypeVar("N", bound=Numbered)
T = TypeVar("T")
P = TypeVar("P")


def checked(page: Page[T], number: int, asked_rows: int) -> Page[T]:
    """The page with `is_last` and `missing` set.

    Raises GatewayError if it holds more rows than requested: nothing says which ones are meant.
    """
    rows = len(page.items) + len(page.damaged)
    if rows > asked_rows:
        raise contradiction(ListProblem.TOO_MANY_ROWS, asked_rows, rows)
    if page.size is not None and 0 < page.size < asked_rows:
        asked_rows = page.size  # a gateway may send smaller pages, and says so
    before = (number - 1) * asked_rows
    end = before + rows if rows else 0
    total = max(page.total, end)
    if rows < asked_rows:
        missing = max(0, total - max(end, before))
        return replace(page, total=total, is_last=True, missing=missing, counted=page.total)
    return replace(page, total=total, is_last=page.total == end, counted=page.total)


def converted(convert: Callable[[P], Page[T]], number: int, asked_rows: int) -> Callable[[P], Page[T]]:
    """A conversion of answers to checked pages."""
    return lambda answer: checked(convert(answer), number, asked_rows)


class Walk:
    """Reads a list page by page to its end, or until its pages repeat.

    New rows at the front shift the others to later pages, so pages may repeat as many rows as were added since the
    first page, also long after they were added.
    """

    def __init__(self) -> None:
        self.seen: set[int] = set()
        self._rows = 0
        self._promised = 0
        self._counted: int | None = None
        self._added = 0
        self._repeated = 0

    def fresh(self, page: Page[N]) -> list[N]:
        """The rows of the next page that are new. Raises GatewayError for pages without an end."""
        self._rows += len(page.items)
        fresh = [row for row in page.items if row.id not in self.seen]
        self.seen.update(row.id for row in fresh)
        counted = page.total if page.counted is None else page.counted
        if self._counted is not None:
            self._added += max(0, counted - self._counted)
        self._counted = counted
        if fresh:
            self._promised, self._repeated = max(self._promised, counted), 0
        else:
            self._repeated += len(page.items) + len(page.damaged)
        if self._repeated > self._added + len(page.items) + len(page.damaged):
            raise contradiction(ListProblem.ENDLESS)
        return fresh

    def missing(self, page: Page[Any]) -> int:
        """How many rows were not read, by the count of the last page."""
        return max(0, page.total - self._rows)

    def is_over(self, page: Page[Any]) -> bool:
        """Whether the page just read is the last: a count that has shrunk ends nothing, a page's end does."""
        return page.is_last and (page.total >= self._promised or not page.items)


def contradiction(problem: ListProblem, promised: int = 0, sent: int = 0) -> GatewayError:
    """The error for a list that contradicts itself."""
    detail = ListDetail(problem, promised, sent)
    return error_of(
        Failure(FailureKind.BAD_ANSWER, symbol=UNPROMISED_LIST, status=200, field="data.items", detail=detail)
    )
