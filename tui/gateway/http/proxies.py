"""The proxy for a request, and who named it: a dead proxy is blamed by name, not the gateway."""

import ipaddress
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import ModuleType
from urllib.parse import SplitResult, unquote, urlsplit

from tui.domain.failure import SYSTEM_SETTINGS
from tui.gateway.address import is_loopback

SOCKS = frozenset({"socks5", "socks5h", "socks"})
"""With all of them the proxy resolves host names; some desktops write the last into ALL_PROXY."""
SCHEMES = frozenset({"http", "https"}) | SOCKS
_PORTS = {"http": 80, "https": 443} | dict.fromkeys(SOCKS, 1080)


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy and the variable or setting that names it. Its URL may hold a password and is hidden from the repr."""

    url: str = field(repr=False)
    origin: str = ""

    @property
    def scheme(self) -> str:
        """Its protocol."""
        return self._parts.scheme

    @property
    def is_socks(self) -> bool:
        """Whether it speaks SOCKS."""
        return self._parts.scheme in SOCKS

    @property
    def is_usable(self) -> bool:
        """Whether aktop can use an address of this kind."""
        try:
            parts = self._parts
            return parts.scheme in SCHEMES and bool(parts.hostname) and parts.port != 0
        except ValueError:
            return False

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        parts = self._parts
        return parts.hostname or "", parts.port or _PORTS[parts.scheme]

    @property
    def credentials(self) -> tuple[str, str] | None:
        """User name and password, if any."""
        parts = self._parts
        return None if parts.username is None else (unquote(parts.username), unquote(parts.password or ""))

    @property
    def shown(self) -> str:
        """The part of its address that a person may see."""
        try:
            return f"{self._parts.scheme}://{self._parts.netloc.rpartition('@')[2]}"
        except ValueError:
            return "…"

    @property
    def _parts(self) -> SplitResult:
        return urlsplit(self.url)


def proxy_of(scheme: str, host: str, port: int, environ: Mapping[str, str] = os.environ) -> Proxy | None:
    """The environment's proxy for a host; None for this machine."""
    if is_loopback(host) or not _may_be_any(environ) or _is_excepted(host, port, environ):
        return None
    found = _system().getproxies()
    for kind in (scheme, "all"):
        if url := found.get(kind):
            names = (f"{kind}_proxy", f"{kind}_proxy".upper())
            origin = next((name for name in names if environ.get(name)), SYSTEM_SETTINGS)
            return Proxy(url.strip() if "://" in url else f"http://{url.strip()}", origin)
    return None


def _may_be_any(environ: Mapping[str, str]) -> bool:
    """Whether to ask the system at all: macOS and Windows have proxy settings outside the environment."""
    return sys.platform in ("darwin", "win32") or any(name.lower().endswith("_proxy") for name in environ)


def _system() -> ModuleType:
    # Deferred: most people have no proxy, and with its imports this takes 1 MB and 4 ms.
    from urllib import request

    return request


def _is_excepted(host: str, port: int, environ: Mapping[str, str]) -> bool:
    """Whether NO_PROXY names the host: by name or domain, with or without a port, by address, or by network."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return _is_bypassed(host, port)
    entries = (environ.get("no_proxy") or environ.get("NO_PROXY") or "").replace(",", " ").split()
    return any(entry == "*" or _holds(entry, address) for entry in entries) or _is_bypassed(host, port)


def _is_bypassed(host: str, port: int) -> bool:
    return bool(_system().proxy_bypass(f"{host}:{port}"))


def _holds(entry: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    try:
        return address in ipaddress.ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        return False
