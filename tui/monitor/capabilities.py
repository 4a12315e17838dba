"""Learns from answers what their source can tell."""

from typing import Any

from tui.domain.account import Profile, Site
from tui.domain.api_key_mode import ApiKeyReport
from tui.domain.capabilities import Capabilities, Capability, Lack
from tui.domain.failure import FailureKind
from tui.monitor.api_key_mode import AskApiKeyReport
from tui.monitor.events import Answered, QuestionFailed
from tui.monitor.question import Question
from tui.monitor.questions import (
    AskBreakdown,
    AskErrors,
    AskKeyDays,
    AskKeyHistory,
    AskPlans,
    AskProfile,
    AskSite,
)

LACKS = {FailureKind.ENDPOINT_MISSING: Lack.OLD_GATEWAY, FailureKind.ERRORS_HIDDEN: Lack.ERRORS_HIDDEN}
"""Failures that are an answer: retrying will not change them soon."""


def capabilities_after(known: Capabilities, event: Answered | QuestionFailed, before: object | None) -> Capabilities:
    """The source's capabilities after an event; `before` is the last answer to its question."""
    match event:
        case QuestionFailed(question, failure):
            return _refused(known, question, failure.kind, before)
        case Answered(AskSite(), Site() as site):
            return _of_site(known, site, before)
        case Answered(AskProfile(), Profile(run_mode="simple")):
            return known.without(Lack.SIMPLE_MODE, Capability.BALANCE, Capability.PLANS)
        case Answered(AskProfile(), Profile(run_mode=str())):
            return known.regained(Lack.SIMPLE_MODE)
        case Answered(AskApiKeyReport(), ApiKeyReport(is_old=is_old)):
            told = (Capability.LIMITS, Capability.KEY_DAYS)
            return known.without(Lack.OLD_GATEWAY, *told) if is_old else known.regained(Lack.OLD_GATEWAY, *told)
        case Answered(question):
            return _answered(known, question)


def _refused(known: Capabilities, question: Question[Any], kind: FailureKind, before: object | None) -> Capabilities:
    """A source keeps what it has told once, except errors, which an operator can hide at any time."""
    capability, lack = _needed_for(question), LACKS.get(kind)
    if capability is None or lack is None or (before is not None and capability is not Capability.ERRORS):
        return known
    return known.without(lack, capability)


def _answered(known: Capabilities, question: Question[Any]) -> Capabilities:
    capability = _needed_for(question)
    if capability is None or known.can(capability):
        return known
    for lack in LACKS.values():
        known = known.regained(lack, capability)
    return known


def _of_site(known: Capabilities, site: Site, before: object | None) -> Capabilities:
    """A gateway that was upgraded may tell more than before."""
    if isinstance(before, Site) and before.version != site.version:
        known = known.regained(Lack.OLD_GATEWAY)
    if site.shares_errors is None:
        return known
    shown = known.regained(Lack.ERRORS_HIDDEN)
    return shown if site.shares_errors else shown.without(Lack.ERRORS_HIDDEN, Capability.ERRORS)


def _needed_for(question: Question[Any]) -> Capability | None:
    """The capability needed to answer a question, if some sources lack it."""
    match question:
        case AskErrors():
            return Capability.ERRORS
        case AskPlans():
            return Capability.PLANS
        case AskKeyDays():
            return Capability.KEY_DAYS
        case AskKeyHistory():
            return Capability.FILTERS
        case AskBreakdown(filters=filters):
            return Capability.SUMS if filters.is_empty else Capability.FILTERS
        case _:
            return None
