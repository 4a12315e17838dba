"""Live calls: what moves, and what limits do to them."""

from itertools import pairwise
from typing import Any

import pytest

from tests.unit.demo.site import Site, open_site
from tui.demo.app import SCENARIOS
from tui.demo.keys import Key
from tui.demo.listing import Range, count

MINUTE = 60


def calls_of(site: Site, key: Key) -> int:
    """How many rows a key has."""
    ledger = site.gateway.world.ledger
    return count(ledger.select(lambda trait: trait.key_id == key.id), Range())


def errors_of(site: Site, key: Key) -> list[dict[str, Any]]:
    """The newest failures of a key."""
    found: list[dict[str, Any]] = site.get("/usage/errors", api_key_id=key.id, page_size=100)["items"]
    return found


@pytest.fixture
def site() -> Site:
    """A key runs away."""
    return open_site("runaway")


@pytest.fixture
def guilty(site: Site) -> Key:
    """The key that runs away."""
    return site.key("batch-nightly")


def burn(site: Site) -> float:
    """What the wallet lost in the last ten simulated minutes."""
    before = site.get("/user/profile")["balance"]
    site.gateway.advance(10 * MINUTE)
    return float(before - site.get("/user/profile")["balance"])


def test_balance_falls_by_what_the_rows_cost(site: Site) -> None:
    before, newest = (
        site.get("/user/profile")["balance"],
        site.get("/usage", sort_by="id", page_size=1)["items"][0]["id"],
    )
    site.gateway.advance(20 * MINUTE)
    for key in site.gateway.world.keys.values():
        key.status = "inactive"
    site.gateway.advance(5 * MINUTE)
    rows = [row for row in site.get("/usage", sort_by="id", page_size=1000)["items"] if row["id"] > newest]
    wallet = sum(row["actual_cost"] for row in rows if row["billing_type"] == 0)
    assert len(rows) > 100
    assert before - site.get("/user/profile")["balance"] == pytest.approx(wallet, abs=1e-8 * len(rows))
    assert not any(key["current_concurrency"] for key in site.get("/keys")["items"])


