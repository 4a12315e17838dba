"""A connection through a SOCKS5 proxy, which resolves the host name; python-socks speaks the protocol."""

import asyncio
import os
import re
import socket

import httpcore2
from python_socks import ProxyError, ProxyTimeoutError, ProxyType
from python_socks.async_.asyncio import Proxy as AsyncioProxy

from tui.domain.failure import ProxyProblem
from tui.gateway.http.faults import ProxyFault
from tui.gateway.http.proxies import Proxy

_PROBLEMS = (
    ("No acceptable authentication methods", ProxyProblem.WANTS_PASSWORD),
    ("Username and password authentication failure", ProxyProblem.WRONG_PASSWORD),
    ("authentication method", ProxyProblem.WANTS_OTHER_SIGN_IN),
    ("Unexpected SOCKS version", ProxyProblem.NOT_SOCKS5),
)
"""python-socks's messages for errors without a code."""
_UNKNOWN_CODE = re.compile(r"Invalid reply code: 0X([0-9A-F]+)")


async def connected_through(proxy: Proxy, host: str, port: int, limit_s: float | None) -> socket.socket:
    """A socket connected to the host. Raises ProxyFault, and ConnectTimeout if the proxy does not get there."""
    try:
        async with asyncio.timeout(limit_s):
            connection = await _connected_to(proxy)
    except TimeoutError:
        raise ProxyFault(ProxyProblem.NO_ANSWER, is_down=True) from None
    user, password = proxy.credentials or (None, None)
    way = AsyncioProxy(ProxyType.SOCKS5, *proxy.address, user, password, rdns=True, forward=_Connected(connection))
    try:
        # The proxy's own connection to the host may take as long again.
        return await way.connect(host, port, timeout=2 * limit_s if limit_s else None)
    except ProxyTimeoutError:
        raise httpcore2.ConnectTimeout("no connection in time") from None
    except ProxyError as error:
        raise _fault_of(error) from None
    except (OSError, AssertionError):
        raise ProxyFault(ProxyProblem.BROKE_OFF) from None
    except UnicodeError:
        raise ProxyFault(ProxyProblem.WRONG_PASSWORD) from None
    finally:
        del user, password, way


class _Connected(AsyncioProxy):
    """An open connection as the first hop; python-socks itself tries only one address."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    async def connect(self, *_args: object, **_options: object) -> socket.socket:
        """The connection."""
        return self._connection


async def _connected_to(proxy: Proxy) -> socket.socket:
    loop, failure = asyncio.get_running_loop(), OSError("no address")
    try:
        found = await loop.getaddrinfo(*proxy.address, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise ProxyFault(ProxyProblem.UNKNOWN_NAME, is_down=True) from None
    for family, kind, protocol, _name, address in found:
        connection = socket.socket(family, kind, protocol)
        try:
            connection.setblocking(False)
            await loop.sock_connect(connection, address)
        except OSError as error:
            connection.close()
            failure = error
        except BaseException:
            connection.close()
            raise
        else:
            return connection
    told = os.strerror(failure.errno) if failure.errno else str(failure)
    raise ProxyFault(ProxyProblem.NO_CONNECTION, told, is_down=True)


def _fault_of(error: ProxyError) -> ProxyFault:
    told = str(error)
    if error.error_code is not None:
        return ProxyFault(ProxyProblem.REFUSED, code=int(error.error_code))
    if unknown := _UNKNOWN_CODE.search(told):
        return ProxyFault(ProxyProblem.REFUSED, code=int(unknown[1], 16))
    return ProxyFault(next((problem for text, problem in _PROBLEMS if text in told), ProxyProblem.BROKE_OFF))
