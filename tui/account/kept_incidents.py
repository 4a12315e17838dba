"""What triage remembers between runs: open incidents, plans of a person, and where keys were used."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct, field
from msgspec.structs import astuple

from tui.store.json_file import JsonFile
from tui.store.kept_file import Report
from tui.triage.incidents import Incident, Incidents, Planned
from tui.triage.origins import SeenOrigins, Sighting
from tui.triage.prices import GroupRate, KnownPrices, PriceChange

MAX_ORIGINS = 2000
"""Addresses and programs kept of each key: those with the most calls. A published key is used from hundreds."""

_Moment = Annotated[datetime, Meta(tz=True)]
_Count = Annotated[int, Meta(ge=0)]
_Sightings = dict[str, tuple[_Moment, _Count, _Count, float]]
"""The members of a `Sighting`, by address or program."""


class KeptIncidents(Struct, frozen=True):
    """What is kept of an account."""

    incidents: Incidents = field(default_factory=Incidents)
    planned: tuple[Planned, ...] = ()
    seen: Mapping[int, SeenOrigins] = field(default_factory=dict)
    prices: KnownPrices = KnownPrices()


class _SeenRecord(Struct, frozen=True):
    """Where a key was used."""

    since: _Moment
    until: _Moment
    calls: _Count
    ips: _Sightings
    programs: _Sightings

    @property
    def seen(self) -> SeenOrigins:
        """As a value of triage."""
        return SeenOrigins(self.since, self.until, self.calls, _seen(self.ips), _seen(self.programs))


class _IncidentsRecord(Struct, frozen=True, omit_defaults=True):
    """All of it as stored in the file."""

    planned: tuple[Planned, ...]
    seen: dict[int, _SeenRecord]
    incidents: tuple[Incident, ...] = ()
    episodes: tuple[Incident, ...] = ()
    """The old name of incidents in earlier versions; never written."""
    rates: tuple[GroupRate, ...] = ()
    prices: tuple[PriceChange, ...] = ()

    def __post_init__(self) -> None:
        moments = [one.until for one in self.planned]
        moments += [at for one in (*self.incidents, *self.episodes) for at in (one.since, one.last_hit_at)]
        moments += [*(one.at for one in self.rates), *(one.since for one in self.prices)]
        if any(one.before <= 0 or one.after <= 0 for one in self.prices):
            raise ValueError("a price that is none")
        if any(moment.tzinfo is None for moment in moments):
            raise ValueError("a moment without a zone")

    @property
    def kept(self) -> KeptIncidents:
        """As a value of triage."""
        incidents = Incidents({one.identity: one for one in (*self.incidents, *self.episodes)})
        return KeptIncidents(
            incidents,
            self.planned,
            {key_id: one.seen for key_id, one in self.seen.items()},
            KnownPrices(self.rates, self.prices),
        )


class StoredIncidents:
    """One file for one account. Every method raises OSError."""

    def __init__(self, path: Path, report: Report | None = None) -> None:
        self._file = JsonFile(path, _IncidentsRecord, report)

    def read(self) -> KeptIncidents | None:
        """The stored value; None if there is none that this version can parse."""
        record = next(iter(self._file.read().values()), None)
        return None if record is None else record.kept

    def write(self, kept: KeptIncidents) -> None:
        """Store it."""
        seen = {key_id: _seen_record(one) for key_id, one in kept.seen.items()}
        incidents, prices = tuple(kept.incidents.open.values()), kept.prices
        record = _IncidentsRecord(kept.planned, seen, incidents, rates=prices.rates, prices=prices.changes)
        self._file.write({1: record})


def _seen(sightings: _Sightings) -> dict[str, Sighting]:
    return {name: Sighting(*members) for name, members in sightings.items()}


def _seen_record(one: SeenOrigins) -> _SeenRecord:
    return _SeenRecord(one.since, one.until, one.calls, _most_used(one.ips), _most_used(one.programs))


def _most_used(sightings: Mapping[str, Sighting]) -> _Sightings:
    most = sorted(sightings.items(), key=lambda item: item[1].calls, reverse=True)[:MAX_ORIGINS]
    return {name: astuple(one) for name, one in most}
