"""API key mode: the first two lines, with keys, gateway, freshness and totals."""

from datetime import datetime, timedelta
from decimal import Decimal

from tui.domain.failure import FailureKind
from tui.domain.scope import Scope
from tui.locale import _, plural
from tui.monitor.api_key_mode import EVERY_S, EVERY_S_A_KEY, SHOWN_DAYS, WHOLE, balances, is_failing, report_feeds
from tui.monitor.questions import AskSite
from tui.monitor.scoped import usage_of
from tui.monitor.snapshot import Snapshot
from tui.present import failures
from tui.present import format as fmt
from tui.present.api_key_mode import lines, name
from tui.present.display_context import DisplayContext, context_of
from tui.present.header import OFFLINE, HeaderState, Ranked
from tui.present.playing import playing_cell
from tui.present.profiles import site_text
from widgets.facts import Part
from widgets.values import Align, Cell, Emphasis, Line


def parts(snapshot: Snapshot, state: HeaderState, now: datetime) -> tuple[Part, ...]:
    """The keys, their freshness, and their money."""
    balance = right(snapshot, is_narrow=state.is_narrow)
    return (*(Part(line, rank) for rank, line in _left(snapshot, state, now)), Part(balance, align=Align.RIGHT))


def _left(snapshot: Snapshot, state: HeaderState, now: datetime) -> tuple[Ranked, ...]:
    """The number of keys, the gateway, the freshness, and "read-only", which is dropped last."""
    number = len(snapshot.api_keys)
    keys = plural("{n} API key", "{n} API keys", number).format(n=number)
    place = snapshot.gateway_url.partition("://")[2]
    site = snapshot.data(AskSite())
    what = _("read-only") if state.is_narrow else _("API keys only · read-only")
    fresh = freshness(snapshot, state, now)
    if state.playing is not None:
        fresh = playing_cell(state.playing, context_of(snapshot, now), is_paused=state.is_paused)
    named: list[Ranked] = [(5, (Cell(site_text(site), Emphasis.MUTED),))] if site and not state.is_narrow else []
    return (
        (0, (Cell("aktop", Emphasis.ACCENT),)),
        (3, (Cell(keys, Emphasis.STRONG),)),
        (4, (Cell(place, Emphasis.STRONG),)),
        (2, (fresh,)),
        (1, (Cell(what, Emphasis.WARNING),)),
        *named,
    )


def right(snapshot: Snapshot, scope: Scope = WHOLE, *, is_narrow: bool = False) -> Line:
    """The balance that the keys report, or the range of balances; or that none reports any."""
    known = balances(snapshot, scope)
    muted = Cell(_("balance "), Emphasis.MUTED)
    if not known:
        is_waiting = any(feed.is_waiting for feed in report_feeds(snapshot, scope))
        return muted, Cell(fmt.UNKNOWN if is_waiting else _("not told"), Emphasis.MUTED)
    low, high = fmt.usd(known[0]), fmt.usd(known[-1])
    amount = Cell(low if low == high else f"{low} … {high}", Emphasis.CRITICAL if known[0] <= 0 else Emphasis.STRONG)
    return (amount,) if is_narrow else (muted, amount)


def freshness(snapshot: Snapshot, state: HeaderState, now: datetime) -> Cell:
    """Whether the data is live. A refusal of a single key does not count."""
    feeds = report_feeds(snapshot)
    if state.is_paused:
        return Cell(_("‖ paused"), Emphasis.WARNING)
    failed = next(filter(is_failing, feeds), None)
    if failed is not None and failed.failure is not None:
        glyph = "✕" if failed.failure.kind in OFFLINE else "▲"
        severity = Emphasis.WARNING if failed.failure.kind is FailureKind.RATE_LIMITED else Emphasis.CRITICAL
        return Cell(f"{glyph} {failures.with_retry(failed.failure, failed.retry_at, now)}", severity)
    fetched = [feed.fetched_at for feed in feeds if feed.fetched_at is not None and feed.failure is None]
    if any(feed.is_waiting for feed in feeds):
        return Cell(_("○ connecting"), Emphasis.MUTED)
    if not fetched:
        return Cell(_("▲ no key is answered"), Emphasis.CRITICAL)
    every = timedelta(seconds=max(EVERY_S, EVERY_S_A_KEY * len(feeds)))
    if now - min(fetched) > 3 * every:
        return Cell(_("◌ {age} old").format(age=fmt.age(min(fetched), now)), Emphasis.WARNING)
    return Cell(_("● live"), Emphasis.GOOD)


def chips(scope: Scope, snapshot: Snapshot, look: DisplayContext) -> Line:
    """The scope: which keys, and over which days of the server."""
    days = plural("{n} day", "{n} days", SHOWN_DAYS).format(n=SHOWN_DAYS)
    site, only = snapshot.data(AskSite()), scope.filters.key_id
    if site is not None and site.zone() is not None:
        days = _("{n} days of the server ({zone})").format(n=SHOWN_DAYS, zone=fmt.zone_name(snapshot.server_zone))
    keys = Cell(_("all keys"), Emphasis.MUTED)
    if only is not None:
        keys = Cell(f"[{name(snapshot.api_keys[only - 1], look)}]", Emphasis.ACCENT)
    return Cell(days, Emphasis.STRONG), Cell(" · ", Emphasis.MUTED), keys


def totals(scope: Scope, snapshot: Snapshot, now: datetime) -> tuple[Line, ...]:
    """The cost of the keys over the days and since the server's midnight, unknown until all have reported."""
    told: list[Line] = []
    sums = usage_of(scope, snapshot, now).sums
    if sums is not None:
        calls = plural("{calls} call  {tokens} tok", "{calls} calls  {tokens} tok", sums.requests).format(
            calls=fmt.count(sums.requests), tokens=fmt.tokens(sums.tokens)
        )
        billed = _("{amount} billed").format(amount=fmt.usd(sums.billed_usd))
        told.append((Cell(f"{billed}   ", Emphasis.STRONG), Cell(calls, Emphasis.MUTED)))
    today = [line.today_usd for line in lines(snapshot, scope)]
    if today and None not in today:
        today_usd = sum((usd for usd in today if usd is not None), Decimal(0))
        told.append((Cell(_("today "), Emphasis.MUTED), Cell(fmt.usd(today_usd))))
    return tuple(told)
