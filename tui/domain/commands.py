"""The registry of commands: bindings, footer, help, palette and the documented key table are derived from it."""

from enum import StrEnum

from msgspec import Struct

from tui.domain.capabilities import Capabilities, Capability, Lack


class ScreenKind(StrEnum):
    """A place where commands are available."""

    OVERVIEW = "overview"
    KEY = "key"
    MODEL = "model"
    CALLS = "calls"
    ERRORS = "errors"
    TRIAGE = "triage"
    ACCOUNTS = "accounts"
    INCIDENTS = "incidents"
    NOTICES = "notices"
    JOURNAL = "journal"


EVERYWHERE = frozenset(ScreenKind)
CALLS_ONLY = frozenset({ScreenKind.CALLS})
SCOPED = frozenset({ScreenKind.OVERVIEW, ScreenKind.KEY, ScreenKind.MODEL, ScreenKind.CALLS, ScreenKind.ERRORS})
JUDGED = frozenset({ScreenKind.TRIAGE, ScreenKind.INCIDENTS})
FIGURES = SCOPED | JUDGED | {ScreenKind.NOTICES, ScreenKind.JOURNAL}
SCREENS = FIGURES | {ScreenKind.ACCOUNTS}
SORTED = frozenset({ScreenKind.OVERVIEW, ScreenKind.CALLS})
CHARTED = frozenset({ScreenKind.OVERVIEW, ScreenKind.KEY, ScreenKind.MODEL})
WITH_KEY = JUDGED | {ScreenKind.JOURNAL, ScreenKind.OVERVIEW, ScreenKind.KEY, ScreenKind.CALLS, ScreenKind.ERRORS}

MARKED = frozenset({ScreenKind.OVERVIEW})
MARKED_PANES = frozenset({"keys"})
LISTS = frozenset(
    {"keys", "split", "errors", "calls", "days", "models", "incidents", "notices", "journal", "evidence", "accounts"}
)
"""Panes with rows."""
KEY_PANES = frozenset({"keys", "evidence", "contain", "limits"})
"""Panes about keys, in which a key can be changed."""


class Command(Struct, frozen=True):
    """Something that a person can do.

    `keys` are Textual key names, comma-separated; `shown` is how the key is written; screens have a method `do_<id>`. A
    command that `needs` a capability is available only where the source has it; those that need actions ask first. In
    the footers of `first_in`, a command stands before the others: it is what people come there for. Help lists it first
    in its `panes`, if it is about some. Commands `in_recordings` are possible nowhere else.
    """

    id: str
    keys: str
    shown: str
    places: frozenset[ScreenKind] = FIGURES
    needs: Capability | None = None
    needs_too: Capability | None = None
    in_footer: bool = True
    first_in: frozenset[ScreenKind] = frozenset()
    panes: frozenset[str] = frozenset()
    in_recordings: bool = False

    @property
    def is_mutating(self) -> bool:
        """Whether it changes the gateway."""
        return self.needs is Capability.ACTIONS

    def is_possible(self, capabilities: Capabilities) -> bool:
        """Whether a source with these capabilities supports it."""
        return self.lack(capabilities) is None and not (self.in_recordings and capabilities.can(Capability.LIVE))

    def is_offered(self, capabilities: Capabilities) -> bool:
        """Whether footer and help list it: possible, or off for now. Keys alone are never offered what they lack."""
        return self.lack(capabilities) is not Lack.API_KEY_MODE and (
            not self.in_recordings or self.is_possible(capabilities)
        )

    def lack(self, capabilities: Capabilities) -> Lack | None:
        """Why a source with these capabilities does not support it; None if it does."""
        needed = (capabilities.why_not(one) for one in (self.needs, self.needs_too) if one is not None)
        return next(filter(None, needed), None)


