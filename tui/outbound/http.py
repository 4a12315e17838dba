"""Posts notices to an outside address over the gateway's HTTP code; of the answer only the status counts."""

import asyncio
import base64
import ssl
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from tui.config.alerts import AlertSettings, require_url, shown_url
from tui.config.file import BadSettings
from tui.config.paths import as_written
from tui.domain.failure import (
    PROXY_DOWN,
    PROXY_REFUSED,
    PROXY_UNUSABLE,
    SPEAKS_HTTP,
    SPEAKS_TLS,
    UNTRUSTED,
    WRONG_CERTIFICATE,
    Failure,
    FailureKind,
    ProxyDetail,
)
from tui.gateway.errors import GatewayError
from tui.gateway.http.api_request import ApiRequest
from tui.gateway.http.proxies import Proxy
from tui.gateway.http.transport import Connections, Transport
from tui.locale import _
from tui.outbound.channels.channel import Undelivered
from tui.outbound.secrets import one_line, secret_of
from tui.store.files import read_regular

MAX_ANSWER_BYTES = 64 * 1024
MAX_CERTIFICATES_BYTES = 8 << 20
_PASSING = frozenset({408, 425, 429})
"""Refusals that a retry may end."""


class Address:
    """A channel's address with its credentials. Redirects are not followed, and TLS is verified."""

    def __init__(
        self, settings: AlertSettings, environ: Mapping[str, str], connections: Connections | None = None
    ) -> None:
        """Raises BadSettings for an address, a token or certificates that cannot be read or used."""
        url = settings.url or secret_of(settings.url_file, settings.url_variable, environ) or ""
        try:
            require_url(url, allow_http=settings.allow_http)
        except ValueError as error:
            raise BadSettings(f"{settings.place}: {error}") from None
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        self._path = parts.path
        self._query = parts.query
        self._timeout_s = settings.timeout_s
        self._authorization = _authorization(settings, environ) or _from_url(parts.username, parts.password)
        self._transport = Transport(
            f"{parts.scheme}://{host}",
            transport=connections,
            timeout_s=settings.timeout_s,
            verify=_trust(settings.ca_bundle),
            proxy=Proxy(settings.proxy, "proxy") if settings.proxy is not None else None,
            max_bytes=MAX_ANSWER_BYTES,
        )
        self.shown = shown_url(url)

    async def post(self, body: bytes, headers: Mapping[str, str], *, below: str = "") -> None:
        """Post JSON to the address, or to a path below it. Raises Undelivered unless the status is 2xx."""
        path = f"{self._path.rstrip('/') if below else self._path or '/'}{below}"
        query = f"?{self._query}" if self._query else ""
        # Posts are rare, and one on a kept connection fails if the other side has closed it.
        head = {"connection": "close", **self._authorization, **headers}
        ask = ApiRequest("POST", f"{path}{query}", body=body, headers=head)
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await self._transport.send(ask, None)
        except TimeoutError:
            raise Undelivered(_no_answer(self._timeout_s)) from None
        except GatewayError as error:
            failure = error.failure
            if failure.status is None:
                raise Undelivered(_words(failure, self._timeout_s)) from None
            _judge(failure.status, None)
        else:
            _judge(answer.status, answer.retry_after_s)

    async def aclose(self) -> None:
        """Close what is open."""
        await self._transport.aclose()


def _judge(status: int, retry_after_s: float | None) -> None:
    """Raise Undelivered unless the status says that a post has arrived."""
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        text = _("it redirects (HTTP {status}), which is not followed: write the address to which it leads")
        raise Undelivered(text.format(status=status), is_final=True)
    is_final = 400 <= status < 500 and status not in _PASSING
    text = _("it refuses (HTTP {status})") if 400 <= status < 500 else _("it fails (HTTP {status})")
    raise Undelivered(text.format(status=status), is_final=is_final, retry_after_s=retry_after_s)


def _words(failure: Failure, timeout_s: float) -> str:
    """Why there was no answer; hosts are not secret."""
    if failure.kind is FailureKind.TIMED_OUT:
        return _no_answer(timeout_s)
    if failure.symbol in (PROXY_DOWN, PROXY_REFUSED, PROXY_UNUSABLE):
        address = failure.detail.address if isinstance(failure.detail, ProxyDetail) else ""
        return _("no way through the proxy {address}").format(address=address)
    if failure.symbol in (UNTRUSTED, WRONG_CERTIFICATE):
        return _("its certificate is not trusted ({message})").format(message=failure.message)
    if failure.symbol == SPEAKS_HTTP:
        return _("it does not speak https")
    if failure.symbol == SPEAKS_TLS:
        return _("it speaks https, and the address says http")
    return _("it cannot be reached ({message})").format(message=failure.message)


def _no_answer(timeout_s: float) -> str:
    return _("no answer within {n} s").format(n=f"{timeout_s:g}")


def _authorization(settings: AlertSettings, environ: Mapping[str, str]) -> dict[str, str]:
    token = secret_of(settings.token_file, settings.token_variable, environ)
    where = settings.token_file or f"${settings.token_variable}"
    if token is None:
        return {}
    if settings.user is not None:
        return _basic(settings.user, token)
    return {"authorization": f"Bearer {one_line(token, where)}"}


def _from_url(user: str | None, password: str | None) -> dict[str, str]:
    return {} if user is None else _basic(unquote(user), unquote(password or ""))


def _basic(user: str, password: str) -> dict[str, str]:
    return {"authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}


def _trust(ca_bundle: str | None) -> ssl.SSLContext | None:
    """The trusted certificate authorities; None for the system's."""
    if ca_bundle is None:
        return None
    path = as_written(ca_bundle)
    try:
        read_regular(path, MAX_CERTIFICATES_BYTES)  # OpenSSL would wait for the other end of a pipe
        return ssl.create_default_context(cafile=str(path))
    except (OSError, ssl.SSLError) as error:
        text = _("no certificates can be read from {path}: {error}")
        raise BadSettings(text.format(path=path, error=error.strerror or error)) from None
