"""What tests and demos may change about the site, even while it runs."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Limits:
    """Requests per minute; 0 = no limit (contract 1.7, 1.8)."""

    panel: int = 240
    heavy: int = 60
    login: int = 20
    second_factor: int = 20
    refresh: int = 30
    invalid_keys: int = 120


@dataclass(slots=True)
class Trouble:
    """Which store is down (contract 1.9)."""

    database: bool = False
    redis: bool = False
    redis_delay_s: float = 2.0
    """How long operations that need Redis take to give up."""


@dataclass(slots=True)
class DemoOptions:
    """The site's switches; each takes effect at once."""

    captcha: str = ""
    """`turnstile`, `tencent` or `aliyun`: sign-in needs what a terminal cannot provide."""
    totp: bool = False
    """The site offers second factors and the account has one."""
    totp_code: str = "123456"
    """The code that the second step accepts."""
    backend_mode: bool = False
    error_view: bool = True
    access_token_lifetime_s: int = 86_400
    refresh_token_lifetime_s: int = 30 * 86_400
    limits: Limits = field(default_factory=Limits)
    limits_on: bool = True
    trouble: Trouble = field(default_factory=Trouble)
    session_binding: bool = False
    balance_low_notify: bool = True
    balance_low_threshold_usd: float = 5
    version: str = "0.1.179"
    site_name: str = "Sub2API"
    run_mode: str = "standard"
