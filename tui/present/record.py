"""The words around a single call or error request."""

from collections.abc import Iterable

from tui.locale import _
from widgets.values import Line


def call_title() -> str:
    """The title of one call."""
    return _("Call")


def error_title() -> str:
    """The title of one error request."""
    return _("Error request")


def explain_title() -> str:
    """The title of the rules behind a finding."""
    return _("Why")


def hint() -> str:
    """The hint line for a record."""
    return _("y copy  w wrap  esc back")


def plain_text(lines: Iterable[Line]) -> str:
    """Lines as text without styles."""
    return "\n".join("".join(cell.text for cell in line) for line in lines)
