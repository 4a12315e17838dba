"""The notices given, and the result of each at every channel: for a screen and for a verb."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from tui.locale import _, plural
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.notice_words import state_word
from tui.present.pane import FieldsPane, PaneFrame, TablePane, parts
from tui.present.shown_keys import with_keys
from tui.present.signs import SIGNS
from tui.present.toasts import Toast
from tui.triage.severity import Severity
from widgets.facts import Part
from widgets.values import Align, Cell, Column, Emphasis, Line, Row

_ENDS = ("contained", "over", "seeing")
_SHOWN = {Severity.INFO: Emphasis.MUTED, Severity.WARNING: Emphasis.WARNING, Severity.CRITICAL: Emphasis.CRITICAL}


class Arrival(Struct, frozen=True):
    """The result of a notice at a channel."""

    channel: str
    state: str
    """`waiting`, `sent`, `digest`, `withheld` or `failed`."""
    at: datetime | None = None
    tries: int = 0
    why: str = ""


class ToldNotice(Struct, frozen=True):
    """A notice that was given; its texts respect the privacy setting."""

    id: str
    at: datetime
    state: str
    severity: Severity
    key: str
    sentence: str
    advice: str = ""
    told_by: str = ""
    arrivals: tuple[Arrival, ...] = ()
    is_missed: bool = False
    """Whether no screen was open when it was given."""


class ToldNotices(Struct, frozen=True):
    """All notices of an account, oldest first, with names and without."""

    plain: tuple[ToldNotice, ...] = ()
    private: tuple[ToldNotice, ...] = ()
    teller: str = ""
    """Which other aktop gives the notices; "" if this one does."""

    def of(self, look: DisplayContext) -> tuple[ToldNotice, ...]:
        """The notices that may be shown."""
        return self.private if look.privacy else self.plain


def columns() -> tuple[Column, ...]:
    """The columns of the notices."""
    return (
        Column("at", _("TOLD"), 11, sortable=False),
        Column("state", _("STATE"), 11, sortable=False),
        Column("key", _("KEY"), 14, priority=2, sortable=False),
        Column("what", _("WHAT"), 30, flex=3, sortable=False),
        Column("sent", _("SENT"), 12, Align.RIGHT, priority=1, sortable=False),
    )


def rows(told: Sequence[ToldNotice], look: DisplayContext) -> tuple[Row, ...]:
    """The notices, latest first."""
    return tuple(_row(one, look) for one in reversed(told))


def _row(one: ToldNotice, look: DisplayContext) -> Row:
    shown = Emphasis.GOOD if one.state in _ENDS else _SHOWN[one.severity]
    sign = "✓" if one.state in _ENDS else SIGNS[one.severity]
    text = one.sentence.removeprefix(f"{sign} ")
    return Row(
        one.id,
        (
            Cell(fmt.moment(one.at, look.now, look.zone), Emphasis.STRONG if one.is_missed else Emphasis.NORMAL),
            Cell(f"{sign} {state_word(one.state)}", shown),
            Cell(one.key or fmt.UNKNOWN),
            Cell(text),
            _sent(one),
        ),
    )


def _sent(one: ToldNotice) -> Cell:
    """The overall result, in a word."""
    if not one.arrivals:
        return Cell(_("here only"), Emphasis.MUTED)
    failed = sum(arrival.state == "failed" for arrival in one.arrivals)
    waiting = sum(arrival.state == "waiting" for arrival in one.arrivals)
    if failed:
        return Cell(plural("{n} failed", "{n} failed", failed).format(n=failed), Emphasis.WARNING)
    if waiting:
        return Cell(plural("{n} waiting", "{n} waiting", waiting).format(n=waiting), Emphasis.ACCENT)
    arrived = sum(arrival.state in ("sent", "digest") for arrival in one.arrivals)
    return Cell(_("✓ {n}").format(n=arrived) if arrived else _("withheld"), Emphasis.MUTED)


def arrival_text(one: Arrival, look: DisplayContext) -> str:
    """The result of a notice at a channel."""
    time = fmt.moment(one.at, look.now, look.zone) if one.at is not None else ""
    match one.state:
        case "sent":
            text = _("{channel}: sent {time}")
        case "digest":
            text = _("{channel}: sent {time}, in one line with others")
        case "withheld":
            text = _("{channel}: not wanted there")
        case "failed":
            text = _("{channel}: did not arrive, {why}")
        case _ if one.tries:
            text = _("{channel}: waits for the next try, {why}")
        case _:
            text = _("{channel}: waits")
    return text.format(channel=one.channel, time=time, why=one.why or fmt.UNKNOWN)


def title_parts(notices: ToldNotices) -> tuple[Part, ...]:
    """The number of notices, and who gives them."""
    told, teller = notices.plain, notices.teller
    count = plural(" · {n} told", " · {n} told", len(told)).format(n=fmt.count(len(told)))
    missed = sum(one.is_missed for one in told)
    if missed:
        count += plural(", {n} while you were away", ", {n} while you were away", missed).format(n=fmt.count(missed))
    line = (Cell(_("Notices"), Emphasis.STRONG), Cell(count, Emphasis.MUTED))
    whose = _("told by another aktop ({who})").format(who=teller) if teller else _("told by this aktop")
    return parts((line, (Cell(whose, Emphasis.MUTED),)))


def list_pane(told: Sequence[ToldNotice], look: DisplayContext) -> TablePane:
    """All notices."""
    empty: Line = (Cell(_("Nothing was told yet: what begins, gets worse and is over stands here."), Emphasis.MUTED),)
    return TablePane(PaneFrame(_("Notices"), with_keys(_("enter triage"), "open")), columns(), rows(told, look), empty)


def detail_pane(one: ToldNotice | None, look: DisplayContext) -> FieldsPane:
    """The notice under the cursor."""
    frame = PaneFrame(_("Notice"))
    if one is None:
        return FieldsPane(frame, ())
    lines: list[Line] = [(Cell(one.sentence),)]
    lines += [(Cell(one.advice, Emphasis.ACCENT),)] if one.advice else []
    lines += [(Cell(arrival_text(arrival, look), Emphasis.MUTED),) for arrival in one.arrivals]
    if not one.arrivals:
        hint = _("No channel was there for it; docs/alerts.md says how to set one up.")
        lines.append((Cell(hint, Emphasis.MUTED),))
    return FieldsPane(frame, tuple(lines))


def missed(count: int) -> Toast:
    """Notices were given while nobody looked."""
    told = plural("{n} notice while you were away: N shows it", "{n} notices while you were away: N shows them", count)
    return Toast(with_keys(told, "notices").format(n=fmt.count(count)), "warning", 12)
