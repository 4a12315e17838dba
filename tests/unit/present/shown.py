"""What presenters are tested with: accounts as some answers make them, and models as text."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.unit.samples import NOW
from tui.domain.failure import Failure, FailureKind
from tui.monitor.events import Answered, QuestionFailed
from tui.monitor.question import Question
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.present.pane import Recipe, TablePane
from widgets.values import Line

UTC = ZoneInfo("UTC")
LOOK = DisplayContext(NOW, UTC)
PRIVATE = DisplayContext(NOW, UTC, privacy=True)
NOTHING_KNOWN = Snapshot("https://gateway.example", UTC)
DOWN = Failure(FailureKind.UNREACHABLE)


def account(*answers: tuple[Question[Any], object], at: datetime = NOW, base: Snapshot = NOTHING_KNOWN) -> Snapshot:
    """An account of which these questions were answered."""
    for question, answer in answers:
        base = reduce(base, Answered(question, answer, at))
    return base


def failing(snapshot: Snapshot, question: Question[Any], failure: Failure = DOWN) -> Snapshot:
    """The same after a question could not be answered."""
    return reduce(snapshot, QuestionFailed(question, failure, NOW, NOW + timedelta(seconds=10)))


def text(line: Line) -> str:
    """A line as text."""
    return "".join(cell.text for cell in line)


def lines(found: Iterable[Line]) -> str:
    """Lines as text."""
    return "\n".join(map(text, found))


def rows(pane: TablePane) -> list[str]:
    """The rows of a pane as text, their cells side by side."""
    found = pane.rows.make(*pane.rows.args) if isinstance(pane.rows, Recipe) else pane.rows
    return [" | ".join(cell.text for cell in row.cells) for row in found]
