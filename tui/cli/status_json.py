"""`aktop status --json`, schema aktop.status/1. Unknown is null; names and numbers are never translated."""

from collections.abc import Sequence
from decimal import Decimal

from tui.cli.alarms import is_low
from tui.cli.api_key_mode_json import told_by_key
from tui.domain.capabilities import Capability, Lack
from tui.domain.keys import ApiKey, KeyCost, SpendWindow
from tui.domain.scope import Scope, range_text, window_of
from tui.domain.usage import Bucket, FailedCall, Page, Slice
from tui.gateway.tested import is_newer_than_tested
from tui.monitor.api_key_mode import days_of, report_feeds
from tui.monitor.burn import burn_of
from tui.monitor.feed import Feed
from tui.monitor.questions import AskKeyCosts, AskKeys, AskPlans, AskProfile, AskSite
from tui.monitor.scoped import are_errors_cut, draws_on_wallet, errors_of, errors_question, has_plans, usage_of
from tui.monitor.snapshot import Snapshot
from tui.monitor.usage import ScopedUsage
from tui.present import low_balance
from tui.present.display_context import DisplayContext
from tui.present.errors import key_id_of
from tui.present.header import empty_at
from tui.records import json_values
from tui.records.freshness import Feeds, feeds_json
from tui.records.json_values import NO_SUMS, Members, number, sums_of
from tui.triage.report import Report

SCHEMA = "aktop.status/1"
LATEST_ERRORS = 20
_BURN_PLACES = Decimal("0.00000001")


def status_json(
    snapshot: Snapshot,
    scope: Scope,
    feeds: Feeds,
    look: DisplayContext,
    report: Report | None,
    own_usd: Decimal | None,
    state: str,
    missing: Sequence[Members] = (),
) -> Members:
    """The whole object; `state` is the check's result, `missing` what it could not read.

    In API-key mode each key has an extra member `told` with what only a key reports about itself.
    """
    usage = usage_of(scope, snapshot, look.now)
    site = snapshot.data(AskSite())
    return {
        "schema": SCHEMA,
        "at": json_values.time(look.now, look.zone),
        "state": state,
        "missing": list(missing),
        "gateway": {
            "url": snapshot.gateway_url,
            "site": site.name if site else None,
            "version": (site.version or None) if site else None,
            "is_newer_than_tested": is_newer_than_tested(site.version) if site and site.version else None,
            "time_zone": site.time_zone if site else None,
        },
        "account": _account(snapshot, look, report, own_usd),
        "scope": _scope(scope, usage, look),
        "totals": _totals(usage),
        "trend": _trend(usage, look),
        "models": _models(usage.models),
        "keys": _keys(snapshot, scope, look),
        "plans": _plans(snapshot, look),
        "errors": _errors(snapshot, scope, look),
        "feeds": feeds_json(feeds, snapshot),
    }


def _account(snapshot: Snapshot, look: DisplayContext, report: Report | None, own_usd: Decimal | None) -> Members:
    """The account; in API-key mode only the lowest balance that a key reports."""
    profile, is_whole = snapshot.data(AskProfile()), snapshot.capabilities.can(Capability.ACCOUNT)
    balance = profile.balance_usd if profile else None
    burn = burn_of(snapshot, balance, look.now)
    threshold = low_balance.threshold_of(snapshot, profile, own_usd) if profile else None
    at = empty_at(burn, balance, look, report) if is_whole and draws_on_wallet(snapshot, look.now) else None
    usual_at = report.usual_empty_at if report is not None and report.knows_pace else None
    return {
        "email": profile.email if profile and is_whole else None,
        "balance_usd": number(balance),
        "frozen_usd": number(profile.frozen_usd) if profile and is_whole else None,
        "low_balance_usd": number(threshold.usd) if threshold else None,
        "low_balance": is_low(snapshot, look, report, own_usd),
        "burn_usd_per_h": number(burn.usd_per_h.quantize(_BURN_PLACES)) if burn else None,
        "empty_at": json_values.time(at, look.zone),
        "usual_empty_at": json_values.time(usual_at, look.zone),
    }


def _scope(scope: Scope, usage: ScopedUsage, look: DisplayContext) -> Members:
    filters, window = scope.filters, usage.window
    return {
        "range": range_text(scope.range),
        "from": json_values.time(window.start, look.zone),
        "to": json_values.time(window.end, look.zone),
        "known_from": json_values.time(usage.known_from, look.zone),
        "key_id": filters.key_id,
        "model": filters.model,
        "group_id": filters.group_id,
        "request_type": filters.request_type,
        "billing_type": filters.billing_type,
    }


def _totals(usage: ScopedUsage) -> Members:
    return (sums_of(usage.sums) if usage.sums else NO_SUMS) | {"wallet_usd": number(usage.wallet_usd)}


def _trend(usage: ScopedUsage, look: DisplayContext) -> list[Members] | None:
    """The buckets, the first and last cut to the window like their sums."""
    if usage.trend is None:
        return None
    window = usage.window
    return [
        {
            "from": json_values.time(max(bucket.start, window.start), look.zone),
            "to": json_values.time(min(bucket.end, window.end), look.zone),
        }
        | sums_of(bucket.sums)
        | ({"is_approximate": True} if _is_approximate(bucket, usage) else {})
        for bucket in usage.trend
    ]


