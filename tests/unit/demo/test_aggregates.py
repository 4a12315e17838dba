"""Every figure is the sum of the rows, whatever is asked."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.unit.demo.site import NOW, Site, open_site

SHANGHAI = ZoneInfo("Asia/Shanghai")
Row = dict[str, Any]


def rows_of(site: Site, **query: Any) -> list[Row]:
    """All rows of a filter, page by page."""
    found: list[Row] = []
    page = 1
    while True:
        data = site.get("/usage", page=page, page_size=1000, sort_by="id", sort_order="asc", **query)
        found += data["items"]
        if len(found) >= data["total"]:
            assert len(found) == data["total"]
            return found
        page += 1


def tenths_of_nano(rows: list[Row], name: str) -> int:
    """A sum of USD in whole units of 1e-10."""
    return sum(round(row[name] * 10**10) for row in rows)


def tokens(row: Row) -> int:
    """All tokens of a row."""
    return int(sum(row[f"{kind}_tokens"] for kind in ("input", "output", "cache_creation", "cache_read")))


def local(row: Row) -> datetime:
    """When a row was recorded, in the server's zone."""
    return datetime.fromisoformat(row["created_at"]).astimezone(SHANGHAI)


@pytest.fixture(scope="module")
def live() -> Site:
    """An account after an hour of live traffic."""
    site = open_site("runaway")
    site.gateway.advance(3600)
    return site


@pytest.fixture(scope="module")
def week(live: Site) -> list[Row]:
    """The rows of the newest days, live ones included."""
    return rows_of(live, **days(1, 0))


def days(start: int, end: int) -> dict[str, str]:
    """A range by days back from today."""
    today = NOW.astimezone(SHANGHAI).date()
    return {"start_date": str(today - timedelta(days=start)), "end_date": str(today - timedelta(days=end))}


def test_row_costs_follow_from_prices_and_multiplier(week: list[Row]) -> None:
    for row in week:
        parts = sum(round(row[f"{kind}_cost"] * 10**10) for kind in ("input", "output", "cache_creation", "cache_read"))
        assert parts == round(row["total_cost"] * 10**10)
        assert round(row["total_cost"] * row["rate_multiplier"] * 10**10) == round(row["actual_cost"] * 10**10)


def test_opus_row_has_the_list_price(week: list[Row]) -> None:
    row = next(row for row in week if row["model"] == "claude-opus-4-5")
    assert row["input_cost"] == pytest.approx(row["input_tokens"] * 5e-6)
    assert row["output_cost"] == pytest.approx(row["output_tokens"] * 25e-6)
    assert row["cache_creation_cost"] == pytest.approx(row["cache_creation_tokens"] * 6.25e-6)
    assert row["cache_read_cost"] == pytest.approx(row["cache_read_tokens"] * 0.5e-6)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"api_key_id": 2},
        {"model": "claude-opus-4-5"},
        {"group_id": 3},
        {"stream": "true"},
        {"request_type": "sync"},
        {"billing_type": 0},
        {"api_key_id": 6, "model": "claude-sonnet-4-5", "billing_type": 1},
        {"request_type": "cyber"},
        {"timezone": "America/New_York"},
        {"timezone": "Asia/Kolkata", "api_key_id": 7},
    ],
)
def test_stats_are_the_sum_of_the_rows(live: Site, query: dict[str, Any]) -> None:
    asked = days(0, 0) | query
    rows, stats = rows_of(live, **asked), live.get("/usage/stats", **asked)
    assert stats["total_requests"] == len(rows)
    assert stats["total_tokens"] == sum(map(tokens, rows))
    assert round(stats["total_cost"] * 10**10) == tenths_of_nano(rows, "total_cost")
    assert round(stats["total_actual_cost"] * 10**10) == tenths_of_nano(rows, "actual_cost")
    if rows:
        assert stats["average_duration_ms"] == pytest.approx(sum(row["duration_ms"] for row in rows) / len(rows))
    assert sum(each["requests"] for each in stats.get("endpoints", [])) == len(rows)


