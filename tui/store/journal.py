"""The journal of actions: written before anything is sent, completed after the answer.

A crash in between leaves an entry that is still "sent", which the next start shows. Only ids, amounts and states are
kept: no name, no secret.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from tinydb import TinyDB

from tui.domain.intents import KeyState, Limits
from tui.store.atomic import AtomicStorage

KEPT = 500


class Stage(StrEnum):
    """How far an action got."""

    SENT = "sent"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Entry:
    """One action. `at` is ISO 8601 in UTC; `answer` what came of it, in a few words."""

    at: str
    gateway_url: str
    key_id: int
    action: str
    before: KeyState
    wanted: KeyState
    stage: Stage = Stage.SENT
    answer: str = ""
    undone: bool = False


class Journal:
    """The journal on disk, one small file, the oldest entries dropped."""

    def __init__(self, path: Path, warn: Callable[[str], None] | None = None) -> None:
        self._db = TinyDB(path, storage=AtomicStorage, **({"report": warn} if warn else {}))

    def begin(self, entry: Entry) -> int:
        """Write an action down before it is sent; the number completes it later."""
        number = self._db.insert(_plain(entry))
        numbers = [document.doc_id for document in self._db]
        if len(numbers) > KEPT:
            self._db.remove(doc_ids=numbers[: len(numbers) - KEPT])
        return number

    def finish(self, number: int, stage: Stage, answer: str, after: KeyState | None = None) -> None:
        """Write down what came of it; `after` is the state that the gateway answered, from which an undo starts."""
        known = {} if after is None else {"wanted": _plain_state(after)}
        self._db.update({"stage": stage.value, "answer": answer, **known}, doc_ids=[number])

    def mark_undone(self, number: int) -> None:
        """The action was taken back."""
        self._db.update({"undone": True}, doc_ids=[number])

    def entries(self, gateway_url: str) -> list[tuple[int, Entry]]:
        """All entries of a gateway, the newest first."""
        found = [(document.doc_id, _entry(document)) for document in self._db]
        return [(number, entry) for number, entry in reversed(found) if entry.gateway_url == gateway_url]

    def unfinished(self, gateway_url: str) -> list[tuple[int, Entry]]:
        """Actions that were sent and of which nothing more is known."""
        return [
            (number, entry) for number, entry in self.entries(gateway_url) if entry.stage in (Stage.SENT, Stage.UNKNOWN)
        ]

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


def _plain(entry: Entry) -> dict[str, Any]:
    return {**asdict(entry), "before": _plain_state(entry.before), "wanted": _plain_state(entry.wanted)}


def _plain_state(state: KeyState) -> dict[str, Any]:
    limits = asdict(state.limits)
    return {
        "status": state.status,
        "limits": {name: None if value is None else str(value) for name, value in limits.items()},
    }


def _entry(document: dict[str, Any]) -> Entry:
    return Entry(
        at=str(document["at"]),
        gateway_url=str(document["gateway_url"]),
        key_id=int(document["key_id"]),
        action=str(document["action"]),
        before=_state(document["before"]),
        wanted=_state(document["wanted"]),
        stage=Stage(document["stage"]),
        answer=str(document["answer"]),
        undone=bool(document["undone"]),
    )


def _state(plain: dict[str, Any]) -> KeyState:
    limits = {name: None if value is None else Decimal(value) for name, value in plain["limits"].items()}
    return KeyState(str(plain["status"]), Limits(**limits))
