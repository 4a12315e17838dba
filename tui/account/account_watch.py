"""Watches one account whatever shows it, and has triage judge it."""

from datetime import timedelta
from typing import Any

from tui.account.context import AccountContext
from tui.account.services import Services
from tui.domain.capabilities import Capability
from tui.domain.scope import Scope
from tui.monitor.loop import Monitor, Rates
from tui.monitor.question import Question
from tui.monitor.refresh_policy import RefreshPolicy
from tui.monitor.scoped import ACCOUNT, questions_of
from tui.monitor.triage_inputs import triage_questions
from tui.monitor.triage_throttle import TriageThrottle
from tui.triage.report import Report

WATCHER = "account"
"""The watcher name for questions that are needed whatever screen is open, or without one."""


def monitor_of(services: Services, interval_s: float | None = None) -> Monitor:
    """The monitor of an account; it asks nothing and publishes nothing yet."""
    rates = Rates(timedelta(seconds=float(services.settings.interval_s if interval_s is None else interval_s)))
    start = services.first_snapshot()
    return Monitor(services.client, start, services.clock, lambda _snapshot: None, rates, services.api_keys)


class AccountWatch:
    """Watches and judges one account; `scope` is that of the first screen, if there will be one."""

    def __init__(self, account: AccountContext, scope: Scope | None = None) -> None:
        self._account = account
        self._scope = scope
        self._watched: tuple[tuple[Question[Any], RefreshPolicy], ...] = ()
        self._judging = TriageThrottle()

    @property
    def is_first_look(self) -> bool:
        """Whether a cause is still missing; each Snapshot is then judged as it arrives, not at the next tick."""
        report = self._account.tracker.report
        return report is None or report.is_first_look

    def watch(self) -> None:
        """Watch money, keys, the newest calls, and the inputs of triage."""
        snapshot, now = self._account.monitor.snapshot, self._account.services.clock.now()
        wanted: tuple[Question[Any], ...] = questions_of(Scope(), snapshot, now)
        if snapshot.capabilities.can(Capability.CALLS):
            report = self._account.tracker.report
            wanted = (*ACCOUNT, *triage_questions(snapshot, now, report.awaited if report is not None else ()))
            if not self._watched and self._scope is not None:
                # The first screen does not exist yet: its questions are asked together with the rest.
                wanted = (*wanted, *questions_of(self._scope, snapshot, now))
        paced = tuple((question, question.pace) for question in wanted)
        if paced != self._watched:
            self._watched = paced
            self._account.monitor.watch(WATCHER, wanted)

    def judge(self) -> Report | None:
        """What triage finds now; None if it is not due again, or if there are no calls to judge by."""
        snapshot, now = self._account.monitor.snapshot, self._account.services.clock.now()
        can_judge = snapshot.capabilities.can(Capability.CALLS)
        if not can_judge or not self._judging.is_due(snapshot, now, is_forced=self.is_first_look):
            return None
        return self._account.tracker.judge(snapshot, now)
