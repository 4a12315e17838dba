"""The lines of a recording: JSON, one per line. The first describes it, each of the others is an event."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from tui.domain.api_key_mode import ApiKeyTag
from tui.domain.capabilities import Capabilities
from tui.domain.failure import Failure
from tui.domain.usage import Call, DamagedRow
from tui.gateway.budget import BudgetUse
from tui.monitor.events import Answered, Dropped, QuestionFailed, Spent
from tui.monitor.heard import Heard
from tui.monitor.question import Question
from tui.monitor.questions import AskCalls
from tui.monitor.snapshot import Snapshot
from tui.records.recording.redaction import CALL_MEMBERS, Redactor

SCHEMA, KIND = 1, "aktop-recording"
ROWS_A_LINE = 1000
NOTHING = Raw(b"null")
NO_ADDRESS = "https://gateway.invalid"
"""Replaces the gateway's address if that must not be in the file."""


class Head(Struct, frozen=True):
    """The first line, which describes a recording."""

    schema: int
    kind: str
    began_at: datetime
    gateway_url: str
    zone: str
    aktop: str = ""
    """The version that wrote it."""
    is_private: bool = False
    is_demo: bool = False
    api_keys: tuple[ApiKeyTag, ...] = ()


class RecordedLine(Struct, frozen=True, omit_defaults=True):
    """Any other line: the time, the event, and its question."""

    at: datetime
    what: str
    of: str = ""
    """The type of the question."""
    question: Raw = NOTHING
    answer: Raw = NOTHING
    more: Raw = NOTHING


class FailedPart(Struct, frozen=True):
    """The failure of a question, and when it is retried."""

    failure: Failure
    retry_at: datetime


class KnownPart(Struct, frozen=True, omit_defaults=True):
    """The state of a feed, and of its call log without the rows."""

    fetched_at: datetime | None = None
    failure: Failure | None = None
    failed_at: datetime | None = None
    failures: int = 0
    retry_at: datetime | None = None
    is_log: bool = False
    covered_from: datetime | None = None
    total: int | None = None
    tail_at: datetime | None = None
    deep_at: datetime | None = None
    missing: int = 0
    damaged: frozenset[DamagedRow] = frozenset()


class StatePart(Struct, frozen=True, omit_defaults=True):
    """The parts of a Snapshot besides feeds and logs."""

    active_at: datetime | None = None
    budget: BudgetUse | None = None
    capabilities: Capabilities = Capabilities()
    halted: dict[int, datetime] = {}


def head_of(snapshot: Snapshot, at: datetime, redactor: Redactor, *, version: str, is_demo: bool) -> Head:
    """The first line of a recording that begins with a Snapshot."""
    is_private = redactor.is_private
    url = NO_ADDRESS if is_private else snapshot.gateway_url
    tags: tuple[ApiKeyTag, ...] = redactor.value(snapshot.api_keys)
    return Head(SCHEMA, KIND, at, url, snapshot.zone.key, version, is_private, is_demo, tags)


def head_line(head: Head) -> bytes:
    """The first line as written."""
    return _encoded(head)


def first_lines(snapshot: Snapshot, at: datetime, redactor: Redactor) -> Iterator[bytes]:
    """The lines with the data known when a recording began."""
    for question, feed in snapshot.feeds.items():
        known = KnownPart(feed.fetched_at, feed.failure, feed.failed_at, feed.failures, feed.retry_at)
        view = snapshot.calls.get(question) if isinstance(question, AskCalls) else None
        if view is not None:
            known = replace(
                known,
                is_log=True,
                covered_from=view.covered_from,
                total=view.total,
                tail_at=view.tail_at,
                deep_at=view.deep_at,
                missing=view.missing,
                damaged=view.damaged,
            )
            rows = view.log.heard_after(0)
            for first in range(0, len(rows), ROWS_A_LINE):
                yield _line(at, "rows", question, redactor, tuple(rows[first : first + ROWS_A_LINE]))
        yield _line(at, "known", question, redactor, None if view is not None else feed.data, known)
    state = StatePart(snapshot.active_at, snapshot.budget, snapshot.capabilities, dict(snapshot.halted))
    yield _encoded(RecordedLine(at, "state", more=_raw(state)))


def line_of(heard: Heard, redactor: Redactor) -> bytes:
    """The line of an event."""
    at = heard.at
    match heard.event:
        case Answered(question, answer, asked_at, _came_at):
            return _line(at, "answered", question, redactor, answer, asked_at)
        case QuestionFailed(question, failure, _at, retry_at):
            return _line(at, "failed", question, redactor, None, FailedPart(failure, retry_at))
        case Spent(use):
            return _encoded(RecordedLine(at, "spent", more=_raw(use)))
        case Dropped(dropped):
            told = [(type(one).__name__, redactor.value(one)) for one in dropped]
            return _encoded(RecordedLine(at, "dropped", more=_raw(told)))


def _line(
    at: datetime, what: str, question: Question[Any], redactor: Redactor, answer: Any = None, more: Any = None
) -> bytes:
    parts = (NOTHING if one is None else _raw(redactor.value(one)) for one in (question, answer, more))
    return _encoded(RecordedLine(at, what, type(question).__name__, *parts))


def _encoded(line: Struct) -> bytes:
    return msgspec.json.encode(line) + b"\n"


def _raw(value: Any) -> Raw:
    return Raw(msgspec.json.encode(value, enc_hook=_plain))


def _plain(value: Any) -> Any:
    """Encode a type that msgspec does not know."""
    if isinstance(value, Call):
        return [getattr(value, name) for name in CALL_MEMBERS]
    raise NotImplementedError(type(value).__name__)
