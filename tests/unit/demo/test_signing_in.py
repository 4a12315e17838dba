"""Tokens, second factor, captcha, binding, backend mode, trouble, limits."""

from typing import Any

import pytest

from tests.unit.demo.site import Reply, Site, open_site, sign_in
from tui.demo.options import DemoOptions, Limits, Trouble

LOGIN = {"email": "demo@example.com", "password": "demo-demo"}


def refresh(site: Site, token: str) -> Reply:
    """A refresh."""
    return site.send("POST", "/api/v1/auth/refresh", {"refresh_token": token})


def me(site: Site, token: str, **headers: str) -> Reply:
    """Who am I?"""
    return site.send("GET", "/api/v1/auth/me", headers={"Authorization": f"Bearer {token}", **headers})


@pytest.fixture
def site() -> Site:
    """An account that may be changed."""
    return open_site()


def test_a_refresh_token_works_once(site: Site) -> None:
    old = sign_in(site)
    new = refresh(site, old["refresh_token"]).data
    assert refresh(site, old["refresh_token"]).json["reason"] == "REFRESH_TOKEN_INVALID"
    assert me(site, old["access_token"]).status == me(site, new["access_token"]).status == 200


def test_tokens_expire_on_the_second(site: Site) -> None:
    site.gateway.options.access_token_lifetime_s = 60
    session = sign_in(site)
    site.gateway.advance(59)
    assert me(site, session["access_token"]).status == 200
    site.gateway.advance(1)
    assert me(site, session["access_token"]).json["code"] == "TOKEN_EXPIRED"
    assert refresh(site, session["refresh_token"]).status == 200


def test_a_refresh_token_outlives_its_lifetime_by_nothing(site: Site) -> None:
    site.gateway.options.refresh_token_lifetime_s = 100
    session = sign_in(site)
    site.gateway.advance(100)
    assert refresh(site, session["refresh_token"]).json["reason"] == "REFRESH_TOKEN_EXPIRED"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "UNAUTHORIZED"),
        ("Basic abc", "INVALID_AUTH_HEADER"),
        ("Bearer", "INVALID_AUTH_HEADER"),
        ("Bearer abc", "INVALID_TOKEN"),
        ("Bearer " + "a" * 8200, "INVALID_TOKEN"),
        ("Bearer eyJhbGciOiJub25lIn0.eyJ1c2VyX2lkIjoyfQ.", "INVALID_TOKEN"),
    ],
)
def test_access_token_failures(site: Site, header: str, code: str) -> None:
    reply = site.send("GET", "/api/v1/auth/me", headers={"Authorization": header} if header else {})
    assert (reply.status, reply.json["code"]) == (401, code)


def test_a_password_change_revokes_every_token(site: Site) -> None:
    session = sign_in(site)
    site.panel("PUT", "/user/password", {"old_password": "demo-demo", "new_password": "other-demo"})
    assert me(site, session["access_token"]).json["code"] == "TOKEN_REVOKED"
    assert refresh(site, session["refresh_token"]).json["reason"] == "TOKEN_REVOKED"


def test_the_second_factor() -> None:
    site = open_site(totp=True, totp_code="654321")
    asked = site.send("POST", "/api/v1/auth/login", LOGIN).data
    assert (asked["requires_2fa"], asked["user_email_masked"]) == (True, "d***o@example.com")

    def step(code: str) -> Reply:
        return site.send("POST", "/api/v1/auth/login/2fa", {"temp_token": asked["temp_token"], "totp_code": code})

    assert step("000000").json["reason"] == "TOTP_INVALID_CODE"
    assert "access_token" in step("654321").data
    assert step("654321").json["message"] == "Invalid or expired 2FA session"


def test_the_sixth_attempt_at_a_second_factor_is_refused() -> None:
    site = open_site(totp=True)
    token = site.send("POST", "/api/v1/auth/login", LOGIN).data["temp_token"]
    body = {"temp_token": token, "totp_code": "000000"}
    replies = [site.send("POST", "/api/v1/auth/login/2fa", body) for _ in range(6)]
    assert [reply.status for reply in replies] == [400] * 5 + [429]
    assert "retry-after" not in replies[-1].headers


@pytest.mark.parametrize(
    ("captcha", "reason"),
    [
        ("turnstile", "TURNSTILE_VERIFICATION_FAILED"),
        ("tencent", "TENCENT_CAPTCHA_VERIFICATION_FAILED"),
        ("aliyun", "ALIYUN_CAPTCHA_VERIFICATION_FAILED"),
    ],
)
def test_a_captcha_keeps_terminals_out(captcha: str, reason: str) -> None:
    site = open_site(captcha=captcha)
    reply = site.send("POST", "/api/v1/auth/login", LOGIN)
    assert (reply.status, reply.json["reason"]) == (400, reason)
    settings = site.send("GET", "/api/v1/settings/public").data
    assert [name for name in settings if name.endswith("_enabled") and captcha in name and settings[name]]


def test_session_binding_refuses_another_program_and_ends_the_session(site: Site) -> None:
    site.headers["User-Agent"] = "one"
    session = sign_in(site)
    site.gateway.options.session_binding = True
    assert me(site, session["access_token"]).status == 200
    assert me(site, session["access_token"], **{"User-Agent": "two"}).json["code"] == "SESSION_BINDING_MISMATCH"
    assert refresh(site, session["refresh_token"]).json["reason"] == "REFRESH_TOKEN_INVALID"


