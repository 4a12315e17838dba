"""What is wanted of an account whatever shows it, and what triage makes of it."""

from datetime import timedelta
from typing import Any

from tui.account.context import AccountContext
from tui.account.services import Services
from tui.domain.capabilities import Capability
from tui.domain.scope import Scope
from tui.monitor.api_key_mode import api_key_questions
from tui.monitor.loop import Monitor, Rates
from tui.monitor.question import Question
from tui.monitor.refresh_policy import RefreshPolicy
from tui.monitor.scoped import ACCOUNT, questions_of
from tui.monitor.triage_inputs import triage_questions
from tui.monitor.triage_throttle import TriageThrottle
from tui.triage.report import Report

WATCHER = "account"
"""The name under which the monitor is asked for what is wanted whatever screen is open, and without one."""


def monitor_of(services: Services, interval_s: float | None = None) -> Monitor:
    """The monitor of an account; nothing is asked and nobody told yet."""
    rates = Rates(timedelta(seconds=float(services.settings.interval_s if interval_s is None else interval_s)))
    start = services.first_snapshot()
    return Monitor(services.client, start, services.clock, lambda _snapshot: None, rates, services.api_keys)


class AccountWatch:
    """Watches one account, and judges what is known of it; `scope` is that of a first screen, if there will be one."""

    def __init__(self, account: AccountContext, scope: Scope | None = None) -> None:
        self._account = account
        self._scope = scope
        self._watched: tuple[tuple[Question[Any], RefreshPolicy], ...] = ()
        self._judging = TriageThrottle()

    @property
    def is_first_look(self) -> bool:
        """Whether a cause is still to be named: then each Snapshot is judged as it comes, not at the next tick."""
        report = self._account.tracker.report
        return report is None or report.is_first_look

    def watch(self) -> None:
        """Ask for money, keys, the newest calls, and what triage judges by."""
        snapshot, now = self._account.monitor.snapshot, self._account.services.clock.now()
        wanted: tuple[Question[Any], ...] = tuple(api_key_questions(snapshot))
        if snapshot.capabilities.can(Capability.CALLS):
            report = self._account.tracker.report
            wanted = (*ACCOUNT, *triage_questions(snapshot, now, report.awaited if report is not None else ()))
            if not self._watched and self._scope is not None:
                # The first screen is not there yet: what it will ask for is read in one go with the rest.
                wanted = (*wanted, *questions_of(self._scope, snapshot, now))
        paced = tuple((question, question.pace) for question in wanted)
        if paced != self._watched:
            self._watched = paced
            self._account.monitor.watch(WATCHER, wanted)

    def judge(self) -> Report | None:
        """What triage finds now; None when it is not worth judging again, or when there are no calls to judge by."""
        snapshot, now = self._account.monitor.snapshot, self._account.services.clock.now()
        can_judge = snapshot.capabilities.can(Capability.CALLS)
        if not can_judge or not self._judging.is_due(snapshot, now, is_forced=self.is_first_look):
            return None
        return self._account.tracker.judge(snapshot, now)
