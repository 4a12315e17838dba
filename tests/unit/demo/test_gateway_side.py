"""What programs with a key see, and the error list: variants, stale quotas, refusals in order, filters."""

from typing import Any

import pytest

from tests.unit.demo.site import Reply, Site, open_site
from tui.demo.keys import Key


def own(site: Site, key: Key, days: int = 1) -> Any:
    """A key's own usage."""
    reply = site.by_key("GET", f"/v1/usage?days={days}", key)
    assert reply.status == 200, reply.raw
    return reply.json


def call(site: Site, key: Key, path: str = "/v1/messages") -> Reply:
    """A model call."""
    return site.by_key("POST", path, key, {"model": "claude-sonnet-4-5"})


@pytest.fixture
def site() -> Site:
    """An account that may be changed."""
    return open_site()


@pytest.mark.parametrize(
    ("name", "mode", "members"),
    [
        ("laptop", "quota_limited", {"quota", "remaining", "unit", "status"}),
        ("batch-nightly", "quota_limited", {"rate_limits", "status"}),
        ("team-max", "unrestricted", {"subscription", "planName", "remaining", "unit"}),
        ("never-used", "unrestricted", {"balance", "planName", "remaining", "unit"}),
        ("contractor (ended)", "unrestricted", {"balance", "planName", "remaining", "unit"}),
    ],
)
def test_variants_of_own_usage(quiet: Site, name: str, mode: str, members: set[str]) -> None:
    body = own(quiet, quiet.key(name))
    common = {"mode", "isValid", "usage", "daily_usage", "model_stats"}
    assert body["mode"] == mode
    assert set(body) - common == members


def test_a_key_never_used_has_no_model_stats(quiet: Site) -> None:
    body = own(quiet, quiet.key("never-used"))
    assert (body["daily_usage"], "model_stats" in body) == ([], False)


def test_own_quota_is_minutes_old_until_the_key_is_edited(site: Site) -> None:
    key = site.key("laptop")
    before = own(site, key)["quota"]["used"]
    key.quota_used += 10**10
    site.gateway.world.clock.skip(200)
    assert own(site, key)["quota"]["used"] == before
    site.gateway.world.clock.skip(200)
    assert own(site, key)["quota"]["used"] == pytest.approx(before + 1)
    key.quota_used += 10**10
    site.panel("PUT", f"/keys/{key.id}", {"quota": 900})
    assert own(site, key)["quota"]["used"] == pytest.approx(before + 2)


@pytest.mark.parametrize(
    ("change", "status", "symbol"),
    [
        ({"status": "inactive", "expires_at": "2020-01-01T00:00:00Z"}, 401, "API_KEY_DISABLED"),
        ({"ip_whitelist": ["203.0.113.0/24"], "quota": 1}, 403, "ACCESS_DENIED"),
        ({"expires_at": "2020-01-01T00:00:00Z", "quota": 1}, 403, "API_KEY_EXPIRED"),
        ({"quota": 1, "rate_limit_5h": 0.001}, 429, "API_KEY_QUOTA_EXHAUSTED"),
    ],
)
def test_refusals_come_in_order(site: Site, change: dict[str, Any], status: int, symbol: str) -> None:
    key = site.key("laptop")
    site.panel("PUT", f"/keys/{key.id}", change)
    reply = call(site, key)
    assert (reply.status, reply.json["code"]) == (status, symbol)


def test_a_spent_subscription_refuses_and_is_listed_as_other(site: Site) -> None:
    site.gateway.world.subscription.windows["daily"].used = 41 * 10**10
    key = site.key("team-max")
    reply = call(site, key)
    newest = site.get("/usage/errors", page_size=1)["items"][0]
    message = 'error: code=429 reason="DAILY_LIMIT_EXCEEDED" message="daily usage limit exceeded" metadata=map[]'
    assert (reply.status, reply.json) == (429, {"code": "USAGE_LIMIT_EXCEEDED", "message": message})
    assert (newest["category"], newest["model"], newest["key_name"]) == ("other", "", "team-max")
    assert own(site, key)["remaining"] == 0


def test_a_lapsed_subscription_window_reads_zero_but_its_progress_does_not(site: Site) -> None:
    site.gateway.world.clock.skip(12 * 3600)
    item = site.get("/subscriptions/progress")[0]
    assert (item["subscription"]["daily_usage_usd"], item["subscription"]["daily_window_start"]) == (0, None)
    assert item["progress"]["daily"]["used_usd"] > 0
    assert item["progress"]["daily"]["resets_in_seconds"] == 0


def test_an_empty_wallet_is_noticed_before_a_missing_group(site: Site) -> None:
    key = site.key("no-group")
    assert call(site, key).json["error"]["type"] == "permission_error"
    site.gateway.world.user.balance = 0
    assert call(site, key).json["code"] == "INSUFFICIENT_BALANCE"


def test_right_after_an_overdraft_the_refusal_is_another(site: Site) -> None:
    user = site.gateway.world.user
    user.charge(user.balance + 10**8, site.state_now)
    key = site.key("laptop")
    assert call(site, key).json["error"] == {"message": "insufficient balance", "type": "billing_error"}
    site.gateway.world.clock.skip(20)
    assert call(site, key).json["code"] == "INSUFFICIENT_BALANCE"
    assert site.get("/usage/errors", category="quota", page_size=1)["items"][0]["category"] == "quota"


def test_a_spent_quota_is_worded_openais_way_at_its_endpoint(quiet: Site) -> None:
    key = quiet.key("trial")
    assert call(quiet, key, "/v1/responses").json["error"]["code"] == "insufficient_quota"
    assert call(quiet, key, "/v1/messages").json["code"] == "API_KEY_QUOTA_EXHAUSTED"


@pytest.mark.parametrize("query", [{}, {"category": "other"}, {"category": "nonsense"}, {"api_key_id": 0}])
def test_filters_that_filter_nothing(quiet: Site, query: dict[str, Any]) -> None:
    assert quiet.get("/usage/errors", **query)["total"] == len(quiet.gateway.world.errors.rows)


@pytest.mark.parametrize(
    ("query", "member", "values"),
    [
        ({"status_code": 529}, "status_code", {529}),
        ({"category": "upstream"}, "category", {"upstream"}),
        ({"category": "rate_limit"}, "category", {"rate_limit", "upstream"}),
        ({"category": "auth"}, "category", {"auth"}),
        ({"model": "HAIKU"}, "model", {"claude-haiku-4-5"}),
        ({"api_key_id": 15}, "key_deleted", {True}),
        ({"api_key_id": 12, "status_code": 429, "category": "other"}, "key_name", {"nightly-eval"}),
    ],
)
def test_filters_of_the_error_list(quiet: Site, query: dict[str, Any], member: str, values: set[Any]) -> None:
    items = quiet.get("/usage/errors", page_size=100, **query)["items"]
    assert {item[member] for item in items} == values


@pytest.mark.parametrize("size", [(101, 100), (1000, 100), (1001, 20), (0, 20), (7, 7)])
def test_pages_of_errors_have_at_most_a_hundred(quiet: Site, size: tuple[int, int]) -> None:
    assert quiet.get("/usage/errors", page_size=size[0])["page_size"] == size[1]


def test_an_error_by_id_is_the_listed_one_with_its_body(quiet: Site) -> None:
    item = quiet.get("/usage/errors", status_code=529, page_size=1)["items"][0]
    detail = quiet.get(f"/usage/errors/{item['id']}")
    assert {name: detail[name] for name in item} == item
    assert detail["upstream_status_code"] == 529
    assert "overloaded_error" in detail["error_body"]
