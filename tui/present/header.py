"""The first line: account, freshness, money, and how fast it is spent."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from tui.domain.capabilities import Capability, Lack
from tui.domain.clock import WORTH_TELLING
from tui.domain.failure import Failure, FailureKind
from tui.locale import _, plural
from tui.monitor.api_key_mode import OF_A_KEY, balances, every_s
from tui.monitor.burn import Burn, burn_of
from tui.monitor.capabilities import LACKS
from tui.monitor.feed import Feed
from tui.monitor.question import Question
from tui.monitor.questions import AskProfile
from tui.monitor.refresh_policy import due_at
from tui.monitor.scoped import draws_on_wallet
from tui.monitor.snapshot import Snapshot
from tui.present import failures
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.gaps import question_word
from tui.present.playing import Playing, playing_cell
from widgets.facts import Part, width_of
from widgets.layout import truncate
from widgets.values import Align, Cell, Emphasis, Line

if TYPE_CHECKING:
    from tui.triage.report import Report  # the early header has no report, and does not load the rules

FAR = timedelta(days=60)
SOON = timedelta(days=3)
VERY_SOON = timedelta(hours=6)
ROUNDED_FROM = timedelta(days=2)
HALF_DAY = timedelta(hours=12)
NARROW = 100
"""Below this width the header drops its words; above it too, if long names would cost it a figure."""
TINY = 50
"""Below this width the moment of a recording leaves no room for the balance."""
LAST_FIGURE = 2
"""The rank of the last part worth more than words."""
PADDING = 2
"""The blank cells at both ends of an info line."""
LONGEST_NAME, LONGEST_NARROW_NAME, LONGEST_PLACE = 20, 12, 40
"""Names may have a hundred characters: they must leave room for freshness and money."""
OVERDUE = timedelta(seconds=60)
"""Figures older than usual by more than this are not live: the rate limit may delay one that long."""
AS_IT_IS = frozenset({*LACKS, FailureKind.NOT_FOUND})
"""Failures that are a definite answer: the figures do not become stale by them."""
OFFLINE = frozenset({FailureKind.UNREACHABLE, FailureKind.TIMED_OUT, FailureKind.DATABASE_DOWN})


class HeaderState(Struct, frozen=True):
    """The view's own state for the header, besides the account."""

    is_paused: bool = False
    interval_s: float = 5.0
    is_demo: bool = False
    width: int | None = None
    """The available cells; None if it need not fit."""
    shown: tuple[Question[Any], ...] = ()
    """The questions behind the figures on screen, besides the account: the screen is live only if all of them are."""
    machine_ahead: timedelta = timedelta(0)
    """How far this machine's clock is ahead of the gateway's, which all figures use."""
    guard: Line = ()
    """The state of the guard, if it is in use."""
    playing: Playing | None = None
    """How a recording is played, if it is one."""

    @property
    def is_narrow(self) -> bool:
        """Whether there is no room for words, whatever the names."""
        return self.width is not None and self.width < NARROW


Ranked = tuple[int, Line]
"""A part with its rank: the highest rank is dropped first."""


def parts(
    snapshot: Snapshot, state: HeaderState, look: DisplayContext, report: "Report | None" = None
) -> tuple[Part, ...]:
    """Account, freshness and money, on one line."""
    found = _parts(snapshot, state, look, report, is_narrow=state.is_narrow)
    figures = [part for part in found if part.line and part.priority <= LAST_FIGURE]
    if state.is_narrow or state.width is None or width_of(figures) <= state.width - PADDING:
        return found
    return _parts(snapshot, state, look, report, is_narrow=True)


def _parts(
    snapshot: Snapshot, state: HeaderState, look: DisplayContext, report: "Report | None", *, is_narrow: bool
) -> tuple[Part, ...]:
    money = right(snapshot, look, report, is_narrow=is_narrow)
    return (
        *(Part(line, rank) for rank, line in left(snapshot, state, look, is_narrow=is_narrow)),
        *(Part(line, rank, Align.RIGHT) for rank, line in money),
    )


