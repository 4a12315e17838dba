"""Call records as rows, and one call with arithmetic that a person can check."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from tui.domain.call import NO_MEDIA
from tui.domain.usage import Call
from tui.locale import _
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present import key_names
from tui.present.display_context import DisplayContext
from widgets.layout import fit
from widgets.values import Align, Cell, Column, Emphasis, Line, Row

RIGHT = Align.RIGHT
MIN_REST_USD = 1e-9
"""A smaller rest is a rounding error of adding floats."""


def columns() -> tuple[Column, ...]:
    """Every column of the gateway's own page; those with a high priority number are dropped first."""
    return (
        Column("at", _("TIME"), 14),
        Column("key", _("KEY"), 16),
        Column("model", _("MODEL"), 18),
        Column("billed", _("BILLED $"), 10, RIGHT),
        Column("input", _("IN"), 9, RIGHT, priority=3),
        Column("output", _("OUT"), 7, RIGHT, priority=3),
        Column("cache_read", _("CACHE R"), 9, RIGHT, priority=4),
        Column("cache_creation", _("CACHE W"), 9, RIGHT, priority=4),
        Column("images", _("IMAGES"), 7, RIGHT, priority=7),
        Column("standard", _("STD $"), 10, RIGHT, priority=9),
        Column("first", _("FIRST"), 9, RIGHT, priority=6),
        Column("whole", _("WHOLE"), 9, RIGHT, priority=2),
        Column("type", _("TYPE"), 7, priority=5),
        Column("ip", "IP", 15, priority=6),
        Column("effort", _("EFFORT"), 7, priority=11),
        Column("endpoint", _("ENDPOINT"), 18, priority=10),
        Column("group", _("GROUP"), 14, priority=9),
        Column("billing", _("PAID BY"), 8, priority=8),
        Column("mode", _("MODE"), 11, priority=12),
        Column("agent", _("USER AGENT"), 24, priority=13),
        Column("request", _("REQUEST"), 24, priority=14),
        Column("session", _("SESSION"), 16, priority=15),
    )


def is_largest_first(column_id: str) -> bool:
    """Whether a column first sorts by largest value, as times and figures do; words start with A.

    >>> is_largest_first("at"), is_largest_first("billed"), is_largest_first("model")
    (True, True, False)
    """
    return column_id == "at" or any(column.id == column_id and column.align is RIGHT for column in columns())


def shown_columns(hidden: frozenset[str]) -> tuple[Column, ...]:
    """The columns not hidden by the person; the first one tells rows apart and stays."""
    first, *others = columns()
    return (first, *(column for column in others if column.id not in hidden))


def short_columns(*, with_key: bool = False) -> tuple[Column, ...]:
    """The columns of a small pane: of one key's calls, or of all with their keys."""
    wanted = ("at", *(("key",) if with_key else ()), "model", "tokens", "billed", "whole")
    every = {column.id: column for column in columns()}
    every["tokens"] = Column("tokens", _("TOKENS"), 8, RIGHT, priority=1)
    return tuple(every[name] for name in wanted)


def row(call: Call, shown: Sequence[Column], snapshot: Snapshot, look: DisplayContext) -> Row:
    """One call as a row."""
    return Row(call.id, tuple(Cell(*_cell(column.id, call, snapshot, look)) for column in shown))


def key_name(call: Call, snapshot: Snapshot, look: DisplayContext) -> str:
    """The current name of the call's key."""
    return key_names.key_name(call.key_id, snapshot, look, call.key_name)


def _cell(name: str, call: Call, snapshot: Snapshot, look: DisplayContext) -> tuple[str, Emphasis]:
    if name == "at":
        return _when(call, look), Emphasis.NORMAL
    if name == "key":
        return key_name(call, snapshot, look), Emphasis.NORMAL
    if name == "ip":
        return look.ip(call.ip), Emphasis.MUTED
    if name == "billed":
        return fmt.usd_exact(call.billed_usd), Emphasis.NORMAL if call.is_wallet else Emphasis.MUTED
    return _TEXTS[name](call) or fmt.UNKNOWN, Emphasis.NORMAL


