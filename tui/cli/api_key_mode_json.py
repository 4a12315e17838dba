"""`aktop status --json` with API keys alone: schema aktop.status/1, null for all that keys are not told."""

from decimal import Decimal

from msgspec import Struct

from tui.cli.status_json import SCHEMA, Members, limit_json, model_members, trend_members
from tui.domain.api_key_mode import ApiKeyReport, LimitTerms, PlanTerms, WalletTerms
from tui.domain.failure import FailureKind
from tui.domain.keys import KeyStatus, SpendWindow, WindowName
from tui.domain.scope import TimeRange, range_text
from tui.monitor.api_key_mode import account_feed, own_usage
from tui.monitor.question import Days
from tui.monitor.questions import AskSite
from tui.monitor.snapshot import Snapshot
from tui.present import failures, low_balance
from tui.present.api_key_mode import ApiKeyLine, lines
from tui.present.display_context import DisplayContext
from tui.records import json_values
from tui.records.freshness import feeds_json
from tui.records.json_values import NO_SUMS, number, sums_of


class ApiKeyScope(Struct, frozen=True):
    """Which days of the server, and which key; `days` None are the last 30, `only` None are all keys."""

    range: TimeRange
    days: Days | None
    only: int | None


def api_key_mode_json(
    snapshot: Snapshot, scope: ApiKeyScope, look: DisplayContext, own_usd: Decimal | None, state: str
) -> Members:
    """The whole object. Each key has a further member `told`, with what only a key is told of itself."""
    usage, _told = own_usage(snapshot, look.now, scope.only, scope.days)
    site, window = snapshot.data(AskSite()), usage.window
    return {
        "schema": SCHEMA,
        "at": json_values.time(look.now, look.zone),
        "state": state,
        "missing": _missing(snapshot, scope),
        "gateway": {
            "url": snapshot.gateway_url,
            "site": site.name if site else None,
            "version": (site.version or None) if site else None,
            "time_zone": site.time_zone if site else None,
        },
        "account": _account(snapshot, look, own_usd),
        "scope": {
            "range": range_text(scope.range),
            "from": json_values.time(window.start, look.zone),
            "to": json_values.time(window.end, look.zone),
            "known_from": None,
            "key_id": None if scope.only is None else scope.only + 1,
            "model": None,
            "group_id": None,
            "request_type": None,
            "billing_type": None,
        },
        "totals": (sums_of(usage.sums) if usage.sums else NO_SUMS) | {"wallet_usd": None},
        "trend": trend_members(usage, look),
        "models": model_members(usage.models),
        "keys": [_key(line, look) for line in lines(snapshot, scope.days)],
        "plans": None,
        "errors": {"shared": None, "total": None, "latest": None},
        "feeds": _feeds(snapshot, scope),
    }


def _account(snapshot: Snapshot, look: DisplayContext, own_usd: Decimal | None) -> Members:
    """The lowest balance that a key tells, and the threshold of the site: the account's own is not told."""
    profile = account_feed(snapshot).data
    threshold = low_balance.threshold_of(snapshot, profile, own_usd) if profile else None
    alarm = low_balance.step(low_balance.Alarm(), snapshot, look, None, own_usd)
    is_known = profile is not None and (alarm.is_on or threshold is not None)
    return {
        "email": None,
        "balance_usd": number(profile.balance_usd) if profile else None,
        "frozen_usd": None,
        "low_balance_usd": number(threshold.usd) if threshold else None,
        "low_balance": alarm.is_on if is_known else None,
        "burn_usd_per_h": None,
        "empty_at": None,
        "usual_empty_at": None,
    }


def _key(line: ApiKeyLine, look: DisplayContext) -> Members:
    report = line.report
    limits = report.terms if report is not None and isinstance(report.terms, LimitTerms) else None
    # The 30 days of the account's table slide, and those of a key are the calendar's: they are told as `range_usd`.
    # Keys of wallet and plan have no limits of their own, else they would be told these; an older gateway tells none.
    has_none = report is not None and limits is None and not report.is_old
    quota_usd = (limits.quota_usd or Decimal(0)) if limits else Decimal(0) if has_none else None
    return {
        "id": line.tag.place + 1,
        "name": line.tag.label or line.tag.masked,
        "status": _status(line, limits, look),
        "group": None,
        "today_usd": number(report.today.billed_usd) if report and report.today else None,
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
    """The state where it is told: keys of wallet and plan are not told whether they have expired."""
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
        "total_usd": number(report.total.billed_usd) if report.total else None,
        "price_factor": number(price.effective) if price else None,
    }


def _plan(plan: PlanTerms, look: DisplayContext) -> Members:
    return {
        "name": plan.name,
        "running": plan.is_running,
        "left_usd": number(plan.left_usd),
        "expires_at": json_values.time(plan.expires_at, look.zone),
        "spans": {
            use.name: {"limit_usd": number(use.limit_usd), "used_usd": number(use.used_at(look.now))}
            for use in plan.uses
        },
    }


def _missing(snapshot: Snapshot, scope: ApiKeyScope) -> list[Members]:
    """The keys that were not answered, as what the check lacks."""
    return [
        {
            "input": f"key_{line.tag.place + 1}",
            "error": line.feed.failure.kind.value,
            "detail": failures.detail(line.feed.failure) or None,
            "as_of": json_values.time(line.feed.fetched_at, snapshot.zone),
            "read": None,
            "of_at_most": None,
        }
        for line in lines(snapshot, scope.days)
        if line.feed.failure is not None
    ]


def _feeds(snapshot: Snapshot, scope: ApiKeyScope) -> Members:
    keys = {f"key_{line.tag.place + 1}": line.feed for line in lines(snapshot, scope.days)}
    return feeds_json({"settings": snapshot.feed(AskSite()), **keys}, snapshot)
