"""The overview: what it asks, and where its cursor stays while the first costs arrive."""

from types import SimpleNamespace
from typing import Any

from tests.unit.present.shown import account
from tests.unit.samples import NOW, PLAN, key
from tui.domain.scope import RangeName, Scope
from tui.monitor.questions import AskKeyCosts, AskKeyHistory, AskKeys
from tui.monitor.scoped import errors_question, questions_of
from tui.present import breakdown
from tui.screens.overview.screen import OverviewScreen

SCREEN: Any = OverviewScreen
TODAY = Scope(RangeName.TODAY)
OF_PLAN, UNUSED = key(8, group=PLAN, last_used_at=NOW), key(9, group=PLAN)
KNOWN = account((AskKeys(), (key(7, last_used_at=NOW), OF_PLAN, UNUSED)))


def asked(by: breakdown.By) -> list[Any]:
    """The questions of a screen that is split this way."""
    return list(SCREEN.questions(SimpleNamespace(scope=TODAY, by=by), KNOWN, NOW))


def test_the_overview_asks_for_its_range_costs_errors_and_the_hours_of_keys_that_a_plan_pays() -> None:
    of_range = list(questions_of(TODAY, KNOWN, NOW, by_key=False))
    assert asked(breakdown.By.MODEL) == [
        *of_range,
        AskKeyCosts(),
        errors_question(TODAY, KNOWN, NOW),
        AskKeyHistory(8),
    ]
    by_key = list(questions_of(TODAY, KNOWN, NOW, by_key=True))
    assert by_key != of_range
    assert asked(breakdown.By.KEY)[: len(by_key)] == by_key


class Table:
    """A table with a cursor on one of its rows."""

    def __init__(self) -> None:
        self.ids = [1, 2, 3]
        self.cursor_id: int | None = None
        self.rows: Any = self

    def __len__(self) -> int:
        return len(self.ids)

    def row(self, number: int) -> Any:
        return SimpleNamespace(id=self.ids[number])


def test_the_cursor_stays_on_top_until_the_costs_are_here_or_a_person_moves_it() -> None:
    table, screen = Table(), SimpleNamespace(_first_key=None, _is_settled=False)

    def painted(*ids: int, is_settled: bool = False) -> int | None:
        table.ids = list(ids)
        SCREEN._keep_cursor_on_top(screen, table, is_settled=is_settled)
        return table.cursor_id

    assert painted() is None
    assert [painted(1, 2, 3), painted(2, 1, 3), painted(3, 2, 1, is_settled=True), painted(1, 2, 3)] == [1, 2, 3, 3]
    table, screen = Table(), SimpleNamespace(_first_key=None, _is_settled=False)
    assert painted(1, 2, 3) == 1
    table.cursor_id = 2
    assert [painted(3, 1, 2), painted(1, 2, 3)] == [2, 2]
