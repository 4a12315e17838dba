"""The one registry of commands: bindings, footer, help, palette and the README's key table come from it."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from tui.locale import _


class ScreenKind(StrEnum):
    """Where a command is available."""

    ANYWHERE = "anywhere"
    OVERVIEW = "overview"
    KEY = "key"
    MODEL = "model"
    CALLS = "calls"
    ERRORS = "errors"
    TRIAGE = "triage"
    API_KEYS = "api_keys"
    ACCOUNTS = "accounts"


EVERYWHERE = frozenset(ScreenKind)
CALLS_ONLY = frozenset({ScreenKind.CALLS})
SCOPED = frozenset({ScreenKind.OVERVIEW, ScreenKind.KEY, ScreenKind.MODEL, ScreenKind.CALLS, ScreenKind.ERRORS})
SEEN = SCOPED | {ScreenKind.TRIAGE}
SHOWN = SEEN | {ScreenKind.API_KEYS}
KEPT = SHOWN | {ScreenKind.ACCOUNTS}
PICKED = SCOPED | {ScreenKind.API_KEYS}
LISTED = frozenset({ScreenKind.OVERVIEW, ScreenKind.CALLS, ScreenKind.ERRORS})
SORTED = frozenset({ScreenKind.OVERVIEW, ScreenKind.CALLS, ScreenKind.API_KEYS})
CHARTED = frozenset({ScreenKind.OVERVIEW, ScreenKind.KEY, ScreenKind.MODEL, ScreenKind.API_KEYS})
WITH_KEY = frozenset({ScreenKind.OVERVIEW, ScreenKind.KEY, ScreenKind.CALLS, ScreenKind.ERRORS, ScreenKind.TRIAGE})


class Command(Struct, frozen=True):
    """One thing that a person can do.

    `keys` are Textual key names, comma-separated; `shown` how the key is written; screens have a method `do_<id>`.
    `is_mutating` commands change the gateway: they always ask, and read-only refuses them. In the footer of the places
    `first_in` a command stands before the others: it is what people come there for.
    """

    id: str
    keys: str
    shown: str
    title: str
    help: str
    places: frozenset[ScreenKind] = SEEN
    is_mutating: bool = False
    in_footer: bool = True
    first_in: frozenset[ScreenKind] = frozenset()


def _n(text: str) -> str:
    """Marks a text for translation where the catalog is not chosen yet."""
    return text


COMMANDS: tuple[Command, ...] = (
    Command("open", "enter", "enter", _n("Open"), _n("open the row under the cursor"), KEPT, first_in=KEPT),
    Command(
        "disable",
        "D",
        "D",
        _n("Disable"),
        _n("disable the key under the cursor, or enable it again"),
        WITH_KEY,
        is_mutating=True,
        first_in=CALLS_ONLY,
    ),
    Command(
        "limits",
        "L",
        "L",
        _n("Limits"),
        _n("set quota and 5 h, 1 d and 7 d limits of the key under the cursor"),
        WITH_KEY,
        is_mutating=True,
    ),
    Command(
        "timed_pause",
        "Z",
        "Z",
        _n("Disable for …"),
        _n("disable the key under the cursor for some minutes"),
        WITH_KEY,
        is_mutating=True,
        in_footer=False,
    ),
    Command(
        "planned",
        "n",
        "n",
        _n("Planned"),
        _n("it is meant to be so: stay quiet for this key and these hours of the week; again takes it back"),
        frozenset({ScreenKind.TRIAGE}),
    ),
    Command(
        "explain",
        "i",
        "i",
        _n("Why"),
        _n("the rule behind a finding, with its numbers"),
        frozenset({ScreenKind.TRIAGE}),
    ),
    Command(
        "report",
        "E",
        "E",
        _n("Report"),
        _n("write the incident to a file, as Markdown or JSON"),
        frozenset({ScreenKind.TRIAGE}),
    ),
    Command("undo", "u", "u", _n("Undo"), _n("take the last change back"), is_mutating=True, in_footer=False),
    Command("triage", "T", "T", _n("Triage"), _n("find the key that runs away, in five steps"), SCOPED),
    Command("calls", "c", "c", _n("Calls"), _n("call records of the scope"), SEEN - CALLS_ONLY),
    Command("errors", "e", "e", _n("Errors"), _n("error requests of the scope"), in_footer=False),
    Command(
        "narrow",
        "f",
        "f",
        _n("Narrow"),
        _n("narrow the scope to the row under the cursor"),
        SCOPED | {ScreenKind.API_KEYS},
    ),
    Command("clear", "x", "x", _n("All"), _n("clear all filters of the scope"), PICKED, in_footer=False),
    Command("find", "slash", "/", _n("Filter"), _n("filter the rows that are shown"), LISTED, first_in=CALLS_ONLY),
    Command("range", "t", "t", _n("Range"), _n("time range"), SCOPED),
    Command(
        "filters",
        "v",
        "v",
        _n("View"),
        _n("filter by group, type, billing; of errors by category and status"),
        SCOPED,
    ),
    Command("metric", "m", "m", _n("Metric"), _n("what trend and bars measure"), CHARTED),
    Command("by", "b", "b", _n("By"), _n("split by model, group, endpoint or key"), frozenset({ScreenKind.OVERVIEW})),
    Command("sort", "s", "s", _n("Sort"), _n("sort by the next column"), SORTED, first_in=CALLS_ONLY),
    Command("reverse", "S", "S", _n("Reverse"), _n("turn the order round"), SORTED, in_footer=False),
    Command("days", "d", "d", _n("Days"), _n("how many days the daily table shows"), frozenset({ScreenKind.KEY})),
    Command(
        "group",
        "o",
        "o",
        _n("One by one"),
        _n("storms together, or one line an error"),
        frozenset({ScreenKind.ERRORS}),
    ),
    Command("follow", "F", "F", _n("Follow"), _n("go to the newest call and follow"), CALLS_ONLY, first_in=CALLS_ONLY),
    Command(
        "older",
        "B",
        "B",
        _n("Older"),
        _n("read back through the whole range; says first what it costs"),
        CALLS_ONLY,
        first_in=CALLS_ONLY,
    ),
    Command(
        "columns", "C", "C", _n("Columns"), _n("choose the columns of the call list"), CALLS_ONLY, first_in=CALLS_ONLY
    ),
    Command(
        "export",
        "E",
        "E",
        _n("Export"),
        _n("write the calls to a file, as CSV or JSON Lines"),
        CALLS_ONLY,
        first_in=CALLS_ONLY,
    ),
    Command("pause", "p", "p", _n("Pause"), _n("hold the picture; figures are still gathered"), KEPT),
    Command("refresh", "r", "r", _n("Refresh"), _n("ask the gateway now"), KEPT, in_footer=False),
    Command("faster", "plus", "+", _n("Faster"), _n("refresh more often"), in_footer=False),
    Command("slower", "minus", "-", _n("Slower"), _n("refresh less often"), in_footer=False),
    Command("copy", "y", "y", _n("Copy"), _n("copy the row under the cursor"), PICKED, in_footer=False),
    Command("wallet", "w", "w", _n("Wallet"), _n("wallet, plans and their windows, recharge link, redeem a code")),
    Command(
        "remind",
        "W",
        "W",
        _n("Reminder"),
        _n("set the account's low-balance reminder"),
        is_mutating=True,
        in_footer=False,
    ),
    Command(
        "profiles", "colon", ":", _n("Profiles"), _n("go to another profile; type to find it"), KEPT, in_footer=False
    ),
    Command("accounts", "A", "A", _n("Accounts"), _n("all accounts, one line each"), SHOWN, in_footer=False),
    Command("sign_in", "i", "i", _n("Sign in"), _n("sign in again, or as somebody else"), SCOPED, in_footer=False),
    Command("acknowledge", "a", "a", _n("Seen"), _n("acknowledge the banner"), KEPT, in_footer=False),
    Command("privacy", "P", "P", _n("Privacy"), _n("hide names, e-mail and addresses"), KEPT, in_footer=False),
    Command("redraw", "ctrl+l", "ctrl+l", _n("Redraw"), _n("paint the screen anew"), EVERYWHERE, in_footer=False),
    Command(
        "to_shell",
        "ctrl+z",
        "ctrl+z",
        _n("Shell"),
        _n("stop, and go back to the shell; fg goes on"),
        EVERYWHERE,
        in_footer=False,
    ),
    Command("back", "escape", "esc", _n("Back"), _n("go back, widen the scope, or clear the filter"), KEPT),
    Command("help", "question_mark", "?", _n("Help"), _n("every key and what it does"), EVERYWHERE),
    Command("quit", "q", "q", _n("Quit"), _n("leave aktop"), EVERYWHERE, in_footer=False),
)
MOTION: tuple[tuple[str, str], ...] = (
    ("1 2 3 4", _n("focus a pane; the same digit again gives it the whole screen")),
    ("tab", _n("next pane")),
    ("↑ ↓ j k g G", _n("move the cursor; in the chart ← → and h l")),
    ("pgup pgdn ctrl+u ctrl+d", _n("move by pages")),
)


def commands_of(place: ScreenKind) -> tuple[Command, ...]:
    """What can be done in a place, in the order of the footer."""
    return tuple(command for command in COMMANDS if place in command.places)


def key_table(commands: Iterable[Command] = COMMANDS) -> str:
    """The key table of the README, as Markdown."""
    lines = ["| key | does |", "|---|---|"]
    lines += [f"| `{keys}` | {text} |" for keys, text in MOTION]
    lines += [
        f"| `{command.shown}` | {command.help}{' (asks first)' if command.is_mutating else ''} |"
        for command in commands
    ]
    return "\n".join(lines)


def title_of(command: Command) -> str:
    """The command's title in the user's language."""
    return _(command.title)


def help_of(command: Command) -> str:
    """The command's help in the user's language."""
    return _(command.help)
