"""Error requests as rows: grouped into storms, or one by one."""

import json
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from tui.domain.account import Site
from tui.domain.capabilities import Capability, Lack
from tui.domain.failure import Failure
from tui.domain.names import seen
from tui.domain.scope import Scope
from tui.domain.text import inert_block
from tui.domain.usage import FailedCall, FailedCallDetail
from tui.locale import _
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.rollups import facets_of
from tui.monitor.questions import AskKeys, AskSite
from tui.monitor.scoped import are_errors_cut, errors_question
from tui.monitor.snapshot import Snapshot
from tui.present import failures, key_actions
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.toasts import Toast
from tui.present.word_search import is_found
from tui.triage.refusals import Side, refusal_of
from tui.triage.storms import ErrorBurst, bursts
from widgets.values import Align, Cell, Column, Emphasis, Line, Row

FEW, STORM = 3, 10
"""From this many equal errors in a row on they are worth a look, or critical."""
AROUND = timedelta(minutes=1)


def pane_columns() -> tuple[Column, ...]:
    """The columns of the overview's pane."""
    return (
        Column("at", _("LAST"), 11),
        Column("key", _("KEY"), 17),
        Column("model", _("MODEL"), 17, priority=2),
        Column("status", _("STATUS"), 16),
        Column("times", _("TIMES"), 14, priority=1),
        Column("message", _("MESSAGE"), 20, flex=1),
    )


def key_pane_columns() -> tuple[Column, ...]:
    """The columns of the key page's pane."""
    return (
        Column("at", _("LAST"), 11),
        Column("status", _("STATUS"), 16),
        Column("times", _("TIMES"), 14, priority=1),
        Column("message", _("MESSAGE"), 16, flex=1),
    )


def screen_columns() -> tuple[Column, ...]:
    """The columns of the error screen, storms together."""
    return (
        Column("at", _("LAST"), 11),
        Column("span", _("SPAN"), 9, priority=3),
        Column("count", _("N"), 4, Align.RIGHT),
        Column("rhythm", _("RHYTHM"), 12, priority=4),
        Column("key", _("KEY"), 17),
        Column("model", _("MODEL"), 17, priority=2),
        Column("status", _("STATUS"), 16),
        Column("around", _("$ AROUND"), 9, Align.RIGHT, priority=5),
        Column("message", _("MESSAGE"), 16, flex=1),
    )


def single_columns() -> tuple[Column, ...]:
    """The columns of the error screen, one line an error."""
    return (
        Column("at", _("TIME"), 11),
        Column("key", _("KEY"), 17),
        Column("model", _("MODEL"), 17, priority=2),
        Column("status", _("STATUS"), 16),
        Column("endpoint", _("ENDPOINT"), 18, priority=3),
        Column("ip", "IP", 15, priority=4),
        Column("message", _("MESSAGE"), 16, flex=1),
    )


def pane_rows(calls: Sequence[FailedCall], look: DisplayContext) -> tuple[Row, ...]:
    """The overview's rows: one per burst, by the id of its newest failure."""
    return tuple(
        Row(
            burst.newest.id,
            (
                _time(burst.newest, look),
                Cell(key_name(burst.newest, look)),
                Cell(burst.newest.model or fmt.UNKNOWN),
                status_cell(burst.newest, len(burst.calls)),
                _times(burst),
                Cell(burst.newest.message),
            ),
        )
        for burst in bursts(calls)
    )


def key_pane_rows(calls: Sequence[FailedCall], look: DisplayContext) -> tuple[Row, ...]:
    """The key page's rows: one per burst."""
    return tuple(
        Row(
            burst.newest.id,
            (
                _time(burst.newest, look),
                status_cell(burst.newest, len(burst.calls)),
                _times(burst),
                Cell(burst.newest.message),
            ),
        )
        for burst in bursts(calls)
    )


