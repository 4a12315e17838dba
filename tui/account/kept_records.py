"""Remembered incidents on disk: what aktops of the same account reported, each with its cost."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct, json
from msgspec.structs import asdict

from tui.store.json_file import JsonFile
from tui.store.kept_file import Report
from tui.triage.findings import FindingKind
from tui.triage.incident_history import IncidentRecord, Remembered, merged, tidy
from tui.triage.incidents import Phase
from tui.triage.rule import Term, Unit
from tui.triage.severity import Severity

_Moment = Annotated[datetime, Meta(tz=True)]


class _Written(Struct, frozen=True, omit_defaults=True):
    """A record as stored in the file: the members of an `IncidentRecord`, with its figures by name."""

    id: str
    kind: FindingKind
    key_id: int | None
    since: _Moment
    as_of: _Moment
    cause: int | None = None
    key_name: str | None = None
    phase: Phase | None = None
    until: _Moment | None = None
    severity: Severity | None = None
    excess_usd: float | None = None
    terms: tuple[tuple[str, float | str, str], ...] = ()
    contained_at: _Moment | None = None
    planned_at: _Moment | None = None
    planned_until: _Moment | None = None
    is_looked_back: bool = False

    @property
    def record(self) -> IncidentRecord:
        """As a value of triage."""
        return IncidentRecord(**{**asdict(self), "terms": tuple(_terms(self.terms))})


_WRITTEN = json.Decoder(_Written)
_MEMBERS = json.Decoder(dict[str, Raw])


class StoredRecords:
    """One file for one account. Every method raises OSError.

    Members and whole records that another version wrote and this one does not know stay in the file.
    """

    def __init__(self, path: Path, report: Report | None = None) -> None:
        self._file = JsonFile(path, Raw, report)

    def read(self) -> Remembered:
        """The remembered records that this version can parse."""
        return merged((), tuple(_understood(self._file.read()).values()))

    def add(self, records: Remembered, now: datetime) -> Remembered:
        """Add these to what other aktops have stored meanwhile; return all of them."""
        with self._file.changing() as written:
            numbers = {record.id: number for number, record in _understood(written).items()}
            kept = tidy(merged(records, tuple(_understood(written).values())), now)
            ids = {one.id for one in kept}
            for gone in numbers.keys() - ids:
                del written[numbers[gone]]
            free = max(written, default=0) + 1
            for one in reversed(kept):
                number = numbers.get(one.id)
                if number is None:
                    number, free = free, free + 1
                written[number] = _raw(one, written.get(number))
        return kept


def _understood(written: Mapping[int, Raw]) -> dict[int, IncidentRecord]:
    found = {}
    for number, raw in written.items():
        with suppress(msgspec.MsgspecError, OverflowError):
            found[number] = _WRITTEN.decode(raw).record
    return found


def _raw(record: IncidentRecord, before: Raw | None) -> Raw:
    """A record to write; unknown members of its earlier version are kept."""
    terms = tuple((one.name, _plain(one), one.unit.value) for one in record.terms)
    members = _MEMBERS.decode(json.encode(_Written(**{**asdict(record), "terms": terms})))
    unknown = {} if before is None else _MEMBERS.decode(before)
    for name in _Written.__struct_fields__:
        unknown.pop(name, None)
    return Raw(json.encode(unknown | members))


def _plain(term: Term) -> float | str:
    return term.value.isoformat() if isinstance(term.value, datetime) else term.value


def _terms(written: tuple[tuple[str, float | str, str], ...]) -> Iterator[Term]:
    """The figures, without those in a form that this version cannot parse."""
    for name, value, unit in written:
        with suppress(ValueError, TypeError):
            of_time = unit == Unit.TIME
            moment = datetime.fromisoformat(value) if of_time and isinstance(value, str) else None
            if of_time and (moment is None or moment.tzinfo is None):
                continue
            if isinstance(value, str) and unit not in (Unit.TIME, Unit.WORD):
                continue
            yield Term(name, value if moment is None else moment, Unit(unit))
