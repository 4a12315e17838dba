"""`aktop calls` and `aktop errors`: records newest first, written as they are read."""

import argparse
import sys
from collections.abc import AsyncIterator, Callable
from typing import Generic, TypeVar

from msgspec import Struct

from tui import exits
from tui.domain.usage import Call, DamagedRow, FailedCall
from tui.gateway.errors import EndpointMissing
from tui.headless import choose, records
from tui.headless.csv_rows import csv_line
from tui.headless.gather import Gatherer, gather_keys
from tui.headless.output import WrongUse, json_line, machine_text, say, tell
from tui.headless.paging import calls_in, errors_in
from tui.headless.text_table import TextTable, text_width
from tui.locale import _
from tui.monitor.feed import Feed
from tui.monitor.flaws import left_out
from tui.monitor.questions import AskKeys, AskSite
from tui.present import calls as call_rows
from tui.present import errors as error_rows
from tui.present import failures
from tui.present.look import Look
from tui.services import Services
from widgets.values import Column, Row

T = TypeVar("T")
FLUSHED_EVERY = 500


class Shape(Struct, Generic[T], frozen=True):
    """How records of one kind are written: names and members for programs, columns and rows for people."""

    names: tuple[str, ...]
    members: Callable[[T], records.Members]
    columns: tuple[Column, ...]
    row: Callable[[T], Row]


async def list_records(options: argparse.Namespace, services: Services) -> int:
    """Write the records of a scope. Raises GatewayError and WrongUse."""
    if options.limit < 0:
        raise WrongUse(_("--limit: expected a number of records, 0 for all"))
    choose.scope_of(argparse.Namespace(range=options.range, key=None, model=options.model), ())
    gatherer = Gatherer(services)
    await gather_keys(gatherer)
    snapshot = gatherer.snapshot
    scope = choose.scope_of(options, snapshot.data(AskKeys()) or ())
    look = Look(gatherer.now, services.zone)
    if options.verb == "calls":
        columns = call_rows.columns()
        shape: Shape[Call] = Shape(
            records.CALL_NAMES,
            lambda call: records.call_members(call, snapshot, look.zone),
            columns,
            lambda call: call_rows.row(call, columns, snapshot, look),
        )
        damaged: set[DamagedRow] = set()
        await _write(calls_in(scope, services, options.limit, gatherer.now, damaged=damaged), shape, options.format)
        if damaged:
            say(f"aktop: {failures.sentence(left_out(damaged))}")
            return exits.UNREACHABLE
    else:
        try:
            await _write(errors_in(scope, services, options.limit, gatherer.now), _error_shape(look), options.format)
        except EndpointMissing as error:
            await gatherer.ask((AskSite(),))
            why = error_rows.why_empty(Feed(failure=error.failure), None, gatherer.snapshot.data(AskSite()))
            say(f"aktop: {why.text}")
            return exits.NOT_SIGNED_IN
    return exits.OK


def _error_shape(look: Look) -> Shape[FailedCall]:
    return Shape(
        records.ERROR_NAMES,
        lambda call: records.error_members(call, look.zone),
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
            sys.stdout.flush()
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
