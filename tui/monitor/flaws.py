"""What an incomplete answer lacks. Such an answer is kept, and counts as a failure too."""

from collections.abc import Collection, Iterable

from tui.domain.failure import DAMAGED_ROWS, UNPROMISED_LIST, Failure, FailureKind, ListDetail, ListProblem
from tui.domain.usage import DamagedRow, Page
from tui.monitor.calls.log import CallView

NAMED = 3
"""How many damaged rows are named; the rest are only counted."""


def flaw_of(answer: object) -> Failure | None:
    """Why an answer is incomplete; None if it is whole."""
    if not isinstance(answer, CallView | Page):
        return None
    if answer.damaged:
        return left_out(answer.damaged)
    if answer.missing:
        total = answer.total or answer.missing
        detail = ListDetail(ListProblem.RECORDS_MISSING, total, max(0, total - answer.missing))
        return Failure(FailureKind.BAD_ANSWER, symbol=UNPROMISED_LIST, detail=detail)
    return None


def left_out(damaged: Collection[DamagedRow]) -> Failure:
    """The failure for damaged rows that were left out."""
    return Failure(FailureKind.BAD_ANSWER, named(damaged), DAMAGED_ROWS)


def named(damaged: Iterable[DamagedRow]) -> str:
    """Which rows are damaged, and where.

    >>> named({DamagedRow(7, "actual_cost")})
    '#7 actual_cost'
    """
    rows = sorted(damaged, key=lambda row: row.id, reverse=True)
    told = ", ".join(f"#{row.id} {row.field}" for row in rows[:NAMED])
    return f"{told}, … ({len(rows)})" if len(rows) > NAMED else told
