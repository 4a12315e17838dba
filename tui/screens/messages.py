"""What screens ask of the app: to open something, to see things otherwise, to copy."""

from dataclasses import dataclass
from typing import Literal

from textual.message import Message

from tui.domain.scope import Scope
from tui.domain.usage import Call, FailedCall
from tui.screens.view_state import ViewState

Target = Literal["calls", "errors", "key", "model", "call", "error", "wallet", "triage", "explain"]
Door = Literal["sign_in", "profiles", "accounts"]


@dataclass
class Open(Message):
    """Go somewhere, in a scope; a call or an error goes with the record itself."""

    target: Target
    scope: Scope
    record: Call | FailedCall | None = None


@dataclass
class GoTo(Message):
    """Go into an account: a profile's, or for None the one that aktop was started with."""

    profile: str | None


@dataclass
class OpenDoor(Message):
    """Sign in, choose a profile, or look at all accounts."""

    door: Door


@dataclass
class Judged(Message):
    """A person said something about what was found: all screens are to show it."""


@dataclass
class ViewChanged(Message):
    """The person wants to see things otherwise, on every screen."""

    view: ViewState


@dataclass
class Copy(Message):
    """Send a text to the terminal's clipboard."""

    text: str


@dataclass
class Redraw(Message):
    """Paint everything again: somebody else has written on the terminal."""