def test_the_runaway_shows_at_once_in_the_trend(site: Site) -> None:
    trend = site.get("/usage/dashboard/trend", granularity="hour", billing_type=0)["trend"]
    usual = sorted(bucket["actual_cost"] for bucket in trend[:-3])[len(trend) // 2]
    assert min(bucket["actual_cost"] for bucket in trend[-3:-1]) > 5 * usual


def test_disabling_the_guilty_key_brings_the_burn_back(site: Site, guilty: Key) -> None:
    wild = burn(site)
    site.panel("PUT", f"/keys/{guilty.id}", {"status": "inactive"})
    site.gateway.advance(MINUTE)
    rows, failures = calls_of(site, guilty), len(errors_of(site, guilty))
    assert wild > 2
    assert burn(site) < wild / 2
    assert (calls_of(site, guilty), len(errors_of(site, guilty))) == (rows, failures)


def test_running_calls_of_a_disabled_key_still_finish(site: Site, guilty: Key) -> None:
    while guilty.running == 0:
        site.gateway.advance(0.5)
    rows = calls_of(site, guilty)
    running = guilty.running
    site.panel("PUT", f"/keys/{guilty.id}", {"status": "inactive"})
    site.gateway.advance(5 * MINUTE)
    assert rows + running <= calls_of(site, guilty) <= rows + running + 2
    assert guilty.running == 0


@pytest.mark.parametrize(
    ("change", "message", "category", "status"),
    [
        ({"rate_limit_5h": 0.01}, "api key 5小时限额已用完", "other", 429),
        ({"rate_limit_1d": 0.01}, "api key 日限额已用完", "other", 429),
        ({"rate_limit_7d": 0.01}, "api key 7天限额已用完", "other", 429),
        ({"expires_at": "2026-11-24T00:00:00Z"}, "API key 已过期", "auth", 403),
        ({"quota": 0.5}, "API key 额度已用完", "other", 429),
    ],
)
def test_limits_refuse_calls_and_leave_failures(
    site: Site, guilty: Key, change: dict[str, Any], message: str, category: str, status: int
) -> None:
    site.panel("PUT", f"/keys/{guilty.id}", change)
    site.gateway.advance(5 * MINUTE)
    rows = calls_of(site, guilty)
    site.gateway.advance(5 * MINUTE)
    newest = errors_of(site, guilty)[0]
    assert calls_of(site, guilty) == rows
    assert (newest["message"], newest["category"], newest["status_code"]) == (message, category, status)


def test_a_quota_counts_from_when_it_is_set_and_exhausts_the_key(site: Site, guilty: Key) -> None:
    site.panel("PUT", f"/keys/{guilty.id}", {"quota": 0.3})
    assert site.get(f"/keys/{guilty.id}")["quota_used"] == 0
    site.gateway.advance(10 * MINUTE)
    spent = site.get(f"/keys/{guilty.id}")
    assert (spent["status"], spent["quota_used"] >= 0.3) == ("quota_exhausted", True)
    assert errors_of(site, guilty)[0]["model"] == ""
    site.panel("PUT", f"/keys/{guilty.id}", {"reset_quota": True, "quota": 50})
    rows = calls_of(site, guilty)
    site.gateway.advance(2 * MINUTE)
    assert calls_of(site, guilty) > rows


def test_an_empty_wallet_refuses_until_a_top_up(site: Site, guilty: Key) -> None:
    site.gateway.world.user.balance = 10**8
    site.gateway.advance(10 * MINUTE)
    assert site.get("/user/profile")["balance"] < 0
    messages = {item["message"]: item["category"] for item in errors_of(site, guilty)}
    assert messages["Insufficient account balance"] == "other"
    rows = calls_of(site, guilty)
    site.panel("POST", "/redeem", {"code": "DEMO-TOPUP-20"})
    site.gateway.advance(2 * MINUTE)
    assert calls_of(site, guilty) > rows
    assert site.get("/redeem/history")[0]["code"] == "DEMO-TOPUP-20"


def test_team_calls_do_not_touch_the_wallet() -> None:
    site = open_site("quiet")
    for key in site.gateway.world.keys.values():
        if key.group_id != 3:
            key.status = "inactive"
    balance, used = site.get("/user/profile")["balance"], site.get("/subscriptions/progress")[0]["progress"]
    site.gateway.advance(60 * MINUTE)
    after = site.get("/subscriptions/progress")[0]["progress"]
    assert site.get("/user/profile")["balance"] == balance
    assert all(after[window]["used_usd"] > used[window]["used_usd"] for window in ("daily", "weekly", "monthly"))


def test_last_used_moves_when_calls_start_at_most_every_30_seconds(site: Site, guilty: Key) -> None:
    seen = set()
    for _ in range(60):
        site.gateway.advance(2)
        seen.add(guilty.last_used)
    assert 2 <= len(seen) <= 6


def test_the_balance_moves_before_the_row_appears(site: Site) -> None:
    user, ledger = site.gateway.world.user, site.gateway.world.ledger
    before, rows = user.balance, len(ledger.live)
    for _ in range(4000):
        site.gateway.advance(0.01)
        if user.balance != before or len(ledger.live) != rows:
            break
    assert (user.balance < before, len(ledger.live)) == (True, rows)


def test_ids_are_not_always_in_the_order_of_created_at(site: Site) -> None:
    site.gateway.world.user.concurrency = 0
    site.gateway.advance(3 * 60 * MINUTE)
    moments = [call.created for call in site.gateway.world.ledger.live]
    assert [call.id for call in site.gateway.world.ledger.live] == list(
        range(site.gateway.world.ledger.first_live_id, site.gateway.world.ledger.first_live_id + len(moments))
    )
    assert sum(one > two for one, two in pairwise(moments)) < len(moments) / 20


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_scenario_lives_on(scenario: str) -> None:
    site = open_site(scenario)
    site.gateway.advance(30 * MINUTE)
    assert len(site.gateway.world.ledger.live) > 20
    assert site.get("/usage/stats")["total_actual_cost"] > 20


def test_a_retry_storm_fails_every_second_and_pays_for_repeats() -> None:
    site = open_site("retry-storm")
    key = site.key("ci &amp; release")
    before = site.get("/usage/errors", api_key_id=key.id)["total"]
    site.gateway.advance(10 * MINUTE)
    failures = errors_of(site, key)
    assert site.get("/usage/errors", api_key_id=key.id)["total"] - before > 200
    assert {529, 429} <= {item["status_code"] for item in failures}
    rows = site.get("/usage", api_key_id=key.id, page_size=10)["items"]
    inputs = {row["input_tokens"] + row["cache_creation_tokens"] + row["cache_read_tokens"] for row in rows}
    assert max(inputs) < min(inputs) * 1.01


def test_a_broken_cache_reads_hardly_anything() -> None:
    site = open_site("cache-broken")
    rows = site.get("/usage", api_key_id=site.key("assistant-backend").id, page_size=50)["items"]
    read = sum(row["cache_read_tokens"] for row in rows)
    whole = sum(row["cache_read_tokens"] + row["input_tokens"] + row["cache_creation_tokens"] for row in rows)
    assert read / whole < 0.1


def test_a_leaked_key_is_used_from_elsewhere() -> None:
    site = open_site("leak")
    rows = site.get("/usage", api_key_id=1, page_size=50)["items"]
    assert {"45.155.205.99", "203.0.113.9"} & {row["ip_address"] for row in rows} >= {"45.155.205.99"}


def test_a_key_moved_to_another_group_is_billed_there(site: Site, guilty: Key) -> None:
    site.panel("PUT", f"/keys/{guilty.id}", {"group_id": 3})
    site.gateway.advance(3 * MINUTE)
    row = site.get("/usage", api_key_id=guilty.id, page_size=1)["items"][0]
    assert (row["group_id"], row["rate_multiplier"], row["billing_type"]) == (3, 1, 1)