def left(
    snapshot: Snapshot, state: HeaderState, look: DisplayContext, *, is_narrow: bool = False
) -> tuple[Ranked, ...]:
    """Name, account, freshness and budget; in a narrow terminal without the gateway's name."""
    who = _who(snapshot, look, LONGEST_NARROW_NAME if is_narrow else LONGEST_NAME)
    place = _("demo") if state.is_demo else truncate(snapshot.gateway_url.partition("://")[2], LONGEST_PLACE)
    if state.playing is not None:
        is_short = state.width is not None and state.width < TINY
        fresh = playing_cell(state.playing, look, is_paused=state.is_paused, is_short=is_short)
    else:
        fresh = freshness(snapshot, state, look.now)
    name = Cell("aktop ", Emphasis.ACCENT)
    whose = Cell(f"{who} " if is_narrow else f" {who} · {place} ", Emphasis.STRONG)
    has_account = snapshot.capabilities.can(Capability.ACCOUNT)
    parts: list[Ranked] = [
        *([(0, (name, whose))] if has_account else [(0, (name,)), (3, (whose,))]),
        (0 if state.playing is not None else _rank_of(fresh, is_narrow=is_narrow), (fresh,)),
    ]
    is_live = state.playing is None and not state.is_paused
    if not is_narrow and is_live and (told := _since(snapshot, state, look)):
        parts.append((6, (Cell(told, Emphasis.MUTED),)))
    if clock := clock_word(state.machine_ahead):
        parts.append((2, (Cell(clock, Emphasis.WARNING),)))
    if not has_account:
        what = _("read-only") if is_narrow else _("API keys only · read-only")
        parts.append((0, (Cell(what, Emphasis.WARNING),)))
    elif snapshot.capabilities.why_not(Capability.ACTIONS) not in (None, Lack.RECORDING):
        parts.append((2, (Cell(_("read-only"), Emphasis.WARNING),)))
    if state.guard:
        parts.append((3, state.guard))
    if snapshot.budget is not None and has_account:
        use = snapshot.budget
        near = Emphasis.WARNING if use.heavy_used >= use.heavy_allowed else Emphasis.MUTED
        told = "{used}/{all}" if is_narrow else _("budget {used}/{all}")
        told = told.format(used=use.heavy_used, all=use.heavy_allowed)
        parts.append((4, (Cell(told, near),)))
    if snapshot.capabilities.why_not(Capability.BALANCE) is Lack.SIMPLE_MODE:
        parts.append((3, (Cell(_("no billing (simple mode)"), Emphasis.MUTED),)))
    return tuple(parts)


def _who(snapshot: Snapshot, look: DisplayContext, longest: int) -> str:
    """Whose figures these are."""
    if not snapshot.capabilities.can(Capability.ACCOUNT):
        number = len(snapshot.api_keys)
        return plural("{n} API key", "{n} API keys", number).format(n=number)
    profile = snapshot.data(AskProfile())
    name = look.email(profile.username or profile.email.partition("@")[0]) if profile else fmt.UNKNOWN
    return truncate(name, longest)


def _rank_of(fresh: Cell, *, is_narrow: bool) -> int:
    """In a narrow terminal "live" gives way to when the wallet runs empty; other states do not."""
    return 2 if is_narrow and fresh.emphasis is Emphasis.GOOD else 1


def clock_word(machine_ahead: timedelta) -> str:
    """A warning if this machine's clock is noticeably wrong."""
    if abs(machine_ahead) < WORTH_TELLING:
        return ""
    told = _("▲ clock {span} fast") if machine_ahead > timedelta(0) else _("▲ clock {span} slow")
    return told.format(span=fmt.span(abs(machine_ahead)))


