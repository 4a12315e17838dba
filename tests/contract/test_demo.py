"""The demo gateway against recorded answers of a real one: the same requests, answers of the same form.

Refusals must be the same to the letter; successes must have the same members of the same types, as their figures are
another account's.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.demo.site import Reply, Site, open_site
from tui.demo.keys import Key

FOLDER = Path(__file__).parent / "recordings" / "v0.1.179"
OPTIONAL = {"session_id", "service_tier", "reasoning_effort", "group", "api_key", "subscription", "user", "client_ip"}
OPTIONAL |= {"reset_5h_at", "reset_1d_at", "reset_7d_at", "username_source", "video_model_prices", "request_type"}
OPTIONAL |= {
    "user_agent",
    "group_name",
    "model_stats",
    "upstream_status_code",
    "inbound_endpoint",
    "ip_address",
    "last_active_at",
}
KEY_OF = {
    "v1-usage-quota": "laptop",
    "v1-usage-rate-limits": "batch-nightly",
    "v1-usage-subscription": "team-max",
    "v1-usage-wallet": "research-long-context-experiments-2026",
    "v1-usage-exhausted": "trial",
    "v1-usage-disabled": "old-prototype",
    "v1-usage-no-group": "no-group",
    "v1-usage-bad-days": "laptop",
    "v1-usage-expired-unlimited": "contractor (ended)",
    "v1-billing": "laptop",
    "v1-models": "laptop",
    "v1-models-openai": "客服机器人-生产环境",
    "v1-ip-refused": "locked-to-office",
    "call-expired": "contractor (ended)",
    "call-inactive": "old-prototype",
    "call-ip-refused": "locked-to-office",
    "call-no-group": "no-group",
    "call-quota-exhausted": "trial",
    "call-quota-exhausted-responses": "trial",
    "call-rate-5h": "nightly-eval",
}
SAME_REQUEST = (
    "health",
    "setup-status",
    "settings-public",
    "not-found-text",
    "wrong-method-text",
    "trailing-slash",
    "auth-no-header",
    "auth-bad-scheme",
    "auth-junk-token",
    "auth-apikey-on-panel",
    "auth-me",
    "login-bad-email",
    "login-both-missing",
    "login-missing-email",
    "login-unknown-user",
    "login-wrong-type",
    "login-2fa-bad-session",
    "login-2fa-short-code",
    "refresh-malformed",
    "refresh-missing-field",
    "refresh-reused",
    "logout",
    "user-profile",
    "user-update-threshold",
    "platform-quotas",
    "totp-status-off",
    "groups-available",
    "subscriptions",
    "subscriptions-active",
    "subscriptions-progress",
    "subscriptions-summary",
    "redeem-history",
    "redeem-unknown",
    "keys-list",
    "keys-list-by-name",
    "keys-list-no-group",
    "keys-list-page-2",
    "keys-list-past-end",
    "key-get",
    "key-get-bad-id",
    "key-get-missing",
    "key-create",
    "key-create-bare",
    "key-create-bad-chars",
    "key-create-bad-ip",
    "key-create-group-missing",
    "key-create-long-name",
    "key-create-negative",
    "key-create-no-name",
    "key-create-too-short",
    "key-delete",
    "key-update-bad-expiry",
    "key-update-bad-ip",
    "key-update-bad-status",
    "key-update-group-missing",
    "key-update-long-name",
    "key-update-disable",
    "key-update-reset-quota",
    "key-update-reset-windows",
    "key-daily",
    "key-daily-bad-days",
    "key-daily-missing",
    "usage-list",
    "usage-list-oldest",
    "usage-list-one-day",
    "usage-list-reversed",
    "usage-list-subscription",
    "usage-get",
    "usage-get-bad-id",
    "usage-get-missing",
    "usage-bad-api-key-id",
    "usage-bad-billing-mode",
    "usage-bad-billing-type",
    "usage-bad-request-type",
    "usage-bad-start-date",
    "usage-bad-stream",
    "usage-stats",
    "usage-stats-default",
    "usage-stats-empty",
    "usage-stats-bad-date",
    "usage-dashboard-stats",
    "usage-trend-default",
    "usage-trend-hour",
    "usage-trend-week",
    "usage-trend-month",
    "usage-trend-unknown-granularity",
    "usage-trend-foreign-zone",
    "usage-models",
    "usage-models-bad-source",
    "usage-snapshot",
    "usage-snapshot-none",
    "usage-snapshot-empty",
    "usage-snapshot-bad-bool",
    "usage-keys-batch",
    "usage-keys-batch-empty",
    "usage-keys-batch-missing",
    "usage-keys-batch-too-many",
    "errors-list",
    "errors-list-page-size",
    "errors-bad-status-code",
    "error-detail",
    "error-detail-bad-id",
    "error-detail-missing",
    "v1-no-key",
    "v1-unknown-key",
    "announcements-none",
    "channels-off",
    "monitors-none",
    "monitor-bad-id",
    "monitor-missing",
    "announcement-missing",
)


def recording(name: str) -> Any:
    """A recorded exchange."""
    return json.loads((FOLDER / f"{name}.json").read_text())


@pytest.fixture(scope="module")
def shared() -> Site:
    """An account that is only read."""
    return open_site()


@pytest.fixture
def site() -> Site:
    """An account that may be changed."""
    return open_site()


def replay(site: Site, request: Any, key: Key | None = None) -> Reply:
    """Send a recorded request: signed in, with a key, or with what was recorded for a reason."""
    headers = {}
    credential = request["headers"].get("authorization", "none")
    if key is not None:
        headers["Authorization"] = f"Bearer {key.secret}"
    elif credential != "none":
        others = {"jwt": site.token, "api key": "sk-nope", "jwt (junk)": "junk"}
        headers["Authorization"] = f"Bearer {others[credential]}" if credential in others else credential
    body = request["body"]
    raw = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    query = f"?{request['query']}" if request["query"] else ""
    return site.send(request["method"], request["path"] + query, headers=headers, raw=raw)


def check_same_form(got: Any, expected: Any, where: str = "body") -> None:
    """Objects with the same members, values of the same types; null stands in for anything."""
    if got is None or expected is None:
        return
    if isinstance(expected, dict):
        assert isinstance(got, dict), where
        if all(name.isdigit() for name in expected):
            return
        assert (set(got) ^ set(expected)) <= OPTIONAL, where
        for name in set(got) & set(expected):
            check_same_form(got[name], expected[name], f"{where}.{name}")
    elif isinstance(expected, list):
        assert isinstance(got, list), where
        for each in got[:3]:
            check_same_form(each, expected[0] if expected else None, f"{where}[]")
    elif isinstance(expected, int | float) and not isinstance(expected, bool):
        assert isinstance(got, int | float), where
        assert not isinstance(got, bool), where
    else:
        assert type(got) is type(expected), where


def check(reply: Reply, response: Any) -> None:
    """A reply against a recorded response."""
    assert reply.status == response["status"], reply.raw[:300]
    assert reply.headers.get("content-type") == response["headers"].get("content-type")
    for name in ("location", "retry-after"):
        assert (name in reply.headers) == (name in response["headers"])
    body = response["body"]
    if not isinstance(body, dict | list):
        assert reply.raw.decode() == body
    elif reply.status >= 400:
        assert reply.json == body
    else:
        check_same_form(reply.json, body)


@pytest.mark.parametrize("name", SAME_REQUEST)
def test_same_request(shared: Site, name: str) -> None:
    exchange = recording(name)
    request = exchange["request"]
    site = shared if request["method"] == "GET" or exchange["response"]["status"] >= 400 else open_site()
    for text in ("/keys/14", "/keys/33", "/keys/34", "/keys/35"):
        request["path"] = request["path"].replace(text, "/keys/1")
    check(replay(site, request), exchange["response"])


@pytest.mark.parametrize("name", KEY_OF)
def test_same_request_with_a_key(shared: Site, name: str) -> None:
    exchange = recording(name)
    exchange["response"]["headers"].setdefault("content-type", "application/json; charset=utf-8")
    check(replay(shared, exchange["request"], shared.key(KEY_OF[name])), exchange["response"])


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("login-turnstile-missing", {"captcha": "turnstile"}),
        ("login-tencent-missing", {"captcha": "tencent"}),
        ("login-aliyun-missing", {"captcha": "aliyun"}),
        ("login-turnstile-wrong", {"captcha": "turnstile"}),
        ("login-2fa-needed", {"totp": True}),
        ("totp-status-on", {"totp": True}),
        ("backend-mode-panel", {"backend_mode": True}),
        ("backend-mode-login", {"backend_mode": True}),
        ("errors-gate-off", {"error_view": False}),
    ],
)
def test_same_request_of_another_site(site: Site, name: str, options: dict[str, Any]) -> None:
    for option, value in options.items():
        setattr(site.gateway.options, option, value)
    exchange = recording(name)
    request = exchange["request"]
    if isinstance(request["body"], dict) and "email" in request["body"]:
        request["body"] |= {"email": site.gateway.email, "password": site.gateway.password}
    check(replay(site, request), exchange["response"])


@pytest.mark.parametrize(
    "name", ["pg-down-me", "pg-down-login", "pg-down-refresh", "pg-down-settings", "pg-down-v1-usage"]
)
def test_without_the_database(site: Site, name: str) -> None:
    site.gateway.options.trouble.database = True
    exchange = recording(name)
    key = site.key("laptop") if name == "pg-down-v1-usage" else None
    check(replay(site, exchange["request"], key), exchange["response"])


@pytest.mark.parametrize("name", ["redis-down-login", "redis-down-refresh"])
def test_without_redis(site: Site, name: str) -> None:
    site.gateway.options.trouble.redis = True
    site.gateway.options.trouble.redis_delay_s = 0
    exchange = recording(name)
    check(replay(site, exchange["request"]), exchange["response"])


def test_a_code_is_used_once(site: Site) -> None:
    first = site.panel("POST", "/redeem", {"code": "DEMO-TOPUP-20"})
    check(first, recording("redeem-ok")["response"])
    check(site.panel("POST", "/redeem", {"code": "DEMO-TOPUP-20"}), recording("redeem-used")["response"])


def test_a_deleted_key_is_refused_everywhere(site: Site) -> None:
    site.panel("DELETE", "/keys/1")
    for name, method, path in (
        ("key-delete-again", "DELETE", "/keys/1"),
        ("key-get-deleted", "GET", "/keys/1"),
        ("usage-filter-deleted-key", "GET", "/usage?api_key_id=1"),
    ):
        check(site.panel(method, path), recording(name)["response"])
