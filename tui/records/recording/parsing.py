"""Parses the lines of a recording to events.

Anybody may have written the file: every text is made harmless, and what cannot be is rejected.
"""

import dataclasses
import inspect
import re
import struct
from collections.abc import Hashable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
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
from tui.gateway.address import ConfigError, normalised_base_url
from tui.gateway.budget import BudgetUse
from tui.monitor import api_key_mode, days, questions
from tui.monitor.api_key_mode import with_answers_of_keys
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
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,60})?|[0-9](?:\.[0-9]{1,20})?E-[0-9]{1,2}")
_WITHOUT_ZONE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?")
_AT_AN_END = re.compile(r"(?:000\d|99\d\d)-?\d\d-?\d\d[T t]")
_MOST, _LEAST = Decimal("1e18"), Decimal("1e-100")
"""Of amounts: sums of what a gateway may send, and parts of it."""
_MOST_WHOLE, _MOST_COUNTED = 2**63, 2**53
_EARLIEST, _LATEST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)
"""Moments as a gateway may send them."""
_FIRST_HEARD, _LAST_HEARD = datetime(1980, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""When something can have been heard: years before and after it can be reckoned with."""
_WRONG = (ValueError, TypeError, RecursionError, KeyError, ArithmeticError, OSError, struct.error)


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
        normalised_base_url(head.gateway_url)
    except (*_WRONG, ConfigError) as error:
        raise BadLine from error
    if head.kind != KIND or not _FIRST_HEARD <= head.began_at <= _LAST_HEARD:
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
    start = Snapshot(
        head.gateway_url,
        ZoneInfo(head.zone),
        MappingProxyType(feeds),
        MappingProxyType(calls),
        state.active_at,
        state.budget,
        state.capabilities.without(Lack.RECORDING, Capability.ACTIONS, Capability.LIVE),
        head.api_keys,
        MappingProxyType(dict(state.halted)),
    )
    return with_answers_of_keys(start) if head.api_keys else start


def _item(line: RecordedLine) -> Item | None:
    at = line.at
    if at.tzinfo is None or not _FIRST_HEARD <= at <= _LAST_HEARD:
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
            return Heard(at, Answered(question, answer, _decoded(line.more, datetime), at))
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
    doubtful: list[Any] = []
    value = msgspec.convert(_harmless(plain, doubtful), kind, dec_hook=_made, str_keys=True)
    if doubtful:
        _check(value)
    return value


def _made(kind: type, plain: Any) -> Any:
    """Decode a type that msgspec does not know."""
    if kind is not Call:
        raise NotImplementedError(kind.__name__)
    return Call(*msgspec.convert(plain, _call_members()))


@cache
def _call_members() -> Any:
    hints = get_type_hints(Call.__init__)
    return tuple.__class_getitem__(tuple(hints[name] for name in CALL_MEMBERS))


def _harmless(plain: Any, doubtful: list[Any]) -> Any:
    """What the file says, with every text made harmless.

    In `doubtful` is put what must not be there where a number or a moment is meant.
    """
    if isinstance(plain, str):
        if _PLAIN_NUMBER.fullmatch(plain):
            return plain
        if _WITHOUT_ZONE.fullmatch(plain) or _AT_AN_END.match(plain) or _could_be_number(plain):
            doubtful.append(plain)
        return inert_block(plain) if "\n" in plain else inert(plain)
    if isinstance(plain, dict):
        return {_harmless(name, doubtful): _harmless(value, doubtful) for name, value in plain.items()}
    if isinstance(plain, list):
        return [_harmless(value, doubtful) for value in plain]
    if isinstance(plain, int | float) and abs(plain) > _MOST_COUNTED:
        doubtful.append(plain)
    return plain


def _could_be_number(text: str) -> bool:
    try:
        Decimal(text)
    except (InvalidOperation, ValueError):
        return False
    return True


def _check(value: Any) -> None:
    """Raises BadLine for a number or a moment that nothing can be reckoned with."""
    if isinstance(value, Decimal):
        if not (value.is_finite() and (not value or _LEAST <= abs(value) <= _MOST)):
            raise BadLine
    elif isinstance(value, float):
        if not abs(value) <= _MOST:
            raise BadLine
    elif isinstance(value, int):
        if not -_MOST_WHOLE <= value < _MOST_WHOLE:
            raise BadLine
    elif isinstance(value, datetime):
        if value.tzinfo is None or not _EARLIEST <= value <= _LATEST:
            raise BadLine
    elif isinstance(value, Mapping):
        _check(tuple(value.items()))
    elif isinstance(value, tuple | list | frozenset):
        for one in value:
            _check(one)
    else:
        kind: Any = type(value)
        for name in _members_of(kind):
            _check(getattr(value, name))


@cache
def _members_of(kind: Hashable) -> tuple[str, ...]:
    if kind is Call:
        return CALL_MEMBERS
    found: Iterable[str] = getattr(kind, "__dataclass_fields__", getattr(kind, "__struct_fields__", ()))
    return tuple(found)