def screen_rows(calls: Sequence[FailedCall], snapshot: Snapshot, look: DisplayContext) -> tuple[Row, ...]:
    """The error screen's rows, storms together."""
    return tuple(
        Row(
            burst.newest.id,
            (
                _time(burst.newest, look),
                Cell(fmt.span(burst.length) if len(burst.calls) > 1 else fmt.UNKNOWN),
                Cell(str(len(burst.calls)), _burst_severity(len(burst.calls))),
                Cell(rhythm(burst)),
                Cell(key_name(burst.newest, look)),
                Cell(burst.newest.model or fmt.UNKNOWN),
                status_cell(burst.newest, len(burst.calls)),
                Cell(fmt.usd(usd_around(burst, snapshot)), Emphasis.MUTED),
                Cell(burst.newest.message),
            ),
        )
        for burst in bursts(calls)
    )


def usd_around(burst: ErrorBurst, snapshot: Snapshot) -> Decimal | None:
    """The cost of successful calls of the same key and model, from a minute before the burst to a minute after.

    None if the call records do not reach back that far, or the key is unknown.
    """
    view, key_id = snapshot.calls.get(BASE_CALLS), key_id_of(burst.newest, snapshot)
    start, end = burst.calls[-1].at - AROUND, burst.newest.at + AROUND
    if view is None or key_id is None or not view.covers(start):
        return None
    model = burst.newest.model
    return sum(
        (
            tally.billed_usd
            for facet, tally in facets_of(view.log, start, end)
            if facet.key_id == key_id and model in ("", facet.model)
        ),
        start=fmt.ZERO_USD,
    )


def single_rows(calls: Sequence[FailedCall], look: DisplayContext) -> tuple[Row, ...]:
    """The error screen's rows, one line an error."""
    return tuple(
        Row(
            call.id,
            (
                _time(call, look),
                Cell(key_name(call, look)),
                Cell(call.model or fmt.UNKNOWN),
                status_cell(call),
                Cell(call.endpoint or fmt.UNKNOWN),
                Cell(look.ip(call.ip)),
                Cell(call.message),
            ),
        )
        for call in calls
    )


def inspector(
    call: FailedCall, detail: FailedCallDetail | None, look: DisplayContext, failure: Failure | None = None
) -> tuple[Line, ...]:
    """Every field of an error request, and its body once it is read."""
    head: Line = (
        status_cell(call),
        Cell(f" · {key_name(call, look)} · {call.model or fmt.UNKNOWN}"),
        Cell(f" · {fmt.stamp(call.at, look.zone)} ({fmt.age(call.at, look.now)})", Emphasis.MUTED),
    )
    facts = [
        (_("endpoint"), call.endpoint),
        (_("type"), call.request_type or ("stream" if call.is_stream else "")),
        (_("group"), call.group_name or ""),
        (_("platform"), call.platform),
        (_("client"), look.ip(call.ip) if call.ip else ""),
        (_("user agent"), call.user_agent or ""),
        (_("upstream status"), str(detail.upstream_status_code or "") if detail else ""),
        (_("record"), str(call.id)),
    ]
    line = tuple(
        cell for name, value in facts if value for cell in (Cell(f"{name} ", Emphasis.MUTED), Cell(f"{value}   "))
    )
    return (head, (Cell(call.message, Emphasis.STRONG),), line, (), *_body(detail, failure))


def key_name(call: FailedCall, look: DisplayContext) -> str:
    """The key of a failure by its name, all that the gateway reports; says if the key was deleted."""
    name = look.name(call.key_name) if seen(call.key_name) else fmt.UNKNOWN
    return _("deleted {id}").format(id=name) if call.key_deleted else name


def status_cell(call: FailedCall, number: int = 1) -> Cell:
    """Status and category, or whose limit it is, in one cell; it stands out only for many in a row."""
    words = {Side.OWN: _("own limit"), Side.WALLET: _("wallet"), Side.PLAN: _("plan")}
    told = words.get(refusal_of(call).side, call.category)
    return Cell(f"{call.status_code} {told}", _burst_severity(number))


def rhythm(burst: ErrorBurst) -> str:
    """The rhythm of a burst's failures."""
    gap = burst.even_gap_s
    return fmt.UNKNOWN if gap is None else _("every {gap} s").format(gap=f"{gap:.1f}" if gap < 10 else f"{gap:.0f}")


