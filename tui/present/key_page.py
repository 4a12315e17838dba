"""The key page: limits as gauges with resets, daily usage, who uses the key from where."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from tui.domain.account import Site
from tui.domain.keys import ApiKey, SpendWindow
from tui.domain.usage import Call, DayUsage
from tui.locale import _, plural
from tui.present import failures
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.gauges import gauge_line, named
from tui.present.key_actions import limit_text, reset_text
from tui.present.key_state import GLYPHS, quota_share, status_severity, status_word, window_text
from widgets.layout import truncate
from widgets.values import Align, Cell, Column, Emphasis, Line, Row

MAX_ORIGINS = 3
LONGEST_NAME = 40
"""A name may have a hundred characters: in a title it must leave room for the state."""


def title(key: ApiKey | None, key_id: int, look: DisplayContext) -> tuple[Line, ...]:
    """The key, its real state, and, if there is room, its masked secret and group."""
    if key is None:
        return (
            (
                Cell(f"{_('Key')} · #{key_id} ", Emphasis.STRONG),
                Cell(_("not in this account any more"), Emphasis.WARNING),
            ),
        )
    status = key.status(look.now)
    group = f"{_('group')} {key.group.name} ×{key.group.rate_multiplier:g}" if key.group else _("no group")
    return (
        (Cell(f"{_('Key')} · {truncate(look.key_name(key), LONGEST_NAME)}", Emphasis.STRONG),),
        (Cell(f"{GLYPHS[status]} {status_word(status)}", status_severity(status)),),
        (Cell(key.masked_secret),),
        (Cell(group),),
    )


def limits(key: ApiKey, look: DisplayContext) -> tuple[Line, ...]:
    """Quota, windows, and the other facts of a key."""
    return (*spend_limits(key, look), *_facts(key, look))


def spend_limits(key: ApiKey, look: DisplayContext, note: str = "") -> tuple[Line, ...]:
    """Quota and windows of a key."""
    return (quota_line(key, note), *(window_line(window, look) for window in key.windows))


def day_columns() -> tuple[Column, ...]:
    """The columns of the daily table."""
    return (
        Column("day", _("DAY"), 16),
        Column("calls", _("CALLS"), 7, Align.RIGHT),
        Column("tokens", _("TOKENS"), 8, Align.RIGHT, priority=1),
        Column("cached", _("CACHED"), 7, Align.RIGHT, priority=2),
        Column("standard", _("STD $"), 9, Align.RIGHT, priority=3),
        Column("billed", _("BILLED"), 10, Align.RIGHT),
    )


def day_rows(days: Sequence[DayUsage], today: date | None = None) -> tuple[Row, ...]:
    """A row per day, newest first; a day without calls has none. The row of `today` is marked as incomplete."""
    return tuple(
        Row(
            day.day,
            (
                Cell(f"{_day_text(day.day)}{'…' if today is not None and day.day == today.isoformat() else ''}"),
                Cell(fmt.count(day.sums.requests)),
                Cell(fmt.tokens(day.sums.tokens)),
                Cell(fmt.percent(day.sums.cache_hit_rate)),
                Cell(fmt.usd(day.sums.standard_usd), Emphasis.MUTED),
                Cell(fmt.usd(day.sums.billed_usd)),
            ),
        )
        for day in reversed(days)
    )


def days_of_calls(site: Site | None) -> Line:
    """Why the daily figures are not the gateway's own."""
    text = _("of the calls here: this gateway{version} has no days")
    return (Cell(text.format(version=failures.version_of(site)), Emphasis.MUTED),)


def users(calls: Sequence[Call], look: DisplayContext) -> tuple[Line, ...]:
    """The addresses and programs that use the key, from the calls read."""
    seen = Counter((call.ip or fmt.UNKNOWN, call.user_agent or fmt.UNKNOWN) for call in calls)
    if not seen:
        return ()
    lines: list[Line] = [
        (Cell(f"{look.ip(ip)}  "), Cell(agent), Cell(f"  ×{fmt.count(number)}", Emphasis.MUTED))
        for (ip, agent), number in seen.most_common(MAX_ORIGINS)
    ]
    if len(seen) > MAX_ORIGINS:
        rest = len(seen) - MAX_ORIGINS
        text = plural("{n} more address or program", "{n} more addresses or programs", rest).format(n=rest)
        lines.append((Cell(text, Emphasis.MUTED),))
    return tuple(lines)


def quota_line(key: ApiKey, note: str = "") -> Line:
    """How much of a key's quota is used."""
    share = quota_share(key)
    if share is None:
        return named(_("quota"), Cell(_("none")))
    figures = _("{used} of {limit}").format(used=fmt.usd(key.quota_used_usd), limit=fmt.usd(key.quota_usd))
    return gauge_line(_("quota"), share, figures, note)


def window_line(window: SpendWindow, look: DisplayContext) -> Line:
    """One spend window: how full it is, and when it resets."""
    share = window.share(look.now)
    if share is None:
        return named(window_text(window), Cell(_("none")))
    used = window.used_at(look.now)
    figures = _("{used} of {limit}").format(used=fmt.usd(used), limit=limit_text(window.limit_usd))
    reset = reset_text(window, look)
    when = f" ({fmt.moment(window.resets_at, look.now, look.zone)})" if reset and window.resets_at else ""
    return gauge_line(window_text(window), share, figures, reset + when)


def _facts(key: ApiKey, look: DisplayContext) -> tuple[Line, ...]:
    # An older gateway that reports no calls in flight reports no last use either (contract 9.3).
    unused = fmt.UNKNOWN if key.in_flight is None else _("never")
    used = fmt.age(key.last_used_at, look.now) if key.last_used_at else unused
    origin = f" {_('from')} {look.ip(key.last_used_ip)}" if key.last_used_ip else ""
    created = fmt.day(key.created_at, look.zone) if key.created_at else fmt.UNKNOWN
    expires = fmt.moment(key.expires_at, look.now, look.zone) if key.expires_at else _("never")
    allowed = ", ".join(look.ip(ip) for ip in key.ip_whitelist) or _("any")
    refused = ", ".join(look.ip(ip) for ip in key.ip_blacklist)
    facts = [
        (_("in flight"), fmt.UNKNOWN if key.in_flight is None else str(key.in_flight)),
        (_("last used"), used + origin),
        (_("created"), created),
        (_("expires"), expires),
        (_("IPs"), allowed + (f", {_('not')} {refused}" if refused else "")),
    ]
    return (tuple(cell for name, value in facts for cell in (Cell(f"{name} ", Emphasis.MUTED), Cell(f"{value}   "))),)


def _day_text(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day} {_('Mon Tue Wed Thu Fri Sat Sun').split()[day.weekday()]}"
