"""API-key mode as JSON members: null for what keys cannot report."""

from decimal import Decimal

from tui.domain.api_key_mode import ApiKeyReport, LimitTerms, PlanTerms, WalletTerms
from tui.domain.capabilities import Capability
from tui.domain.failure import FailureKind
from tui.domain.keys import KeyStatus, SpendWindow, WindowName
from tui.monitor.snapshot import Snapshot
from tui.present.api_key_mode import ApiKeyLine
from tui.present.display_context import DisplayContext
from tui.records import json_values
from tui.records.json_values import Members, number


def limit_json(window: SpendWindow, look: DisplayContext, *, is_counting: bool) -> Members:
    """One spend window; without any limit the gateway does not count."""
    is_live = window.resets_at is not None and window.resets_at > look.now
    return {
        "limit_usd": number(window.limit_usd),
        "used_usd": number(window.used_at(look.now)) if is_counting else None,
        "resets_at": json_values.time(window.resets_at, look.zone) if is_live else None,
    }


def api_key_members(line: ApiKeyLine, snapshot: Snapshot, look: DisplayContext) -> Members:
    """A key, with the members that an account's keys have."""
    report = line.report
    limits = report.terms if report is not None and isinstance(report.terms, LimitTerms) else None
    # The 30 days of the account's table slide, those of a key follow the calendar: they are reported as `range_usd`.
    # Keys of wallet and plan have no own limits, or they would report these instead; older gateways report none.
    has_none = report is not None and limits is None and snapshot.capabilities.can(Capability.LIMITS)
    quota_usd = limits.quota_usd if limits else Decimal(0) if has_none else None
    return {
        "id": line.tag.id,
        "name": line.tag.label or line.tag.masked,
        "status": _status(line, limits, look),
        "group": None,
        "today_usd": number(line.today_usd),
        "last_30_days_usd": None,
        "in_flight": None,
        "quota_usd": number(quota_usd),
        "quota_used_usd": number(limits.quota_used_usd) if limits and limits.quota_usd else None,
        "limits": _limits(limits, has_none=has_none, look=look),
        "last_used_at": None,
        "expires_at": json_values.time(limits.expires_at, look.zone) if limits else None,
        "told": None if report is None else _told(line, report, look),
    }


def _status(line: ApiKeyLine, limits: LimitTerms | None, look: DisplayContext) -> str | None:
    """The state, if reported: keys of wallet and plan do not report whether they have expired."""
    failure = line.feed.failure
    if failure is not None:
        return KeyStatus.INACTIVE.value if failure.kind is FailureKind.KEY_DISABLED else None
    return limits.status(look.now).value if limits else None


def _limits(limits: LimitTerms | None, *, has_none: bool, look: DisplayContext) -> Members | None:
    if limits is None and not has_none:
        return None
    known = {window.name: window for window in limits.windows} if limits else {}
    windows = [known.get(name) or SpendWindow(name, Decimal(0), Decimal(0), None, None) for name in WindowName]
    return {window.name.value: limit_json(window, look, is_counting=window.limit_usd > 0) for window in windows}


def _told(line: ApiKeyLine, report: ApiKeyReport, look: DisplayContext) -> Members:
    terms, price = report.terms, line.price.data
    return {
        "masked": line.tag.masked,
        "kind": {WalletTerms: "wallet", PlanTerms: "plan", LimitTerms: "limits"}[type(terms)],
        "balance_usd": number(report.balance_usd),
        "plan": _plan(terms, look) if isinstance(terms, PlanTerms) else None,
        "range_usd": number(line.days_usd),
        "total_usd": number(line.total_usd),
        "price_factor": number(price.effective) if price else None,
    }


def _plan(plan: PlanTerms, look: DisplayContext) -> Members:
    return {
        "name": plan.name,
        "running": plan.is_running,
        "left_usd": number(plan.left_usd),
        "expires_at": json_values.time(plan.expires_at, look.zone),
        "spans": {
            window.name: {
                "limit_usd": number(window.limit_usd) if window.limit_usd else None,
                "used_usd": number(window.used_at(look.now)),
            }
            for window in plan.windows
        },
    }
