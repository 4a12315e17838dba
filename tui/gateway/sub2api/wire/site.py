"""`GET /settings/public` (contract 2.1)."""

import msgspec

from tui.domain.account import Site
from tui.gateway.sub2api.wire.base import Envelope, Num, WireStruct, text, usd


class SettingsRow(WireStruct, frozen=True):
    """The settings that a monitor needs; a server of v0.1.83 sends hardly any of them."""

    site_name: str | None = None
    version: str | None = None
    server_timezone: str | None = None
    turnstile_enabled: bool | None = None
    tencent_captcha_enabled: bool | None = None
    aliyun_captcha_enabled: bool | None = None
    totp_enabled: bool | None = None
    backend_mode_enabled: bool | None = None
    allow_user_view_error_requests: bool | None = None
    balance_low_notify_enabled: bool | None = None
    balance_low_notify_threshold: Num | None = None
    balance_low_notify_recharge_url: str | None = None


SETTINGS = msgspec.json.Decoder(Envelope[SettingsRow])


def site_of(row: SettingsRow) -> Site:
    """The site that the settings describe."""
    captchas = (
        ("turnstile", row.turnstile_enabled),
        ("tencent", row.tencent_captcha_enabled),
        ("aliyun", row.aliyun_captcha_enabled),
    )
    return Site(
        name=text(row.site_name),
        version=text(row.version),
        time_zone=text(row.server_timezone) or None,
        captcha=next((captcha for captcha, is_on in captchas if is_on), None),
        totp_enabled=bool(row.totp_enabled),
        backend_mode=bool(row.backend_mode_enabled),
        shares_errors=row.allow_user_view_error_requests,
        low_balance_enabled=bool(row.balance_low_notify_enabled),
        low_balance_threshold_usd=usd(row.balance_low_notify_threshold or 0.0),
        recharge_url=text(row.balance_low_notify_recharge_url),
    )
