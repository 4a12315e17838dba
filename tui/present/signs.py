"""The sign before an alarm: one per severity, on screen and in plain text."""

from tui.triage.severity import Severity
from widgets.values import Cell, Emphasis

SIGNS = {Severity.INFO: "·", Severity.WARNING: "▲", Severity.CRITICAL: "■"}
_SHOWN = {Severity.INFO: Emphasis.MUTED, Severity.WARNING: Emphasis.WARNING, Severity.CRITICAL: Emphasis.CRITICAL}


def signed(weight: Severity, text: str) -> Cell:
    """A text behind its sign, in its colour."""
    return Cell(f"{SIGNS[weight]} {text}", _SHOWN[weight])
