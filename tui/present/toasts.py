"""Short notices: their text, how they stand out, and how long they stay."""

from pathlib import Path
from typing import Literal

from msgspec import Struct

from tui.locale import _


class Toast(Struct, frozen=True):
    """A short notice; its text is never read as markup."""

    text: str
    severity: Literal["information", "warning", "error"] = "information"
    timeout_s: float = 6


def read_only() -> Toast:
    """Nothing may be changed."""
    return Toast(_("Read-only: nothing is changed on the gateway."), "warning")


def refresh_every(interval_s: float) -> Toast:
    """The new refresh interval."""
    return Toast(_("Refresh every {s} s").format(s=f"{interval_s:g}"))


def no_shell() -> Toast:
    """No shell would resume aktop once it is suspended."""
    return Toast(_("No shell started aktop: there is nothing to go back to."))


def copied() -> Toast:
    """Text was sent to the clipboard; whether it arrived is unknown."""
    return Toast(_("Sent to the terminal's clipboard."), timeout_s=3)


def too_long_to_copy() -> Toast:
    """The text is too long for a terminal's clipboard."""
    return Toast(_("Too long for the terminal's clipboard."), "warning", 4)


def signed_in_already() -> Toast:
    """The demo needs no sign-in."""
    return Toast(_("The demo is signed in already."), timeout_s=4)


def not_written(path: Path, error: OSError) -> Toast:
    """A file could not be written."""
    why = error.strerror or type(error).__name__
    return Toast(_("{path} could not be written: {why}").format(path=path, why=why), "error")


def no_channels(why: str) -> Toast:
    """The channels for notices cannot be opened."""
    return Toast(_("nothing is told beyond this terminal: {why}").format(why=why), "warning", 12)
