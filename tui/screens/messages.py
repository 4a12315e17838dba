"""Messages from screens to the app, and from dialogs to their screen."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from textual.message import Message

from tui.domain.export_format import ExportFormat
from tui.domain.scope import Scope
from tui.domain.usage import Call, FailedCall
from tui.screens.view_state import ViewState
from tui.triage.incident_history import IncidentRecord
from tui.triage.incidents import Incident

Door = Literal["sign_in", "profiles", "accounts", "palette"]


@dataclass
class Open(Message):
    """Go to a screen by its name in the app's registry, in a scope; what is a record goes with it."""

    target: str
    scope: Scope
    record: Call | FailedCall | IncidentRecord | None = None


@dataclass
class Narrow(Message):
    """Look at another scope on the screen that this is sent to."""

    scope: Scope


@dataclass
class Quit(Message):
    """Leave aktop."""


@dataclass
class Undo(Message):
    """Take the last change back."""


@dataclass
class ReadBack(Message):
    """Read the call list back through its whole range."""


@dataclass
class Export(Message):
    """Write the calls of a list, or of its whole range, to a file."""

    is_whole_range: bool
    form: ExportFormat
    path: Path
    may_replace: bool


@dataclass
class WriteReport(Message):
    """Write the incident to a file."""

    path: Path
    may_replace: bool


@dataclass
class AnswerPlanned(Message):
    """An incident is planned, or is not after all."""

    incident: Incident


@dataclass
class GoTo(Message):
    """Go into an account: a profile's, or for None the one that aktop was started with."""

    profile: str | None


@dataclass
class OpenDoor(Message):
    """Open the sign-in, the profiles, all accounts, or the palette."""

    door: Door


@dataclass
class Judged(Message):
    """A person said something about what was found: all screens are to show it."""


@dataclass
class ViewChanged(Message):
    """The person wants to see things otherwise, on every screen."""

    view: ViewState


@dataclass
class Playback(Message):
    """See another moment of a recording, or see it at another speed."""

    wish: Literal["step_back", "step_on", "finding_before", "finding_after", "faster", "slower"]


@dataclass
class WriteRecording(Message):
    """Write recent events to a file."""

    path: Path
    may_replace: bool
    is_private: bool


@dataclass
class Copy(Message):
    """Send a text to the terminal's clipboard."""

    text: str


@dataclass
class Redraw(Message):
    """Paint everything again: somebody else has written on the terminal."""


@dataclass
class OpenView(Message):
    """Look at what a person has saved by this name."""

    name: str


@dataclass
class KeepTheme(Message):
    """Look like this from now on."""

    name: str
