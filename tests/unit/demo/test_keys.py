"""Keys: escapes, windows, reactivation, what is checked first, what is echoed."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.unit.demo.site import NOW, Site, open_site
from tui.demo.calendar import DAY, HOUR, Moment, instant, moment
from tui.demo.keys import ACTIVE, EXHAUSTED, INACTIVE, Key, escaped
from tui.demo.money import units

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = moment(NOW)


@pytest.fixture
def site() -> Site:
    """An account that may be changed."""
    return open_site()


def key_with(**fields: Any) -> Key:
    """A key by itself."""
    return Key(1, "sk-x", "x", START, START, 2, **fields)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("plain", "plain"),
        ("ci & release", "ci &amp; release"),
        ("<b>\"'", "&lt;b&gt;&#34;&#39;"),
        ("&amp;", "&amp;amp;"),
        ("客服", "客服"),
    ],
)
def test_names_are_escaped_at_every_write(typed: str, stored: str) -> None:
    assert escaped(typed) == stored


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("n" * 100, 200),
        ("n" * 101, 500),
        ("&" * 20, 200),
        ("&" * 21, 500),
        ("客" * 33, 200),
        ("客" * 34, 500),
        (" ", 200),
    ],
)
def test_names_have_a_hundred_bytes(site: Site, name: str, status: int) -> None:
    assert site.panel("POST", "/keys", {"name": name}).status == status


@pytest.mark.parametrize(
    ("window", "offset", "start"),
    [
        ("5h", 0, START),
        ("1d", 0, moment(NOW.astimezone(SHANGHAI).replace(hour=0, minute=0))),
        ("7d", 0, moment(NOW.astimezone(SHANGHAI).replace(hour=0, minute=0))),
        ("5h", 4 * HOUR, START),
        ("5h", 5 * HOUR, START + 5 * HOUR),
        ("1d", 12 * HOUR, moment(NOW.astimezone(SHANGHAI).replace(hour=0, minute=0) + timedelta(days=1))),
        ("7d", 6 * DAY, moment(NOW.astimezone(SHANGHAI).replace(hour=0, minute=0))),
    ],
)
def test_windows_start_and_lapse(window: str, offset: int, start: Moment) -> None:
    key = key_with()
    key.windows["7d"].limit = 9
    key.charge(units(1), START, SHANGHAI)
    key.charge(units(2), START + offset, SHANGHAI)
    each = key.windows[window]
    assert each.start == start
    assert each.used == units(3 if start <= START else 2)


def test_a_lapsed_window_reads_zero_and_keeps_its_start(site: Site) -> None:
    key = site.key("ci &amp; release")
    start = site.get(f"/keys/{key.id}")["window_5h_start"]
    site.panel("PUT", f"/keys/{key.id}", {"status": "inactive"})
    site.gateway.advance(6 * 3600)
    shown = site.get(f"/keys/{key.id}")
    assert (shown["usage_5h"], shown["window_5h_start"]) == (0, start)
    assert "reset_5h_at" not in shown


def test_without_limits_nothing_is_counted() -> None:
    key = key_with()
    key.charge(units(5), START, SHANGHAI)
    assert (key.quota_used, [window.start for window in key.windows.values()]) == (0, [None, None, None])


def test_a_key_that_crosses_its_quota_is_exhausted() -> None:
    key = key_with(quota=2)
    key.charge(units(1.5), START, SHANGHAI)
    assert key.status == ACTIVE
    key.charge(units(1), START, SHANGHAI)
    assert (key.status, key.quota_used) == (EXHAUSTED, units(2.5))


@pytest.mark.parametrize(
    ("status", "change", "expected"),
    [
        (EXHAUSTED, {"quota": 0}, ACTIVE),
        (EXHAUSTED, {"quota": 10}, ACTIVE),
        (EXHAUSTED, {"quota": 5}, EXHAUSTED),
        (EXHAUSTED, {"quota": 1}, EXHAUSTED),
        (EXHAUSTED, {"reset_quota": True}, ACTIVE),
        (EXHAUSTED, {"status": "inactive", "quota": 10}, INACTIVE),
        (EXHAUSTED, {"status": "active"}, ACTIVE),
        (EXHAUSTED, {"name": "new"}, EXHAUSTED),
        (INACTIVE, {"reset_quota": True}, INACTIVE),
        (INACTIVE, {"quota": 100}, INACTIVE),
        (ACTIVE, {"quota": 1}, ACTIVE),
        (ACTIVE, {}, ACTIVE),
        (ACTIVE, {"status": ""}, ACTIVE),
    ],
)
def test_reactivation(site: Site, status: str, change: dict[str, Any], expected: str) -> None:
    key = site.key("trial")
    key.status = status
    assert site.panel("PUT", f"/keys/{key.id}", change).data["status"] == expected


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"status": "disabled"}, 400, "'oneof' tag"),
        ({"quota": -1, "expires_at": "z"}, 400, "numeric limits must be finite"),
        ({"expires_at": "2026-13-01"}, 400, 'parsing time "2026-13-01": month out of range'),
        ({"ip_whitelist": ["zz"], "group_id": 999}, 400, "invalid IP or CIDR pattern"),
        ({"group_id": 999}, 404, "group not found"),
        ({"group_id": 0}, 404, "group not found"),
        ({"group_id": 6}, 403, "not allowed to bind"),
        ({"name": "n" * 101}, 500, "internal error"),
        ({"quota": 1e30}, 500, "internal error"),
    ],
)
def test_refused_updates_change_nothing(site: Site, body: dict[str, Any], status: int, message: str) -> None:
    before = site.get("/keys/1")
    reply = site.panel("PUT", "/keys/1", {"quota": 7, **body})
    assert reply.status == status
    assert message in reply.json["message"]
    assert site.get("/keys/1") == before


def test_an_empty_update_does_not_move_updated_at(site: Site) -> None:
    before = site.get("/keys/1")["updated_at"]
    assert site.panel("PUT", "/keys/1", {"name": None, "quota": None}).data["updated_at"] == before
    site.panel("PUT", "/keys/1", {"quota": 9})
    assert site.get("/keys/1")["updated_at"] != before


def test_writes_echo_nanoseconds_and_the_group_before(site: Site) -> None:
    made = site.panel("POST", "/keys", {"name": "a", "group_id": 2, "expires_in_days": 3}).data
    read = site.get(f"/keys/{made['id']}")
    assert made["created_at"] != read["created_at"]
    assert made["created_at"].startswith(read["created_at"][:19])
    moved = site.panel("PUT", f"/keys/{made['id']}", {"group_id": 5}).data
    assert (moved["group_id"], moved["group"]["id"]) == (5, 2)
    assert site.get(f"/keys/{made['id']}")["group"]["id"] == 5


def test_an_expiry_is_echoed_digit_by_digit_and_read_in_the_servers_zone(site: Site) -> None:
    sent = "2031-01-01T00:00:00.123456789+05:00"
    assert site.panel("PUT", "/keys/1", {"expires_at": sent}).data["expires_at"] == sent
    assert site.get("/keys/1")["expires_at"] == "2031-01-01T03:00:00.123456+08:00"
    assert site.panel("PUT", "/keys/1", {"expires_at": ""}).data["expires_at"] is None


def test_an_empty_list_is_echoed_once_and_null_from_then_on(site: Site) -> None:
    key = site.key("locked-to-office")
    assert site.panel("PUT", f"/keys/{key.id}", {"ip_blacklist": []}).data["ip_blacklist"] == []
    shown = site.get(f"/keys/{key.id}")
    assert (shown["ip_whitelist"], shown["ip_blacklist"]) == (["203.0.113.0/24"], None)


def test_an_expiry_beyond_the_year_9999_empties_every_list(site: Site) -> None:
    made = site.panel("POST", "/keys", {"name": "a", "expires_in_days": 100_000_000})
    listed = site.panel("GET", "/keys")
    assert (made.status, made.raw, listed.status, listed.raw) == (200, b"", 200, b"")
    assert listed.headers["content-type"] == "application/json; charset=utf-8"


def test_a_deleted_key_is_gone_and_its_rows_stay(site: Site) -> None:
    rows = site.get("/usage/dashboard/stats")["total_requests"]
    secret = site.key("laptop").secret
    assert site.panel("DELETE", "/keys/1").data == {"message": "API key deleted successfully"}
    assert [site.panel(method, "/keys/1", {}).status for method in ("GET", "PUT", "DELETE")] == [404, 404, 404]
    assert site.send("GET", "/v1/usage", headers={"x-api-key": secret}).status == 401
    assert site.get("/usage/dashboard/stats")["total_requests"] == rows


@pytest.mark.parametrize(
    ("sort", "order", "first"),
    [("expires_at", "desc", None), ("expires_at", "asc", "2026-11-21"), ("last_used_at", "desc", None)],
)
def test_nulls_sort_as_postgresql_does(quiet: Site, sort: str, order: str, first: str | None) -> None:
    value = quiet.get("/keys", sort_by=sort, sort_order=order)["items"][0][sort]
    assert value is None if first is None else value.startswith(first)


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("AMP", ["ci &amp; release"]),
        ("%", []),
        ("客服", ["客服机器人-生产环境"]),
        ("x" * 120, []),
    ],
)
def test_search_looks_at_stored_names(quiet: Site, search: str, names: list[str]) -> None:
    assert [key["name"] for key in quiet.get("/keys", search=search)["items"]] == names


def test_every_state_is_there(site: Site) -> None:
    keys = {key["name"]: key for key in site.get("/keys")["items"]}
    assert len(keys) == 14
    assert {key["status"] for key in keys.values()} == {"active", "inactive", "quota_exhausted"}
    assert keys["never-used"]["last_used_at"] is None
    assert keys["no-group"]["group_id"] is None
    assert keys["contractor (ended)"]["expires_at"] < instant(START, SHANGHAI).isoformat()
    full = keys["nightly-eval"]
    assert full["usage_5h"] >= full["rate_limit_5h"] > 0
    assert keys["team-max"]["group"]["subscription_type"] == "subscription"


def test_a_repeated_create_is_answered_from_memory(site: Site) -> None:
    headers = {"Authorization": f"Bearer {site.token}", "Idempotency-Key": "k-1"}
    first = site.send("POST", "/api/v1/keys", {"name": "a"}, headers=headers)
    again = site.send("POST", "/api/v1/keys", {"name": "a"}, headers=headers)
    other = site.send("POST", "/api/v1/keys", {"name": "b"}, headers=headers)
    assert first.data == again.data
    assert again.headers["x-idempotency-replayed"] == "true"
    assert other.json["reason"] == "IDEMPOTENCY_KEY_CONFLICT"