COMMANDS: tuple[Command, ...] = (
    Command("open", "enter", "enter", SCREENS, first_in=SCREENS, panes=LISTS | {"trend"}),
    Command("disable", "D", "D", WITH_KEY, needs=Capability.ACTIONS, first_in=CALLS_ONLY, panes=KEY_PANES),
    Command("limits", "L", "L", WITH_KEY, needs=Capability.ACTIONS, panes=KEY_PANES),
    Command("timed_pause", "Z", "Z", WITH_KEY, needs=Capability.ACTIONS, in_footer=False, panes=KEY_PANES),
    Command("mark", "space", "space", MARKED, needs=Capability.KEYS, in_footer=False, panes=MARKED_PANES),
    Command("mark_range", "V", "V", MARKED, needs=Capability.KEYS, in_footer=False, panes=MARKED_PANES),
    Command("mark_up", "shift+up", "shift+↑", MARKED, needs=Capability.KEYS, in_footer=False, panes=MARKED_PANES),
    Command("mark_down", "shift+down", "shift+↓", MARKED, needs=Capability.KEYS, in_footer=False, panes=MARKED_PANES),
    Command("mark_all", "asterisk", "*", MARKED, needs=Capability.KEYS, in_footer=False, panes=MARKED_PANES),
    Command("planned", "n", "n", JUDGED, needs=Capability.LIVE, panes=frozenset({"steps", "incidents"})),
    Command("explain", "i", "i", JUDGED, panes=frozenset({"steps", "evidence", "incidents"})),
    Command("report", "E", "E", frozenset({ScreenKind.TRIAGE})),
    Command("incidents", "I", "I", FIGURES - {ScreenKind.INCIDENTS}, needs=Capability.CALLS, in_footer=False),
    Command("undo", "u", "u", needs=Capability.ACTIONS, in_footer=False),
    Command("guard", "X", "X", needs=Capability.LIVE, needs_too=Capability.CALLS, in_footer=False),
    Command("triage", "T", "T", SCOPED | {ScreenKind.NOTICES, ScreenKind.JOURNAL}, needs=Capability.CALLS),
    Command("notices", "N", "N", FIGURES - {ScreenKind.NOTICES}, needs=Capability.CALLS, in_footer=False),
    Command("journal", "J", "J", FIGURES - {ScreenKind.JOURNAL}, needs=Capability.CALLS, in_footer=False),
    Command("calls", "c", "c", FIGURES - CALLS_ONLY, needs=Capability.CALLS, panes=frozenset({"calls"})),
    Command("errors", "e", "e", needs=Capability.CALLS, in_footer=False, panes=frozenset({"errors"})),
    Command("narrow", "f", "f", SCOPED, panes=frozenset({"keys", "split", "trend", "models"})),
    Command("clear", "x", "x", SCOPED, in_footer=False),
    Command("find", "slash", "/", SCREENS, first_in=CALLS_ONLY, panes=LISTS),
    Command("find_next", "semicolon", ";", SCREENS, in_footer=False, panes=LISTS),
    Command("find_previous", "comma", ",", SCREENS, in_footer=False, panes=LISTS),
    Command("range", "t", "t", SCOPED, needs=Capability.CALLS, panes=frozenset({"trend"})),
    Command("filters", "v", "v", SCOPED, needs=Capability.CALLS),
    Command("metric", "m", "m", CHARTED, panes=frozenset({"trend", "split", "models"})),
    Command("by", "b", "b", frozenset({ScreenKind.OVERVIEW}), needs=Capability.CALLS, panes=frozenset({"split"})),
    Command("sort", "s", "s", SORTED, first_in=CALLS_ONLY, panes=frozenset({"keys", "calls"})),
    Command("reverse", "S", "S", SORTED, in_footer=False, panes=frozenset({"keys", "calls"})),
    Command("days", "d", "d", frozenset({ScreenKind.KEY}), panes=frozenset({"days"})),
    Command("group", "o", "o", frozenset({ScreenKind.ERRORS}), panes=frozenset({"errors"})),
    Command("follow", "F", "F", CALLS_ONLY, first_in=CALLS_ONLY),
    Command("older", "B", "B", CALLS_ONLY, needs=Capability.LIVE, first_in=CALLS_ONLY),
    Command("columns", "C", "C", SCREENS, first_in=CALLS_ONLY, panes=LISTS),
    Command("export", "E", "E", CALLS_ONLY, needs=Capability.LIVE, first_in=CALLS_ONLY),
    Command("pause", "p", "p", SCREENS),
    Command("step_back", "left_square_bracket", "[", FIGURES, in_recordings=True),
    Command("step_on", "right_square_bracket", "]", FIGURES, in_recordings=True),
    Command("finding_before", "left_curly_bracket", "{", FIGURES, in_recordings=True),
    Command("finding_after", "right_curly_bracket", "}", FIGURES, in_recordings=True),
    Command("refresh", "r", "r", SCREENS, needs=Capability.LIVE, in_footer=False),
    Command("faster", "plus", "+", needs=Capability.CALLS, in_footer=False),
    Command("slower", "minus", "-", needs=Capability.CALLS, in_footer=False),
    Command("copy", "y", "y", SCOPED, in_footer=False, panes=LISTS),
    Command("wallet", "w", "w", needs=Capability.ACCOUNT),
    Command("remind", "W", "W", needs=Capability.ACTIONS, in_footer=False),
    Command("palette", "ctrl+p", "ctrl+p", SCREENS, in_footer=False),
    Command("record", "", "–", FIGURES, needs=Capability.LIVE, in_footer=False),
    Command("views", "apostrophe", "'", FIGURES, needs=Capability.CALLS, in_footer=False),
    Command("save_view", "", "–", SCOPED, needs=Capability.CALLS, in_footer=False),
    Command("forget_view", "", "–", SCOPED, needs=Capability.CALLS, in_footer=False),
    Command("profiles", "colon", ":", SCREENS, needs=Capability.LIVE, in_footer=False),
    Command("accounts", "A", "A", FIGURES, needs=Capability.LIVE, in_footer=False),
    Command("sign_in", "i", "i", SCOPED, needs=Capability.LIVE, needs_too=Capability.ACCOUNT, in_footer=False),
    Command("acknowledge", "a", "a", SCREENS, in_footer=False),
    Command("privacy", "P", "P", SCREENS, in_footer=False),
    Command("redraw", "ctrl+l", "ctrl+l", EVERYWHERE, in_footer=False),
    Command("to_shell", "ctrl+z", "ctrl+z", EVERYWHERE, in_footer=False),
    Command("back", "escape", "esc", SCREENS),
    Command("help", "question_mark", "?", EVERYWHERE),
    Command("quit", "q", "q", EVERYWHERE, in_footer=False),
)


