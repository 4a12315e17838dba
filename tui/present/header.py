"""The first line: whose account, how fresh, what it has and how fast that goes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from tui.domain.failure import Failure, FailureKind
from tui.locale import _
from tui.monitor.burn import Burn, burn_of
from tui.monitor.questions import AskProfile, AskSite
from tui.monitor.snapshot import Snapshot
from tui.present import failures
from tui.present import format as fmt
from tui.present.look import Look
from widgets.values import Cell, Line, Severity

FAR = timedelta(days=60)
SOON = timedelta(days=3)
VERY_SOON = timedelta(hours=6)
OFFLINE = frozenset({FailureKind.UNREACHABLE, FailureKind.TIMED_OUT, FailureKind.DATABASE_DOWN})


@dataclass(frozen=True, slots=True)
class HeaderState:
    """What the header shows besides the account: the view's own state."""

    is_paused: bool = False
    is_read_only: bool = False
    interval_s: float = 5.0
    is_demo: bool = False


def left(snapshot: Snapshot, state: HeaderState, look: Look) -> tuple[Line, ...]:
    """Name, account, freshness and budget, the most important first."""
    profile, site = snapshot.data(AskProfile()), snapshot.data(AskSite())
    who = look.email(profile.username or profile.email.partition("@")[0]) if profile else "–"
    place = _("demo") if state.is_demo else snapshot.gateway_url.partition("://")[2]
    parts: list[Line] = [
        (Cell("aktop ", Severity.ACCENT), Cell(f" {who} · {place} ", Severity.STRONG)),
        (freshness(snapshot, state, look.now),),
    ]
    if state.is_read_only:
        parts.append((Cell(_("read-only"), Severity.WARNING),))
    if snapshot.budget is not None:
        use = snapshot.budget
        near = Severity.WARNING if use.heavy_used >= use.heavy_allowed else Severity.MUTED
        parts.append((Cell(_("budget {used}/{all}").format(used=use.heavy_used, all=use.heavy_allowed), near),))
    if site is not None and profile is not None and profile.run_mode == "simple":
        parts.append((Cell(_("no billing (simple mode)"), Severity.MUTED),))
    return tuple(parts)


def right(snapshot: Snapshot, look: Look) -> tuple[tuple[int, Line], ...]:
    """Balance, burn rate and time to empty, each with its rank: what ranks last leaves first when there is no room."""
    profile = snapshot.data(AskProfile())
    balance = profile.balance_usd if profile else None
    burn = burn_of(snapshot, balance, look.now)
    low = balance is not None and balance <= 0
    amount = Cell(fmt.usd(balance), Severity.CRITICAL if low else Severity.STRONG)
    parts: list[tuple[int, Line]] = [(0, (Cell(_("balance "), Severity.MUTED), amount))]
    if profile is not None and profile.frozen_usd > 0:
        parts.append((4, (Cell(_("{amount} frozen").format(amount=fmt.usd(profile.frozen_usd)), Severity.MUTED),)))
    parts.append((2, (Cell(_("burn "), Severity.MUTED), Cell(burn_text(burn)))))
    parts.append((1, (Cell(_("empty "), Severity.MUTED), empty_cell(burn, balance, look))))
    if burn is not None and burn.empty_at is not None and timedelta(0) < burn.empty_at - look.now < FAR:
        parts.append((3, (Cell(_("in {time}").format(time=fmt.span(burn.empty_at - look.now)), Severity.MUTED),)))
    return tuple(parts)


def burn_text(burn: Burn | None) -> str:
    """The burn rate; it is over a quarter of an hour unless less is known."""
    return fmt.UNKNOWN if burn is None else f"{fmt.usd(burn.usd_per_h)}/h"


def empty_cell(burn: Burn | None, balance: Decimal | None, look: Look) -> Cell:
    """When the wallet is empty at this rate."""
    if balance is not None and balance <= 0:
        return Cell(_("now ■"), Severity.CRITICAL)
    if burn is None:
        return Cell(fmt.UNKNOWN)
    if burn.usd_per_h <= 0:
        return Cell(_("no spend now"), Severity.MUTED)
    if burn.empty_at is None or burn.empty_at - look.now > FAR:
        return Cell("> 60 d", Severity.MUTED)
    left_for = burn.empty_at - look.now
    text = f"≈ {fmt.moment(burn.empty_at, look.now, look.zone)}"
    if left_for < VERY_SOON:
        return Cell(f"{text} ■", Severity.CRITICAL)
    return Cell(f"{text} ▲", Severity.WARNING) if left_for < SOON else Cell(text)


def freshness(snapshot: Snapshot, state: HeaderState, now: datetime) -> Cell:
    """Whether what is shown is live, and if not, why and since when."""
    feed = snapshot.feed(AskProfile())
    if state.is_paused:
        return Cell(_("‖ paused"), Severity.WARNING)
    if feed.failure is not None:
        since = (
            _(" since {time}").format(time=fmt.clock_time(feed.fetched_at, snapshot.zone)) if feed.fetched_at else ""
        )
        word = failures.with_retry(feed.failure, feed.retry_at, now)
        glyph = "✕" if feed.failure.kind in OFFLINE else "▲"
        return Cell(f"{glyph} {word}{since}", Severity.CRITICAL)
    if feed.fetched_at is None:
        return Cell(_("○ connecting"), Severity.MUTED)
    late = (now - feed.fetched_at).total_seconds() / max(state.interval_s, 1.0)
    if late > 2.5 and snapshot.budget is not None and snapshot.budget.blocked_for_s > 0:
        word = failures.short(Failure(FailureKind.RATE_LIMITED))
        return Cell(f"▲ {word} · {fmt.age(feed.fetched_at, now)}", Severity.WARNING)
    if late > 5:
        return Cell(_("◌ {age} old").format(age=fmt.age(feed.fetched_at, now)), Severity.CRITICAL)
    if late > 2.5:
        return Cell(_("◌ {age} old").format(age=fmt.age(feed.fetched_at, now)), Severity.WARNING)
    return Cell(_("● live"), Severity.GOOD)


def one_line(snapshot: Snapshot, look: Look) -> Line:
    """Everything in one line, for a terminal too small for panes."""
    profile = snapshot.data(AskProfile())
    balance = profile.balance_usd if profile else None
    burn = burn_of(snapshot, balance, look.now)
    return (
        Cell("aktop ", Severity.ACCENT),
        Cell(f"{fmt.usd(balance)} ", Severity.STRONG),
        Cell(f"{burn_text(burn)} "),
        empty_cell(burn, balance, look),
    )
