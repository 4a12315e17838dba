"""Recordings for the verbs and the screen: the file, and the moment."""

import argparse
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tui.account.incident_tracker import IncidentTracker
from tui.account.played import Verdicts
from tui.account.screen_start import RecordingStart
from tui.cli.output import WrongUse, say
from tui.cli.times import moment_of
from tui.config.complaints import file_complaint
from tui.config.paths import as_written
from tui.config.settings import Settings
from tui.locale import _
from tui.monitor.moments import Recording
from tui.monitor.snapshot import Snapshot
from tui.records.recording.files import BadRecording, read_recording

_DAY = timedelta(days=1)


def replay_of(options: argparse.Namespace) -> RecordingStart:
    """The recording and moment of a command line. Raises WrongUse."""
    recording = _recording(as_written(options.replay))
    at = _moment(options.at, recording)
    if at is not None and not recording.first.at.replace(microsecond=0) <= at <= recording.last.at:
        _say_outside(options.at, at, recording)
    return RecordingStart(recording, at)


def _say_outside(typed: str, at: datetime, recording: Recording) -> None:
    zone = recording.first.snapshot.zone
    first, last = (f"{one.at.astimezone(zone):%Y-%m-%d %H:%M:%S}" for one in (recording.first, recording.last))
    if at < recording.first.at:
        told = _("aktop: --at {typed} is not in the recording, from {first} to {last}: its beginning is shown")
    else:
        told = _("aktop: --at {typed} is not in the recording, from {first} to {last}: its end is shown")
    say(told.format(typed=typed, first=first, last=last))


def judged(replay: RecordingStart, settings: Settings) -> tuple[Snapshot, IncidentTracker, datetime]:
    """The Snapshot of the moment, by default the end, and its triage."""
    moments = replay.recording.moments
    at = replay.recording.nearest(replay.at or replay.recording.last.at)
    place = moments.place_of(at)
    tracker = IncidentTracker.of(settings, lambda text: say(f"aktop: {text}"))
    return moments.all[place].snapshot, Verdicts(moments.all, tracker).tracker_at(place), moments.all[place].at


def _recording(path: Path) -> Recording:
    try:
        recording = read_recording(path)
    except BadRecording as error:
        raise WrongUse(f"--replay: {error}") from None
    except OSError as error:
        text = _("--replay: {path} cannot be read: {error}")
        raise WrongUse(text.format(path=path, error=file_complaint(error))) from None
    if not recording.is_whole:
        say(_("aktop: {path} is damaged or was cut off: it is shown up to there").format(path=path))
    return recording


def _moment(text: str | None, recording: Recording) -> datetime | None:
    """A typed moment; a time without a day is its first occurrence in the recording."""
    if text is None:
        return None
    zone = recording.first.snapshot.zone
    try:
        return _time_within(text.strip(), recording.first.at, zone) if "-" not in text else moment_of(text, zone)
    except (ValueError, OverflowError):
        expected = _("a moment such as 14:05 or 2026-11-02T14:05")
        sentence = _("{where}: expected {what}, got {value}")
        raise WrongUse(sentence.format(where="--at", what=expected, value=repr(text))) from None


def _time_within(text: str, first: datetime, zone: ZoneInfo) -> datetime:
    begin = first.astimezone(zone)
    hour, minute, *second = (int(part) for part in text.split(":"))
    at = begin.replace(hour=hour, minute=minute, second=second[0] if second else 0, microsecond=0)
    return at if at >= begin.replace(second=begin.second if second else 0, microsecond=0) else at + _DAY