def right(
    snapshot: Snapshot, look: DisplayContext, report: "Report | None" = None, *, is_narrow: bool = False
) -> tuple[Ranked, ...]:
    """Balance, burn rate and when the wallet runs empty: at the current rate and, if known, at the usual pace."""
    profile = snapshot.data(AskProfile())
    balance = profile.balance_usd if profile else None
    burn = burn_of(snapshot, balance, look.now)
    is_drawn = draws_on_wallet(snapshot, look.now)
    low = balance is not None and balance <= 0 and is_drawn
    amount = Cell(fmt.usd(balance), Emphasis.CRITICAL if low else Emphasis.STRONG)
    if not snapshot.capabilities.can(Capability.ACCOUNT):
        word = Cell(_("balance "), Emphasis.MUTED)
        return ((0, (*(() if is_narrow else (word,)), _balance_of_keys(snapshot, amount))),)
    if is_narrow:
        rate = f"−{burn_text(burn)}" if burn is not None else ""
        empty = empty_cell(burn, balance, look, report, is_narrow=True) if is_drawn else Cell(_("no key draws on it"))
        return (0, (amount,)), (2, (Cell(rate),)), (1, (empty,))
    parts: list[Ranked] = []
    if report is not None and report.current_empty_at is not None and report.usual_empty_at is not None and not low:
        usual = Cell(when_empty(report.usual_empty_at, look))
        parts.append((3, (Cell(f"{_('empty at the usual pace')} ", Emphasis.MUTED), usual)))
    parts.append((0, (Cell(_("balance "), Emphasis.MUTED), amount)))
    if profile is not None and profile.frozen_usd > 0:
        parts.append((5, (Cell(_("{amount} frozen").format(amount=fmt.usd(profile.frozen_usd)), Emphasis.MUTED),)))
    empty = empty_cell(burn, balance, look, report)
    is_urgent = is_drawn and empty.emphasis is Emphasis.CRITICAL
    is_burning = is_urgent and report is not None and report.is_alarm
    parts.append((2, (Cell(_("burn "), Emphasis.MUTED), Cell(burn_text(burn), _red_if(is_burning)))))
    if is_drawn:
        # In the corner, where it does not move.
        parts.append((1, (Cell(_("empty "), Emphasis.CRITICAL if is_urgent else Emphasis.MUTED), empty)))
    else:
        parts.append((3, (Cell(_("no key draws on it"), Emphasis.MUTED),)))
    return tuple(parts)


def _balance_of_keys(snapshot: Snapshot, amount: Cell) -> Cell:
    """The balance that keys report, as a range if it is not the same; whether none reports any."""
    known = balances(snapshot)
    if not known:
        is_heard = snapshot.feed(AskProfile()).fetched_at is not None
        return Cell(_("not told") if is_heard else fmt.UNKNOWN, Emphasis.MUTED)
    highest = fmt.usd(max(known))
    return amount if highest == amount.text else replace(amount, text=f"{amount.text} … {highest}")


def _red_if(is_critical: bool) -> Emphasis:
    return Emphasis.CRITICAL if is_critical else Emphasis.NORMAL


def burn_text(burn: Burn | None) -> str:
    """The burn rate; over a quarter of an hour unless less is known."""
    return fmt.UNKNOWN if burn is None else f"{fmt.usd(burn.usd_per_h)}/h"


def empty_cell(
    burn: Burn | None,
    balance: Decimal | None,
    look: DisplayContext,
    report: "Report | None" = None,
    *,
    is_narrow: bool = False,
) -> Cell:
    """When the wallet runs empty: by triage's forecast, else at the burn rate alone."""
    if balance is not None and balance <= 0:
        return Cell(_("now ■"), Emphasis.CRITICAL)
    if report is None or not report.knows_pace:
        if burn is None:
            return Cell(fmt.UNKNOWN)
        if burn.usd_per_h <= 0:
            return Cell(_("no spend now"), Emphasis.MUTED)
    at = empty_at(burn, balance, look, report)
    if at is None or at - look.now > FAR:
        return Cell(when_empty(None, look), Emphasis.MUTED)
    text = _("empty {time}").format(time=fmt.moment(at, look.now, look.zone)) if is_narrow else when_empty(at, look)
    if at - look.now < VERY_SOON:
        return Cell(f"{text} ■", Emphasis.CRITICAL)
    return Cell(f"{text} ▲", Emphasis.WARNING) if at - look.now < SOON else Cell(text)


