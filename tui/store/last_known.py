"""The latest figures of a running aktop, for status bars of other programs: a small file, replaced as a whole."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from tui.store.atomic import replace_file
from tui.store.files import read_regular

_Moment = Annotated[datetime, Meta(tz=True)]


class LastKnown(Struct, frozen=True, omit_defaults=True):
    """An account at a moment. None means unknown."""

    at: _Moment
    severity: str | None = None
    """Severity of the worst finding that needs a person; None if there is none."""
    balance_usd: float | None = None
    burn_usd_per_h: float | None = None
    empty_at: _Moment | None = None
    """None also if the wallet lasts beyond the forecast."""
    key: str | None = None
    """The key to blame."""
    key_id: int | None = None
    sentence: str = ""
    """The finding in words."""
    account: str = ""
    trouble: str = ""
    """Why the account cannot be queried, in a few words; the figures are older then."""
    keys: tuple[str, ...] = ()
    """Names by which verbs accept keys, for shell completion."""
    models: tuple[str, ...] = ()


def path_of(state_dir: Path, *words: str | None) -> Path:
    """The file for settings that lead to the same account."""
    name = hashlib.sha256("\n".join(word or "" for word in words).encode()).hexdigest()[:16]
    return state_dir / "line" / f"{name}.json"


def write(path: Path, known: LastKnown) -> None:
    """Write the file with mode 0600. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Valid only now: a power cut may lose it.
    replace_file(path, msgspec.json.encode(known), is_synced=False)


def read(path: Path) -> LastKnown | None:
    """The stored figures; None if there are none that make sense."""
    try:
        return msgspec.json.decode(read_regular(path), type=LastKnown)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
