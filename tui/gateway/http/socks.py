"""A connection through a SOCKS5 proxy (RFC 1928, 1929), which looks the host's name up itself."""

import asyncio
import ipaddress
import os
import socket

import httpx

from tui.gateway.http.proxies import Proxy
from tui.locale import _, _n

_VERSION, _CONNECT = 5, 1
_NO_CREDENTIALS, _PASSWORD, _NONE = 0, 2, 0xFF
_IPV4, _NAME, _IPV6 = 1, 3, 4
_REFUSALS = {
    1: _n("it failed"),
    2: _n("its rules forbid this connection"),
    3: _n("the network is unreachable from there"),
    4: _n("the host is unreachable from there, or its name is not known"),
    5: _n("the host refuses the connection"),
    6: _n("the way is too long"),
    7: _n("it does not connect for others"),
    8: _n("it does not know this kind of address"),
}


class ProxyDown(httpx.ConnectError):
    """The proxy itself cannot be reached."""


async def connected_through(proxy: Proxy, host: str, port: int, limit_s: float) -> socket.socket:
    """A socket that leads to the host. Raises ProxyDown, and ProxyError where the proxy does not want to."""
    try:
        async with asyncio.timeout(limit_s):
            connection = await _connected_to(proxy)
    except TimeoutError:
        raise ProxyDown(_("no answer in time")) from None
    try:
        await _agreed(connection, proxy.credentials)
        await _led_to(connection, host, port)
    except (OSError, EOFError) as error:
        connection.close()
        raise httpx.ProxyError(_("it broke off: it may be no SOCKS5 proxy")) from error
    except BaseException:
        connection.close()
        raise
    return connection


async def _connected_to(proxy: Proxy) -> socket.socket:
    loop, failure = asyncio.get_running_loop(), OSError("no address")
    try:
        found = await loop.getaddrinfo(*proxy.address, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ProxyDown(_("its name is not known")) from error
    for family, kind, protocol, _name, address in found:
        connection = socket.socket(family, kind, protocol)
        try:
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await loop.sock_connect(connection, address)
        except OSError as error:
            connection.close()
            failure = error
        except BaseException:
            connection.close()
            raise
        else:
            return connection
    raise ProxyDown(os.strerror(failure.errno) if failure.errno else str(failure)) from failure


async def _agreed(connection: socket.socket, credentials: tuple[str, str] | None) -> None:
    """Says who asks, as far as the proxy wants to know."""
    loop = asyncio.get_running_loop()
    methods = bytes([_NO_CREDENTIALS]) if credentials is None else bytes([_NO_CREDENTIALS, _PASSWORD])
    await loop.sock_sendall(connection, bytes([_VERSION, len(methods)]) + methods)
    version, method = await _exactly(connection, 2)
    if version != _VERSION:
        raise httpx.ProxyError(_("it does not speak SOCKS5"))
    if method == _PASSWORD and credentials is not None:
        user, password = (part.encode()[:255] for part in credentials)
        await loop.sock_sendall(connection, bytes([1, len(user)]) + user + bytes([len(password)]) + password)
        if (await _exactly(connection, 2))[1] != 0:
            raise httpx.ProxyError(_("it does not accept this user name and password"))
    elif method != _NO_CREDENTIALS:
        raise httpx.ProxyError(
            _("it wants a user name and password") if method == _NONE else _("it wants another sign-in")
        )


async def _led_to(connection: socket.socket, host: str, port: int) -> None:
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(connection, bytes([_VERSION, _CONNECT, 0]) + _address(host) + port.to_bytes(2, "big"))
    version, reply, _reserved, kind = await _exactly(connection, 4)
    if version != _VERSION:
        raise httpx.ProxyError(_("it does not speak SOCKS5"))
    if reply != 0:
        told = _REFUSALS.get(reply)
        raise httpx.ProxyError(_(told) if told else _("it refuses with code {code}").format(code=reply))
    length = (await _exactly(connection, 1))[0] if kind == _NAME else {_IPV4: 4, _IPV6: 16}.get(kind)
    if length is None:
        raise httpx.ProxyError(_("it does not speak SOCKS5"))
    await _exactly(connection, length + 2)  # where it has bound itself, which is of no interest


def _address(host: str) -> bytes:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = host.encode("ascii")
        return bytes([_NAME, len(name)]) + name
    return bytes([_IPV4 if address.version == 4 else _IPV6]) + address.packed


async def _exactly(connection: socket.socket, count: int) -> bytes:
    loop, found = asyncio.get_running_loop(), b""
    while len(found) < count:
        more = await loop.sock_recv(connection, count - len(found))
        if not more:
            raise EOFError
        found += more
    return found