def empty_at(
    burn: Burn | None, balance: Decimal | None, look: DisplayContext, report: "Report | None"
) -> datetime | None:
    """The forecast as a moment, however far; None without one."""
    if balance is not None and balance <= 0:
        return look.now
    measured = burn.empty_at if burn is not None else None
    if report is None or not report.knows_pace:
        return measured
    if report.current_empty_at is None:
        return report.first_empty_at
    return _sooner(report.current_empty_at, measured)


def _sooner(forecast: datetime, measured: datetime | None) -> datetime:
    """What an incident adds is a lower bound in triage: an hour that is not full yet is not scaled up."""
    return forecast if measured is None else min(forecast, measured)


def balance_empty_at(snapshot: Snapshot, look: DisplayContext, report: "Report | None") -> datetime | None:
    """When the account's balance is used up."""
    balance = _balance_of(snapshot)
    return empty_at(burn_of(snapshot, balance, look.now), balance, look, report)


def incident_empty_at(forecast: datetime, snapshot: Snapshot, look: DisplayContext) -> datetime:
    """When the balance is used up during an incident, by triage's forecast of it."""
    burn = burn_of(snapshot, _balance_of(snapshot), look.now)
    return _sooner(forecast, burn.empty_at if burn is not None else None)


def _balance_of(snapshot: Snapshot) -> Decimal | None:
    profile = snapshot.data(AskProfile())
    return profile.balance_usd if profile is not None else None


def when_empty(at: datetime | None, look: DisplayContext) -> str:
    """A forecast as a moment and the time until then; from two days on in half days (triage-spec section 6)."""
    if at is None or at - look.now > FAR:
        return "> 60 d"
    left_for = at - look.now
    if left_for <= timedelta(0):
        return _("now")
    if left_for < ROUNDED_FROM:
        return f"≈ {fmt.moment(at, look.now, look.zone)} ({fmt.span(left_for)})"
    half_days = round(left_for / HALF_DAY)
    day = (look.now + half_days * HALF_DAY).astimezone(look.zone)
    return f"≈ {day:%m-%d} ({half_days / 2:g} d)"


def freshness(snapshot: Snapshot, state: HeaderState, now: datetime) -> Cell:
    """Whether the data is live; if not, why and since when."""
    feed = snapshot.feed(AskProfile())
    if state.is_paused:
        return Cell(_("‖ paused"), Emphasis.WARNING)
    if feed.failure is not None:
        glyph = "✕" if feed.failure.kind in OFFLINE else "▲"
        return Cell(f"{glyph} {failures.short(feed.failure)}", Emphasis.CRITICAL)
    if feed.fetched_at is None:
        return Cell(_("○ connecting"), Emphasis.MUTED)
    late = (now - feed.fetched_at).total_seconds() / max(state.interval_s, every_s(snapshot), 1.0)
    if late > 2.5 and snapshot.budget is not None and snapshot.budget.blocked_for_s > 0:
        word = failures.short(Failure(FailureKind.RATE_LIMITED))
        return Cell(f"▲ {word} · {fmt.age(feed.fetched_at, now)}", Emphasis.WARNING)
    if late > 5:
        return Cell(_("◌ {age} old").format(age=fmt.age(feed.fetched_at, now)), Emphasis.CRITICAL)
    if late > 2.5:
        return Cell(_("◌ {age} old").format(age=fmt.age(feed.fetched_at, now)), Emphasis.WARNING)
    return _freshness_of_shown(snapshot, state, now)


