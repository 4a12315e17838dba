"""Exports: the columns of the listing, safe for spreadsheets, all of it or nothing."""

import asyncio
import csv
import io
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW, call, key
from tui.domain.export_format import ExportFormat
from tui.domain.usage import Call
from tui.monitor.events import Answered
from tui.monitor.questions import AskKeys
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.records.export import Writing, each, suggested_path, write_calls
from tui.records.rows import CALL_NAMES

UTC = ZoneInfo("UTC")
CALLS = [call(1, ip="203.0.113.9", user_agent="=cmd|'/c calc'!A1"), call(2, ip=None, model='a,"b"'), call(3, key_id=9)]


def writing(form: ExportFormat, *, privacy: bool = False) -> Writing:
    """A way of writing, of an account with one key."""
    snapshot = reduce(Snapshot("https://gateway.example", UTC), Answered(AskKeys(), (key(7, "laptop"),), NOW))
    return Writing(form, snapshot, DisplayContext(NOW, UTC, privacy))


def write(path: Path, form: ExportFormat, *, privacy: bool = False, may_replace: bool = False) -> int:
    """Export the sample calls."""
    work = write_calls(each(CALLS), path, writing(form, privacy=privacy), lambda _count: None, may_replace=may_replace)
    return asyncio.run(work)


def rows_of(path: Path) -> list[dict[str, str]]:
    """A CSV file as rows."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_csv_has_the_columns_of_the_listing_and_no_formulas(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    assert write(path, ExportFormat.CSV) == 3
    rows = rows_of(path)
    assert tuple(rows[0]) == CALL_NAMES
    assert rows[0]["user_agent"] == "'=cmd|'/c calc'!A1"
    assert rows[1]["model"] == 'a,"b"'
    assert [row["key"] for row in rows] == ["laptop", "laptop", "key-9"]
    assert path.read_bytes().count(b"\r\n") == 4


def test_a_byte_order_mark_is_there_only_when_asked_for(tmp_path: Path) -> None:
    write(tmp_path / "plain.csv", ExportFormat.CSV)
    write(tmp_path / "marked.csv", ExportFormat.CSV_BOM)
    assert (tmp_path / "marked.csv").read_bytes() == b"\xef\xbb\xbf" + (tmp_path / "plain.csv").read_bytes()


def test_json_lines_hold_one_object_a_line(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    write(path, ExportFormat.JSONL)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == [1, 2, 3]
    assert tuple(rows[0]) == CALL_NAMES


@pytest.mark.parametrize("form", list(ExportFormat))
def test_privacy_hides_names_and_addresses_in_files_too(tmp_path: Path, form: ExportFormat) -> None:
    path = tmp_path / "calls"
    write(path, form, privacy=True)
    text = path.read_text(encoding="utf-8")
    assert not [word for word in ("laptop", "key-9", "203.0.113.9") if word in text]
    assert "#7" in text


def test_a_file_that_is_there_stays_unless_it_may_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError):
        write(path, ExportFormat.CSV)
    assert path.read_text(encoding="utf-8") == "mine"
    write(path, ExportFormat.CSV, may_replace=True)
    assert len(rows_of(path)) == 3


def test_a_file_that_appears_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"

    async def calls() -> AsyncIterator[Call]:
        yield CALLS[0]
        path.write_text("theirs", encoding="utf-8")

    with pytest.raises(FileExistsError):
        asyncio.run(write_calls(calls(), path, writing(ExportFormat.CSV), lambda _count: None))
    assert path.read_text(encoding="utf-8") == "theirs"
    assert [one.name for one in tmp_path.iterdir()] == ["calls.csv"]


def test_what_is_no_file_is_never_replaced(tmp_path: Path) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to("/dev/null")
    for path in (pipe, link, tmp_path):
        with pytest.raises(OSError, match="regular file"):
            write(path, ExportFormat.CSV, may_replace=True)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["link", "pipe"]


def test_an_export_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    async def endless() -> AsyncIterator[Call]:
        while True:
            yield CALLS[0]

    async def stopped() -> None:
        begun = asyncio.Event()
        path = tmp_path / "calls.csv"
        work = asyncio.create_task(write_calls(endless(), path, writing(ExportFormat.CSV), lambda _count: begun.set()))
        await begun.wait()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    asyncio.run(stopped())
    assert not list(tmp_path.iterdir())


def test_an_error_midway_leaves_nothing(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[Call]:
        yield CALLS[0]
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        asyncio.run(write_calls(broken(), tmp_path / "calls.csv", writing(ExportFormat.CSV), lambda _count: None))
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_an_error_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write(tmp_path / "none" / "calls.csv", ExportFormat.CSV)


def test_suggested_names_are_file_names() -> None:
    from tui.domain.scope import HourRange, parse_range

    assert suggested_path(parse_range("2026-11-01..2026-11-20"), ExportFormat.JSONL) == (
        "~/aktop-calls-2026-11-01..2026-11-20.jsonl"
    )
    assert not set(suggested_path(HourRange(NOW, NOW), ExportFormat.CSV)) & set(':+ "')
