"""The words for playing a recording."""

from datetime import datetime
from pathlib import Path

from tui.domain.capabilities import Capabilities, Capability, Lack
from tui.domain.commands import Command
from tui.locale import _
from tui.present.dialogs import ChoiceModel
from tui.present.display_context import DisplayContext
from tui.present.playing import Playing
from tui.present.toasts import Toast, read_only
from widgets.dialog_values import Choice


def why_not(command: Command, capabilities: Capabilities) -> Toast:
    """Why a command is not possible here."""
    if command.in_recordings:
        return Toast(_("Only a recording can be stepped through: aktop --replay FILE."))
    lack = command.lack(capabilities)
    if lack is Lack.API_KEY_MODE:
        return Toast(_("This needs a sign-in: API keys alone do not report it."))
    if lack is Lack.RECORDING:
        return Toast(_("This is a recording: no requests are sent, and nothing can be changed."), "warning")
    return read_only()


def off_word(command: Command, capabilities: Capabilities) -> str:
    """The same in two words, for the help."""
    return _("off: a recording") if command.lack(capabilities) is Lack.RECORDING else _("off: read-only")


def no_more_findings(*, is_back: bool) -> Toast:
    """The triage state stays the same to the end of the recording, or from its beginning."""
    if is_back:
        return Toast(_("No earlier change of triage in this recording."))
    return Toast(_("No later change of triage in this recording."))


def speed(playing: Playing) -> Toast:
    """The new playback speed."""
    return Toast(_("Playing at {n} times the recorded speed").format(n=f"{playing.speed:g}"), timeout_s=3)


def not_whole() -> Toast:
    """The file is damaged."""
    return Toast(_("The recording is damaged: it is shown up to there."), "warning", 12)


REPORT, REPORT_JSON, RECORDING, PRIVATE_RECORDING = "md", "json", "recording", "private"
"""The formats to save an incident in."""


def keep_choices(capabilities: Capabilities) -> ChoiceModel:
    """What to save of an incident; a recording itself needs no second one."""
    return ChoiceModel(
        _("Keep the incident"),
        (
            Choice(REPORT, _("Report, as Markdown"), "m"),
            Choice(REPORT_JSON, _("Report, as JSON"), "j"),
            *(recording_choices() if capabilities.can(Capability.LIVE) else ()),
        ),
    )


def recording_choices() -> tuple[Choice, ...]:
    """The two kinds of recordings."""
    note = _("aktop --replay shows it")
    return (
        Choice(RECORDING, _("Recording of the last half hour"), "r", note),
        Choice(PRIVATE_RECORDING, _("Recording without names and addresses"), "w", note),
    )


def record_choices() -> ChoiceModel:
    """Ask which kind of recording to save."""
    return ChoiceModel(_("Keep a recording"), recording_choices())


def suggested_path(now: datetime, look: DisplayContext) -> str:
    """The default path of a recording."""
    return f"~/aktop-recording-{now.astimezone(look.zone):%Y-%m-%d-%H%M}.jsonl.gz"


def recorded(path: Path) -> Toast:
    """The recording is written."""
    return Toast(_("recording: {path}; aktop --replay shows it").format(path=path), timeout_s=10)
