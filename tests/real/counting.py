"""A gateway that passes everything on to another one and remembers what it was asked: what a line would see."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2 as httpx

_HOP_BY_HOP = {"connection", "content-length", "host", "transfer-encoding"}


class CountingGateway(ThreadingHTTPServer):
    """Requests in the order in which they came, as "GET /api/v1/keys", and the bytes of all answers."""

    daemon_threads = True

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.client = httpx.Client(base_url=upstream, trust_env=False, timeout=30)
        self.asked: list[str] = []
        self.answered_bytes = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def panel(self) -> list[str]:
        """Those that count against the account's request limit."""
        free = ("/api/v1/settings", "/api/v1/auth/login", "/api/v1/auth/refresh")
        return [one for one in self.asked if "/api/v1/" in one and not one.split()[1].startswith(free)]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: CountingGateway

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.asked.append(f"{self.command} {self.path}")
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
        answer = self.server.client.request(self.command, self.path, content=body, headers=headers)
        self.server.answered_bytes += len(answer.content)
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in {*_HOP_BY_HOP, "content-encoding"}:
                self.send_header(name, value)
        self.send_header("content-length", str(len(answer.content)))
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):  # who asked has left
            self.wfile.write(answer.content)

    do_GET = do_POST = do_PUT = do_DELETE = _pass_on

    def log_request(self, *_told: object) -> None:
        """Standard error is the test's."""


@contextmanager
def counting(upstream: str) -> Iterator[CountingGateway]:
    """The gateway meanwhile."""
    server = CountingGateway(upstream)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        server.client.close()
        thread.join()
