"""`aktop calls` and `aktop errors`: records newest first, written as they are read."""

import argparse
from collections.abc import AsyncIterator, Callable
from typing import Generic, TypeVar

from msgspec import Struct

from tui.account.demo_account import DemoAccount
from tui.account.services import Services
from tui.cli import selectors
from tui.cli.gather import Gatherer, gather_keys
from tui.cli.output import WrongUse, flush, machine_text, say, tell
from tui.cli.progress import TerminalProgress
from tui.cli.reading import reading
from tui.cli.selectors import require
from tui.cli.text_table import TextTable, text_width
from tui.config.settings import Settings
from tui.domain.capabilities import Capability
from tui.domain.usage import Call, FailedCall
from tui.gateway.errors import BudgetSpent, EndpointMissing, GatewayError, RateLimited
from tui.locale import _
from tui.monitor.flaws import left_out
from tui.monitor.questions import AskKeys, AskSite
from tui.present import calls as call_rows
from tui.present import errors as error_rows
from tui.present import failures
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.records import rows
from tui.records.csv_rows import csv_line
from tui.records.json_values import json_line
from tui.records.paging import Extent, calls_in, errors_in
from tui.terminal import exit_codes
from widgets.values import Column, Row

T = TypeVar("T")
FLUSHED_EVERY = 500
TABLE_ROWS = 100
"""A person reads this many; programs get the whole range."""


class Shape(Struct, Generic[T], frozen=True):
    """How to write one kind of record: names and members for programs, columns and rows for people."""

    names: tuple[str, ...]
    members: Callable[[T], rows.Members]
    columns: tuple[Column, ...]
    row: Callable[[T], Row]


async def list_records(options: argparse.Namespace, settings: Settings, demo: DemoAccount | None) -> int:
    """Write the records of a scope. Raises GatewayError and WrongUse."""
    async with reading(settings, demo) as opened:
        require(opened, Capability.ERRORS if options.verb == "errors" else Capability.CALLS)
        return await _list_records(options, opened)


async def _list_records(options: argparse.Namespace, services: Services) -> int:
    if options.limit is not None and options.limit < 0:
        raise WrongUse(_("--limit: expected a number of records, 0 for all"))
    selectors.scope_of(argparse.Namespace(range=options.range, key=None, model=options.model), ())
    gatherer = Gatherer(services, may_wait=not options.no_wait)
    await gather_keys(gatherer)
    snapshot = gatherer.snapshot
    scope = selectors.scope_of(options, snapshot.data(AskKeys()) or ())
    look = gatherer.look
    limit = options.limit if options.limit is not None else TABLE_ROWS if options.format == "table" else 0
    extent, progress = Extent(may_wait=not options.no_wait), TerminalProgress()
    if options.verb == "calls":
        columns = call_rows.columns()
        shape: Shape[Call] = Shape(
            rows.CALL_NAMES,
            lambda call: rows.call_members(call, snapshot, look.zone),
            columns,
            lambda call: call_rows.row(call, columns, snapshot, look),
        )
        found = calls_in(scope, services, limit, gatherer.now, progress=progress, extent=extent)
        return await _written(found, shape, options.format, extent, _("calls"))
    else:
        failed = errors_in(scope, services, limit, gatherer.now, progress=progress, extent=extent)
        try:
            return await _written(failed, _error_shape(look), options.format, extent, _("errors"))
        except EndpointMissing:
            await gatherer.ask((AskSite(),))
            say(f"aktop: {error_rows.no_list(gatherer.snapshot.data(AskSite()))}")
            return exit_codes.NOT_SIGNED_IN


async def _written(found: AsyncIterator[T], shape: Shape[T], form: str, extent: Extent, what: str) -> int:
    """Write records, and say how many if some are missing: a cut list looks complete."""
    try:
        await _write(found, shape, form)
    except GatewayError as error:
        if extent.written:
            flush()
            say(_("aktop: cut short: {n} of {total} {what} were written").format(**_numbers(extent, what)))
        if isinstance(error, BudgetSpent | RateLimited) and not extent.may_wait:
            say(f"aktop: {failures.sentence(error.failure)}")
            return exit_codes.CANNOT_TELL
        raise
    if extent.is_cut:
        flush()
        say(_("aktop: {n} of {total} {what}; --limit 0 for all").format(**_numbers(extent, what)))
    if extent.damaged:
        flush()
        say(f"aktop: {failures.sentence(left_out(extent.damaged))}")
        return exit_codes.UNREACHABLE
    return exit_codes.OK


def _numbers(extent: Extent, what: str) -> dict[str, str]:
    total = fmt.count(extent.total)
    if not extent.is_exact:
        total = _("at most {n}").format(n=total)
    return {"n": fmt.count(extent.written), "total": total, "what": what}


def _error_shape(look: DisplayContext) -> Shape[FailedCall]:
    return Shape(
        rows.ERROR_NAMES,
        lambda call: rows.error_members(call, look.zone),
        error_rows.single_columns(),
        lambda call: error_rows.single_rows((call,), look)[0],
    )


async def _write(found: AsyncIterator[T], shape: Shape[T], form: str) -> None:
    table = TextTable(shape.columns, text_width())
    count = 0
    async for record in found:
        if count == 0:
            _write_head(shape, table, form)
        _write_one(record, shape, table, form)
        count += 1
        if count % FLUSHED_EVERY == 0:
            flush()
    if count == 0:
        if form == "csv":
            _write_head(shape, table, form)
        say(_("no records in this range"))


def _write_head(shape: Shape[T], table: TextTable, form: str) -> None:
    if form == "csv":
        machine_text(csv_line(shape.names))
    elif form == "table":
        tell(table.head())


def _write_one(record: T, shape: Shape[T], table: TextTable, form: str) -> None:
    if form == "csv":
        machine_text(csv_line(shape.members(record).values()))
    elif form == "jsonl":
        machine_text(json_line(shape.members(record)) + "\n")
    else:
        tell(table.line(shape.row(record)))