def _when(call: Call, look: DisplayContext) -> str:
    local, today = call.at.astimezone(look.zone), look.now.astimezone(look.zone)
    return local.strftime("%H:%M:%S") if local.date() == today.date() else local.strftime("%m-%d %H:%M:%S")


_TEXTS: dict[str, Callable[[Call], str | None]] = {
    "model": lambda call: call.model,
    "tokens": lambda call: fmt.tokens(call.tokens),
    "input": lambda call: fmt.count(call.input_tokens),
    "output": lambda call: fmt.count(call.output_tokens),
    "cache_read": lambda call: fmt.count(call.cache_read_tokens),
    "cache_creation": lambda call: fmt.count(call.cache_creation_tokens),
    "images": lambda call: fmt.count(call.media.count) if call.media.count else "",
    "standard": lambda call: fmt.usd_exact(call.standard_usd),
    "first": lambda call: fmt.duration_ms(call.first_token_ms),
    "whole": lambda call: fmt.duration_ms(call.duration_ms),
    "type": lambda call: call.request_type,
    "effort": lambda call: call.reasoning_effort,
    "endpoint": lambda call: call.endpoint,
    "group": lambda call: call.group_name,
    "billing": lambda call: _("wallet") if call.is_wallet else _("plan"),
    "mode": lambda call: call.billing_mode,
    "agent": lambda call: call.user_agent,
    "request": lambda call: call.request_id,
    "session": lambda call: call.session_id,
}
SORT_KEYS: dict[str, Callable[[Call], Any]] = {
    "at": lambda call: (call.at, call.id),
    "key": lambda call: (call.key_name or "", call.key_id),
    "model": lambda call: call.model,
    "input": lambda call: call.input_tokens,
    "output": lambda call: call.output_tokens,
    "cache_read": lambda call: call.cache_read_tokens,
    "cache_creation": lambda call: call.cache_creation_tokens,
    "images": lambda call: call.media.count,
    "billed": lambda call: call.billed_number,
    "standard": lambda call: call.standard_number,
    "first": lambda call: call.first_token_ms or -1,
    "whole": lambda call: call.duration_ms or -1,
    "type": lambda call: call.request_type,
    "ip": lambda call: call.ip or "",
    "effort": lambda call: call.reasoning_effort or "",
    "endpoint": lambda call: call.endpoint or "",
    "group": lambda call: call.group_name or "",
    "billing": lambda call: call.billing_type,
    "mode": lambda call: call.billing_mode or "",
    "agent": lambda call: call.user_agent or "",
    "request": lambda call: call.request_id,
    "session": lambda call: call.session_id or "",
}


def detail(call: Call, snapshot: Snapshot, look: DisplayContext) -> tuple[Line, ...]:
    """One call: its four kinds of tokens, the cost of each at list price and as billed, and its duration."""
    head = (_("tokens"), _("$ per M"), _("list $"), _("billed $ ×{m}").format(m=f"{call.rate_multiplier:g}"))
    facts = _facts(call)
    table: list[Line] = [_figures("", *head, severity=Emphasis.MUTED)]
    for name, number, cost in _parts(call):
        per_million = f"{cost / number * 1e6:.2f}" if number else fmt.UNKNOWN
        billed = fmt.usd_exact(Decimal(str(cost)) * Decimal(str(call.rate_multiplier)))
        counted = "" if number is None else fmt.count(number)
        table.append(_figures(name, counted, "" if number is None else per_million, fmt.usd_exact(cost), billed))
    total = fmt.usd_exact(call.standard_usd), fmt.usd_exact(call.billed_usd)
    table.append(_figures(_("total"), fmt.count(call.tokens), "", *total, severity=Emphasis.STRONG))
    title: Line = (
        Cell(key_name(call, snapshot, look), Emphasis.STRONG),
        Cell(f" · {call.model} · {call.request_type} · {fmt.stamp(call.at, look.zone)} "),
        Cell(f"({fmt.age(call.at, look.now)})", Emphasis.MUTED),
    )
    return (title, (), *table, (), *facts, (), *_origin(call, look))


