"""Choosing a scope: the ranges and filters on offer, and the scope of a choice."""

from datetime import timedelta

from tui.domain.scope import BadRange, RangeName, Scope, parse_range, range_text
from tui.domain.usage import Slice
from tui.locale import _
from tui.monitor.questions import AskGroups, AskKeys
from tui.monitor.scoped import usage_of
from tui.monitor.snapshot import Snapshot
from tui.present.dialogs import ChoiceModel, PromptModel
from tui.present.display_context import DisplayContext
from tui.present.scope_line import range_word
from widgets.dialog_values import Choice, PromptCheck
from widgets.values import Cell, Emphasis

CUSTOM, ALL = "custom", "all"
REQUEST_TYPES = ("sync", "stream", "ws_v2", "live", "cyber", "unknown")
BILLING_MODES = ("token", "per_request", "image", "video")
CATEGORIES = (
    "auth",
    "service_unavailable",
    "upstream",
    "internal",
    "rate_limit",
    "quota",
    "invalid_request",
    "cyber",
    "other",
)
STATUSES = (400, 401, 403, 404, 408, 413, 429, 499, 500, 502, 503, 504, 529)


def ranges(scope: Scope, look: DisplayContext) -> ChoiceModel:
    """The named ranges, and custom days."""
    choices = [Choice(name.value, range_word(name, look)) for name in RangeName]
    choices.append(Choice(CUSTOM, _("other days …")))
    return ChoiceModel(_("Time range"), tuple(choices), range_text(scope.range))


def days(look: DisplayContext) -> PromptModel:
    """Ask for custom days, initially the last week."""
    today = look.now.astimezone(look.zone).date()
    return PromptModel(_("Days"), f"{today - timedelta(days=6)}..{today}", check_days)


def check_days(text: str) -> PromptCheck:
    """Check the typed days."""
    try:
        parse_range(text)
    except BadRange:
        expected = _("expected days in order, such as {example}").format(example="2026-11-01..2026-11-20")
        return PromptCheck((Cell(expected, Emphasis.WARNING),), ready=False)
    return PromptCheck((Cell(_("first and last day, both included"), Emphasis.MUTED),))


def filters() -> ChoiceModel:
    """The fields to filter by."""
    return ChoiceModel(
        _("Filter by"),
        (
            Choice("key_id", _("key"), "k"),
            Choice("model", _("model"), "m"),
            Choice("group_id", _("group"), "g"),
            Choice("request_type", _("request type"), "r"),
            Choice("billing_type", _("billing: wallet or plan"), "b"),
            Choice("billing_mode", _("billing mode"), "o"),
            Choice("error_category", _("errors by category"), "c"),
            Choice("error_status", _("errors by status"), "s"),
        ),
    )


def values(name: str, scope: Scope, snapshot: Snapshot, look: DisplayContext) -> ChoiceModel:
    """The values of a filter."""
    options = [(ALL, _("all")), *_values(name, scope, snapshot, look)]
    current = getattr(scope, name) if name.startswith("error_") else getattr(scope.filters, name)
    choices = tuple(Choice(value, label) for value, label in options)
    return ChoiceModel(_("Filter by"), choices, ALL if current is None else str(current))


def narrowed(scope: Scope, name: str, choice: str) -> Scope:
    """The scope with a filter set to a value, or without it."""
    value: int | str | None = None if choice == ALL else choice
    if value is not None and name in ("key_id", "group_id", "billing_type", "error_status"):
        value = int(value)
    if name == "error_category":
        return Scope(scope.range, scope.filters, None if value is None else str(value), scope.error_status)
    if name == "error_status":
        return Scope(scope.range, scope.filters, scope.error_category, value if isinstance(value, int) else None)
    return scope.narrowed(**{name: value})


def _values(name: str, scope: Scope, snapshot: Snapshot, look: DisplayContext) -> list[tuple[str, str]]:
    match name:
        case "key_id":
            return [(str(key.id), look.key_name(key)) for key in snapshot.data(AskKeys()) or ()]
        case "group_id":
            return [(str(group.id), group.name) for group in snapshot.data(AskGroups()) or ()]
        case "model":
            models = usage_of(scope, snapshot, look.now).models or ()
            return [(one.id, one.name) for one in sorted(models, key=_by_cost, reverse=True)]
        case "billing_type":
            return [("0", _("wallet")), ("1", _("plan"))]
    fixed = {
        "request_type": REQUEST_TYPES,
        "billing_mode": BILLING_MODES,
        "error_category": CATEGORIES,
        "error_status": STATUSES,
    }
    return [(str(value), str(value)) for value in fixed[name]]


def _by_cost(one: Slice) -> float:
    return float(one.billed_usd)
