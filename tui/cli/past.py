"""The past for `aktop backtest`: from files, or read from the account."""

import argparse
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from tui.account.demo_account import DemoAccount
from tui.account.services import Services
from tui.cli import prompts
from tui.cli.gather import Gatherer, gather_first
from tui.cli.output import WrongUse, say
from tui.cli.progress import TerminalProgress
from tui.cli.reading import reading
from tui.cli.selectors import range_of, require
from tui.cli.times import moment_of
from tui.config import readers
from tui.config.complaints import file_complaint
from tui.config.paths import as_written
from tui.config.settings import Settings
from tui.config.zone import user_zone
from tui.domain.capabilities import Capability
from tui.domain.scope import RangeName, TimeRange, window_of
from tui.domain.spans import span_of
from tui.domain.usage import FailedCall
from tui.locale import _, plural
from tui.monitor.questions import AskKeys, AskProfile
from tui.monitor.replay import Records
from tui.present import backtest as words
from tui.present import format as fmt
from tui.records.jsonl_calls import read_calls, read_errors
from tui.records.jsonl_lines import ReadLines
from tui.records.past_records import count_past, read_past
from tui.store.files import given_lines, lines_of

R = TypeVar("R")
BEFORE = timedelta(days=14)
"""How much is read before a range, to know what was usual when it began."""
MAX_TOLD = 5
"""How many unreadable lines are reported one by one."""
SHORTEST, LONGEST = timedelta(minutes=2), timedelta(hours=1)
STDIN = "-"


class Past(Struct, frozen=True):
    """What to judge, from when to when, and how often."""

    records: Records
    begin: datetime
    end: datetime
    step: timedelta
    has_errors: bool
    """Whether failed calls are known."""
    is_whole: bool
    """Whether everything could be read."""


