"""The metrics server: open to this machine, and to others with TLS or a token.

Plain threads: a scraper that hangs delays only itself, and only a few can hang at once.
"""

import contextlib
import hmac
import ipaddress
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any, NamedTuple

from tui import VERSION
from tui.locale import _
from tui.outbound.metrics.exporter import MetricsExporter
from tui.store.files import is_open_to_others, read_regular, text_of

DEFAULT_ADDRESS = "127.0.0.1:9810"
PATH = "/metrics"
PATIENCE_S = 10.0
"""Limit for each piece of a request."""
DEADLINE_S = 20.0
"""Limit for the whole request."""
MOST_AT_ONCE = 8
MIN_TOKEN = 16


class Unsafe(Exception):
    """The metrics must not be served this way; the message says what was expected."""


class ListenAddress(NamedTuple):
    """Where to listen."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def shown(self) -> str:
        """As typed."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Protection(NamedTuple):
    """What keeps strangers out."""

    tls: ssl.SSLContext | None = None
    token: str | None = None


def address_of(text: str) -> ListenAddress:
    """HOST:PORT, or [HOST]:PORT. Raises Unsafe."""
    host, _colon, port = text.strip().rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isascii() or not port.isdecimal() or int(port) > 65_535:
        raise Unsafe(_("--listen: expected HOST:PORT, for instance {example}").format(example=DEFAULT_ADDRESS))
    return ListenAddress(host, int(port))


def protection_of(certificate: Path | None, private_key: Path | None, token_file: Path | None) -> Protection:
    """Certificate and token from their files. Raises Unsafe."""
    if (certificate is None) != (private_key is None):
        raise Unsafe(_("--tls-cert and --tls-key belong together; give both"))
    tls = None
    if certificate is not None and private_key is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            for path in (certificate, private_key):
                read_regular(path)  # OpenSSL would wait for the other end of a pipe
            tls.load_cert_chain(certificate, private_key, password=lambda: "")
        except (OSError, ssl.SSLError, ValueError) as error:
            text = _("--tls-cert: {path} cannot be used: {error}")
            raise Unsafe(text.format(path=certificate, error=error)) from None
    return Protection(tls, _token(token_file) if token_file is not None else None)


def _token(path: Path) -> str:
    try:
        if is_open_to_others(path):
            raise Unsafe(_("--bearer-file: {path} can be read by others; run: chmod 600 {path}").format(path=path))
        token = text_of(read_regular(path)).strip()
    except (OSError, UnicodeDecodeError) as error:
        # The text of a decoding error quotes the file, and so perhaps the token.
        why = error.strerror if isinstance(error, OSError) else _("it is not UTF-8 text")
        raise Unsafe(_("--bearer-file: {path} cannot be read: {error}").format(path=path, error=why)) from None
    if len(token) < MIN_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        text = _("--bearer-file: expected one line of at least {count} letters and digits in {path}")
        raise Unsafe(text.format(count=MIN_TOKEN, path=path))
    return token


OPEN = Protection()


class MetricsServer:
    """Serves the metrics of an exporter as soon as it is created. Raises Unsafe and OSError."""

    def __init__(self, exporter: MetricsExporter, address: ListenAddress, protection: Protection = OPEN) -> None:
        if not address.is_loopback and protection == OPEN:
            text = _(
                "--listen: {host} can be reached from other machines: give --tls-cert and --tls-key, or --bearer-file "
                "with a token; or listen on 127.0.0.1"
            )
            raise Unsafe(text.format(host=address.host))
        self._server = _Server(exporter, address, protection)
        self._thread = threading.Thread(target=self._server.serve_forever, name="metrics-server", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The actual port, even if any was requested."""
        port: int = self._server.server_address[1]
        return port

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingMixIn, HTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 16

    def __init__(self, exporter: MetricsExporter, address: ListenAddress, protection: Protection) -> None:
        self._bound: Any
        family, *_rest, self._bound = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        self.address_family = family
        self.exporter = exporter
        self.protection = protection
        self._places = threading.BoundedSemaphore(MOST_AT_ONCE)
        super().__init__(self._bound[:2], _Handler)

    def server_bind(self) -> None:
        """Bind without a name lookup for this machine."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self._bound)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread, unless too many are busy."""
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        deadline = threading.Timer(DEADLINE_S, _break_off, (request,))
        deadline.daemon = True
        deadline.start()
        try:
            request.settimeout(PATIENCE_S)
            if self.protection.tls is not None:
                # Here rather than in the accept loop: a client that never says hello delays nobody.
                request = self.protection.tls.wrap_socket(request, server_side=True)
            super().process_request_thread(request, client_address)
        except OSError:
            self.shutdown_request(request)
        finally:
            deadline.cancel()
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A scraper that disconnects midway is no news."""


def _is_of_machine(host: str) -> bool:
    """Whether the Host header is a loopback address or localhost rather than another name.

    >>> _is_of_machine("127.0.0.1:9810"), _is_of_machine("[::1]"), _is_of_machine("a.example")
    (True, True, False)
    """
    name = host.rpartition("]")[0].removeprefix("[") or host.partition(":")[0]
    return ListenAddress(name, 0).is_loopback or not name


def _break_off(request: socket.socket) -> None:
    """End a connection on which bytes trickle in."""
    with contextlib.suppress(OSError):
        request.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = PATIENCE_S

    def do_GET(self) -> None:
        """Answer with the metrics, if they were requested by somebody who may see them."""
        protection = self.server.protection
        if protection.token is not None and not self._has(protection.token):
            self._answer(401, b"unauthorized\n", {"WWW-Authenticate": "Bearer"})
        elif protection == OPEN and not _is_of_machine(self.headers.get("Host", "")):
            # DNS rebinding: a page in a browser on this machine could reach this server under its own name.
            self._answer(403, b"ask for the address, or for localhost\n")
        elif self.path.partition("?")[0] != PATH:
            self._answer(404, f"the metrics are at {PATH}\n".encode())
        else:
            is_packed = "gzip" in self.headers.get("Accept-Encoding", "")
            content_type, text = self.server.exporter.exposition(self.headers.get("Accept", ""), is_packed=is_packed)
            more = {"Content-Encoding": "gzip"} if is_packed else {}
            self._answer(200, text, {"Content-Type": content_type, **more})

    do_HEAD = do_GET

    def _has(self, token: str) -> bool:
        scheme, _blank, given = self.headers.get("Authorization", "").partition(" ")
        is_same = hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.encode())
        return scheme.lower() == "bearer" and is_same

    def version_string(self) -> str:
        return f"aktop/{VERSION}"

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "text/plain; charset=utf-8", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - what the library calls it
        """Scrapes are not logged."""
