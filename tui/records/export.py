"""Call records into a file: written beside it, put in its place when all is there.

What ends before that, an error or a person's wish, leaves nothing behind.
"""

import asyncio
import contextlib
import errno
import os
import re
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

from msgspec import Struct

from tui.account.services import Services
from tui.domain.export_format import ExportFormat
from tui.domain.scope import Scope, TimeRange, range_text
from tui.domain.usage import Call, DamagedRow
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.records.csv_rows import csv_line
from tui.records.json_values import json_line
from tui.records.paging import Extent, calls_in
from tui.records.progress import Progress
from tui.records.rows import CALL_NAMES, call_members

ROWS_AT_ONCE = 100
"""So many rows are written before others may do something: a few milliseconds."""
BYTE_ORDER_MARK = "\ufeff"
HIDDEN = "•••"
Told = Callable[[str], None]


class Writing(Struct, frozen=True):
    """How to write: the form, and how names are shown (privacy hides them in files as well)."""

    form: ExportFormat
    snapshot: Snapshot
    look: DisplayContext

    def head(self) -> str:
        """What comes before the first row."""
        if self.form is ExportFormat.JSONL:
            return ""
        return (BYTE_ORDER_MARK if self.form is ExportFormat.CSV_BOM else "") + csv_line(CALL_NAMES)

    def row(self, call: Call) -> str:
        """One call, its line end included; the columns are those of `aktop calls --format csv`."""
        members = call_members(call, self.snapshot, self.look.zone)
        if self.look.privacy:
            members["key"] = f"#{call.key_id}"
            members["ip"] = HIDDEN if call.ip else None
        return json_line(members) + "\n" if self.form is ExportFormat.JSONL else csv_line(members.values())


def suggested_path(time_range: TimeRange, form: ExportFormat) -> str:
    """Where an export goes unless a person says otherwise.

    >>> from tui.domain.scope import RangeName
    >>> suggested_path(RangeName.H24, ExportFormat.CSV)
    '~/aktop-calls-24h.csv'
    """
    name = re.sub(r"[^\w.-]+", "-", range_text(time_range))
    return f"~/aktop-calls-{name}{form.suffix}"


async def each(calls: Iterable[Call]) -> AsyncIterator[Call]:
    """Calls that are at hand."""
    for call in calls:
        yield call


def whole_range(
    scope: Scope, services: Services, now: datetime, told: Told, damaged: set[DamagedRow]
) -> AsyncIterator[Call]:
    """All calls of a scope, read page by page as the budget allows, and kept nowhere; `damaged` ones are left out.

    Raises GatewayError.
    """
    return calls_in(scope, services, 0, now, progress=_Telling(told), extent=Extent(damaged=damaged))


async def write_calls(
    found: AsyncIterator[Call], path: Path, writing: Writing, told: Callable[[int], None], *, may_replace: bool = False
) -> int:
    """Write calls to a file and return how many; `told` hears now and then how many it were so far.

    Raises FileExistsError when there is such a file and it may not be replaced, OSError, and what `found` raises.
    """
    count = 0
    with put_in_place(path, may_replace) as file:
        file.write(writing.head())
        async for call in found:
            file.write(writing.row(call))
            count += 1
            if count % ROWS_AT_ONCE == 0:
                told(count)
                await asyncio.sleep(0)
        file.flush()
        await asyncio.to_thread(os.fsync, file.fileno())
    return count


@contextmanager
def put_in_place(path: Path, may_replace: bool) -> Iterator[TextIO]:
    """A file beside the one that is meant, which takes its place when nothing went wrong, and else is gone."""
    _refuse_existing(path, may_replace)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with open(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        _refuse_existing(path, may_replace)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _refuse_existing(path: Path, may_replace: bool) -> None:
    if path.exists() and not may_replace:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))


class _Telling(Progress):
    """Progress that is told to a screen."""

    def __init__(self, told: Told) -> None:
        self._told = told

    def show(self, text: str) -> None:
        self._told(text)
