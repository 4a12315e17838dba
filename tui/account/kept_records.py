"""The incidents that aktop remembers, on disk: what aktops of the same account told, each with what it cost."""

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
    """A record as it stands in the file: the members of an `IncidentRecord`, its figures by name."""

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
        """The same as triage knows it."""
        return IncidentRecord(**{**asdict(self), "terms": tuple(_terms(self.terms))})


_WRITTEN = json.Decoder(_Written)
_MEMBERS = json.Decoder(dict[str, Raw])


class StoredRecords:
    """One file for one account. Every method raises OSError.

    What another version wrote beside what this one knows stays in the file: members of a record, and whole records.
    """

    def __init__(self, path: Path, report: Report | None = None) -> None:
        self._file = JsonFile(path, Raw, report)

    def read(self) -> Remembered:
        """What is remembered, as far as this version understands it."""
        return merged((), tuple(_understood(self._file.read()).values()))

    def add(self, records: Remembered, now: datetime) -> Remembered:
        """Keep these beside what other aktops have kept meanwhile; returns all of them."""
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
    """A record to write; of the one before it what this version does not know goes with it."""
    terms = tuple((one.name, _plain(one), one.unit.value) for one in record.terms)
    members = _MEMBERS.decode(json.encode(_Written(**{**asdict(record), "terms": terms})))
    unknown = {} if before is None else _MEMBERS.decode(before)
    for name in _Written.__struct_fields__:
        unknown.pop(name, None)
    return Raw(json.encode(unknown | members))


def _plain(term: Term) -> float | str:
    return term.value.isoformat() if isinstance(term.value, datetime) else term.value


def _terms(written: tuple[tuple[str, float | str, str], ...]) -> Iterator[Term]:
    """The figures; one that another version writes otherwise is left out."""
    for name, value, unit in written:
        with suppress(ValueError, TypeError):
            of_time = unit == Unit.TIME
            moment = datetime.fromisoformat(value) if of_time and isinstance(value, str) else None
            if of_time and (moment is None or moment.tzinfo is None):
                continue
            if isinstance(value, str) and unit not in (Unit.TIME, Unit.WORD):
                continue
            yield Term(name, value if moment is None else moment, Unit(unit))
