"""The low-balance banner: when it is shown, and its text."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from msgspec import Struct

from tui.domain.account import Profile, Site, Threshold, ThresholdSource, low_balance_threshold
from tui.domain.capabilities import Capability
from tui.locale import _
from tui.monitor.questions import AskProfile, AskSite
from tui.monitor.scoped import draws_on_wallet
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.header import FAR, SOON, VERY_SOON, balance_empty_at, when_empty
from tui.present.shown_keys import with_keys
from tui.present.signs import signed
from tui.triage.report import Report
from tui.triage.severity import Severity
from widgets.values import Cell, Emphasis, Line

REARM = Decimal("1.2")


class LowBalance(Struct, frozen=True):
    """A low balance. `started` tells one from the next: it changes if the balance recovered in between."""

    started: str
    line: Line
    emphasis: Emphasis
    hint: Line = ()


class Alarm(Struct, frozen=True):
    """The banner's state between frames: whether the balance is low, and how often it was."""

    is_on: bool = False
    number: int = 0


def step(
    alarm: Alarm, snapshot: Snapshot, look: DisplayContext, report: Report | None, own_usd: Decimal | None = None
) -> Alarm:
    """Update the alarm from a Snapshot: on below the threshold or if triage forecasts that the wallet is empty soon,
    and off only well above (triage-spec section 6).

    A failed refresh is not a recovery: without new data the alarm stays as it is.
    """
    account = snapshot.feed(AskProfile())
    profile = account.data
    if profile is None or account.failure is not None:
        return alarm
    if not snapshot.capabilities.can(Capability.BALANCE) or not draws_on_wallet(snapshot, look.now):
        return Alarm(False, alarm.number)  # a wallet that pays for nothing does not run out
    threshold = threshold_of(snapshot, profile, own_usd)
    low = profile.balance_usd <= 0 or (threshold is not None and profile.balance_usd < threshold.usd)
    times = tuple(_times_left(snapshot, profile, look, report))
    if not alarm.is_on:
        soon = any(left < bound for left, bound in times)
        return Alarm(True, alarm.number + 1) if low or soon else alarm
    recovered = profile.balance_usd > (threshold.usd * REARM if threshold else 0) and all(
        left > bound * float(REARM) for left, bound in times
    )
    return Alarm(False, alarm.number) if recovered else alarm


def banner(
    alarm: Alarm, snapshot: Snapshot, look: DisplayContext, report: Report | None, own_usd: Decimal | None = None
) -> LowBalance | None:
    """The banner's text; None while the balance is not low."""
    told = news(alarm, snapshot, look, report, own_usd)
    if not told:
        return None
    has_account = snapshot.capabilities.can(Capability.ACCOUNT)
    hint = Cell(
        with_keys(_("   w wallet  W reminder  a seen"), "wallet", "remind", "acknowledge")
        if has_account
        else _("   a seen"),
        Emphasis.MUTED,
    )
    return LowBalance(f"low-balance-{alarm.number}", told, told[0].emphasis, (hint,))


def news(
    alarm: Alarm, snapshot: Snapshot, look: DisplayContext, report: Report | None, own_usd: Decimal | None = None
) -> Line:
    """What to say about a low balance; nothing otherwise."""
    profile = snapshot.data(AskProfile())
    if not alarm.is_on or profile is None:
        return ()
    threshold = threshold_of(snapshot, profile, own_usd)
    at = balance_empty_at(snapshot, look, report)
    weight = Severity.CRITICAL if at is not None and at - look.now < VERY_SOON else Severity.WARNING
    told: list[Cell] = [
        signed(weight, f"{_('LOW BALANCE')} "),
        Cell(fmt.usd(profile.balance_usd), Emphasis.STRONG),
    ]
    if threshold is not None and profile.balance_usd < threshold.usd:
        told.append(Cell(_(", under {amount} ({whose})").format(amount=fmt.usd(threshold.usd), whose=whose(threshold))))
    elif profile.balance_usd <= 0:
        told.append(Cell(_(": the gateway refuses calls")))
    if at is not None and at - look.now <= FAR and profile.balance_usd > 0:
        is_usual = report is not None and at == report.usual_empty_at
        text = _(", empty {when} at the usual pace") if is_usual else _(", empty {when} at this rate")
        told.append(Cell(text.format(when=when_empty(at, look))))
    return tuple(told)


def threshold_of(snapshot: Snapshot, profile: Profile, own_usd: Decimal | None) -> Threshold | None:
    """The threshold in force, as far as the gateway's settings are known."""
    return low_balance_threshold(snapshot.data(AskSite()) or Site(), profile, own_usd)


def whose(threshold: Threshold) -> str:
    """Whose threshold it is."""
    return {
        ThresholdSource.ACCOUNT: _("your reminder"),
        ThresholdSource.SITE: _("the site's reminder"),
        ThresholdSource.AKTOP: _("aktop's own threshold"),
    }[threshold.source]


def _times_left(
    snapshot: Snapshot, profile: Profile, look: DisplayContext, report: Report | None
) -> Iterator[tuple[timedelta, timedelta]]:
    """How long the balance lasts at each rate, with the time below which that is low."""
    if report is not None and report.knows_pace:
        if report.usual_empty_at is not None:
            yield report.usual_empty_at - look.now, SOON
        if report.current_empty_at is not None:
            yield (balance_empty_at(snapshot, look, report) or report.current_empty_at) - look.now, VERY_SOON
        return
    at = balance_empty_at(snapshot, look, report)
    if at is not None:
        yield at - look.now, VERY_SOON
