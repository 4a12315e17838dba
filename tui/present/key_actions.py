"""Before a key is changed: which key, what changes, and what that means. After: the gateway's response."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from msgspec import Struct

from tui.domain.intents import NO_LIMITS, KeyAction, KeyIntent, KeyState, Limits, state_of
from tui.domain.keys import ApiKey, KeyStatus, SpendWindow, WindowName
from tui.domain.outcomes import Applied, Changed, Outcome, Refused, Unknown, Unwritten
from tui.locale import _, plural
from tui.present import failures
from tui.present import format as fmt
from tui.present.dialogs import ConfirmModel, FormModel
from tui.present.display_context import DisplayContext
from tui.present.key_state import status_word
from tui.present.shown_keys import with_keys
from tui.present.toasts import Toast
from tui.store.journal import Entry
from widgets.dialog_values import FormCheck, FormField
from widgets.layout import columns_of
from widgets.values import Cell, Emphasis, Line

SMALLEST_USD = Decimal("0.00000001")
"""The gateway keeps eight places."""
FIELDS = ("quota_usd", "limit_5h_usd", "limit_1d_usd", "limit_7d_usd")
_WINDOWS = {
    "limit_5h_usd": WindowName.FIVE_HOURS,
    "limit_1d_usd": WindowName.ONE_DAY,
    "limit_7d_usd": WindowName.SEVEN_DAYS,
}
_THOUSANDS = re.compile(r"\+?[1-9]\d{0,2},\d{3}")
"""Whether a dollar or a thousand is meant, nobody can tell."""


class BadAmount(ValueError):
    """An amount that cannot be parsed; the message says what is expected."""


class LimitNote(Struct, frozen=True):
    """The effect of a typed amount."""

    text: str
    severity: Emphasis = Emphasis.NORMAL


def identity(key: ApiKey, look: DisplayContext) -> Line:
    """Which key: name, masked secret, group."""
    group = f"   {_('group')} {key.group.name}" if key.group else ""
    return (
        Cell(look.key_name(key), Emphasis.STRONG),
        Cell(f"   {key.masked_secret}   #{key.id}{group}", Emphasis.MUTED),
    )


def switch_intent(key: ApiKey) -> KeyIntent:
    """Disable an active key, enable any other."""
    off = key.stored_status in ("inactive", "disabled")
    return KeyIntent(key.id, KeyAction.ENABLE if off else KeyAction.DISABLE)


def switch_model(key: ApiKey, intent: KeyIntent, look: DisplayContext) -> ConfirmModel:
    """Confirm disabling or enabling a key."""
    name = look.key_name(key)
    if intent.action is KeyAction.DISABLE:
        title, verb = _("Disable API key"), _("Disable {name}").format(name=name)
    else:
        title, verb = _("Enable API key"), _("Enable {name}").format(name=name)
    return ConfirmModel(title, switch_lines(key, intent, look), verb)


def switch_lines(key: ApiKey, intent: KeyIntent, look: DisplayContext, undo: str | None = None) -> tuple[Line, ...]:
    """State before and after disabling or enabling, and the effects; `undo` says how to undo it if no key does."""
    undo = with_keys(_("u undoes this."), "undo") if undo is None else undo
    disable = intent.action is KeyAction.DISABLE
    still = _still_refused(key, look)
    after = status_word(KeyStatus.INACTIVE if disable else KeyStatus.ACTIVE)
    change = before_after(_("status"), status_word(key.status(look.now)), after)
    if disable:
        refused = _("Its calls are refused already; disabled, they stay refused when that ends.")
        stops = refused if still and key.in_flight == 0 else stop_sentence(key)
        effects = (stops, f"{_('Its limits and usage stay as they are.')} {undo}")
    else:
        effects = (still or _("Calls with it pass again at once."), undo)
    return (identity(key, look), (), change, (), *((Cell(text),) for text in effects))


def stop_sentence(key: ApiKey) -> str:
    """What happens to calls when a key is disabled; an older gateway does not report calls in progress."""
    if key.in_flight is None:
        return _("Stops new calls at once; those in flight end and are billed.")
    if not key.in_flight:
        return _("Stops new calls at once; none is in flight.")
    text = plural(
        "Stops new calls at once; {n} in flight ends and is billed.",
        "Stops new calls at once; {n} in flight end and are billed.",
        key.in_flight,
    )
    return text.format(n=key.in_flight)


def before_after(name: str, before: str, after: str) -> Line:
    """One changed field."""
    return changes([(name, before, after)])[0]


def changes(changed: Sequence[tuple[str, str, str]]) -> tuple[Line, ...]:
    """Changed fields, one per line: name, before, after. No amount is cut, however long."""
    return columns_of(
        [
            (Cell(name, Emphasis.MUTED), Cell(before), Cell("→", Emphasis.MUTED), Cell(after, Emphasis.STRONG))
            for name, before, after in changed
        ]
    )


def limit_lines(key: ApiKey, limits: Limits, look: DisplayContext) -> tuple[Line, ...]:
    """The limits to be set, one per line: name, before, after, and what that means."""
    set_now = [(name, amount) for name in FIELDS if (amount := getattr(limits, name)) is not None]
    rows = [
        (
            Cell(field_word(name), Emphasis.MUTED),
            Cell(limit_text(_now(key, name))),
            Cell("→", Emphasis.MUTED),
            Cell(limit_text(amount), Emphasis.STRONG),
            Cell(note.text if amount else "", note.severity),
        )
        for name, amount in set_now
        for note in (field_note(key, name, str(amount), look),)
    ]
    return (identity(key, look), (), *columns_of(rows))


def state_lines(key: ApiKey, before: KeyState, after: KeyState, look: DisplayContext) -> tuple[Line, ...]:
    """All differences between two states, as lines."""
    nothing: Line = (Cell(_("Nothing would change."), Emphasis.MUTED),)
    return (identity(key, look), (), *(changes(state_changes(before, after)) or (nothing,)))


def state_changes(before: KeyState, after: KeyState) -> list[tuple[str, str, str]]:
    """All differences between two states: name, before, after."""
    changed: list[tuple[str, str, str]] = []
    if before.status != after.status:
        changed.append((_("status"), stored_word(before.status), stored_word(after.status)))
    for name in FIELDS:
        old, new = getattr(before.limits, name), getattr(after.limits, name)
        if old != new:
            changed.append((field_word(name), limit_text(old), limit_text(new)))
    return changed


def undo_model(key: ApiKey, entry: Entry, look: DisplayContext) -> ConfirmModel:
    """Confirm undoing a change, with a warning if the key has changed since."""
    now, before = state_of(key), entry.before
    assert isinstance(before, KeyState)
    lines: tuple[Line, ...] = state_lines(key, now, before, look)
    if now != entry.wanted:
        warning = _("▲ The key was changed since; this puts it back to what it was before your change.")
        lines = (*lines, (), (Cell(warning, Emphasis.WARNING),))
    return ConfirmModel(undo_title(), lines, _("Undo for {name}").format(name=look.key_name(key)))


def undo_title() -> str:
    """The title of an undo."""
    return _("Undo")


def no_key() -> Toast:
    """An action on a key needs one."""
    return Toast(_("Put the cursor on a key first."))


def key_is_gone() -> Toast:
    """The key was deleted meanwhile."""
    return Toast(_("This key is not there any more."), "warning")


def nothing_to_undo() -> Toast:
    """No change was made."""
    return Toast(_("There is nothing to undo."))


def stored_word(status: str) -> str:
    """A status as stored by the gateway, in the words of the derived ones."""
    known = {"disabled": KeyStatus.INACTIVE, "quota_exhausted": KeyStatus.EXHAUSTED}
    named = known.get(status) or next((one for one in KeyStatus if one.value == status), None)
    return status_word(named) if named else status


def field_word(name: str) -> str:
    """A limit by name."""
    return {
        "quota_usd": _("quota"),
        "limit_5h_usd": _("5 h limit"),
        "limit_1d_usd": _("1 d limit"),
        "limit_7d_usd": _("7 d limit"),
    }[name]


def limits_form(key: ApiKey, typed: Mapping[str, str], look: DisplayContext) -> FormModel:
    """Ask for quota and spend limits; `typed` is the initial text of the fields."""
    limits = state_of(key).limits
    fields = tuple(
        FormField(
            name,
            field_word(name),
            typed.get(name, ""),
            now=limit_text(getattr(limits, name)),
            used=used_text(key, name, look),
        )
        for name in FIELDS
    )
    verb = _("Set limits of {name}").format(name=look.key_name(key))
    return FormModel(_("Limits"), (identity(key, look),), fields, verb)


def check_limits(
    key: ApiKey, values: Mapping[str, str], look: DisplayContext, usual_day_usd: Decimal | None
) -> tuple[Limits, FormCheck]:
    """Check the typed limits and show their effect: "+5" is five more than was used at that moment."""
    notes = {name: field_note(key, name, values.get(name, ""), look, usual_day_usd) for name in FIELDS}
    try:
        wanted = read_limits(values, key, look, usual_day_usd)
    except BadAmount:
        wanted = NO_LIMITS
    hints = [_("+5 = $5 more than used · 0 = none")]
    if usual_day_usd is not None:
        hints.append(_("x2 = twice the usual day ({amount})").format(amount=fmt.usd(usual_day_usd)))
    return wanted, FormCheck(
        {name: Cell(note.text, note.severity) for name, note in notes.items()},
        ready=not wanted.is_empty,
        hints=tuple((Cell(hint, Emphasis.MUTED),) for hint in hints),
    )


def limit_text(amount: Decimal | None) -> str:
    """A limit as an amount; 0 is no limit."""
    return _("none") if not amount else fmt.usd(amount)


def used_text(key: ApiKey, name: str, look: DisplayContext) -> str:
    """The use counted against a limit so far; a quota counts only while it is set (contract 4.1)."""
    if name == "quota_usd":
        return fmt.usd(key.quota_used_usd) if key.quota_usd > 0 or key.quota_used_usd > 0 else fmt.UNKNOWN
    if not any(window.limit_usd > 0 for window in key.windows):
        return fmt.UNKNOWN
    return fmt.usd(key.window(_WINDOWS[name]).used_at(look.now))


def used_of(key: ApiKey, name: str, look: DisplayContext) -> Decimal:
    """The amount counted against a limit so far."""
    return key.quota_used_usd if name == "quota_usd" else key.window(_WINDOWS[name]).used_at(look.now)


def parse_amount(text: str, used_usd: Decimal, usual_day_usd: Decimal | None = None) -> Decimal | None:
    """An amount as typed: `5`, `$5.50`, `0` for none, `+5` for five more than used, `x2` for twice the usual day.

    None when nothing was typed. Raises BadAmount.

    >>> parse_amount("+5", Decimal("28.53")), parse_amount("", Decimal(0)), parse_amount("x2", Decimal(0), Decimal(12))
    (Decimal('33.53'), None, Decimal('24'))
    """
    typed = text.strip().replace(" ", "").replace("$", "").lower()
    if not typed:
        return None
    try:
        if typed[0] in "x×":
            if usual_day_usd is None:
                raise BadAmount(_("the usual day is not known yet"))
            amount = usual_day_usd * number_of(typed[1:])
        else:
            amount = number_of(typed) + (used_usd if typed.startswith("+") else 0)
    except InvalidOperation:
        raise BadAmount(_("not an amount")) from None
    if not amount.is_finite() or amount < 0:
        raise BadAmount(_("not an amount"))
    if amount >= 1_000_000_000:
        raise BadAmount(_("too large"))
    rounded = amount.quantize(SMALLEST_USD)
    if not rounded and (amount or typed[0] in "+x×"):  # sent as 0 it would take the limit away
        raise BadAmount(_("too small"))
    return rounded.normalize() if rounded else Decimal(0)


def number_of(typed: str) -> Decimal:
    """A typed number; a comma is a decimal sign. Raises InvalidOperation, also where it may separate thousands.

    >>> number_of("5,50"), number_of("0,125")
    (Decimal('5.50'), Decimal('0.125'))
    """
    if _THOUSANDS.fullmatch(typed):
        raise InvalidOperation
    return Decimal(typed.replace(",", "."))


def read_limits(
    values: Mapping[str, str], key: ApiKey, look: DisplayContext, usual_day_usd: Decimal | None = None
) -> Limits:
    """Parse the typed limits. Raises BadAmount."""
    amounts = {name: parse_amount(values.get(name, ""), used_of(key, name, look), usual_day_usd) for name in FIELDS}
    return Limits(**{name: amount if amount != _now(key, name) else None for name, amount in amounts.items()})


def _now(key: ApiKey, name: str) -> Decimal:
    current: Decimal = getattr(state_of(key).limits, name)
    return current


def field_note(
    key: ApiKey, name: str, text: str, look: DisplayContext, usual_day_usd: Decimal | None = None
) -> LimitNote:
    """The effect of an amount, shown while typing."""
    try:
        amount = parse_amount(text, used_of(key, name, look), usual_day_usd)
    except BadAmount as error:
        return LimitNote(f"▲ {error}", Emphasis.WARNING)
    if amount is None:
        return LimitNote(_standing(key, name, look), Emphasis.MUTED)
    if amount == 0:
        return LimitNote(_("no limit"), Emphasis.NORMAL)
    prefix = f"= {fmt.usd(amount)}, " if text.strip()[:1] in "+x×X" else ""
    if used_of(key, name, look) >= amount:
        return LimitNote(prefix + _("■ refuses at once"), Emphasis.CRITICAL)
    if name == "quota_usd" and key.quota_usd == 0 and key.quota_used_usd == 0:
        return LimitNote(prefix + _("counts from now, from 0 used"))
    if name != "quota_usd" and not any(window.limit_usd > 0 for window in key.windows):
        return LimitNote(prefix + _("counts from now"))
    if name == "quota_usd" and key.stored_status == "quota_exhausted":
        return LimitNote(prefix + _("re-activates the key"))
    left = amount - used_of(key, name, look)
    return LimitNote(prefix + _("{amount} left").format(amount=fmt.usd(left)))


def _standing(key: ApiKey, name: str, look: DisplayContext) -> str:
    """The current value for an empty field."""
    if name == "quota_usd":
        return ""
    return reset_text(key.window(_WINDOWS[name]), look)


def reset_text(window: SpendWindow, look: DisplayContext) -> str:
    """When a live window resets."""
    if window.resets_at is None or window.resets_at <= look.now:
        return ""
    return _("resets in {span}").format(span=fmt.span(window.resets_at - look.now))


def _still_refused(key: ApiKey, look: DisplayContext) -> str | None:
    """Why calls are refused even if the key is active."""
    if key.expires_at is not None and key.expires_at <= look.now:
        return _("It has expired: calls stay refused until its expiry is moved.")
    if 0 < key.quota_usd <= key.quota_used_usd:
        return _("Its quota is used up: calls stay refused until the quota is raised.")
    if any(window.is_full(look.now) for window in key.windows):
        return _("A spend limit is reached: calls stay refused until it resets.")
    return None


def _what_changed(key: ApiKey, seen: ApiKey | None, look: DisplayContext) -> Iterator[str]:
    """What a key is now that it was not when it was shown."""
    if seen is None:
        return
    if key.name != seen.name:
        yield _("called {name}").format(name=look.key_name(key))
    if key.group_id != seen.group_id:
        group = key.group.name if key.group is not None else None
        yield _("in group {group}").format(group=group) if group else _("in no group")
    if key.stored_status != seen.stored_status:
        yield status_word(key.status(look.now))
    yield from (
        f"{field_word(name)} {limit_text(_now(key, name))}" for name in FIELDS if _now(key, name) != _now(seen, name)
    )


def outcome_line(outcome: Outcome, look: DisplayContext, limits: Limits = NO_LIMITS) -> tuple[bool, Line]:
    """Whether it was done, and the gateway's response; `limits` are those that were to be set."""
    match outcome:
        case Applied(key, at):
            names = [name for name in FIELDS if getattr(limits, name) is not None]
            told = [f"{field_word(name)} {limit_text(_now(key, name))}" for name in names]
            status = ", ".join((*told, status_word(key.status(look.now))))
            text = _("✓ {status}, as of {time}").format(status=status, time=fmt.clock_time(at, look.zone))
            return True, (Cell(text, Emphasis.GOOD),)
        case Changed(key, seen):
            text = _("▲ Not done: the key was changed meanwhile and is {status} now. Look again.").format(
                status=", ".join(_what_changed(key, seen, look)) or status_word(key.status(look.now))
            )
            return False, (Cell(text, Emphasis.WARNING),)
        case Refused(failure):
            text = _("■ Not done. {why}").format(why=failures.sentence(failure))
            return False, (Cell(text, Emphasis.CRITICAL),)
        case Unknown(failure, is_as_before=True):
            text = _("▲ Not done so far. {why} It may still be: look again before you repeat it.")
            return False, (Cell(text.format(why=failures.sentence(failure)), Emphasis.WARNING),)
        case Unknown():
            text = _(
                "■ The answer was lost and the key cannot be read: it may be done or not. Look again, do not repeat."
            )
            return False, (Cell(text, Emphasis.CRITICAL),)
        case Unwritten(reason):
            text = _("■ Nothing was sent: it could not be written down first ({reason}).")
            return False, (Cell(text.format(reason=reason), Emphasis.CRITICAL),)
