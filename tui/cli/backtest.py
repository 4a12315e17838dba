"""`aktop backtest`: every notice that the live rules would have given."""

import argparse
import asyncio
from contextlib import closing
from datetime import date

from tui.account.backtest import JudgedMoment, NoticeFigures, Told, judged
from tui.account.demo_account import DemoAccount
from tui.account.guard.past import PastGuard
from tui.account.incident_tracker import IncidentTracker
from tui.account.judging_processes import usable_cores
from tui.cli.output import WrongUse, flush, machine_text, say, tell
from tui.cli.past import Past, Span, from_account, from_files
from tui.cli.progress import TerminalProgress
from tui.config.settings import Settings
from tui.locale import _
from tui.present import backtest as words
from tui.present import guard_words
from tui.present.display_context import DisplayContext
from tui.records.guard_json import past_members
from tui.records.json_values import json_line
from tui.records.told_json import told_members
from tui.terminal import exit_codes
from tui.triage.incidents import IncidentNotice


def backtest(options: argparse.Namespace, settings: Settings, demo: DemoAccount | None) -> int:
    """Read, judge and print. Raises GatewayError and WrongUse."""
    if options.guard and not settings.guard:
        raise WrongUse(_("--guard: there is no rule; docs/guard.md says how one is written"))
    past = _past(options, settings, demo)
    if past is None:
        say(_("Nothing was read."))
        return exit_codes.NOT_APPLIED
    guard = PastGuard(settings.guard, past.records) if options.guard else None
    teller = _Teller(past, guard, is_json=options.json)
    tracker = IncidentTracker.of(settings, lambda text: say(f"aktop: {text}"))
    # Outside asyncio, where ctrl+c would wait for the end.
    with closing(judged(past.records, past.begin, past.end, past.step, tracker, processes=usable_cores())) as moments:
        for moment in moments:
            teller.hear(moment)
    teller.sum_up()
    return exit_codes.OK if past.is_whole else exit_codes.CANNOT_TELL


def _past(options: argparse.Namespace, settings: Settings, demo: DemoAccount | None) -> Past | None:
    """The past to judge; None if the person declines to read it."""
    span = Span.of(options, settings)
    if options.source is not None:
        if demo is not None:
            raise WrongUse(_("--from judges a file and needs no account: leave --demo away"))
        return from_files(options.source, options.errors, options.balance, settings, span)
    for flag in ("errors", "balance"):
        if getattr(options, flag) is not None:
            raise WrongUse(_("--{flag} goes with --from: an account tells its own").format(flag=flag))
    return asyncio.run(from_account(settings, demo, span, may_ask=not options.yes))


class _Teller:
    """Prints each notice as it comes, and a summary at the end."""

    def __init__(self, past: Past, guard: PastGuard | None, *, is_json: bool) -> None:
        self._past = past
        self._guard = guard
        self._is_json = is_json
        self._figures = NoticeFigures(past.records)
        self._progress = TerminalProgress()
        self._told: list[Told] = []
        self._day: date | None = None

    def hear(self, moment: JudgedMoment) -> None:
        """Print the notices of a moment."""
        look = DisplayContext(moment.at, self._past.records.zone)
        day = moment.at.astimezone(look.zone).date()
        if day != self._day:
            self._day = day
            text = words.progress_text(moment.at, self._past.begin, self._past.end, len(self._told), look)
            self._progress.show(text)
        for notice, told in self._figures.of(moment):
            self._progress.clear()
            if not self._told and not self._is_json:
                tell(words.head_line())
            sentence = words.notice_sentence(notice, told.excess_usd, moment.report, moment.snapshot, look)
            self._tell(notice, told, sentence, look)
            self._told.append(told)
            flush()
        for act in self._guard.hear(moment) if self._guard is not None else ():
            self._progress.clear()
            if not self._is_json:
                tell(guard_words.past_line(act, look))

    def _tell(self, notice: IncidentNotice, told: Told, sentence: str, look: DisplayContext) -> None:
        if self._is_json:
            machine_text(json_line(told_members(told, sentence, look.zone)) + "\n")
        else:
            tell(words.notice_line(notice, told.key, told.share, told.excess_usd, sentence, look))

    def sum_up(self) -> None:
        """Print how many notices there would have been per week; beside JSON lines on standard error."""
        self._progress.clear()
        records, begin, end = self._past.records, self._past.begin - self._past.step, self._past.end
        calls = [call for call in records.calls if begin <= call.at <= end]
        errors = sum(begin <= call.at <= end for call in records.failed) if self._past.has_errors else None
        span = words.JudgedSpan(
            self._past.begin, end, self._past.step, len(calls), errors, len({call.key_id for call in calls})
        )
        told = [(one.state, one.kind, one.severity) for one in self._told]
        lines = words.summary_lines(span, told, DisplayContext(end, records.zone))
        for line in lines if self._is_json or not told else ("", *lines):
            (say if self._is_json else tell)(line)
        if self._guard is not None:
            self._sum_up_guard(self._guard, DisplayContext(end, records.zone))

    def _sum_up_guard(self, guard: PastGuard, look: DisplayContext) -> None:
        """Print what the guard would have done; its savings are known only at the end."""
        acts = guard.acts()
        for act in acts if self._is_json else ():
            machine_text(json_line(past_members(act, look.zone)) + "\n")
        for line in guard_words.past_lines(acts, look):
            (say if self._is_json else tell)(line)