def test_backend_mode_refuses_everything_and_burns_the_refresh_token(site: Site) -> None:
    session = sign_in(site)
    site.gateway.options.backend_mode = True
    assert me(site, session["access_token"]).json == {
        "code": 403,
        "message": "Backend mode is active. User self-service is disabled.",
    }
    assert site.send("POST", "/api/v1/auth/login", LOGIN).json["reason"] == "BACKEND_MODE_ADMIN_ONLY"
    assert refresh(site, session["refresh_token"]).status == 403
    site.gateway.options.backend_mode = False
    assert refresh(site, session["refresh_token"]).status == 401


def test_without_its_database_the_site_says_what_the_real_one_says(site: Site) -> None:
    session = sign_in(site)
    site.gateway.options.trouble.database = True
    secret = site.key("laptop").secret
    assert me(site, session["access_token"]).json["code"] == "USER_NOT_FOUND"
    assert site.send("GET", "/api/v1/settings/public").status == 500
    assert site.send("POST", "/api/v1/auth/login", LOGIN).json["reason"] == "SERVICE_UNAVAILABLE"
    assert refresh(site, session["refresh_token"]).status == 503
    assert site.send("GET", "/v1/usage", headers={"x-api-key": secret}).json["code"] == "INTERNAL_ERROR"
    assert site.send("GET", "/health").status == 200
    site.gateway.options.trouble.database = False
    assert refresh(site, session["refresh_token"]).status == 200


def test_without_redis_nobody_signs_in_and_nothing_is_limited() -> None:
    site = open_site(trouble=Trouble(redis_delay_s=0), limits_on=True, limits=Limits(panel=3))
    site.gateway.options.trouble.redis = True
    reply = site.send("POST", "/api/v1/auth/login", LOGIN)
    assert (reply.status, reply.headers["retry-after"]) == (429, "60")
    assert reply.json["error"] == "rate limit exceeded"
    assert [site.panel("GET", "/user/profile").status for _ in range(5)] == [200] * 5
    assert {key["current_concurrency"] for key in site.get("/keys")["items"]} == {0}


def spend(site: Site, path: str, times: int) -> list[int]:
    """The statuses of repeated requests."""
    return [site.panel("GET", path).status for _ in range(times)]


def test_the_panel_limits() -> None:
    site = open_site(limits_on=True, limits=Limits(panel=10, heavy=3))
    assert spend(site, "/usage?page_size=1", 4) == [200, 200, 200, 429]
    assert spend(site, "/user/profile", 7) == [200] * 6 + [429]
    refused = site.panel("GET", "/user/profile")
    assert refused.json == {
        "code": "RATE_LIMITED",
        "message": "Too many requests, please slow down and try again later",
    }
    site.gateway.advance(float(refused.headers["retry-after"]))
    assert spend(site, "/usage?page_size=1", 1) == [200]


def test_windows_are_fixed_and_refusals_do_not_extend_them() -> None:
    site = open_site(limits_on=True, limits=Limits(heavy=1))
    assert spend(site, "/usage/stats", 1) == [200]
    site.gateway.advance(40)
    refused = site.panel("GET", "/usage/stats")
    assert (refused.status, refused.headers["retry-after"]) == (429, "20")
    site.gateway.advance(20)
    assert spend(site, "/usage/stats", 1) == [200]


def test_a_bad_token_costs_nothing() -> None:
    site = open_site(limits_on=True, limits=Limits(panel=2))
    good, site.token = site.token, "junk"
    assert spend(site, "/user/profile", 5) == [401] * 5
    site.token = good
    assert spend(site, "/user/profile", 3) == [200, 200, 429]


@pytest.mark.parametrize(("path", "allowed"), [("/auth/login", 20), ("/auth/login/2fa", 20), ("/auth/refresh", 30)])
def test_sign_in_limits_count_before_the_body_is_read(path: str, allowed: int) -> None:
    site = open_site(limits_on=True)
    used = 1 if path == "/auth/login" else 0
    statuses = [site.send("POST", f"/api/v1{path}", raw=b"{").status for _ in range(allowed - used + 1)]
    assert statuses == [400] * (allowed - used) + [429]
    elsewhere = site.send("POST", f"/api/v1{path}", raw=b"{", headers={"X-Forwarded-For": "192.0.2.1"})
    assert elsewhere.status == 400


def test_bad_keys_lock_good_ones_out_too() -> None:
    site = open_site(limits_on=True)
    for _ in range(120):
        assert site.send("GET", "/v1/usage", headers={"x-api-key": "sk-nope"}).status == 401
    refused = site.by_key("GET", "/v1/usage", site.key("laptop"))
    assert (refused.status, refused.json["code"]) == (429, "INVALID_AUTH_RATE_LIMITED")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Basic x", "x-api-key": "KEY"}, 200),
        ({"Authorization": "Bearer KEY", "x-api-key": "zz"}, 200),
        ({"Authorization": "bearer KEY"}, 200),
        ({"Authorization": "KEY"}, 401),
        ({"x-goog-api-key": " KEY "}, 200),
        ({}, 401),
    ],
)
def test_where_a_key_is_looked_for(site: Site, headers: dict[str, str], status: int) -> None:
    secret = site.key("laptop").secret
    sent = {name: value.replace("KEY", secret) for name, value in headers.items()}
    assert site.send("GET", "/v1/usage", headers=sent).status == status


def test_options_change_at_run_time(site: Site) -> None:
    options: DemoOptions = site.gateway.options
    assert site.panel("GET", "/usage/errors").status == 200
    options.error_view = False
    assert site.panel("GET", "/usage/errors").json == {"code": 403, "message": "Error requests view is disabled"}
    settings: dict[str, Any] = site.send("GET", "/api/v1/settings/public").data
    assert settings["allow_user_view_error_requests"] is False
