"""What keys used to cost, kept between runs: hours and models, nothing that names a key or a person."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from filelock import FileLock
from msgspec import Struct
from tinydb import TinyDB

from tui.domain.usage import HourlyCost, KeyHistory, Slice, Sums
from tui.store.kept_file import Report
from tui.store.tiny_storage import AtomicStorage

MAX_KEYS = 500
MAX_HOURS = 24 * 366
"""More than anybody has asked for: a file that says so is none of ours."""
PLACES = 6
_TOKENS = ("input_tokens", "output_tokens", "cache_creation_tokens", "cache_read_tokens")


class KeptHistory(Struct, frozen=True):
    """The history of one key, and when it was read from the gateway."""

    key_id: int
    history: KeyHistory
    read_at: datetime


class StoredHistory:
    """The histories of one account's keys: one file, replaced atomically, the longest unread keys dropped."""

    def __init__(self, path: Path, report: Report | None = None) -> None:
        self._path = path
        self._report = report

    def read(self) -> tuple[KeptHistory, ...]:
        """All that is kept. Raises OSError when the disk does."""
        if not self._path.exists():
            return ()
        with TinyDB(self._path, storage=AtomicStorage, report=self._report) as database:
            found = [_kept(document) for document in database]
        return tuple(one for one in found if one is not None)

    def write(self, histories: Iterable[KeptHistory]) -> None:
        """Keep these; of each key the later reading stays. Raises OSError when the disk does."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(f"{self._path}.lock", timeout=5.0, mode=0o600):
            by_key = {one.key_id: one for one in self.read()}
            for one in histories:
                if one.key_id not in by_key or one.read_at >= by_key[one.key_id].read_at:
                    by_key[one.key_id] = one
            newest = sorted(by_key.values(), key=lambda one: one.read_at, reverse=True)[:MAX_KEYS]
            with TinyDB(self._path, storage=AtomicStorage, report=self._report) as database:
                database.storage.write({"_default": {str(one.key_id): _plain(one) for one in newest}})


def _plain(one: KeptHistory) -> dict[str, Any]:
    cost = one.history.cost
    return {
        "read_at": one.read_at.isoformat(),
        "start": cost.start.isoformat(),
        "hours": len(cost.usd),
        "usd": [[index, round(usd, PLACES)] for index, usd in enumerate(cost.usd) if usd > 0],
        "models": [_plain_model(model) for model in one.history.models],
    }


def _plain_model(model: Slice) -> dict[str, Any]:
    kinds = [getattr(model.sums, kind) for kind in _TOKENS] if model.sums is not None else None
    return {
        "name": model.name,
        "requests": model.requests,
        "tokens": model.tokens,
        "kinds": kinds,
        "standard_usd": str(model.standard_usd),
        "billed_usd": str(model.billed_usd),
    }


def _kept(document: Any) -> KeptHistory | None:
    """A history as it was written; None for what another version or a hand has made of it."""
    try:
        hours = int(document["hours"])
        if not 0 <= hours <= MAX_HOURS:
            return None
        usd = [0.0] * hours
        for index, amount in document["usd"]:
            usd[index] = float(amount)
        start, read_at = datetime.fromisoformat(document["start"]), datetime.fromisoformat(document["read_at"])
        if start.tzinfo is None or read_at.tzinfo is None:
            return None
        models = tuple(_model(model) for model in document["models"])
        return KeptHistory(document.doc_id, KeyHistory(HourlyCost(start, tuple(usd)), models), read_at)
    except (KeyError, TypeError, ValueError, IndexError, ArithmeticError):
        return None


def _model(plain: dict[str, Any]) -> Slice:
    requests, tokens = int(plain["requests"]), int(plain["tokens"])
    standard, billed = Decimal(plain["standard_usd"]), Decimal(plain["billed_usd"])
    name, sums = str(plain["name"]), None
    if plain["kinds"] is not None:
        read_in, out, written, read = map(int, plain["kinds"])
        sums = Sums(requests, read_in, out, written, read, standard, billed)
    return Slice(name, name, requests, tokens, standard, billed, sums)
