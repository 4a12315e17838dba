"""What triage remembers between runs: open incidents, what is planned, and where keys were used."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock
from msgspec import Struct, field
from tinydb import TinyDB

from tui.store.kept_file import Report
from tui.store.tiny_storage import AtomicStorage
from tui.triage.findings import FindingKind
from tui.triage.incidents import Incidents, Planned, from_plain, to_plain
from tui.triage.origins import SeenOrigins, Sighting

MAX_ORIGINS = 50
"""So many addresses and programs are kept of each key, those with the most calls."""


class KeptIncidents(Struct, frozen=True):
    """What is kept of an account."""

    incidents: Incidents = field(default_factory=Incidents)
    planned: tuple[Planned, ...] = ()
    seen: Mapping[int, SeenOrigins] = field(default_factory=dict)


class StoredIncidents:
    """One file for one account, replaced atomically, readable by its owner only."""

    def __init__(self, path: Path, report: Report | None = None) -> None:
        self._path = path
        self._report = report

    def read(self) -> KeptIncidents | None:
        """What is kept; None when there is nothing, or nothing that this version understands. Raises OSError."""
        if not self._path.exists():
            return None
        with TinyDB(self._path, storage=AtomicStorage, report=self._report) as database:
            documents = database.all()
        try:
            return _kept(documents[0]) if documents else None
        except (KeyError, TypeError, ValueError, AttributeError):
            return None

    def write(self, kept: KeptIncidents) -> None:
        """Keep it. Raises OSError when the disk does."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        document = {
            "incidents": to_plain(kept.incidents),
            "planned": [_plain_plan(one) for one in kept.planned],
            "seen": {str(key_id): _plain_seen(one) for key_id, one in kept.seen.items()},
        }
        with (
            FileLock(f"{self._path}.lock", timeout=5.0, mode=0o600),
            TinyDB(self._path, storage=AtomicStorage, report=self._report) as database,
        ):
            database.storage.write({"_default": {"1": document}})


def _kept(plain: Any) -> KeptIncidents:
    return KeptIncidents(
        from_plain(plain["incidents"] if "incidents" in plain else plain["episodes"]),  # the name of earlier versions
        tuple(_plan(one) for one in plain["planned"]),
        {int(key_id): _seen(one) for key_id, one in plain["seen"].items()},
    )


def _plain_plan(one: Planned) -> dict[str, object]:
    return {
        "key_id": one.key_id,
        "kind": one.kind.value,
        "hour_of_week": one.hour_of_week,
        "until": one.until.isoformat(),
    }


def _plan(plain: Any) -> Planned:
    key_id, hour = plain["key_id"], plain["hour_of_week"]
    return Planned(
        None if key_id is None else int(key_id),
        FindingKind(plain["kind"]),
        None if hour is None else int(hour),
        datetime.fromisoformat(plain["until"]),
    )


def _plain_seen(one: SeenOrigins) -> dict[str, object]:
    return {
        "since": one.since.isoformat(),
        "until": one.until.isoformat(),
        "calls": one.calls,
        "ips": _plain_sightings(one.ips),
        "programs": _plain_sightings(one.programs),
    }


def _plain_sightings(seen: Mapping[str, Sighting]) -> dict[str, list[object]]:
    most = sorted(seen.items(), key=lambda item: item[1].calls, reverse=True)[:MAX_ORIGINS]
    return {name: [one.first_at.isoformat(), one.calls_before, one.calls, one.billed_usd] for name, one in most}


def _seen(plain: Any) -> SeenOrigins:
    return SeenOrigins(
        datetime.fromisoformat(plain["since"]),
        datetime.fromisoformat(plain["until"]),
        int(plain["calls"]),
        _sightings(plain["ips"]),
        _sightings(plain["programs"]),
    )


def _sightings(plain: Any) -> dict[str, Sighting]:
    return {
        str(name): Sighting(datetime.fromisoformat(first), int(before), int(calls), float(usd))
        for name, (first, before, calls, usd) in plain.items()
    }
