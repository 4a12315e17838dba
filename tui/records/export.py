"""Exports call records to a file: written beside its target, and moved there when complete.

An error or a cancellation leaves nothing behind.
"""

import asyncio
import errno
import re
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from tui.account.services import Services
from tui.domain.export_format import ExportFormat
from tui.domain.scope import Scope, TimeRange, range_text
from tui.domain.usage import Call, DamagedRow
from tui.locale import _
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.records.csv_rows import csv_line
from tui.records.json_values import json_line
from tui.records.paging import Extent, calls_in
from tui.records.progress import Progress
from tui.records.rows import CALL_NAMES, call_members
from tui.store.atomic import PendingFile, refuse_existing

ROWS_AT_ONCE = 100
"""Rows written before other tasks get a turn: a few milliseconds."""
BYTE_ORDER_MARK = "\ufeff"
HIDDEN = "•••"
Told = Callable[[str], None]


class Writing(Struct, frozen=True):
    """How to write: the format, and how names are shown (privacy hides them in files too)."""

    form: ExportFormat
    snapshot: Snapshot
    look: DisplayContext

    def head(self) -> str:
        """What precedes the first row."""
        if self.form is ExportFormat.JSONL:
            return ""
        return (BYTE_ORDER_MARK if self.form is ExportFormat.CSV_BOM else "") + csv_line(CALL_NAMES)

    def row(self, call: Call) -> str:
        """One call, including its line end; the columns are those of `aktop calls --format csv`."""
        members = call_members(call, self.snapshot, self.look.zone)
        if self.look.privacy:
            members["key"] = f"#{call.key_id}"
            members["ip"] = HIDDEN if call.ip else None
        return json_line(members) + "\n" if self.form is ExportFormat.JSONL else csv_line(members.values())


def suggested_path(time_range: TimeRange, form: ExportFormat) -> str:
    """The default path of an export.

    >>> from tui.domain.scope import RangeName
    >>> suggested_path(RangeName.H24, ExportFormat.CSV)
    '~/aktop-calls-24h.csv'
    """
    name = re.sub(r"[^\w.-]+", "-", range_text(time_range))
    return f"~/aktop-calls-{name}{form.suffix}"


async def each(calls: Iterable[Call]) -> AsyncIterator[Call]:
    """Known calls as an async iterator."""
    for call in calls:
        yield call


def whole_range(
    scope: Scope, services: Services, now: datetime, told: Told, damaged: set[DamagedRow]
) -> AsyncIterator[Call]:
    """All calls of a scope, read page by page as the budget allows and not kept; `damaged` ones are left out.

    Raises GatewayError.
    """
    return calls_in(scope, services, 0, now, progress=_Telling(told), extent=Extent(damaged=damaged))


async def write_calls(
    found: AsyncIterator[Call], path: Path, writing: Writing, told: Callable[[int], None], *, may_replace: bool = False
) -> int:
    """Write calls to a file and return their number; `told` is called with the count so far.

    Raises FileExistsError if the file exists and may not be replaced, OSError, and what `found` raises.
    """
    count = 0
    with pending_file(path, may_replace) as pending:
        pending.file.write(writing.head().encode())
        async for call in found:
            pending.file.write(writing.row(call).encode())
            count += 1
            if count % ROWS_AT_ONCE == 0:
                told(count)
                await asyncio.sleep(0)
        await asyncio.to_thread(pending.sync)
        pending.put(may_replace=may_replace)
    return count


def write_text(path: Path, text: str, *, may_replace: bool) -> None:
    """Write text to a file. Raises FileExistsError if it exists and may not be replaced, and OSError."""
    with pending_file(path, may_replace) as pending:
        pending.file.write(text.encode())
        pending.put(may_replace=may_replace)


def pending_file(path: Path, may_replace: bool) -> PendingFile:
    """A file beside its target. Only regular files are replaced, never a device such as /dev/null."""
    if not may_replace:
        refuse_existing(path)
    elif path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, _("it is no regular file"), str(path))
    return PendingFile(path)


class _Telling(Progress):
    """Progress shown on a screen."""

    def __init__(self, told: Told) -> None:
        self._told = told

    def show(self, text: str) -> None:
        self._told(text)
