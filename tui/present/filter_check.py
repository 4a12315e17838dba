"""The line below a filter while it is typed: its error, or completions of the last word."""

from collections.abc import Iterable, Mapping, Sequence

from tui.domain.usage import Call
from tui.locale import _
from tui.monitor.questions import AskKeys
from tui.monitor.snapshot import Snapshot
from tui.present.call_filter import FIELDS, BadFilter, TextField
from tui.present.display_context import DisplayContext
from widgets.values import Cell, Emphasis, Line

EXAMPLE = 'key:batch model~opus cost>0.05 dur>30s tok>10k !type:sync "free text"'
OFFERED = 4
PRIVATE = frozenset({"key", "ip"})


def pointed(text: str, error: BadFilter) -> Line:
    """The typed text with its error marked, and the message."""
    return (
        Cell(text[: error.start], Emphasis.MUTED),
        Cell(f"▸{text[error.start : error.end]}◂", Emphasis.CRITICAL),
        Cell(text[error.end :], Emphasis.MUTED),
        Cell(f"  {error}", Emphasis.WARNING),
    )


def offered(found: Sequence[str]) -> Line:
    """The completions that tab and further letters lead to."""
    if not found:
        return (Cell(EXAMPLE, Emphasis.MUTED),)
    more = f"  +{len(found) - OFFERED}" if len(found) > OFFERED else ""
    first, *others = found[:OFFERED]
    rest = "".join(f"  {one}" for one in others)
    return Cell(_("tab: "), Emphasis.MUTED), Cell(first, Emphasis.ACCENT), Cell(rest + more, Emphasis.MUTED)


def known_values(calls: Iterable[Call], snapshot: Snapshot, look: DisplayContext) -> Mapping[str, Sequence[str]]:
    """The values of fields among some calls, most frequent first; privacy offers no names or addresses."""
    counts: dict[str, dict[str, int]] = {}
    for call in calls:
        for name, one in FIELDS.items():
            if isinstance(one, TextField) and not one.is_varied:
                value = one.get(call)
                if value:
                    counted = counts.setdefault(name, {})
                    counted[value] = counted.get(value, 0) + 1
    for key in snapshot.data(AskKeys()) or ():
        counts.setdefault("key", {}).setdefault(key.name, 0)
    hidden = PRIVATE if look.privacy else frozenset()
    return {
        name: sorted(counted, key=lambda value: -counted[value])
        for name, counted in counts.items()
        if name not in hidden
    }