@pytest.mark.parametrize(
    ("granularity", "label"),
    [("hour", "%Y-%m-%d %H:00"), ("day", "%Y-%m-%d"), ("week", "%G-%V"), ("month", "%Y-%m"), ("minute", "%Y-%m-%d")],
)
def test_trend_buckets_are_the_sums_of_their_rows(live: Site, week: list[Row], granularity: str, label: str) -> None:
    split: dict[str, list[Row]] = defaultdict(list)
    for row in week:
        split[local(row).strftime(label)].append(row)
    trend = live.get("/usage/dashboard/trend", granularity=granularity, **days(1, 0))["trend"]
    assert [bucket["date"] for bucket in trend] == sorted(split)
    for bucket in trend:
        rows = split[bucket["date"]]
        assert bucket["requests"] == len(rows)
        assert bucket["cache_read_tokens"] == sum(row["cache_read_tokens"] for row in rows)
        assert round(bucket["actual_cost"] * 10**10) == tenths_of_nano(rows, "actual_cost")


def test_snapshot_sections_are_the_sums_of_their_rows(live: Site, week: list[Row]) -> None:
    snapshot = live.get("/usage/dashboard/snapshot-v2", include_group_stats="true", **days(1, 0))
    for section, name, column in (("models", "model", "model"), ("groups", "group_id", "group_id")):
        for item in snapshot[section]:
            rows = [row for row in week if row[column] == item[name]]
            assert item["requests"] == len(rows)
            assert item["total_tokens"] == sum(map(tokens, rows))
            assert round(item["actual_cost"] * 10**10) == tenths_of_nano(rows, "actual_cost")
        assert sum(item["requests"] for item in snapshot[section]) == len(week)


def test_dashboard_today_is_the_sum_of_todays_rows(live: Site) -> None:
    rows, board = rows_of(live, **days(0, 0)), live.get("/usage/dashboard/stats")
    assert board["today_requests"] == len(rows)
    assert board["today_tokens"] == sum(map(tokens, rows))
    assert round(board["today_actual_cost"] * 10**10) == tenths_of_nano(rows, "actual_cost")
    assert board["total_requests"] == live.get("/usage", page_size=1)["total"]
    assert sum(each["today_requests"] for each in board["by_platform"]) == len(rows)


def test_key_figures_agree_with_each_other_and_the_rows(live: Site) -> None:
    rows = rows_of(live, api_key_id=2, **days(0, 0))
    daily = live.get("/user/api-keys/2/usage/daily", days=1)["items"]
    batch = live.panel("POST", "/usage/dashboard/api-keys-usage", {"api_key_ids": [2]}).data["stats"]["2"]
    own = live.by_key("GET", "/v1/usage?days=1", live.key("batch-nightly")).json
    today = tenths_of_nano(rows, "actual_cost")
    figures = (daily[0]["actual_cost"], batch["today_actual_cost"], own["usage"]["today"]["actual_cost"])
    assert {round(figure * 10**10) for figure in figures} == {today}


def test_about_a_hundred_thousand_calls(quiet: Site) -> None:
    total = quiet.get("/usage", page_size=1)["total"]
    assert 90_000 < total < 130_000


def test_wallet_is_what_was_paid_in_less_what_was_spent(quiet: Site) -> None:
    user = quiet.get("/user/profile")
    spent = quiet.get("/usage/stats", billing_type=0, start_date="2026-10-01", end_date="2026-11-30")[
        "total_actual_cost"
    ]
    paid = sum(code["value"] for code in quiet.get("/redeem/history"))
    assert 23 <= user["balance"] <= 40
    assert user["total_recharged"] == pytest.approx(user["balance"] + spent, abs=1e-5)
    assert paid <= user["total_recharged"]


@pytest.mark.parametrize("window", ["1d", "7d"])
def test_windows_hold_the_rows_since_their_start(live: Site, window: str) -> None:
    key = live.get("/keys/3")
    start = datetime.fromisoformat(key[f"window_{window}_start"])
    rows = rows_of(live, api_key_id=3, start_date=str(start.date()))
    assert start.hour == 0
    assert key[f"usage_{window}"] == pytest.approx(sum(row["actual_cost"] for row in rows), abs=1e-6)


def test_quota_used_is_the_sum_of_the_keys_rows(live: Site) -> None:
    key = live.get("/keys/9")
    rows = rows_of(live, api_key_id=9)
    assert key["status"] == "quota_exhausted"
    assert key["quota_used"] == pytest.approx(sum(row["actual_cost"] for row in rows), abs=1e-8)
    assert key["quota_used"] - rows[-1]["actual_cost"] < key["quota"] <= key["quota_used"]
