"""Abnormal hours of keys and the account: only there are figures drawn in red or amber."""

from datetime import datetime
from typing import NamedTuple

from tui.triage.report import Report
from widgets.values import Emphasis


class Abnormal(NamedTuple):
    """The hours of a finding, and how it stands out."""

    hours: frozenset[datetime] = frozenset()
    emphasis: Emphasis = Emphasis.CRITICAL

    def emphasis_at(self, hour: datetime) -> Emphasis:
        """How the figures of an hour stand out."""
        return self.emphasis if hour in self.hours else Emphasis.DATA


NOTHING = Abnormal()


def of_account(report: Report | None) -> Abnormal:
    """The hours of the account's spike."""
    spike = report.spike if report is not None else None
    return Abnormal(frozenset(hour.start for hour in spike.hours), _emphasis(report)) if spike else NOTHING


def of_key(key_id: int, report: Report | None) -> Abnormal:
    """The hours of a key: of its own spike, and those of the account's where it is at fault."""
    if report is None:
        return NOTHING
    spike = report.key_spikes.get(key_id)
    hours = {hour.start for hour in spike.hours} if spike is not None else set()
    if key_id in report.at_fault:
        hours |= of_account(report).hours
    return Abnormal(frozenset(hours), _emphasis(report)) if hours else NOTHING


def _emphasis(report: Report | None) -> Emphasis:
    return Emphasis.CRITICAL if report is not None and report.is_critical else Emphasis.WARNING