def _time(call: FailedCall, look: DisplayContext) -> Cell:
    local, today = call.at.astimezone(look.zone), look.now.astimezone(look.zone)
    recent = today - local < timedelta(hours=20) or local.date() == today.date()
    return Cell(local.strftime("%H:%M:%S") if recent else local.strftime("%m-%d %H:%M"))


def _times(burst: ErrorBurst) -> Cell:
    number = len(burst.calls)
    if number == 1:
        return Cell()
    text = _("×{n} in {span}").format(n=number, span=fmt.span(burst.length))
    return Cell(text, _burst_severity(number))


def _burst_severity(number: int) -> Emphasis:
    """How equal errors in a row stand out: a single one is normal."""
    if number >= STORM:
        return Emphasis.CRITICAL
    return Emphasis.WARNING if number >= FEW else Emphasis.NORMAL


def _body(detail: FailedCallDetail | None, failure: Failure | None) -> tuple[Line, ...]:
    if detail is None and failure is not None:
        return ((Cell(failures.sentence(failure), Emphasis.WARNING),),)
    if detail is None:
        return ((Cell(_("body is being read …"), Emphasis.MUTED),),)
    if not detail.body.strip():
        return ((Cell(_("The gateway kept no body of this answer."), Emphasis.MUTED),),)
    return tuple((Cell(text),) for text in pretty(detail.body).splitlines())


def pretty(body: str) -> str:
    """A JSON body indented; anything else as it is."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return body
    return inert_block(json.dumps(parsed, indent=2, ensure_ascii=False))


def why_empty(scope: Scope, snapshot: Snapshot, look: DisplayContext) -> Cell:
    """Why no error is shown: none happened, none was read yet, or the gateway does not report errors, or not all."""
    feed = snapshot.feed(errors_question(scope, snapshot, look.now))
    if feed.data is not None and not are_errors_cut(scope, snapshot, look.now):
        return Cell(_("no errors"), Emphasis.MUTED)
    if feed.data is not None and (feed.failure is None or not feed.data.missing):
        told = _("none among the latest {n} of {all}")
        return Cell(told.format(n=fmt.count(len(feed.data.items)), all=fmt.count(feed.data.total)), Emphasis.MUTED)
    if feed.failure is None:
        return Cell(_("the errors are being read …"), Emphasis.MUTED)
    if snapshot.capabilities.why_not(Capability.ERRORS) is Lack.OLD_GATEWAY:
        return Cell(no_list(snapshot.data(AskSite())), Emphasis.MUTED)
    return Cell(failures.sentence(feed.failure), Emphasis.WARNING)


def no_list(site: Site | None) -> str:
    """An old gateway does not report errors."""
    text = _("This gateway{version} has no error list for users; failed calls leave no trace in what it tells.")
    return text.format(version=failures.version_of(site))


def number_word(found: Sequence[FailedCall] | None, scope: Scope, snapshot: Snapshot, look: DisplayContext) -> str:
    """The number of errors `found` in the scope, if known; "+" if there are more than what was read."""
    if found is None:
        return fmt.UNKNOWN
    return f"{len(found)}+" if are_errors_cut(scope, snapshot, look.now) else str(len(found))


def matches(call: FailedCall, needle: str) -> bool:
    """Whether an error matches the typed filter."""
    texts = (call.key_name, call.model, call.message, call.category, str(call.status_code), call.ip or "")
    return is_found(needle, texts)


def key_id_of(call: FailedCall, snapshot: Snapshot) -> int | None:
    """The key of a failure: the gateway reports only its name, which is ambiguous if several keys share it."""
    if call.key_deleted:
        return None
    same = [key.id for key in snapshot.data(AskKeys()) or () if key.name == call.key_name]
    return same[0] if len(same) == 1 else None


def why_no_key(call: FailedCall) -> Toast:
    """Why nothing can be done to the key of a failure: it is gone, or the gateway does not say which one it is."""
    if call.key_deleted:
        return key_actions.key_is_gone()
    if not seen(call.key_name):
        return Toast(_("The gateway does not tell the key of this error."))
    return Toast(_("Several keys have this name, and an error does not tell which: choose it in the list of keys."))
