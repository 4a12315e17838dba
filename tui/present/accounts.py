"""All accounts, one line each: money, keys, the worst known problem, and its age."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from tui.domain.account import Profile, Site, low_balance_threshold
from tui.domain.capabilities import Capability
from tui.domain.failure import SIGN_IN_HELPS, Failure
from tui.domain.keys import KeyStatus
from tui.locale import _, plural
from tui.monitor.account_summary import AccountSummary, AskToday
from tui.monitor.burn import Burn, burn_of
from tui.monitor.feed import Feed
from tui.monitor.questions import AskKeyCosts, AskKeys, AskProfile, AskSite
from tui.monitor.scoped import draws_on_wallet
from tui.monitor.snapshot import Snapshot
from tui.present import failures, incident_lines, profiles
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.header import SOON, VERY_SOON, empty_at, empty_cell
from tui.present.shown_keys import with_keys
from tui.present.signs import signed
from tui.triage.severity import Severity
from widgets.values import Align, Cell, Column, Emphasis, Row

REFUSING = (KeyStatus.EXHAUSTED, KeyStatus.EXPIRED, KeyStatus.LIMITED, KeyStatus.REFUSED)


def columns() -> tuple[Column, ...]:
    """The columns of the table."""
    return (
        Column("account", _("ACCOUNT"), 14, flex=1, sortable=False),
        Column("gateway", _("GATEWAY"), 14, flex=1, priority=4, sortable=False),
        Column("balance", _("BALANCE"), 9, Align.RIGHT, sortable=False),
        Column("burn", _("BURN/H"), 9, Align.RIGHT, priority=3, sortable=False),
        Column("empty", _("EMPTY"), 22, priority=3, sortable=False),
        Column("today", _("TODAY"), 9, Align.RIGHT, priority=5, sortable=False),
        Column("keys", _("KEYS"), 6, Align.RIGHT, priority=6, sortable=False),
        Column("finding", _("FINDING"), 18, flex=3, priority=1, sortable=False),
        Column("age", _("AGE"), 5, Align.RIGHT, priority=2, sortable=False),
    )


def rows(summaries: Sequence[AccountSummary], here: Snapshot | None, look: DisplayContext) -> tuple[Row, ...]:
    """A row for each account, in the order of the configuration file."""
    return tuple(_row(summary, here if summary.is_here else summary.snapshot, look) for summary in summaries)


def _row(summary: AccountSummary, snapshot: Snapshot | None, look: DisplayContext) -> Row:
    feed = feed_of(snapshot)
    balance = feed.data.balance_usd if feed.data is not None else None
    burn = _burn(summary, snapshot, balance, look)
    is_old = feed.failure is not None
    is_drawn = snapshot is None or draws_on_wallet(snapshot, look.now)
    muted = Emphasis.MUTED if is_old else Emphasis.NORMAL
    rate = fmt.usd(burn.usd_per_h) if burn is not None else fmt.UNKNOWN
    name = look.name(profiles.title(summary.profile))
    return Row(
        summary.profile,
        (
            Cell(f"{_mark(summary, feed)} {name}", Emphasis.STRONG if summary.is_here else Emphasis.NORMAL),
            Cell(profiles.host(summary.url), Emphasis.MUTED),
            Cell(fmt.usd(balance), Emphasis.CRITICAL if balance is not None and balance <= 0 and is_drawn else muted),
            Cell(rate, muted),
            Cell(fmt.UNKNOWN) if is_old or not is_drawn else empty_cell(burn, balance, look, summary.report),
            Cell(fmt.usd(today_usd(snapshot)), muted),
            Cell(_keys(snapshot, look), muted),
            finding(summary, snapshot, look),
            Cell(fmt.age(feed.fetched_at, look.now), Emphasis.WARNING if is_old else Emphasis.MUTED),
        ),
    )


def feed_of(snapshot: Snapshot | None) -> Feed[Profile]:
    """The account feed."""
    return snapshot.feed(AskProfile()) if snapshot is not None else Feed()


def _mark(summary: AccountSummary, feed: Feed[Profile]) -> str:
    if summary.complaint or feed.failure is not None:
        return "○"
    return "●" if feed.fetched_at is not None else "◌"


def _burn(
    summary: AccountSummary, snapshot: Snapshot | None, balance: Decimal | None, look: DisplayContext
) -> Burn | None:
    if summary.is_here and snapshot is not None and snapshot.capabilities.can(Capability.CALLS):
        return burn_of(snapshot, balance, look.now)
    return summary.trail.burn(look.now)


def today_usd(snapshot: Snapshot | None) -> Decimal | None:
    """The cost of all its keys since the server's midnight, as far as known."""
    if snapshot is None:
        return None
    # # Costs of the account on screen are read often, those of the others seldom.
    costs = snapshot.data(AskKeyCosts()) or snapshot.data(AskToday())
    return sum((cost.today_usd for cost in costs.values()), Decimal(0)) if costs is not None else None


