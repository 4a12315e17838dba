"""Where the gateway is: what people type or paste, made into one base URL."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from tui.locale import _

_API_PATHS = ("/api/v1", "/v1")
_PANEL_PAGES = frozenset(
    ("admin", "dashboard", "home", "keys", "login", "monitor", "orders", "profile", "purchase", "redeem", "register")
) | {"model-plaza", "settings", "subscriptions", "usage"}
_DEFAULT_PORT = {"http": 80, "https": 443}


class ConfigError(ValueError):
    """A setting that cannot be used; the message says why, without secrets."""


def normalised_base_url(text: str) -> str:
    """The base URL of a gateway, from what was typed, pasted from the browser, or taken from a tool's settings.

    A path in front of the API stays (a gateway may live below one); the API's own paths and the panel's pages go.
    Raises ConfigError when there is no usable address in it.

    >>> normalised_base_url(" gw.example.com/ ")
    'https://gw.example.com'
    >>> normalised_base_url("localhost:8080")
    'http://localhost:8080'
    >>> normalised_base_url("HTTPS://GW.example.com:443/ai/api/v1/")
    'https://gw.example.com/ai'
    >>> normalised_base_url("https://gw.example.com/dashboard?tab=1#top")
    'https://gw.example.com'
    """
    text = text.strip()
    parts = _split(text if "://" in text else f"//{text}")
    host, port = _host_and_port(parts)
    if not host or any(char.isspace() for char in parts.netloc + parts.path):
        raise ConfigError(_("the gateway's address has no host name in it"))
    if "@" in parts.netloc:
        raise ConfigError(_("the gateway's address must not hold a user name or password"))
    scheme = parts.scheme or ("http" if is_loopback(host) else "https")
    if scheme not in _DEFAULT_PORT:
        text = _("the gateway's address begins with {scheme}://, expected https:// or http://")
        raise ConfigError(text.format(scheme=scheme))
    shown = f"[{host}]" if ":" in host else host
    colon = "" if port in (None, _DEFAULT_PORT[scheme]) else f":{port}"
    return f"{scheme}://{shown}{colon}{_prefix(parts.path)}"


def require_safe(base_url: str, *, allow_http: bool) -> None:
    """Refuses to send passwords and tokens in clear over a network, unless that was allowed (ConfigError)."""
    parts = urlsplit(base_url)
    if parts.scheme == "http" and not allow_http and not is_loopback(parts.hostname or ""):
        text = _("http:// would send the session in clear: use https://, or write allow_http = true beside this url")
        raise ConfigError(text)


def is_loopback(host: str) -> bool:
    """Whether the host is this machine.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost"), is_loopback("10.0.0.1")
    (True, True, True, False)
    """
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(text: str) -> SplitResult:
    try:
        return urlsplit(text)
    except ValueError:
        raise ConfigError(_("the gateway's address cannot be read")) from None


def _host_and_port(parts: SplitResult) -> tuple[str, int | None]:
    try:
        return parts.hostname or "", parts.port
    except ValueError:
        raise ConfigError(_("the gateway's address has no valid port")) from None


def _prefix(path: str) -> str:
    path = "/" + "/".join(part for part in path.split("/") if part)
    for api in _API_PATHS:
        if path == api or path.endswith(api):
            path = path.removesuffix(api)
            break
        if (at := f"{path}/".find(f"{api}/")) >= 0 and api == _API_PATHS[0]:
            path = path[:at]
            break
    first = path.strip("/").split("/")[0]
    return "" if first in _PANEL_PAGES else path.rstrip("/")
