"""The gateway's address: what people type or paste, made into a base URL."""

import ipaddress
import re
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from tui.domain.text import inert

_PANEL_PAGES = frozenset(
    ("admin", "dashboard", "home", "keys", "login", "monitor", "orders", "profile", "purchase", "redeem", "register")
) | {"model-plaza", "settings", "subscriptions", "usage"}
_CALLED_PATHS = frozenset(
    ("v1", "v1beta", "antigravity", "backend-api", "responses", "messages", "chat", "images", "alpha", "models")
) | {"setup", "health"}
"""Paths of model calls, and others that no gateway lives below (contract 1.1)."""
_ADDRESS = re.compile(r"""https?://[^\s"'`“”‘’<>()（）《》「」【】,，、;；]+""", re.IGNORECASE)
_ASSIGNED = re.compile(r"^(?:export\s+|set\s+|setx\s+)?\$?(?:env:)?[A-Za-z_]\w*\s*=\s*(?=.)", re.IGNORECASE)
_AROUND = " \t\r\n\"'`“”‘’<>()（）《》「」【】"
_BEHIND = _AROUND + ".,;，。、；"
_DEFAULT_PORT = {"http": 80, "https": 443}


class ConfigProblem(StrEnum):
    """Why an address, a token or a key cannot be used."""

    NO_HOST = "no host name in the address"
    CREDENTIALS = "a user name or password in the address"
    SCHEME = "an address of another scheme"
    IN_CLEAR = "an address that is asked in clear"
    CONTROL_CHARACTERS = "control characters in the address"
    SEVERAL = "several addresses"
    UNREADABLE = "an unreadable address"
    PORT = "no valid port in the address"
    NO_TOKEN = "no access token"  # noqa: S105 - what is missing, not a token
    NO_KEY = "no API key"
    KEY_LENGTH = "no API key by its length"


class ConfigError(ValueError):
    """A setting that cannot be used; never holds the value. `config.complaints` words it for people."""

    def __init__(self, problem: ConfigProblem, **facts: str | int) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.facts = facts


def normalised_base_url(text: str) -> str:
    """The base URL of a gateway, typed, pasted from a browser, or copied from another tool's settings.

    A path in front of the API stays (a gateway may live below one); the API's own paths and the panel's pages are
    removed. Raises ConfigError if there is no usable address.

    >>> normalised_base_url(" gw.example.com/ ")
    'https://gw.example.com'
    >>> normalised_base_url("localhost:8080")
    'http://localhost:8080'
    >>> normalised_base_url("HTTPS://GW.example.com:443/ai/api/v1/")
    'https://gw.example.com/ai'
    >>> normalised_base_url("https://gw.example.com/ai/dashboard?tab=1#top")
    'https://gw.example.com/ai'
    >>> normalised_base_url('export ANTHROPIC_BASE_URL="https://gw.example.com/antigravity",')
    'https://gw.example.com'
    """
    text = _bare(text)
    parts = _split(text if "://" in text else f"//{text}")
    host, port = _host_and_port(parts)
    if not host or any(char.isspace() for char in parts.netloc + parts.path):
        raise ConfigError(ConfigProblem.NO_HOST)
    if "@" in parts.netloc:
        raise ConfigError(ConfigProblem.CREDENTIALS)
    scheme = parts.scheme or ("http" if is_loopback(host) else "https")
    if scheme not in _DEFAULT_PORT:
        raise ConfigError(ConfigProblem.SCHEME, scheme=scheme)
    shown = f"[{host}]" if ":" in host else host
    colon = "" if port in (None, _DEFAULT_PORT[scheme]) else f":{port}"
    return f"{scheme}://{shown}{colon}{_prefix(parts.path)}"


def require_safe(base_url: str, *, allow_http: bool) -> None:
    """Refuse to send passwords and tokens in clear text over a network, unless allowed. Raises ConfigError."""
    parts = urlsplit(base_url)
    if parts.scheme == "http" and not allow_http and not is_loopback(parts.hostname or ""):
        raise ConfigError(ConfigProblem.IN_CLEAR)


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


def _bare(text: str) -> str:
    """The address without the rest of its line. Raises ConfigError for control characters."""
    text = text.strip(_AROUND)
    if any(ord(char) < 32 or 127 <= ord(char) < 160 or 0xD800 <= ord(char) < 0xE000 for char in text):
        raise ConfigError(ConfigProblem.CONTROL_CHARACTERS)
    # Chinese input methods write these instead, and web pages insert invisible characters.
    text = inert(text).replace("：//", "://").replace("／", "/")
    found = list(dict.fromkeys(_ADDRESS.findall(text)))
    if len({_split(one)._replace(path="", query="", fragment="").geturl() for one in found}) > 1:
        raise ConfigError(ConfigProblem.SEVERAL)
    text = found[0] if found else _ASSIGNED.sub("", text)
    text = text.strip(_AROUND).rstrip(_BEHIND).replace("。", ".")
    try:
        # An IPv6 address as written in other tools' settings.
        return f"[{ipaddress.IPv6Address(text)}]"
    except ValueError:
        return text


def _split(text: str) -> SplitResult:
    try:
        return urlsplit(text)
    except ValueError:
        raise ConfigError(ConfigProblem.UNREADABLE) from None


def _host_and_port(parts: SplitResult) -> tuple[str, int | None]:
    try:
        return parts.hostname or "", parts.port
    except ValueError:
        raise ConfigError(ConfigProblem.PORT) from None


def _prefix(path: str) -> str:
    """The part of a path before the gateway's API, its call paths and its pages."""
    parts = [part for part in path.split("/") if part]
    for place, part in enumerate(parts):
        is_api = parts[place : place + 2] == ["api", "v1"]
        if is_api or part in _CALLED_PATHS or part in _PANEL_PAGES:
            return "".join(f"/{part}" for part in parts[:place])
    return "".join(f"/{part}" for part in parts)
