"""The sign that stands before an alarm: one for each severity, on the screen and without it."""

from tui.triage.severity import Severity as Weight
from widgets.values import Cell, Severity

SIGNS = {Weight.INFO: "·", Weight.WARNING: "▲", Weight.CRITICAL: "■"}
_SHOWN = {Weight.INFO: Severity.MUTED, Weight.WARNING: Severity.WARNING, Weight.CRITICAL: Severity.CRITICAL}


def signed(weight: Weight, text: str) -> Cell:
    """A text behind its sign, in its colour."""
    return Cell(f"{SIGNS[weight]} {text}", _SHOWN[weight])
