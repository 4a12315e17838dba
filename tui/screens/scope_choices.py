"""Choosing a scope: the dialogs for range and filters, on behalf of a screen."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from tui.domain.scope import BadRange, RangeName, Scope, parse_range, range_text
from tui.domain.usage import Slice
from tui.locale import _
from tui.monitor.questions import AskGroups, AskKeys
from tui.monitor.scoped import usage_of
from tui.present.display_context import DisplayContext
from tui.present.scope_line import range_word
from tui.screens.dialog_words import dialog_words
from widgets.dialogs import Choice, ChoiceDialog, PromptCheck, PromptDialog
from widgets.values import Cell, Emphasis

if TYPE_CHECKING:
    from tui.screens.account_screen import AccountScreen

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


class ScopeChoices:
    """Asks for a range or a filter and narrows the screen's scope to it."""

    def __init__(self, screen: "AccountScreen") -> None:
        self._screen = screen

    def choose_range(self) -> None:
        """One of the named ranges, or days of one's own."""
        screen = self._screen
        look = self._look()
        choices = [Choice(name.value, range_word(name, look)) for name in RangeName]
        choices.append(Choice(CUSTOM, _("other days …")))
        self._choose(_("Time range"), choices, range_text(screen.scope.range), self._take_range)

    def _take_range(self, choice: str | None) -> None:
        if choice == CUSTOM:
            prompt = PromptDialog(
                _("Days"), value=_example_days(self._look()), check=_check_range, words=dialog_words()
            )
            self._screen.app.push_screen(prompt, self._take_days)
        elif choice is not None:
            self._narrow(self._screen.scope.over(RangeName(choice)))

    def _take_days(self, text: str | None) -> None:
        if text is not None:
            self._narrow(self._screen.scope.over(parse_range(text)))

    def choose_filters(self) -> None:
        """First what to filter by, then the value."""
        names = [
            Choice("key_id", _("key"), "k"),
            Choice("model", _("model"), "m"),
            Choice("group_id", _("group"), "g"),
            Choice("request_type", _("request type"), "r"),
            Choice("billing_type", _("billing: wallet or plan"), "b"),
            Choice("billing_mode", _("billing mode"), "o"),
            Choice("error_category", _("errors by category"), "c"),
            Choice("error_status", _("errors by status"), "s"),
        ]
        self._choose(_("Filter by"), names, None, self._choose_value)

    def _choose_value(self, name: str | None) -> None:
        if name is None:
            return
        options = [(ALL, _("all")), *self._values(name)]
        scope = self._screen.scope
        current = getattr(scope, name) if name.startswith("error_") else getattr(scope.filters, name)
        self._choose(
            _("Filter by"),
            [Choice(value, label) for value, label in options],
            ALL if current is None else str(current),
            lambda choice: self._take_value(name, choice),
        )

    def _take_value(self, name: str, choice: str | None) -> None:
        if choice is None:
            return
        value: int | str | None = None if choice == ALL else choice
        if value is not None and name in ("key_id", "group_id", "billing_type", "error_status"):
            value = int(value)
        scope = self._screen.scope
        if name == "error_category":
            self._narrow(Scope(scope.range, scope.filters, None if value is None else str(value), scope.error_status))
        elif name == "error_status":
            self._narrow(
                Scope(scope.range, scope.filters, scope.error_category, value if isinstance(value, int) else None)
            )
        else:
            self._narrow(scope.narrowed(**{name: value}))

    def _values(self, name: str) -> list[tuple[str, str]]:
        snapshot = self._screen.snapshot
        if snapshot is None:
            return []
        if name == "key_id":
            look = self._look()
            return [(str(key.id), look.key_name(key)) for key in snapshot.data(AskKeys()) or ()]
        if name == "group_id":
            return [(str(group.id), group.name) for group in snapshot.data(AskGroups()) or ()]
        if name == "model":
            models = usage_of(self._screen.scope, snapshot, self._look().now).models or ()
            return [(one.id, one.name) for one in sorted(models, key=_by_cost, reverse=True)]
        fixed: dict[str, list[tuple[str, str]]] = {
            "request_type": [(value, value) for value in REQUEST_TYPES],
            "billing_type": [("0", _("wallet")), ("1", _("plan"))],
            "billing_mode": [(value, value) for value in BILLING_MODES],
            "error_category": [(value, value) for value in CATEGORIES],
            "error_status": [(str(value), str(value)) for value in STATUSES],
        }
        return fixed[name]

    def _choose(
        self, title: str, choices: list[Choice], current: str | None, take: Callable[[str | None], None]
    ) -> None:
        dialog = ChoiceDialog(title, tuple(choices), current, words=dialog_words())
        self._screen.app.push_screen(dialog, take)

    def _narrow(self, scope: Scope) -> None:
        self._screen.narrow(scope)

    def _look(self) -> DisplayContext:
        services = self._screen.account.services
        return DisplayContext(services.clock.now(), services.zone, self._screen.view.privacy)


def _by_cost(one: Slice) -> float:
    return float(one.billed_usd)


def _check_range(text: str) -> PromptCheck:
    """What is wrong with a range as typed."""
    try:
        parse_range(text)
    except BadRange:
        expected = _("expected days in order, such as {example}").format(example="2026-11-01..2026-11-20")
        return PromptCheck((Cell(expected, Emphasis.WARNING),), ready=False)
    return PromptCheck((Cell(_("first and last day, both included"), Emphasis.MUTED),))


def _example_days(look: DisplayContext) -> str:
    today = look.now.astimezone(look.zone).date()
    return f"{today - timedelta(days=6)}..{today}"
