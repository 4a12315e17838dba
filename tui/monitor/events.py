"""What can happen to a Snapshot: answers, failures, and use of the request budget."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from tui.domain.failure import Failure
from tui.gateway.budget import BudgetUse
from tui.monitor.question import Question


class Answered(Struct, frozen=True):
    """A question was answered. The answer's age counts from `asked_at`, since it may be older than its arrival.

    What is asked from its arrival (`came_at`) on knows whatever had ended in it.
    """

    question: Question[Any]
    answer: object
    asked_at: datetime
    came_at: datetime | None = None


class QuestionFailed(Struct, frozen=True):
    """A question failed; it is due again at `retry_at`."""

    question: Question[Any]
    failure: Failure
    at: datetime
    retry_at: datetime


class Spent(Struct, frozen=True):
    """The request budget changed."""

    use: BudgetUse


class Dropped(Struct, frozen=True):
    """These questions have not been watched for a while: their answers are dropped."""

    questions: frozenset[Question[Any]]


Event = Answered | QuestionFailed | Spent | Dropped
