"""Parses the lines of a recording to events.

Anybody may have written the file: every text is made harmless, and what cannot be is rejected.
"""

import dataclasses
import inspect
import re
from collections.abc import Hashable, Iterable
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from tui.domain.capabilities import Capability, Lack
from tui.domain.text import inert, inert_block
from tui.domain.usage import Call
from tui.gateway.budget import BudgetUse
from tui.monitor import api_key_mode, days, questions
from tui.monitor.calls.log import CallLog, CallView
from tui.monitor.events import Answered, Dropped, QuestionFailed, Spent
from tui.monitor.feed import Feed
from tui.monitor.heard import Heard
from tui.monitor.question import Question
from tui.monitor.questions import AskCalls
from tui.monitor.snapshot import Snapshot
from tui.records.recording.lines import KIND, FailedPart, Head, KnownPart, RecordedLine, StatePart
from tui.records.recording.redaction import CALL_MEMBERS

QUESTIONS: dict[str, type] = {
    name: kind
    for module in (questions, days, api_key_mode)
    for name, kind in vars(module).items()
    if name.startswith("Ask") and inspect.isclass(kind) and hasattr(kind, "ask")
}
"""All questions, by name."""
_NO_NUMBER = frozenset({"nan", "snan", "inf", "infinity"})
_WITHOUT_ZONE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?")
_HARMLESS = "–"
"""Replaces a text that could be parsed as a special number such as NaN."""
_WRONG = (ValueError, TypeError, OverflowError, RecursionError, KeyError, ArithmeticError, OSError)


class BadLine(ValueError):
    """The line is not valid in a recording."""


class KnownFeed(Struct, frozen=True):
    """A feed at the start of the recording, with its log if it is one of calls."""

    question: Question[Any]
    feed: Feed[Any]
    view: CallView | None = None


class Rows(Struct, frozen=True):
    """More rows of a question's log at the start of the recording."""

    question: AskCalls
    rows: tuple[Call, ...]


Item = Heard | KnownFeed | Rows | StatePart
"""The contents of a line."""


def read_head(line: bytes) -> Head:
    """Parse the first line. Raises BadLine."""
    try:
        head: Head = _typed(msgspec.json.decode(line), Head)
        ZoneInfo(head.zone)
    except _WRONG as error:
        raise BadLine from error
    if head.kind != KIND:
        raise BadLine
    return head


def read_line(line: bytes) -> Item | None:
    """Parse another line; None for one that this version does not know. Raises BadLine."""
    try:
        return _item(msgspec.json.decode(line, type=RecordedLine))
    except _WRONG as error:
        raise BadLine from error


def beginning(head: Head, items: Iterable[Item]) -> Snapshot:
    """Build the first Snapshot of a recording from the items before the first event."""
    feeds: dict[Any, Feed[Any]] = {}
    rows: dict[AskCalls, list[Call]] = {}
    calls: dict[AskCalls, CallView] = {}
    state = StatePart()
    for item in items:
        match item:
            case Rows(question, some):
                rows.setdefault(question, []).extend(some)
            case KnownFeed(question, feed, view):
                feeds[question] = feed
                if view is not None and isinstance(question, AskCalls):
                    calls[question] = view
            case StatePart():
                state = item
    for asked, view in calls.items():
        log = CallLog(rows.get(asked, ()))
        calls[asked] = dataclasses.replace(view, log=log, count=len(log))
        feeds[asked] = replace(feeds[asked], data=calls[asked])
    return Snapshot(
        head.gateway_url,
        ZoneInfo(head.zone),
        MappingProxyType(feeds),
        MappingProxyType(calls),
        state.active_at,
        state.budget,
        state.capabilities.without(Lack.RECORDING, Capability.ACTIONS, Capability.LIVE),
        head.api_keys,
    )


def _item(line: RecordedLine) -> Item | None:
    at = line.at
    if at.tzinfo is None:
        raise BadLine
    match line.what:
        case "spent":
            return Heard(at, Spent(_decoded(line.more, BudgetUse)))
        case "state":
            state: StatePart = _decoded(line.more, StatePart)
            return state
        case "dropped":
            named = _decoded(line.more, list[tuple[str, Any]])
            return Heard(
                at, Dropped(frozenset(_typed(raw, QUESTIONS[name]) for name, raw in named if name in QUESTIONS))
            )
    kind = QUESTIONS.get(line.of)
    return _of_question(at, line, _decoded(line.question, kind)) if kind is not None else None


def _of_question(at: datetime, line: RecordedLine, question: Any) -> Item | None:
    match line.what:
        case "answered":
            answer = _decoded(line.answer, answer_type(type(question)))
            return Heard(at, Answered(question, answer, _decoded(line.more, datetime)))
        case "failed":
            failed: FailedPart = _decoded(line.more, FailedPart)
            return Heard(at, QuestionFailed(question, failed.failure, at, failed.retry_at))
        case "rows" if isinstance(question, AskCalls):
            return Rows(question, _decoded(line.answer, tuple[Call, ...]))
        case "known":
            return _known(question, line)
        case _:
            return None


def _known(question: Any, line: RecordedLine) -> KnownFeed:
    known: KnownPart = _decoded(line.more, KnownPart)
    data = _decoded(line.answer, answer_type(type(question)) | None)
    feed = Feed(data, known.fetched_at, known.failure, known.failed_at, known.failures, known.retry_at)
    if not known.is_log:
        return KnownFeed(question, feed)
    view = CallView(
        covered_from=known.covered_from,
        total=known.total,
        tail_at=known.tail_at,
        deep_at=known.deep_at,
        missing=known.missing,
        damaged=known.damaged,
    )
    return KnownFeed(question, feed, view)


def answer_type(question: Any) -> Any:
    """The type of a question's answer."""
    return _answer_type(question)


@cache
def _answer_type(question: Hashable) -> Any:
    return get_type_hints(question.ask)["return"]  # type: ignore[attr-defined]


def _decoded(raw: Raw, kind: Any) -> Any:
    return _typed(msgspec.json.decode(raw), kind)


def _typed(plain: Any, kind: Any) -> Any:
    return msgspec.convert(_harmless(plain), kind, dec_hook=_made, str_keys=True)


def _made(kind: type, plain: Any) -> Any:
    """Decode a type that msgspec does not know."""
    if kind is not Call:
        raise NotImplementedError(kind.__name__)
    return Call(*msgspec.convert(plain, _call_members()))


@cache
def _call_members() -> Any:
    hints = get_type_hints(Call.__init__)
    return tuple.__class_getitem__(tuple(hints[name] for name in CALL_MEMBERS))


def _harmless(plain: Any) -> Any:
    """The contents with every text made harmless. Raises BadLine for a moment without a zone."""
    if isinstance(plain, str):
        if _WITHOUT_ZONE.fullmatch(plain):
            raise BadLine
        text = inert_block(plain) if "\n" in plain else inert(plain)
        return text if text.strip().lstrip("+-").lower() not in _NO_NUMBER else _HARMLESS
    if isinstance(plain, dict):
        return {_harmless(name): _harmless(value) for name, value in plain.items()}
    if isinstance(plain, list):
        return [_harmless(value) for value in plain]
    return plain