class Span(Struct, frozen=True):
    """The span on the command line; None: everything."""

    step: timedelta
    range: TimeRange | None = None
    begin: datetime | None = None
    end: datetime | None = None

    @classmethod
    def of(cls, options: argparse.Namespace, settings: Settings) -> "Span":
        """The span of the flags. Raises WrongUse."""
        zone = user_zone(settings)
        chosen = range_of(options.range) if options.range is not None else None
        begin, end = _moment_of("--begin", options.begin, zone), _moment_of("--end", options.end, zone)
        return cls(_step_of(options.step), chosen, begin, end)

    def window(self, first: datetime, last: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The part to judge of a past from `first` to `last`."""
        begin, end = first, last
        if self.range is not None:
            window = window_of(self.range, last, zone)
            begin, end = max(first, window.start), min(last, window.end)
        return max(first, self.begin or begin), min(last, self.end or end)


def from_files(calls: str, errors: str | None, balance: str | None, settings: Settings, span: Span) -> Past:
    """The past from files. Raises WrongUse."""
    if calls == errors == STDIN:
        raise WrongUse(_("--from and --errors cannot both be standard input"))
    zone, now, balance_usd = user_zone(settings), datetime.now(UTC), _balance_of(balance)
    read = _read("--from", calls, "calls", lambda lines: read_calls(lines, zone, now))
    if not read.rows:
        raise WrongUse(_("--from {file}: there is no call record in it").format(file=_name(calls)))
    is_whole, failed = not read.unread, tuple[FailedCall, ...]()
    if errors is not None:
        found = _read("--errors", errors, "errors", lambda lines: read_errors(lines, zone, now, read.rows))
        is_whole, failed = is_whole and not found.unread, found.rows
    records = Records(read.rows, zone, failed, balance_usd=balance_usd)
    moments = sorted(call.at for call in read.rows)
    last = _next_step(max([moments[-1], *(one.at for one in failed)]), span.step)
    return _past(records, span, moments[0], last, has_errors=errors is not None, is_whole=is_whole)


async def from_account(
    settings: Settings, demo: DemoAccount | None, span: Span, *, may_ask: bool
) -> Past | None:  # fmt: skip
    """The past from the gateway; None if the person declines. Raises GatewayError and WrongUse."""
    if demo is not None:
        demo = replace(demo, has_limits=False)
    async with reading(settings, demo) as opened:
        require(opened, Capability.CALLS)
        return await _from_account(opened, span, may_ask=may_ask and demo is None)


async def _from_account(services: Services, span: Span, *, may_ask: bool) -> Past | None:
    gatherer = Gatherer(services)
    await gather_first(gatherer)
    now, zone, snapshot = gatherer.now, services.zone, gatherer.snapshot
    span = span if span.range or span.begin else replace(span, range=RangeName.D30)
    begin, end = span.window(datetime.min.replace(tzinfo=zone) + timedelta(days=400), now, zone)
    if begin >= end:
        raise WrongUse(_("there is nothing to judge in this range: it begins {moment}").format(moment=_at(begin, zone)))
    first, last = (begin - BEFORE).astimezone(zone).date(), end.astimezone(zone).date()
    has_errors = snapshot.capabilities.can(Capability.ERRORS)
    extent = await count_past(services, first, last, has_errors=has_errors)
    per_minute = services.client.budget.used().heavy_allowed
    cost = words.PastCost(
        (last - first).days + 1, BEFORE.days, extent.calls, extent.errors, extent.requests, per_minute
    )
    say(f"aktop: {words.cost_sentence(cost)}")
    if may_ask and prompts.has_person() and not prompts.agrees(_("Read them? [y/N] ")):
        return None
    read = await read_past(services, extent, now, TerminalProgress())
    if not read.calls:
        raise WrongUse(_("there are no call records in this range"))
    if read.damaged:
        told = plural(
            "aktop: {n} record makes no sense and is left out",
            "aktop: {n} records make no sense and are left out",
            read.damaged,
        )
        say(told.format(n=fmt.count(read.damaged)))
    profile = snapshot.data(AskProfile())
    balance_usd = float(profile.balance_usd) if profile is not None and now - end < span.step else None
    records = Records(read.calls, zone, read.failed, snapshot.data(AskKeys()) or (), balance_usd)
    oldest = min(call.at for call in read.calls)
    if oldest > begin - BEFORE + timedelta(days=1):
        told = _("aktop: the call records begin {moment}: until two weeks later there is little to compare with")
        say(told.format(moment=_at(oldest, zone)))
    return _past(
        records,
        replace(span, begin=begin, end=end),
        oldest,
        now,
        has_errors=extent.errors is not None,
        is_whole=not read.damaged,
    )


def _past(records: Records, span: Span, first: datetime, last: datetime, *, has_errors: bool, is_whole: bool) -> Past:
    """The chosen part of the records. Raises WrongUse if it is empty."""
    begin, end = span.window(first, last, records.zone)
    if _next_step(begin, span.step) > end:
        text = _("there is nothing to judge in this range: the records go from {first} to {last}")
        raise WrongUse(text.format(first=_at(first, records.zone), last=_at(last, records.zone)))
    return Past(records, _next_step(begin, span.step), end, span.step, has_errors, is_whole)


def _read(flag: str, file: str, verb: str, read: Callable[[Iterable[bytes]], ReadLines[R]]) -> ReadLines[R]:
    """The records of a file; says what is left out. Raises WrongUse if no line can be read."""
    try:
        found = read(lines_of(sys.stdin.buffer) if file == STDIN else given_lines(as_written(file)))
    except OSError as error:
        raise WrongUse(f"{flag} {file}: {file_complaint(error)}") from None
    if found.count and not found.rows:
        text = _(
            "{flag} {file}: no line of it can be read; expected JSON Lines, as `aktop {verb} --format jsonl` writes "
            "them (line {number}: {why})"
        )
        first = found.unread[0]
        raise WrongUse(text.format(flag=flag, file=_name(file), verb=verb, number=first.number, why=first.why))
    _say_left_out(_name(file), found)
    return found


def _say_left_out(file: str, found: ReadLines[R]) -> None:
    for one in found.unread[:MAX_TOLD]:
        told = _("aktop: {file}, line {number} is left out: {why}")
        say(told.format(file=file, number=one.number, why=one.why))
    more = max(0, len(found.unread) - MAX_TOLD)
    counts = {
        plural("aktop: {file}: {n} line more is left out", "aktop: {file}: {n} lines more are left out", more): more,
        plural(
            "aktop: {file}: {n} line has an id that came before, and does not count again",
            "aktop: {file}: {n} lines have an id that came before, and do not count again",
            found.repeated,
        ): found.repeated,
        plural(
            "aktop: {file}: {n} line without an id is like another one; both count",
            "aktop: {file}: {n} lines without an id are like others; all count",
            found.alike,
        ): found.alike,
        plural(
            "aktop: {file}: {n} line tells no offset from UTC, and is taken as the time of your zone",
            "aktop: {file}: {n} lines tell no offset from UTC, and are taken as the time of your zone",
            found.local,
        ): found.local,
    }
    for told, count in counts.items():
        if count:
            say(told.format(file=file, n=fmt.count(count)))
    for member, count in found.ignored.items():
        told = plural(
            "aktop: {file}: {member} cannot be read in {n} line, and is taken as not told",
            "aktop: {file}: {member} cannot be read in {n} lines, and is taken as not told",
            count,
        )
        say(told.format(file=file, member=member, n=fmt.count(count)))


def _name(file: str) -> str:
    return _("standard input") if file == STDIN else file


def _step_of(text: str) -> timedelta:
    step = span_of(text)
    if step is None or not SHORTEST <= step <= LONGEST:
        raise WrongUse(_("--step {text}: expected 2m to 1h, for instance 10m").format(text=text))
    return step


def _moment_of(flag: str, text: str | None, zone: ZoneInfo) -> datetime | None:
    if text is None:
        return None
    try:
        at = moment_of(text, zone)
    except (ValueError, OverflowError):
        expected = _("a moment such as 2026-11-02 or 2026-11-02T03:00")
        raise WrongUse(_unexpected(flag, expected, text)) from None
    return at


def _balance_of(text: str | None) -> float | None:
    try:
        return None if text is None else float(readers.an_amount_usd(text))
    except ValueError as error:
        raise WrongUse(_unexpected("--balance", error, text)) from None


def _unexpected(flag: str, expected: object, text: str | None) -> str:
    return _("{where}: expected {what}, got {value}").format(where=flag, what=expected, value=repr(text))


def _next_step(at: datetime, step: timedelta) -> datetime:
    """The moment itself, or the next multiple of the step from the full hour."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    return hour - (hour - at) // step * step


def _at(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
