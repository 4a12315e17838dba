"""Paths without sign-in: liveness, setup state, public settings (contract 1.1, 2.1)."""

from typing import Any

from tui.demo.calendar import offset_text
from tui.demo.exchange import Exchange
from tui.demo.options import DemoOptions
from tui.demo.wire import Answer, bare, internal_error, success

AGREEMENTS = (("terms", "服务条款"), ("privacy", "隐私政策"), ("usage", "使用政策"), ("refund", "退款政策"))
OFF = [
    "registration_enabled",
    "email_verify_enabled",
    "force_email_on_third_party_signup",
    "registration_email_domain_quota_enabled",
    "password_reset_enabled",
    "invitation_code_enabled",
    "passkey_enabled",
    "login_agreement_enabled",
    "compact_home_enabled",
    "hide_ccs_import_button",
    "purchase_subscription_enabled",
    "dingtalk_oauth_enabled",
    "linuxdo_oauth_enabled",
    "wechat_oauth_enabled",
    "wechat_oauth_open_enabled",
    "wechat_oauth_mp_enabled",
    "wechat_oauth_mobile_enabled",
    "oidc_oauth_enabled",
    "github_oauth_enabled",
    "google_oauth_enabled",
    "payment_enabled",
    "account_quota_notify_enabled",
    "channel_monitor_show_quota",
    "available_channels_enabled",
    "model_plaza_enabled",
    "model_plaza_require_auth",
    "affiliate_enabled",
    "risk_control_enabled",
]
EMPTY = [
    "tencent_captcha_app_id",
    "aliyun_captcha_scene_id",
    "aliyun_captcha_prefix",
    "site_logo",
    "api_base_url",
    "contact_info",
    "doc_url",
    "home_content",
    "purchase_subscription_url",
    "balance_low_notify_recharge_url",
]


async def health(x: Exchange) -> Answer:
    """Alive, whatever the stores' state."""
    return bare({"status": "ok"})


async def setup_status(x: Exchange) -> Answer:
    """The site is set up."""
    return bare({"code": 0, "data": {"needs_setup": False, "step": "completed"}})


async def public_settings(x: Exchange) -> Answer:
    """The site's settings; 500 while the database is down."""
    if x.state.options.trouble.database:
        raise internal_error()
    clock = x.state.world.clock
    zone = {"server_timezone": clock.zone_name, "server_utc_offset": offset_text(clock.local()).replace("Z", "+00:00")}
    return success(settings(x.state.options) | zone)


def settings(options: DemoOptions) -> dict[str, Any]:
    """The settings except the time zone."""
    captcha = {f"{name}_enabled": options.captcha == name.removesuffix("_captcha") for name in CAPTCHAS}
    fixed: dict[str, Any] = {
        "registration_email_suffix_whitelist": [],
        "promo_code_enabled": True,
        "login_agreement_mode": "modal",
        "login_agreement_updated_at": "2026-03-31",
        "login_agreement_revision": "0eff189d66e0af4e",
        "login_agreement_documents": [{"id": name, "title": title, "content_md": ""} for name, title in AGREEMENTS],
        "turnstile_site_key": "0x4AAAAAAADemo" if options.captcha == "turnstile" else "",
        "tencent_captcha_region": "cn",
        "aliyun_captcha_region": "cn",
        "site_subtitle": "Subscription to API Conversion Platform",
        "table_default_page_size": 20,
        "table_page_size_options": [10, 20, 50],
        "custom_menu_items": [],
        "custom_endpoints": [],
        "oidc_oauth_provider_name": "OIDC",
        "channel_monitor_enabled": True,
        "channel_monitor_mode": "v1",
        "channel_monitor_default_interval_seconds": 60,
        "channel_monitor_hide_throughput": True,
    }
    return {
        **dict.fromkeys(OFF, False),
        **dict.fromkeys(EMPTY, ""),
        **fixed,
        **captcha,
        "site_name": options.site_name,
        "version": options.version,
        "totp_enabled": options.totp,
        "backend_mode_enabled": options.backend_mode,
        "balance_low_notify_enabled": options.balance_low_notify,
        "balance_low_notify_threshold": options.balance_low_threshold_usd,
        "allow_user_view_error_requests": options.error_view,
    }


CAPTCHAS = ("turnstile", "tencent_captcha", "aliyun_captcha")
