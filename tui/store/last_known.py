"""The figures that a running aktop last knew, for the bars of other programs: a small file, replaced as a whole."""

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
    """An account at a moment. What is not known is None."""

    at: _Moment
    severity: str | None = None
    """Of the worst that needs a person; None: nothing is known to."""
    balance_usd: float | None = None
    burn_usd_per_h: float | None = None
    empty_at: _Moment | None = None
    is_far: bool = False
    """Whether the wallet lasts longer than is forecast."""
    key: str | None = None
    """The key to blame."""
    key_id: int | None = None
    sentence: str = ""
    """What was found, in words."""
    account: str = ""
    trouble: str = ""
    """Why the account cannot be asked, in a few words; the figures are of before then."""
    keys: tuple[str, ...] = ()
    """Names by which a key can be given to a verb, for the shell to complete."""
    models: tuple[str, ...] = ()


def path_of(state_dir: Path, *words: str | None) -> Path:
    """The file for settings that lead to the same account."""
    name = hashlib.sha256("\n".join(word or "" for word in words).encode()).hexdigest()[:16]
    return state_dir / "line" / f"{name}.json"


def write(path: Path, known: LastKnown) -> None:
    """Keep it, of mode 0600. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # It is of now and of nothing else: a power cut may take it.
    replace_file(path, msgspec.json.encode(known), is_synced=False)


def read(path: Path) -> LastKnown | None:
    """What is kept; None where there is nothing that makes sense."""
    try:
        return msgspec.json.decode(read_regular(path), type=LastKnown)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