def commands_of(place: ScreenKind) -> tuple[Command, ...]:
    """The commands of a place, in footer order."""
    return tuple(command for command in COMMANDS if place in command.places)


class Motion(Struct, frozen=True):
    """Keys that move whatever has the focus; `bindings` are the ids that widgets bind to them."""

    id: str
    keys: str
    bindings: tuple[str, ...]


MOTIONS: tuple[Motion, ...] = (
    Motion("up", "up,k", ("table.up", "view.up")),
    Motion("down", "down,j", ("table.down", "view.down")),
    Motion("page_up", "pageup", ("table.page-up", "view.page-up")),
    Motion("page_down", "pagedown", ("table.page-down", "view.page-down")),
    Motion("half_page_up", "ctrl+u", ("table.half-up", "view.half-up")),
    Motion("half_page_down", "ctrl+d", ("table.half-down", "view.half-down")),
    Motion("first", "home,g", ("table.top", "view.top")),
    Motion("last", "end,G", ("table.bottom", "view.bottom")),
    Motion("left", "left", ("table.left", "view.left")),
    Motion("right", "right", ("table.right", "view.right")),
    Motion("chart_left", "left,h", ("chart.left",)),
    Motion("chart_right", "right,l", ("chart.right",)),
    Motion("chart_first", "home", ("chart.first",)),
    Motion("chart_last", "end", ("chart.last",)),
)
OPENS = ("table.select", "chart.select")
"""The ids that widgets bind to the key of the command `open`."""
