"""What happens to a Snapshot: answers, failures, and the use of the request budget."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from tui.domain.failure import Failure
from tui.gateway.budget import BudgetUse
from tui.monitor.question import Question


class Answered(Struct, frozen=True):
    """A question was answered. `asked_at` counts as the age of the answer, since it may be older than its arrival."""

    question: Question[Any]
    answer: object
    asked_at: datetime


class QuestionFailed(Struct, frozen=True):
    """A question was not answered; it will be asked again at `retry_at`."""

    question: Question[Any]
    failure: Failure
    at: datetime
    retry_at: datetime


class Spent(Struct, frozen=True):
    """The request budget moved."""

    use: BudgetUse


class Dropped(Struct, frozen=True):
    """Nobody has watched these questions for a while: their answers are let go."""

    questions: frozenset[Question[Any]]


Event = Answered | QuestionFailed | Spent | Dropped
