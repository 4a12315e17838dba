"""What the gateway writes, as what aktop knows: every member where it belongs, and what is missing as nothing."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
import pytest

from tui.domain.account import Plan, PlanWindow, Profile, Site
from tui.domain.keys import Group, KeyCost, SpendWindow, WindowName
from tui.domain.scope import Filters
from tui.domain.usage import Bucket, DamagedRow, DayUsage, Slice, Sums
from tui.gateway.sub2api.queries import error_params, flag
from tui.gateway.sub2api.wire.account import PlanRow, ProfileRow, plan_of, profile_of
from tui.gateway.sub2api.wire.base import Misfit, PageOf
from tui.gateway.sub2api.wire.calls import CallRow, call_of, calls_of
from tui.gateway.sub2api.wire.failed import FailedRow, failed_call_detail_of, failed_call_of
from tui.gateway.sub2api.wire.keys import DayRow, KeyCosts, KeyRow, changed_key_of, costs_of, day_of, key_of
from tui.gateway.sub2api.wire.site import SettingsRow, site_of
from tui.gateway.sub2api.wire.sums import ModelRow, SnapshotRow, StatsRow, breakdown_of, model_of, totals_of

T = TypeVar("T")
AT, NOW = "2026-11-24T05:31:02Z", datetime(2026, 11, 24, 5, 31, 2, tzinfo=UTC)
COST = {"cost": 0.5, "actual_cost": 0.25}
PAID = (Decimal("0.5"), Decimal("0.25"))


def row(kind: type[T], **members: Any) -> T:
    """A row as it is read from the wire."""
    return msgspec.json.decode(json.dumps(members), type=kind)


CALL = {
    "id": 1,
    "api_key_id": 7,
    "created_at": AT,
    "input_tokens": 1,
    "output_tokens": 2,
    "cache_creation_tokens": 3,
    "cache_read_tokens": 4,
    "total_cost": 0.5,
    "actual_cost": 0.25,
}
MORE = {
    "model": "opus",
    "rate_multiplier": 0.5,
    "billing_type": 1,
    "request_type": "ws_v2",
    "input_cost": 0.1,
    "output_cost": 0.2,
    "cache_creation_cost": 0.3,
    "cache_read_cost": 0.4,
    "cache_creation_1h_tokens": 5,
    "image_count": 6,
    "image_size": "1K",
    "media_type": "image",
    "image_input_tokens": 7,
    "image_output_tokens": 8,
    "image_input_cost": 0.6,
    "image_output_cost": 0.7,
    "group_id": 9,
    "inbound_endpoint": "/v1/messages",
    "duration_ms": 10,
    "ip_address": "192.0.2.1",
    "user_agent": "curl/8",
    "request_id": "req_1",
    "api_key": {"name": "batch"},
    "group": {"name": "max"},
}


def test_a_whole_call_record() -> None:
    call = call_of(row(CallRow, **CALL, **MORE))
    assert (call.id, call.key_id, call.at, call.key_name, call.group_id, call.group_name) == (
        1,
        7,
        NOW,
        "batch",
        9,
        "max",
    )
    assert (call.input_tokens, call.output_tokens, call.cache_creation_tokens, call.cache_read_tokens) == (1, 2, 3, 4)
    assert (call.standard_usd, call.billed_usd, call.rate_multiplier, call.billing_type) == (*PAID, 0.5, 1)
    assert (call.input_cost, call.output_cost, call.cache_creation_cost, call.cache_read_cost) == (0.1, 0.2, 0.3, 0.4)
    assert (call.cache_creation_1h_tokens, call.request_type, call.model, call.endpoint) == (
        5,
        "ws_v2",
        "opus",
        "/v1/messages",
    )
    assert (call.duration_ms, call.first_token_ms, call.ip, call.user_agent, call.request_id) == (
        10,
        None,
        "192.0.2.1",
        "curl/8",
        "req_1",
    )
    assert msgspec.structs.astuple(call.media) == (6, "1K", "image", 7, 8, 0.6, 0.7)


@pytest.mark.parametrize(("stream", "request_type"), [(True, "stream"), (False, "sync"), (None, "sync")])
def test_a_bare_call_record(stream: bool | None, request_type: str) -> None:
    call = call_of(row(CallRow, **CALL, stream=stream))
    assert (call.rate_multiplier, call.billing_type, call.request_type) == (1.0, 0, request_type)
    assert (call.input_cost, call.output_cost, call.cache_creation_cost, call.cache_read_cost) == (0, 0, 0, 0)
    assert (call.key_name, call.group_name, call.ip, call.request_id, call.cache_creation_1h_tokens) == (
        None,
        None,
        None,
        "",
        0,
    )
    assert msgspec.structs.astuple(call.media) == (0, None, None, 0, 0, 0.0, 0.0)


@pytest.mark.parametrize("member", ["total_cost", "input_tokens", "first_token_ms", "image_output_cost"])
def test_a_record_with_an_impossible_figure_is_left_out_by_name(member: str) -> None:
    rows = [row(CallRow, **CALL), row(CallRow, **{**CALL, "id": 2, member: -1})]
    page = calls_of(PageOf(items=rows, total=2))
    assert ([call.id for call in page.items], page.damaged) == ([1], (DamagedRow(2, member),))


KEY = {"id": 7, "key": "sk-0123456789abcdef", "name": "batch", "status": "active", "quota": 10, "quota_used": 2.5}
GROUP = {"id": 3, "name": "max", "platform": "anthropic", "subscription_type": "subscription", "daily_limit_usd": 4}


def test_a_whole_key() -> None:
    spent = {"rate_limit_5h": 5, "usage_5h": 1.5, "reset_5h_at": "2026-11-24T10:31:02Z"}
    lists = {"ip_whitelist": ["192.0.2.0/24"], "ip_blacklist": ["192.0.2.9"], "current_concurrency": 2}
    found = key_of(row(KeyRow, **KEY, **spent, **lists, created_at=AT, group_id=3, group=GROUP, last_used_at=AT))
    assert (found.id, found.name, found.stored_status, found.quota_usd, found.quota_used_usd) == (
        7,
        "batch",
        "active",
        10,
        Decimal("2.5"),
    )
    assert found.windows == (
        SpendWindow(WindowName.FIVE_HOURS, Decimal(5), Decimal("1.5"), NOW + timedelta(hours=5)),
        SpendWindow(WindowName.ONE_DAY, Decimal(0), Decimal(0), None),
        SpendWindow(WindowName.SEVEN_DAYS, Decimal(0), Decimal(0), None),
    )
    assert found.group == Group(3, "max", "anthropic", Decimal(1), is_subscription=True, daily_limit_usd=Decimal(4))
    assert (found.ip_whitelist, found.ip_blacklist, found.in_flight) == (("192.0.2.0/24",), ("192.0.2.9",), 2)
    assert (found.last_used_at, found.created_at, found.expires_at) == (NOW, NOW, None)
    assert "0123456789" not in found.masked_secret


def test_the_group_of_another_key_is_left_out_and_a_changed_key_has_no_calls_that_are_known() -> None:
    other = row(KeyRow, **KEY, created_at=AT, group_id=4, group=GROUP, current_concurrency=0)
    assert (key_of(other).group, key_of(other).group_id, key_of(other).in_flight) == (None, 4, 0)
    assert changed_key_of(other).in_flight is None
    payg = key_of(row(KeyRow, **KEY, created_at=AT, group_id=3, group={"id": 3, "subscription_type": "payg"}))
    assert payg.bills_wallet
    assert (payg.ip_whitelist, payg.ip_blacklist) == ((), ())


def test_the_costs_and_days_of_keys() -> None:
    cost = {"today_actual_cost": 1.5, "total_actual_cost": 9}
    costs = row(KeyCosts, stats={"7": cost, "odd": cost, "\u0668": cost, "1" * 20: cost})
    assert costs_of(costs) == {7: KeyCost(Decimal("1.5"), Decimal(9))}
    with pytest.raises(Misfit):
        costs_of(row(KeyCosts, stats={"7": {"today_actual_cost": 1}}))
    day = {"date": "2026-11-24", "requests": 1, "input_tokens": 2, "output_tokens": 3, **COST}
    assert day_of(row(DayRow, **day)) == DayUsage("2026-11-24", Sums(1, 2, 3, 0, 0, *PAID))
    whole = row(DayRow, **day, cache_read_tokens=5, cache_write_tokens=4)
    assert day_of(whole).sums == Sums(1, 2, 3, 4, 5, *PAID)
    with pytest.raises(Misfit):
        day_of(row(DayRow, **{**day, "date": "today"}))


@pytest.mark.parametrize(
    ("cache", "created", "read"),
    [
        ({}, 0, 0),
        ({"cache_tokens": 7}, 0, 7),
        ({"cache_tokens": 7, "cache_creation_tokens": 4, "cache_read_tokens": 3}, 4, 3),
        ({"cache_tokens": 7, "cache_creation_tokens": 4}, 4, 0),
        ({"cache_tokens": 7, "cache_read_tokens": 3}, 0, 3),
    ],
)
def test_cache_tokens_that_are_not_told_apart_count_as_read(cache: dict[str, int], created: int, read: int) -> None:
    zone = ZoneInfo("Europe/Berlin")
    trend = {"date": "2026-11-24 06:00", "requests": 1, "input_tokens": 2, "output_tokens": 3, **COST, **cache}
    (bucket,) = breakdown_of(row(SnapshotRow, trend=[trend]), zone).trend
    start = datetime(2026, 11, 24, 6, tzinfo=zone)
    assert bucket == Bucket(start, start + timedelta(hours=1), Sums(1, 2, 3, created, read, *PAID))
    total = {f"total_{name}": count for name, count in {**cache, "requests": 1, "input_tokens": 2}.items()}
    stats = row(StatsRow, **total, total_output_tokens=3, total_cost=0.5, total_actual_cost=0.25)
    assert totals_of(stats).sums == bucket.sums


def test_the_models_groups_and_endpoints_of_a_scope() -> None:
    part = {"requests": 1, "total_tokens": 9, **COST}
    bare = Slice("opus", "opus", 1, 9, *PAID)
    assert model_of(row(ModelRow, model="opus", **part)) == bare
    assert model_of(row(ModelRow, model="opus", input_tokens=2, **part)) == bare
    assert model_of(row(ModelRow, model="opus", output_tokens=3, **part)) == bare
    told = model_of(row(ModelRow, model="opus", input_tokens=2, output_tokens=3, cache_read_tokens=4, **part))
    assert told.sums == Sums(1, 2, 3, 0, 4, *PAID)
    made = row(ModelRow, model="opus", input_tokens=2, output_tokens=3, cache_creation_tokens=4, **part)
    assert model_of(made).sums == Sums(1, 2, 3, 4, 0, *PAID)
    day = {"date": "2026-11-24", "requests": 1, "input_tokens": 2, "output_tokens": 3, **COST}
    group = {"group_id": 3, "group_name": "max", **part}
    found = breakdown_of(
        row(SnapshotRow, trend=[day], models=[{"model": "opus", **part}], groups=[group]), ZoneInfo("UTC")
    )
    assert (found.models, found.groups) == ((bare,), (Slice("3", "max", 1, 9, *PAID),))
    assert found.trend[0].end - found.trend[0].start == timedelta(days=1)
    assert breakdown_of(row(SnapshotRow, trend=None), ZoneInfo("UTC"), ["trend"]).trend == ()
    with pytest.raises(Misfit):
        breakdown_of(row(SnapshotRow), ZoneInfo("UTC"), ["trend"])
    stats = {"total_requests": 1, "total_input_tokens": 2, "total_output_tokens": 3, "total_cost": 0.5}
    stats |= {"total_actual_cost": 0.25, "average_duration_ms": 0, "endpoints": [{"endpoint": "/v1", **part}]}
    totals = totals_of(row(StatsRow, **stats))
    assert (totals.average_duration_ms, totals.endpoints) == (None, (Slice("/v1", "/v1", 1, 9, *PAID),))
    assert totals_of(row(StatsRow, **{**stats, "average_duration_ms": 7, "endpoints": None})).average_duration_ms == 7


def test_an_account_and_what_it_leaves_out() -> None:
    bare = {"id": 1, "email": "a@b.c", "balance": -0.5}
    assert profile_of(row(ProfileRow, **bare)) == Profile(1, "a@b.c", "", Decimal("-0.5"))
    whole = {"frozen_balance": 2, "status": "disabled", "balance_notify_enabled": False, "run_mode": "simple"}
    more = {"balance_notify_threshold_type": "percentage", "balance_notify_threshold": 5, "total_recharged": 9}
    found = profile_of(row(ProfileRow, **bare, **whole, **more, updated_at="2026-11-24T13:31:02+08:00"))
    assert (found.frozen_usd, found.status, found.notify_enabled, found.run_mode) == (2, "disabled", False, "simple")
    assert (found.threshold_type, found.threshold, found.total_recharged_usd) == ("percentage", 5, 9)
    assert (found.updated_at, found.server_offset) == (NOW, timedelta(hours=8))
    assert profile_of(row(ProfileRow, **bare, balance_notify_enabled=True)).notify_enabled


@pytest.mark.parametrize(
    ("seen", "limit", "used", "window"),
    [
        (None, None, 3, None),
        (None, 0, 3, None),
        (None, -1, 3, None),
        (None, 10, 3, PlanWindow("daily", Decimal(10), Decimal(3), None)),
        (None, 10, None, PlanWindow("daily", Decimal(10), Decimal(0), None)),
        ({"used_usd": 4}, 10, 3, PlanWindow("daily", Decimal(10), Decimal(4), None)),
        ({}, 10, 3, PlanWindow("daily", Decimal(10), Decimal(0), None)),
        ({"limit_usd": 20, "used_usd": 4}, 10, 3, PlanWindow("daily", Decimal(20), Decimal(4), None)),
        (
            {"used_usd": 4, "resets_at": "2026-11-24T05:31:03Z"},
            10,
            3,
            PlanWindow("daily", Decimal(10), Decimal(4), NOW + timedelta(seconds=1)),
        ),
        ({"used_usd": 4, "resets_at": AT}, 10, 3, PlanWindow("daily", Decimal(10), Decimal(0), None)),
        ({"used_usd": 4, "resets_in_seconds": 0}, 10, 3, PlanWindow("daily", Decimal(10), Decimal(0), None)),
        ({"used_usd": 4, "resets_in_seconds": 1}, 10, 3, PlanWindow("daily", Decimal(10), Decimal(4), None)),
    ],
)
def test_a_window_of_a_plan(
    seen: dict[str, Any] | None, limit: float | None, used: float | None, window: PlanWindow | None
) -> None:
    group = {"id": 3, "name": "max", "daily_limit_usd": limit}
    subscription = {"id": 1, "expires_at": AT, "group": group, "daily_usage_usd": used}
    plan = plan_of(row(PlanRow, subscription=subscription, progress={"daily": seen}), NOW)
    assert plan == Plan(1, "max", NOW, () if window is None else (window,))


def test_a_plan_is_named_by_its_progress_first_and_may_have_none() -> None:
    progress = {"group_name": "pro", "expires_at": "2026-11-24T05:31:03Z"}
    subscription = {"id": 1, "expires_at": AT, "group": {"id": 3, "name": "max"}}
    assert plan_of(row(PlanRow, subscription=subscription, progress=progress), NOW) == Plan(
        1, "pro", NOW + timedelta(seconds=1), ()
    )
    assert plan_of(row(PlanRow, subscription={"id": 1}), NOW) == Plan(1, "", None, ())


def test_a_site_and_what_it_leaves_out() -> None:
    assert site_of(row(SettingsRow)) == Site()
    whole = {"site_name": "AK", "version": "1.2", "server_timezone": "UTC"}
    switches = {"turnstile_enabled": False, "aliyun_captcha_enabled": True, "totp_enabled": True}
    more = {"balance_low_notify_enabled": True, "balance_low_notify_threshold": 5, "backend_mode_enabled": True}
    found = site_of(row(SettingsRow, **whole, **switches, **more, allow_user_view_error_requests=False))
    assert found == Site(
        "AK",
        "1.2",
        "UTC",
        "aliyun",
        totp_enabled=True,
        backend_mode=True,
        shares_errors=False,
        low_balance_enabled=True,
        low_balance_threshold_usd=Decimal(5),
    )


def test_an_error_request_and_what_it_leaves_out() -> None:
    bare = failed_call_of(row(FailedRow, id=1, created_at=AT))
    assert (bare.status_code, bare.category, bare.request_type, bare.key_deleted, bare.is_stream) == (
        0,
        "other",
        None,
        False,
        False,
    )
    whole = {"status_code": 429, "category": "rate_limit", "key_deleted": True, "stream": True, "message": "slow"}
    found = failed_call_of(row(FailedRow, id=1, created_at=AT, **whole, request_type=3, client_ip="192.0.2.1"))
    assert (found.status_code, found.category, found.request_type, found.ip) == (
        429,
        "rate_limit",
        "ws_v2",
        "192.0.2.1",
    )
    assert (found.key_deleted, found.is_stream, found.message) == (True, True, "slow")
    kinds = [failed_call_of(row(FailedRow, id=1, created_at=AT, request_type=one)).request_type for one in (9, "sync")]
    assert kinds == ["9", "sync"]
    detail = failed_call_detail_of(row(FailedRow, id=1, created_at=AT, error_body="a\nb", upstream_status_code=500))
    assert (detail.body, detail.upstream_status_code) == ("a\nb", 500)


def test_the_error_list_is_filtered_by_what_it_knows() -> None:
    days = (date(2026, 11, 24), date(2026, 11, 24))
    asked = error_params(days, Filters(key_id=7, model="opus"), "UTC", "rate_limit", 429)
    assert asked == {
        "start_date": "2026-11-24",
        "end_date": "2026-11-24",
        "timezone": "UTC",
        "api_key_id": "7",
        "model": "opus",
        "category": "rate_limit",
        "status_code": "429",
    }
    assert error_params(None, Filters(model=""), None, "", None) == {}
    assert (flag(True), flag(False)) == ("true", "false")