def _parts(call: Call) -> Iterator[tuple[str, int | None, float]]:
    """The parts of the list price: tokens by kind, then other charges, which have no tokens."""
    media = call.media
    parts = [
        (_("input"), call.input_tokens, call.input_cost),
        (_("cache write"), call.cache_creation_tokens, call.cache_creation_cost),
        (_("cache read"), call.cache_read_tokens, call.cache_read_cost),
        (_("output"), call.output_tokens, call.output_cost),
    ]
    pictures = [
        (_("images in"), media.input_tokens, media.input_cost),
        (_("images out"), media.output_tokens, media.output_cost),
    ]
    yield from parts
    yield from (part for part in pictures if part[1] or part[2])
    rest = float(call.standard_usd) - sum(cost for _name, _number, cost in (*parts, *pictures))
    if abs(rest) >= MIN_REST_USD:
        yield mode_word(call.billing_mode), None, rest


def mode_word(billing_mode: str | None) -> str:
    """What is charged besides tokens."""
    words = {"per_request": _("per request"), "image": _("images"), "video": _("video")}
    return words.get(billing_mode or "", _("other"))


def output_speed(call: Call) -> float | None:
    """Output tokens per second after the first one."""
    if call.duration_ms is None or not call.output_tokens:
        return None
    writing_ms = call.duration_ms - (call.first_token_ms or 0)
    return call.output_tokens * 1000 / writing_ms if writing_ms > 0 else None


def _figures(name: str, *figures: str, severity: Emphasis = Emphasis.NORMAL) -> Line:
    widths = (10, 8, 12, 15)
    text = "".join(fit(figure, width, RIGHT) for figure, width in zip(figures, widths, strict=True))
    return Cell(fit(name, 11, Align.LEFT), Emphasis.MUTED), Cell(text, severity)


def _facts(call: Call) -> tuple[Line, ...]:
    speed = output_speed(call)
    paid = _("wallet") if call.is_wallet else _("plan")
    return (
        _fact(_("first token"), fmt.duration_ms(call.first_token_ms)),
        _fact(_("whole call"), fmt.duration_ms(call.duration_ms)),
        _fact(_("output speed"), fmt.UNKNOWN if speed is None else _("{n} tok/s").format(n=f"{speed:.0f}")),
        _fact(_("paid by"), f"{paid}, {call.billing_mode or fmt.UNKNOWN}"),
        _fact(_("group"), call.group_name or fmt.UNKNOWN),
        *_media(call),
        *_hour_of_cache(call),
    )


def _media(call: Call) -> tuple[Line, ...]:
    """How many images of what size; says so if a call was charged for images but reports none."""
    media = call.media
    if media == NO_MEDIA and call.billing_mode not in ("image", "video"):
        return ()
    told = (fmt.count(media.count), media.size or _("size not told"), *((media.kind,) if media.kind else ()))
    return (_fact(_("images"), " · ".join(told)),)


def _hour_of_cache(call: Call) -> tuple[Line, ...]:
    """The part of cache writes that is kept for an hour and costs more than the rest."""
    if not call.cache_creation_1h_tokens:
        return ()
    told = _("{n} of {all} tokens written").format(
        n=fmt.count(call.cache_creation_1h_tokens), all=fmt.count(call.cache_creation_tokens)
    )
    return (_fact(_("1 h cache"), told),)


def _origin(call: Call, look: DisplayContext) -> tuple[Line, ...]:
    return (
        _fact(_("client"), f"{look.ip(call.ip)} · {call.user_agent or fmt.UNKNOWN}"),
        _fact(_("endpoint"), call.endpoint or fmt.UNKNOWN),
        _fact(_("effort, tier"), f"{call.reasoning_effort or fmt.UNKNOWN}, {call.service_tier or fmt.UNKNOWN}"),
        _fact(_("session"), call.session_id or fmt.UNKNOWN),
        _fact(_("request"), call.request_id or fmt.UNKNOWN),
        _fact(_("record"), str(call.id)),
    )


def _fact(name: str, value: str) -> Line:
    return Cell(fit(name, 14, Align.LEFT), Emphasis.MUTED), Cell(value)
