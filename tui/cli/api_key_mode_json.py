"""What only a key reports about itself as JSON members, and null for what it does not report."""

from tui.domain.api_key_mode import ApiKeyReport, OwnApiKey, OwnPlan
from tui.domain.capabilities import Capability
from tui.domain.keys import ApiKey, KeyStatus
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.records import json_values
from tui.records.json_values import Members, number


def told_by_key(key: ApiKey, of_range: ApiKeyReport | None, snapshot: Snapshot, look: DisplayContext) -> Members:
    """Members that replace or extend those of an account's key.

    Its 30 days follow the calendar, those of an account slide: they are reported as `range_usd`. Keys of wallet and
    plan report neither state nor expiry, and have no limits of their own, or they would report these instead; older
    gateways report no limits.
    """
    assert isinstance(key, OwnApiKey)
    report = key.report
    members: Members = {"group": None, "last_30_days_usd": None, "told": None}
    is_limited = report is not None and report.limits is not None
    if key.failure is not None or not is_limited:
        members["status"] = KeyStatus.INACTIVE if key.status(look.now) is KeyStatus.INACTIVE else None
    if not is_limited and (report is None or not snapshot.capabilities.can(Capability.LIMITS)):
        members |= {"quota_usd": None, "limits": None}
    if report is None:
        return members
    told = {
        "masked": key.masked_secret,
        "kind": "limits" if is_limited else "plan" if report.plan is not None else "wallet",
        "balance_usd": number(report.balance_usd),
        "plan": _plan(report.plan, look) if report.plan is not None else None,
        "range_usd": number(of_range.days_usd if of_range is not None else None),
        "total_usd": number(report.total_usd),
        "price_factor": number(key.price.effective) if key.price else None,
    }
    return members | {"told": told}


def _plan(plan: OwnPlan, look: DisplayContext) -> Members:
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