def _freshness_of_shown(snapshot: Snapshot, state: HeaderState, now: datetime) -> Cell:
    """Whether all data on screen is live: the account may respond while the rest fails."""
    failed = _failed(snapshot, state)
    if failed is not None:
        question, failure = failed
        return Cell(f"▲ {question_word(question)}: {failures.short(failure)}", Emphasis.WARNING)
    overdue = [
        (question, feed)
        for question, feed in _shown(snapshot, state)
        if _is_overdue(question, feed, state, snapshot, now)
    ]
    if not overdue:
        return Cell(_("● live"), Emphasis.GOOD)
    question, feed = min(overdue, key=lambda one: one[1].fetched_at or now)
    told = _("◌ {what} {age} old").format(what=question_word(question), age=fmt.age(feed.fetched_at, now))
    return Cell(told, Emphasis.WARNING)


def _shown(snapshot: Snapshot, state: HeaderState) -> Iterator[tuple[Question[Any], Feed[Any]]]:
    for question in state.shown:
        # What a single key is refused stands at that key; the feed of all keys has what concerns them all.
        if not question.pace.is_background and not isinstance(question, OF_A_KEY):
            yield question, snapshot.feed(question)


def _failed(snapshot: Snapshot, state: HeaderState) -> tuple[Question[Any], Failure] | None:
    """The failed question with the oldest figures; figures that were never read are shown as unknown."""
    failed = [
        (question, feed.failure, feed.fetched_at)
        for question, feed in _shown(snapshot, state)
        if feed.failure is not None and feed.failure.kind not in AS_IT_IS
    ]
    if not failed:
        return None
    question, failure, _at = min(failed, key=lambda one: one[2].timestamp() if one[2] is not None else 0.0)
    return question, failure


def _is_overdue(
    question: Question[Any], feed: Feed[Any], state: HeaderState, snapshot: Snapshot, now: datetime
) -> bool:
    """Whether a figure is old because the rate limit delays its next request; else that is a moment away."""
    use = snapshot.budget
    is_held_up = use is not None and (use.blocked_for_s > 0 or 0 < use.heavy_allowed <= use.heavy_used)
    if feed.fetched_at is None or feed.failure is not None or not is_held_up:
        return False
    at = due_at(question.pace, feed, snapshot.active_at, timedelta(seconds=state.interval_s))
    usual = timedelta(seconds=max(question.pace.every_s, 3 * state.interval_s))
    return at is not None and at <= now and now - feed.fetched_at > usual + OVERDUE


def _since(snapshot: Snapshot, state: HeaderState, look: DisplayContext) -> str:
    """When all was last well, and the next retry; blank while all is well."""
    feed: Feed[Any] = snapshot.feed(AskProfile())
    if feed.failure is None and (failed := _failed(snapshot, state)) is not None:
        feed = snapshot.feed(failed[0])
    if feed.failure is None:
        return ""
    told = [_("as of {time}").format(time=fmt.clock_time(feed.fetched_at, look.zone))] if feed.fetched_at else []
    seconds = failures.until_retry(feed.failure, feed.retry_at, look.now)
    if seconds is not None:
        told.append(_("next try in {time}").format(time=fmt.span(seconds)))
    return " · ".join(told)


def one_line(snapshot: Snapshot, look: DisplayContext, report: "Report | None" = None, incident: Line = ()) -> Line:
    """Everything in one line, for a terminal too small for panes: money first, then problems."""
    if not snapshot.capabilities.can(Capability.ACCOUNT):
        return right(snapshot, look)[0][1]
    profile = snapshot.data(AskProfile())
    balance = profile.balance_usd if profile else None
    burn = burn_of(snapshot, balance, look.now)
    is_live = snapshot.capabilities.can(Capability.LIVE)
    return (
        Cell("aktop ", Emphasis.ACCENT) if is_live else Cell(f"{_('recording')} ", Emphasis.WARNING),
        Cell(f"{fmt.usd(balance)} ", Emphasis.STRONG),
        Cell(f"−{burn_text(burn)} " if burn is not None else ""),
        empty_cell(burn, balance, look, report, is_narrow=True) if draws_on_wallet(snapshot, look.now) else Cell(""),
        Cell(" "),
        *incident,
    )
