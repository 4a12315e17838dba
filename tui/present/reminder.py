"""The account's low-balance reminder: its current state, the typed threshold, and its effect."""

from decimal import InvalidOperation

from msgspec.structs import replace

from tui.domain.account import Profile, Threshold
from tui.domain.intents import Reminder
from tui.locale import _
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present.dialogs import FormModel
from tui.present.display_context import DisplayContext
from tui.present.key_actions import number_of, undo_title
from tui.present.low_balance import threshold_of, whose
from tui.present.toasts import Toast
from widgets.dialog_values import FormCheck, FormField
from widgets.values import Cell, Emphasis, Line

FIELD = "threshold"


def form(
    profile: Profile, wanted: Reminder | None, snapshot: Snapshot, look: DisplayContext, *, is_undo: bool
) -> FormModel:
    """Ask for the threshold; `wanted` is the initial text."""
    typed = "" if wanted is None else f"{wanted.threshold.normalize():f}"
    field = FormField(FIELD, label(profile), typed, now=now_words(profile, snapshot))
    title = undo_title() if is_undo else _("Low-balance reminder")
    lines: tuple[Line, ...] = ((Cell(look.email(profile.email), Emphasis.STRONG),),)
    return FormModel(title, lines, (field,), _("Set reminder"))


def check(typed: str, profile: Profile, snapshot: Snapshot) -> FormCheck:
    """The effect of the typed threshold."""
    told, ready = note(typed, profile, snapshot)
    return FormCheck({FIELD: told}, effect_lines(profile), ready)


def account_unknown() -> Toast:
    """The account is not known yet."""
    return Toast(_("The account is not known yet."))


def label(profile: Profile) -> str:
    """The field label: an amount, or a percentage of the topped-up total."""
    return _("remind below, %") if _is_percentage(profile) else _("remind below, $")


def now_words(profile: Profile, snapshot: Snapshot) -> str:
    """The reminder in force, and who set it."""
    threshold = threshold_of(snapshot, profile, None)
    return _("none") if threshold is None else f"{fmt.usd(threshold.usd)} ({whose(threshold)})"


def read(typed: str) -> Reminder:
    """Parse the typed reminder; 0 returns to the site's. Raises ValueError."""
    try:
        amount = number_of(typed.strip().lstrip("$"))
    except InvalidOperation:
        raise ValueError(typed) from None
    if not amount.is_finite() or not 0 <= amount < 1_000_000_000:
        raise ValueError(typed)
    return Reminder(amount)


def note(typed: str, profile: Profile, snapshot: Snapshot) -> tuple[Cell, bool]:
    """The effect of the typed threshold, and whether it may be sent."""
    if not typed:
        return Cell(), False
    try:
        wanted = read(typed)
    except ValueError:
        return Cell(_("▲ not an amount"), Emphasis.WARNING), False
    if wanted.threshold == (profile.threshold or 0):
        return Cell(_("as it is now"), Emphasis.MUTED), False
    if _is_percentage(profile) and wanted.threshold > 100:
        return Cell(_("▲ at most 100 %"), Emphasis.WARNING), False
    threshold = _after(wanted, profile, snapshot)
    if threshold is None:
        return Cell(_("no reminder at all")), True
    words = f"{fmt.usd(threshold.usd)} ({whose(threshold)})" if _is_percentage(profile) or not wanted.threshold else ""
    if profile.balance_usd < threshold.usd:
        return Cell(f"{words} {_('▲ the balance is below')}".strip(), Emphasis.WARNING), True
    return Cell(words), True


def effect_lines(profile: Profile) -> tuple[Line, ...]:
    """What the reminder does."""
    lines: list[Line] = [
        (Cell(_("The gateway mails, and aktop warns, when the balance falls below it; 0 = the site's own.")),)
    ]
    if not profile.notify_enabled:
        lines.append((Cell(_("▲ The account has its reminders switched off."), Emphasis.WARNING),))
    return tuple(lines)


def outcome_line(profile: Profile, snapshot: Snapshot) -> Line:
    """The gateway's response."""
    return (Cell(_("✓ reminder: {told}").format(told=now_words(profile, snapshot)), Emphasis.GOOD),)


def _after(wanted: Reminder, profile: Profile, snapshot: Snapshot) -> Threshold | None:
    return threshold_of(snapshot, replace(profile, threshold=wanted.threshold or None), None)


def _is_percentage(profile: Profile) -> bool:
    return profile.threshold_type == "percentage" and bool(profile.total_recharged_usd)
