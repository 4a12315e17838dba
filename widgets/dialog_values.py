"""Values that dialogs and the banner are made of: words, choices, fields, checks, steps.

Like `widgets.values` this imports no widget and no framework, so that pure code can create them.
"""

from collections.abc import Hashable, Mapping

from msgspec import Struct, field

from widgets.values import Cell, Emphasis, Line, Row


class DialogWords(Struct, frozen=True):
    """The words that dialogs say by themselves, for the program to translate."""

    cancel: str = "Cancel"
    close: str = "Close"
    sending: str = "sending…"
    dropped: str = "typed too early: dropped"
    too_small: str = "The window is too small for this question. Make it larger; esc leaves."
    accept: str = "OK"
    now: str = "now"
    new: str = "new"
    used: str = "used"


class BatchWords(Struct, frozen=True):
    """The words of a dialog about several things; `ended` with how many were `done` of `all`."""

    scroll: str = "scroll to the end of the list first"
    stopping: str = "stops after this one…"
    ended: str = "{done} of {all} done"


class ActOutcome(Struct, frozen=True):
    """The outcome of an act: whether it succeeded, and the line that says so."""

    ok: bool
    line: Line


class Choice(Struct, frozen=True):
    """One of several: what it is, the letter that chooses it, and a note."""

    id: str
    label: str
    key: str = ""
    note: str = ""


class PromptCheck(Struct, frozen=True):
    """The meaning of typed text: a line that says so, and whether it may be accepted."""

    line: Line = ()
    ready: bool = True


class FormField(Struct, frozen=True):
    """A field: its name, its initial text, and the current and used values."""

    id: str
    label: str
    value: str = ""
    placeholder: str = ""
    now: str = ""
    used: str = ""


class FormCheck(Struct, frozen=True):
    """The effect of typed values: a note beside each field, lines below them, and whether they may be sent.

    `hints` say how to type; they are dropped if there is no room.
    """

    notes: Mapping[str, Cell] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    ready: bool = False
    hints: tuple[Line, ...] = ()


class EntryField(Struct, frozen=True):
    """Something to type. Secrets are never shown, neither while typed nor in a repr.

    What `is_once` is valid for one try, and must be typed again after a refusal.
    """

    id: str
    label: str
    value: str = ""
    placeholder: str = ""
    is_secret: bool = False
    is_once: bool = False


class Way(Struct, frozen=True):
    """A button that leads on; with `needs_fields`, no field may be empty."""

    id: str
    label: str
    needs_fields: bool = False


class EntryStep(Struct, frozen=True):
    """One step. Enter in the last field takes the last way."""

    id: str
    lines: tuple[Line, ...]
    ways: tuple[Way, ...]
    fields: tuple[EntryField, ...] = ()


class HelpRow(Struct, frozen=True):
    """A key, its effect, and a note such as why it does nothing now; an id if it can be run from there."""

    key: str
    text: str
    note: str = ""
    id: str = ""


class HelpSection(Struct, frozen=True):
    """Keys that belong together."""

    title: str
    rows: tuple[HelpRow, ...]


class PickSection(Struct, frozen=True):
    """Rows to pick from under a common title, if there is one."""

    title: str
    rows: tuple[Row, ...]


class BannerNotice(Struct, frozen=True):
    """Something that needs a person; the same `id` is the same thing, even in other words."""

    id: Hashable
    line: Line
    emphasis: Emphasis = Emphasis.WARNING
    hint: Line = ()
    """What helps; left out where there is no room for all of it."""
