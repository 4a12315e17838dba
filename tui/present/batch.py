"""Before several keys are changed at once: the change of each, and what it means for all of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from tui.domain.intents import KeyAction, KeyIntent, KeyState, Limits, state_of, wanted_state
from tui.domain.keys import ApiKey
from tui.locale import _, plural
from tui.present import format as fmt
from tui.present.dialogs import FormModel
from tui.present.display_context import DisplayContext
from tui.present.key_actions import (
    FIELDS,
    BadAmount,
    field_word,
    parse_amount,
    read_limits,
    state_changes,
    stored_word,
    used_of,
)
from tui.present.shown_keys import with_keys
from tui.present.toasts import Toast
from widgets.dialog_values import BatchWords, FormCheck, FormField
from widgets.values import Cell, Emphasis, Line

StepRows = tuple[tuple[Cell, ...], ...]


class BatchModel(Struct, frozen=True):
    """A confirmation for several keys: title, meaning, and button."""

    title: str
    lines: tuple[Line, ...]
    after: tuple[Line, ...]
    verb: str


def words() -> BatchWords:
    """The fixed words of a dialog about several keys."""
    return BatchWords(
        scroll=_("scroll to the end of the list first"),
        stopping=_("stops after this one …"),
        ended=_("{done} of {all} done"),
    )


def keys_word(count: int) -> str:
    """The number of keys, in words."""
    return plural("{n} key", "{n} keys", count).format(n=fmt.count(count))


def switch_intents(keys: Sequence[ApiKey]) -> tuple[KeyIntent | None, ...]:
    """Disable the active keys; if there is none, enable all. None for a key that stays as it is."""
    is_off = [key.stored_status in ("inactive", "disabled") for key in keys]
    action = KeyAction.ENABLE if all(is_off) else KeyAction.DISABLE
    return tuple(
        None if off and action is KeyAction.DISABLE else KeyIntent(key.id, action)
        for key, off in zip(keys, is_off, strict=True)
    )


def switch_model(intents: Sequence[KeyIntent | None]) -> BatchModel:
    """Confirm disabling or enabling several keys."""
    wanted = [intent for intent in intents if intent is not None]
    number = keys_word(len(wanted))
    if wanted[0].action is KeyAction.DISABLE:
        after = _("Stops new calls at once; those in flight end and are billed.")
        return BatchModel(_("Disable API keys"), (), _after(after), _("Disable {keys}").format(keys=number))
    after = _("Calls pass again at once, where no limit refuses them.")
    return BatchModel(_("Enable API keys"), (), _after(after), _("Enable {keys}").format(keys=number))


def limits_model(count: int) -> BatchModel:
    """Confirm limits for several keys."""
    return BatchModel(_("Limits"), (), _after(), _("Set limits of {keys}").format(keys=keys_word(count)))


def pause_model(count: int, until: datetime, look: DisplayContext) -> BatchModel:
    """Confirm a pause of several keys."""
    told = _("until {time}").format(time=fmt.moment(until, look.now, look.zone))
    kept = _("aktop enables it again itself and must be open then; if it is not, the next start offers it.")
    verb = _("Disable {keys}").format(keys=keys_word(count))
    return BatchModel(_("Disable for a time"), ((Cell(told, Emphasis.STRONG),),), _after(kept), verb)


def undo_model(count: int) -> BatchModel:
    """Confirm undoing several changes made at once."""
    return BatchModel(_("Undo"), (), (), _("Undo for {keys}").format(keys=keys_word(count)))


def _after(*told: str) -> tuple[Line, ...]:
    undone = with_keys(_("u undoes this."), "undo")
    return tuple((Cell(text),) for text in (*told, undone))


def step_rows(key: ApiKey, after: KeyState, look: DisplayContext, *, is_changed: bool = False) -> StepRows:
    """A key with all its changes; `is_changed` says that somebody changed it meanwhile."""
    before = state_of(key)
    changed = state_changes(before, after)
    mark = _("▲ changed since") if is_changed else ""
    name = Cell(look.key_name(key), Emphasis.STRONG)
    number = Cell(f"#{key.id}", Emphasis.MUTED)
    if not changed:
        nothing = _("stays {status}").format(status=stored_word(before.status))
        return ((name, number, Cell(), Cell(), Cell(), Cell(), Cell(nothing, Emphasis.MUTED)),)
    return tuple(
        (
            name if place == 0 else Cell(),
            number if place == 0 else Cell(),
            Cell(member, Emphasis.MUTED),
            Cell(old),
            Cell("→", Emphasis.MUTED),
            Cell(new, Emphasis.STRONG),
            Cell(mark if place == 0 else "", Emphasis.WARNING),
        )
        for place, (member, old, new) in enumerate(changed)
    )


def gone_rows(key_id: int) -> StepRows:
    """A key that no longer exists."""
    gone = Cell(_("not there any more"), Emphasis.MUTED)
    return ((Cell(f"#{key_id}", Emphasis.STRONG), Cell(), Cell(), Cell(), Cell(), Cell(), gone),)


def limits_form(keys: Sequence[ApiKey]) -> FormModel:
    """Ask for quota and spend limits of several keys; the next dialog shows the result for each."""
    fields = tuple(FormField(name, field_word(name)) for name in FIELDS)
    number = keys_word(len(keys))
    lines: tuple[Line, ...] = ((Cell(number, Emphasis.STRONG),),)
    return FormModel(_("Limits"), lines, fields, _("Look at {keys}").format(keys=number))


def check_limits(
    keys: Sequence[ApiKey], values: Mapping[str, str], look: DisplayContext, usual: Mapping[int, Decimal | None]
) -> FormCheck:
    """What the typed limits would do to all keys together."""
    notes: dict[str, Cell] = {}
    is_readable = True
    for name in FIELDS:
        try:
            amounts = [parse_amount(values.get(name, ""), used_of(key, name, look), usual.get(key.id)) for key in keys]
        except BadAmount as error:
            notes[name], is_readable = Cell(f"▲ {error}", Emphasis.WARNING), False
            continue
        refused = sum(
            1 for key, amount in zip(keys, amounts, strict=True) if amount and used_of(key, name, look) >= amount
        )
        if refused:
            text = _("■ refuses {n} of {all} at once").format(n=fmt.count(refused), all=fmt.count(len(keys)))
            notes[name] = Cell(text, Emphasis.CRITICAL)
    is_ready = is_readable and any(wanted is not None for wanted in limit_intents(keys, values, look, usual))
    hint = (Cell(_("+5 = $5 more than used · 0 = none"), Emphasis.MUTED),)
    return FormCheck(notes, ready=is_ready, hints=(hint,))


def limit_intents(
    keys: Sequence[ApiKey], values: Mapping[str, str], look: DisplayContext, usual: Mapping[int, Decimal | None]
) -> tuple[KeyIntent | None, ...]:
    """The typed limits for each key; None if nothing would change. Raises BadAmount."""
    found: list[KeyIntent | None] = []
    for key in keys:
        limits: Limits = read_limits(values, key, look, usual.get(key.id))
        found.append(None if limits.is_empty else KeyIntent(key.id, KeyAction.LIMIT, limits))
    return tuple(found)


def pause_form(keys: Sequence[ApiKey], field: FormField) -> FormModel:
    """Ask for the minutes of a pause of several keys."""
    number = keys_word(len(keys))
    lines: tuple[Line, ...] = ((Cell(number, Emphasis.STRONG),),)
    return FormModel(_("Disable for a time"), lines, (field,), _("Look at {keys}").format(keys=number))


def after_of(key: ApiKey, intent: KeyIntent | None) -> KeyState:
    """The state of a key after a change, or without one."""
    return state_of(key) if intent is None else wanted_state(state_of(key), intent)


def nothing_to_do() -> Toast:
    """None of the marked keys would change."""
    return Toast(_("None of the marked keys would change."))
