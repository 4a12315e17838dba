"""Plans (subscriptions) with their windows, and the wallet."""

from tui.domain.account import Plan, PlanWindow, ThresholdSource
from tui.locale import _
from tui.monitor.questions import AskPlans, AskProfile, AskSite
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present import low_balance
from tui.present.display_context import DisplayContext
from tui.present.finding_words import window_word
from tui.present.gauges import NAME_WIDTH, gauge_line, named
from tui.present.key_state import share_severity
from widgets.layout import truncate
from widgets.values import Cell, Emphasis, Line

LONGEST_NAME = 24
"""In cells; the gateway allows a hundred characters."""


def plan_words(snapshot: Snapshot, look: DisplayContext) -> tuple[Line, ...]:
    """Each plan in a few words, by the window closest to its limit."""
    found: list[Line] = []
    for plan in snapshot.data(AskPlans()) or ():
        name = truncate(plan.group_name, LONGEST_NAME)
        shares = [
            (float(window.used_at(look.now) / window.limit_usd), window) for window in plan.windows if window.limit_usd
        ]
        if not shares:
            found.append((Cell(name, Emphasis.MUTED),))
            continue
        share, window = max(shares, key=lambda pair: pair[0])
        text = f"{name} {window_word(window.name)} {fmt.percent(share)}"
        found.append((Cell(text, share_severity(share) if share >= 0.8 else Emphasis.MUTED),))
    return tuple(found)


def wallet_lines(snapshot: Snapshot, look: DisplayContext) -> tuple[Line, ...]:
    """Everything about money: balance, threshold, top-up link, plans with their windows and resets."""
    return (*_wallet(snapshot, look), (), *_plans(snapshot.data(AskPlans()), look))


def _wallet(snapshot: Snapshot, look: DisplayContext) -> list[Line]:
    profile, site = snapshot.data(AskProfile()), snapshot.data(AskSite())
    if profile is None:
        return [(Cell(_("waiting for the gateway …"), Emphasis.MUTED),)]
    lines: list[Line] = [
        _fact(_("account"), look.email(profile.email)),
        _fact(_("balance"), fmt.usd(profile.balance_usd)),
    ]
    if profile.frozen_usd:
        lines.append(
            _fact(_("frozen"), _("{amount}, reserved by running jobs").format(amount=fmt.usd(profile.frozen_usd)))
        )
    if profile.total_recharged_usd is not None:
        lines.append(_fact(_("topped up"), _("{amount} in all").format(amount=fmt.usd(profile.total_recharged_usd))))
    threshold = low_balance.threshold_of(snapshot, profile, None)
    if threshold is None:
        told = _("none: the gateway sends no low-balance reminder")
    else:
        told = f"{fmt.usd(threshold.usd)} ({low_balance.whose(threshold)})"
        if profile.threshold_type == "percentage" and threshold.source is ThresholdSource.ACCOUNT:
            told += _(", a percentage of what was topped up")
    lines.append(_fact(_("reminder"), told))
    link = site.recharge_url if site else ""
    lines.append(_fact(_("top up at"), link or _("the site names no address")))
    return lines


def _plans(plans: tuple[Plan, ...] | None, look: DisplayContext) -> list[Line]:
    if not plans:
        return [(Cell(_("No running plan."), Emphasis.MUTED),)]
    lines: list[Line] = []
    for plan in plans:
        until = _("until {day}").format(day=fmt.day(plan.expires_at, look.zone)) if plan.expires_at else ""
        lines.append((Cell(f"{plan.group_name} ", Emphasis.STRONG), Cell(until, Emphasis.MUTED)))
        lines.extend(window_line(f"  {window_word(window.name)}", window, look, width=10) for window in plan.windows)
        if not plan.windows:
            lines.append((Cell(_("  no limits"), Emphasis.MUTED),))
    return lines


def window_line(word: str, window: PlanWindow, look: DisplayContext, *, width: int = NAME_WIDTH) -> Line:
    """One window of a plan: how full it is, and when it resets."""
    used = window.used_at(look.now)
    if not window.limit_usd:
        return named(word, Cell(_("{used}, no limit").format(used=fmt.usd(used))), width=width)
    reset = ""
    if window.resets_at is not None and window.resets_at > look.now:
        reset = _("resets {time}, in {span}").format(
            time=fmt.moment(window.resets_at, look.now, look.zone), span=fmt.span(window.resets_at - look.now)
        )
    figures = _("{used} of {limit}").format(used=fmt.usd(used), limit=fmt.usd(window.limit_usd))
    return gauge_line(word, float(used / window.limit_usd), figures, reset, width=width)


def _fact(name: str, value: str) -> Line:
    return named(name, Cell(value), width=14)
