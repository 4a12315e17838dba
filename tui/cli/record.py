"""`aktop record`: records without a screen, to a file that `aktop --replay` shows."""

import argparse
import asyncio
import signal
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from tui.account.demo_account import DemoAccount
from tui.account.services import Services
from tui.cli.output import WrongUse, say
from tui.cli.reading import reading
from tui.config.complaints import file_complaint
from tui.config.paths import as_written
from tui.config.settings import Settings
from tui.domain.capabilities import Capability
from tui.domain.scope import Scope
from tui.domain.spans import span_of
from tui.locale import _
from tui.monitor.events import Event
from tui.monitor.heard import Heard, Stretch, lean
from tui.monitor.question import Question
from tui.monitor.questions import AskGroups, AskKeyCosts
from tui.monitor.scoped import errors_question, questions_of
from tui.monitor.snapshot import Snapshot
from tui.outbound.screenless import ScreenlessAccount
from tui.present import format as fmt
from tui.records.recording.files import GrowingRecording, lines_of
from tui.records.recording.lines import line_of
from tui.records.recording.redaction import Redactor
from tui.terminal import exit_codes

_WATCHER = "record"


async def record(options: argparse.Namespace, settings: Settings, demo: DemoAccount | None) -> int:
    """Record for a while, or until SIGINT or SIGTERM. Raises WrongUse."""
    span = _span_of(options.span) if options.span is not None else None
    path = as_written(options.file)
    async with reading(settings, demo) as opened:
        try:
            file = GrowingRecording(path)
        except FileExistsError:
            raise WrongUse(_("there is a {path} already: give another name").format(path=path)) from None
        try:
            recorder = Recorder(opened, file, is_private=options.private)
            say(_("aktop: recording into {path}; ctrl+c ends it").format(path=path))
            if opened.capabilities.can(Capability.ACCOUNT) and opened.client.sessions.current() is None:
                say(_("aktop: nobody is signed in; `aktop login` changes that"))
            await recorder.run(span)
        except OSError as error:
            told = _("{path}: {reason}; the recording ends there")
            raise WrongUse(told.format(path=path, reason=file_complaint(error))) from None
        finally:
            with suppress(OSError):  # a full disk has been reported
                file.close()
    _say_end(path, recorder)
    return exit_codes.OK


def _warn(text: str) -> None:
    say(f"aktop: {text}")


def _say_end(path: Path, recorder: "Recorder") -> None:
    told = _("aktop: {path} has {n} answers and failures, {kb} kB; aktop --replay {path} shows it")
    size = fmt.count(-(-path.stat().st_size // 1000))
    say(told.format(path=path, n=fmt.count(recorder.count), kb=size))


class Recorder:
    """Polls what the overview and triage of one account show, and appends the events to a file."""

    def __init__(self, services: Services, file: GrowingRecording, *, is_private: bool) -> None:
        self.count = 0
        """The number of events so far."""
        self._file = file
        self._redactor = Redactor(is_private=is_private)
        self._clock = services.clock
        interval_s = float(services.settings.interval_s)
        self._account = ScreenlessAccount(services, interval_s, _warn, has_guard=False)
        self._monitor = self._account.monitor
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        begun = Stretch(services.clock.now(), self._monitor.snapshot, [])
        file.add(lines_of(begun, self._redactor, is_demo=services.is_demo))
        self._monitor.follow(self._hear)

    async def run(self, span: timedelta | None) -> None:
        """Record until the span is over, or until stopped. Raises OSError when the disk fails."""
        ended, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, ended.set)
        listening = asyncio.create_task(self._account.run(self._watch))
        waiting = asyncio.create_task(ended.wait())
        seconds = None if span is None else span.total_seconds()
        try:
            done, _pending = await asyncio.wait(
                (listening, waiting, self._failed), timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
            for one in done:
                one.result()
        finally:
            for task in (listening, waiting):
                task.cancel()
            await asyncio.gather(listening, waiting, return_exceptions=True)

    async def _watch(self) -> None:
        """Watch what the overview shows besides the inputs of triage."""
        snapshot, now = self._monitor.snapshot, self._clock.now()
        scope = Scope()
        wanted: tuple[Question[object], ...] = (*questions_of(scope, snapshot, now), AskKeyCosts())
        self._monitor.watch(_WATCHER, (*wanted, errors_question(scope, snapshot, now), AskGroups()))

    def _hear(self, event: Event, before: Snapshot, after: Snapshot) -> None:
        if self._failed.done():
            return
        try:
            self._file.add((line_of(Heard(self._clock.now(), lean(event, before, after)), self._redactor),))
            self.count += 1
        except OSError as error:
            self._failed.set_exception(error)


def _span_of(text: str) -> timedelta:
    span = span_of(text)
    if not span:
        raise WrongUse(_("--for {text}: expected for instance 90s, 30m or 12h").format(text=text))
    return span
