"""The guard's memory of an account on disk: its claims, the names of keys, and whether it is disarmed.

It must never seem to have done less than it did: a record that cannot be read whole is an error, and no act follows.
"""

import errno
import glob
import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

from msgspec import Meta, MsgspecError, Raw, Struct, json
from msgspec.structs import replace

from tui.domain.keys import ApiKey
from tui.store.atomic import replace_file
from tui.store.json_file import JsonFile
from tui.store.locks import FileLock
from tui.triage.guard.act import Claim, GuardAct

MAX_CLAIMS = 500
"""For armed and unarmed claims each; many times what a rule may do in a day."""
_ASIDE = ".unreadable-"


class RecordUnreadable(OSError):
    """Earlier acts cannot be read: a person has to look at the file and move it away."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.EILSEQ, "it is not what aktop wrote", str(path))


class _KeptClaim(Struct, frozen=True):
    """A claim in the file. The URL tells demo accounts apart, whose gateway differs at every start."""

    gateway_url: str
    claim: Claim

    def __post_init__(self) -> None:
        act, tick = self.claim.act, self.claim.tick
        if any(at.tzinfo is None for at in (act.at, act.since, act.until or act.at, tick.gateway, tick.machine)):
            raise ValueError("a moment without a zone")


class KnownKey(Struct, frozen=True):
    """A key's name when it was last checked, and since when."""

    gateway_url: str
    name: str
    group_id: int | None
    since: Annotated[datetime, Meta(tz=True)]
    is_renamed: bool = False
    """Whether it had another name or group before."""


_CLAIM = json.Decoder(_KeptClaim)


class GuardRecord:
    """The files of one account; methods that touch them raise OSError.

    Whoever acts holds `lock`: one guard per account acts at a time, and the next one settles what it left.
    """

    def __init__(self, folder: Path, gateway_url: str, account_id: int, *, is_demo: bool = False) -> None:
        name = "demo" if is_demo else _hashed(f"{gateway_url}\n{account_id}")
        self._gateway_url = gateway_url
        self._path = folder / f"{name}.json"
        self._claims = JsonFile(self._path, Raw)
        self._names = JsonFile(folder / f"{name}-names.json", KnownKey)
        self._lock = folder / f"{name}.acting.lock"

    def lock(self) -> FileLock:
        """The lock for acting. Nobody waits for it: the guard tries again by itself."""
        self._lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return FileLock(self._lock, wait_s=0)

    def claims(self) -> tuple[Claim, ...]:
        """All claims in order. Raises RecordUnreadable if some may be missing."""
        claims = tuple(kept.claim for _number, kept in self._read(self._claims.read()) if self._is_ours(kept))
        if glob.glob(f"{glob.escape(str(self._path))}{_ASIDE}*"):
            raise RecordUnreadable(self._path)
        return claims

    def add(self, claim: Claim) -> None:
        """Make a claim; it is on disk when this returns."""
        with self._claims.changing() as written:
            kept = self._read(written)
            for number in _old([(number, one) for number, one in kept if self._is_ours(one)]):
                del written[number]
            for number, one in kept:
                if not self._is_ours(one):
                    del written[number]
            written[max(written, default=0) + 1] = _raw(_KeptClaim(self._gateway_url, claim))

    def settle(self, act: GuardAct) -> None:
        """Record the outcome of an act."""
        with self._claims.changing() as written:
            for number, one in self._read(written):
                if one.claim.act.id == act.id:
                    written[number] = _raw(replace(one, claim=replace(one.claim, act=act)))

    def renamed_at(self) -> Mapping[int, datetime]:
        """When keys were first seen with another name or group than before."""
        known = self._known(self._names.read())
        return {key_id: one.since for key_id, one in known.items() if one.is_renamed}

    def look_at(self, keys: Iterable[ApiKey], now: datetime) -> None:
        """Remember the names of keys, and which have changed."""
        keys = tuple(keys)
        if not self._changed(keys, self._known(self._names.read()), now):
            return
        with self._names.changing() as written:
            known = self._known(written)
            changed = self._changed(keys, known, now)
            written.clear()
            written.update({**known, **changed})

    def _changed(self, keys: Sequence[ApiKey], known: Mapping[int, KnownKey], now: datetime) -> dict[int, KnownKey]:
        found = {}
        for key in keys:
            before = known.get(key.id)
            if before is None or (before.name, before.group_id) != (key.name, key.group_id):
                is_renamed = before is not None
                found[key.id] = KnownKey(self._gateway_url, key.name, key.group_id, now, is_renamed)
        return found

    def _known(self, written: Mapping[int, KnownKey]) -> dict[int, KnownKey]:
        return {key_id: one for key_id, one in written.items() if self._is_ours(one)}

    def _is_ours(self, one: _KeptClaim | KnownKey) -> bool:
        return one.gateway_url == self._gateway_url

    def _read(self, written: Mapping[int, Raw]) -> list[tuple[int, _KeptClaim]]:
        try:
            return sorted((number, _CLAIM.decode(raw)) for number, raw in written.items())
        except (MsgspecError, OverflowError):
            raise RecordUnreadable(self._path) from None


def _raw(one: _KeptClaim) -> Raw:
    return Raw(json.encode(one))


def _old(claims: Sequence[tuple[int, _KeptClaim]]) -> list[int]:
    """The numbers of the oldest finished claims, to make room for one more."""
    old = []
    for is_armed in (True, False):
        some = [number for number, one in claims if one.claim.act.is_armed is is_armed and not one.claim.act.is_open]
        old += some[: max(0, len(some) - MAX_CLAIMS + 1)]
    return old


class DisarmedFlag:
    """Whether the guards of a gateway are disarmed: a file that every aktop of this user checks before each act.

    It covers all accounts of the gateway, so that it can be set without a request.
    """

    def __init__(self, folder: Path, gateway_url: str) -> None:
        self._path = folder / f"{_hashed(gateway_url)}.disarmed"

    @property
    def is_set(self) -> bool:
        """Whether the flag is set; True if that cannot be determined."""
        try:
            os.lstat(self._path)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return True

    def set(self) -> None:
        """Disarm. Raises OSError."""
        replace_file(self._path, b"disarmed\n")

    def clear(self) -> None:
        """Arm again. Raises OSError."""
        with suppress(FileNotFoundError):
            self._path.unlink()


def guard_folder(state_dir: Path) -> Path:
    """The folder of the guard's files."""
    return state_dir / "guard"


def _hashed(text: str) -> str:
    """A file name that reveals neither the gateway nor the person."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