def _statuses(snapshot: Snapshot | None, look: DisplayContext) -> tuple[KeyStatus, ...] | None:
    """The status of every key, as far as known; None before anything is."""
    keys = snapshot.data(AskKeys()) if snapshot is not None else None
    return None if keys is None else tuple(key.status(look.now) for key in keys)


def _keys(snapshot: Snapshot | None, look: DisplayContext) -> str:
    statuses = _statuses(snapshot, look)
    if not statuses or set(statuses) == {KeyStatus.UNKNOWN}:
        return fmt.UNKNOWN
    return f"{sum(status in (KeyStatus.ACTIVE, KeyStatus.ANSWERS) for status in statuses)}/{len(statuses)}"


def finding(summary: AccountSummary, snapshot: Snapshot | None, look: DisplayContext) -> Cell:
    """The worst known problem: no account, an incident, an empty wallet, one that soon will be, refused keys."""
    feed = feed_of(snapshot)
    balance = feed.data.balance_usd if feed.data is not None else None
    burn = _burn(summary, snapshot, balance, look)
    if summary.complaint:
        return Cell(f"■ {summary.complaint}", Emphasis.CRITICAL)
    if feed.failure is not None:
        return _away(feed, feed.failure, look)
    if snapshot is None or feed.fetched_at is None:
        return Cell(_("asking …"), Emphasis.MUTED)
    if summary.report is not None and summary.report.is_alarm:
        culprit = "".join(cell.text for cell in incident_lines.culprit(summary.report, snapshot, look))
        weight = Severity.CRITICAL if summary.report.is_critical else Severity.WARNING
        return signed(weight, f"{_('spike')} {culprit}".rstrip())
    return _money(summary, snapshot, burn, look) or _refusing(snapshot, look) or Cell(fmt.UNKNOWN, Emphasis.MUTED)


def _away(feed: Feed[Profile], failure: Failure, look: DisplayContext) -> Cell:
    if failure.kind in SIGN_IN_HELPS:
        return Cell(
            f"■ {with_keys(_('{why}; enter signs in'), 'open').format(why=failures.short(failure))}", Emphasis.CRITICAL
        )
    since = feed.fetched_at
    word = failures.short(failure)
    if since is not None:
        word += _(" since {time}").format(time=fmt.clock_time(since, look.zone, seconds=False))
    if feed.retry_at is not None and feed.retry_at > look.now:
        seconds = max(2, round((feed.retry_at - look.now).total_seconds() / 10) * 10)
        word += _(", next {time}").format(time=fmt.span(timedelta(seconds=seconds)))
    return Cell(word, Emphasis.WARNING)


def _money(summary: AccountSummary, snapshot: Snapshot, burn: Burn | None, look: DisplayContext) -> Cell | None:
    profile = snapshot.data(AskProfile())
    is_billed = snapshot.capabilities.can(Capability.BALANCE)
    if profile is None or not is_billed or not draws_on_wallet(snapshot, look.now):
        return None
    if profile.balance_usd <= 0:
        return Cell(f"■ {_('wallet empty')}", Emphasis.CRITICAL)
    at = empty_at(burn, profile.balance_usd, look, summary.report)
    if at is not None and at - look.now < SOON:
        left = at - look.now
        weight = Severity.CRITICAL if left < VERY_SOON else Severity.WARNING
        return signed(weight, _("empty in {time}").format(time=fmt.span(left)))
    threshold = low_balance_threshold(snapshot.data(AskSite()) or Site(), profile, summary.own_usd)
    if threshold is not None and profile.balance_usd < threshold.usd:
        return Cell(f"▲ {_('under {amount}').format(amount=fmt.usd(threshold.usd))}", Emphasis.WARNING)
    return None


def _refusing(snapshot: Snapshot, look: DisplayContext) -> Cell | None:
    statuses = _statuses(snapshot, look) or ()
    number = sum(status in REFUSING for status in statuses)
    if not number:
        return None
    text = plural("{n} key is refused", "{n} keys are refused", number).format(n=number)
    return Cell(text, Emphasis.MUTED)
