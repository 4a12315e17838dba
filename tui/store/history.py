"""Histories of keys, kept between runs: hours and models, nothing that names a key or a person."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from tui.domain.usage import HourlyCost, KeyHistory, Slice, Sums
from tui.store.json_file import JsonFile
from tui.store.kept_file import Report

MAX_KEYS = 500
MAX_HOURS = 24 * 366
"""More than anyone asks for: a file that claims more is not ours."""
_DECIMALS = 6

_Moment = Annotated[datetime, Meta(tz=True)]
_Count = Annotated[int, Meta(ge=0)]
_Usd = Annotated[float, Meta(ge=0)]


class KeptHistory(Struct, frozen=True):
    """The history of one key, and when it was read from the gateway."""

    key_id: int
    history: KeyHistory
    read_at: datetime


class _ModelRecord(Struct, frozen=True):
    """What a key used of one model."""

    name: str
    requests: _Count
    tokens: _Count
    kinds: tuple[_Count, _Count, _Count, _Count] | None
    """Tokens in, out, cache creation and read, if known separately."""
    standard_usd: Decimal
    billed_usd: Decimal

    def __post_init__(self) -> None:
        if not (self.standard_usd.is_finite() and self.billed_usd.is_finite()):
            raise ValueError("money is a number")

    @property
    def model(self) -> Slice:
        """As a domain value."""
        standard, billed, sums = self.standard_usd, self.billed_usd, None
        if self.kinds is not None:
            sums = Sums(self.requests, *self.kinds, standard, billed)
        return Slice(self.name, self.name, self.requests, self.tokens, standard, billed, sums)


class _HistoryRecord(Struct, frozen=True):
    """A key's history as stored under the key's id."""

    read_at: _Moment
    start: _Moment
    hours: Annotated[int, Meta(ge=0, le=MAX_HOURS)]
    usd: tuple[tuple[_Count, _Usd], ...]
    """Only the hours with a cost, each with its index."""
    models: tuple[_ModelRecord, ...]
    requests: tuple[tuple[_Count, _Count], ...] | None = None
    """Calls of each hour that had any, by index; None if unknown."""

    def __post_init__(self) -> None:
        if any(place >= self.hours for place, _usd in self.usd):
            raise ValueError("an hour after the last one")

    def kept(self, key_id: int) -> KeptHistory:
        """As a domain value."""
        usd = dict(self.usd)
        calls = dict(self.requests) if self.requests is not None else None
        requests = tuple(calls.get(place, 0) for place in range(self.hours)) if calls is not None else ()
        cost = HourlyCost(self.start, tuple(usd.get(place, 0.0) for place in range(self.hours)), requests)
        return KeptHistory(key_id, KeyHistory(cost, tuple(one.model for one in self.models)), self.read_at)


class StoredHistory:
    """Histories of one account's keys in one file; the longest unread are dropped. Every method raises OSError."""

    def __init__(self, path: Path, report: Report | None = None) -> None:
        self._file = JsonFile(path, _HistoryRecord, report)

    def read(self) -> tuple[KeptHistory, ...]:
        """All histories."""
        return tuple(record.kept(key_id) for key_id, record in self._file.read().items())

    def write(self, histories: Iterable[KeptHistory]) -> None:
        """Store these; the later reading of each key wins."""
        with self._file.changing() as records:
            for one in histories:
                if one.key_id not in records or one.read_at >= records[one.key_id].read_at:
                    records[one.key_id] = _record(one)
            for key_id in sorted(records, key=lambda key_id: records[key_id].read_at, reverse=True)[MAX_KEYS:]:
                del records[key_id]


def _record(one: KeptHistory) -> _HistoryRecord:
    cost = one.history.cost
    usd = tuple((place, round(usd, _DECIMALS)) for place, usd in enumerate(cost.usd) if usd > 0)
    requests = tuple((place, count) for place, count in enumerate(cost.requests) if count) if cost.requests else None
    models = tuple(map(_model_record, one.history.models))
    return _HistoryRecord(one.read_at, cost.start, len(cost.usd), usd, models, requests)


def _model_record(model: Slice) -> _ModelRecord:
    sums, kinds = model.sums, None
    if sums is not None:
        kinds = sums.input_tokens, sums.output_tokens, sums.cache_creation_tokens, sums.cache_read_tokens
    return _ModelRecord(model.name, model.requests, model.tokens, kinds, model.standard_usd, model.billed_usd)