def _is_approximate(bucket: Bucket, usage: ScopedUsage) -> bool:
    """Whether some minutes may be counted with the day before or after."""
    return bucket.start.date() in usage.approximate_days


def _models(models: Sequence[Slice] | None) -> list[Members] | None:
    """The models, costliest first."""
    if models is None:
        return None
    ordered = sorted(models, key=lambda model: (-model.billed_usd, model.name))
    return [{"model": model.name} | sums_of(model) for model in ordered]


def _keys(snapshot: Snapshot, scope: Scope, look: DisplayContext) -> list[Members] | None:
    keys = snapshot.data(AskKeys())
    costs = snapshot.data(AskKeyCosts()) or {}
    if keys is None:
        return None
    found = [_key(key, costs.get(key.id), look) for key in keys]
    if snapshot.capabilities.can(Capability.KEYS):
        return found
    feeds = report_feeds(snapshot, days_of(scope, snapshot, look.now))
    return [
        members | told_by_key(key, feed.data, snapshot, look)
        for members, key, feed in zip(found, keys, feeds, strict=True)
    ]


def _plans(snapshot: Snapshot, look: DisplayContext) -> list[Members] | None:
    """The active subscriptions; empty if no key is paid by one, null if they could not be read."""
    plans = snapshot.data(AskPlans())
    if plans is None:
        can_tell = snapshot.capabilities.can(Capability.KEYS) and snapshot.data(AskKeys()) is not None
        return [] if can_tell and not has_plans(snapshot) else None
    return [
        {
            "id": plan.id,
            "group": plan.group_name,
            "expires_at": json_values.time(plan.expires_at, look.zone),
            "windows": {
                window.name: {
                    "limit_usd": number(window.limit_usd),
                    "used_usd": number(window.used_at(look.now)),
                    "resets_at": json_values.time(window.resets_at, look.zone),
                }
                for window in plan.windows
            },
        }
        for plan in plans
    ]


def _key(key: ApiKey, cost: KeyCost | None, look: DisplayContext) -> Members:
    is_counting = any(window.limit_usd > 0 for window in key.windows)
    quota_counts = key.quota_usd > 0 or key.quota_used_usd > 0
    return {
        "id": key.id,
        "name": key.name,
        "status": key.status(look.now).value,
        "group": key.group.name if key.group else None,
        "today_usd": number(cost.today_usd) if cost else None,
        "last_30_days_usd": number(cost.last_30_days_usd) if cost else None,
        "in_flight": key.in_flight,
        "quota_usd": number(key.quota_usd),
        "quota_used_usd": number(key.quota_used_usd) if quota_counts else None,
        "limits": {window.name.value: _limit(window, look, is_counting=is_counting) for window in key.windows},
        "last_used_at": json_values.time(key.last_used_at, look.zone),
        "expires_at": json_values.time(key.expires_at, look.zone),
    }


def _limit(window: SpendWindow, look: DisplayContext, *, is_counting: bool) -> Members:
    """One spend window; without any limit the gateway does not count."""
    is_live = window.resets_at is not None and window.resets_at > look.now
    return {
        "limit_usd": number(window.limit_usd),
        "used_usd": number(window.used_at(look.now)) if is_counting else None,
        "resets_at": json_values.time(window.resets_at, look.zone) if is_live else None,
    }


def _errors(snapshot: Snapshot, scope: Scope, look: DisplayContext) -> Members:
    feed = snapshot.feed(errors_question(scope, snapshot, look.now))
    found = errors_of(scope, snapshot, look.now)
    return {
        "shared": _is_shared(snapshot, is_known=found is not None),
        "total": None if found is None else _number_of(found, feed, scope, snapshot, look),
        "latest": None if found is None else [_error(call, snapshot, look) for call in found[:LATEST_ERRORS]],
    }


def _is_shared(snapshot: Snapshot, *, is_known: bool) -> bool | None:
    """Whether the gateway shows users their errors; None if unknown."""
    lack = snapshot.capabilities.why_not(Capability.ERRORS)
    return (is_known or None) if lack in (None, Lack.API_KEY_MODE) else False


def _error(call: FailedCall, snapshot: Snapshot, look: DisplayContext) -> Members:
    return {
        "id": call.id,
        "at": json_values.time(call.at, look.zone),
        "key": call.key_name or None,
        "key_id": key_id_of(call, snapshot),
        "model": call.model or None,
        "status_code": call.status_code,
        "category": call.category,
        "message": call.message,
    }


def _number_of(
    found: Sequence[FailedCall], feed: Feed[Page[FailedCall]], scope: Scope, snapshot: Snapshot, look: DisplayContext
) -> int | None:
    """The number of errors in the scope; None if they exceed a page and the gateway's count includes others."""
    page = feed.data
    if page is None or not are_errors_cut(scope, snapshot, look.now):
        return len(found)
    counted_by_gateway = scope.filters.model is None and window_of(scope.range, look.now, snapshot.zone).days
    return page.total if counted_by_gateway else None
