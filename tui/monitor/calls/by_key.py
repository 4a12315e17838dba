"""What the calls of a log say of each key: when it called last, and what it was called."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from tui.domain.usage import Call
from tui.monitor.calls.log import CallLog

Value = TypeVar("Value")
Fold = Callable[[Iterable[Call], dict[int, Value]], None]


def last_calls(log: CallLog) -> Mapping[int, datetime]:
    """When each key made its last call."""
    return _folded(log, _add_last)


def last_names(log: CallLog) -> Mapping[int, str]:
    """The name of each key in its calls: calls that are read once a key is deleted have none."""
    return _folded(log, _add_names)


def _folded(log: CallLog, fold: Fold[Value]) -> dict[int, Value]:
    """Each row is read once as the log grows; for an older log all are read again."""
    kept: dict[int, Value]
    count, kept = log.memo.kept.get(fold) or (0, {})
    if count > len(log):
        older: dict[int, Value] = {}
        fold(log.heard_after(0), older)
        return older
    if count < len(log):
        log.memo.kept[fold] = len(log), kept
        fold(log.heard_after(count), kept)
    return kept


def _add_last(calls: Iterable[Call], known: dict[int, datetime]) -> None:
    for call in calls:
        key_id, at = call.key_id, call.at
        if key_id not in known or known[key_id] < at:
            known[key_id] = at


def _add_names(calls: Iterable[Call], known: dict[int, str]) -> None:
    for call in calls:
        if call.key_name:
            known[call.key_id] = call.key_name
