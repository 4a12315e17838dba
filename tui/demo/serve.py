"""Serves a demo gateway over HTTP, on this machine only."""

import asyncio
import ipaddress
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from tui.demo.app import DemoGateway

START_TIMEOUT_S = 10.0
HOST = "127.0.0.1"


class NotLoopbackError(ValueError):
    """Refuses to listen beyond this machine, since the demo's password is printed in the manual."""


def serve(host: str, port: int, gateway: DemoGateway) -> None:
    """Serve until interrupted and print the URL to stderr; port 0 means any. Raises NotLoopbackError, OSError."""
    with _listening(host, port) as (listener, url):
        print(url, file=sys.stderr, flush=True)
        try:
            asyncio.run(_serve(gateway, _server(gateway), listener))
        except KeyboardInterrupt:
            return


@contextmanager
def running(gateway: DemoGateway, port: int = 0) -> Iterator[str]:
    """Serve from a thread during the block; yields the base URL."""
    with _listening(HOST, port) as (listener, url):
        server = _server(gateway)
        thread = threading.Thread(
            target=lambda: asyncio.run(_serve(gateway, server, listener)), name="demo-gateway", daemon=True
        )
        thread.start()
        try:
            _await_start(server, thread)
            yield url
        finally:
            server.should_exit = True
            thread.join(START_TIMEOUT_S)


def _server(gateway: DemoGateway) -> uvicorn.Server:
    config = uvicorn.Config(
        gateway.asgi,
        log_config=None,
        log_level="critical",
        access_log=False,
        lifespan="off",
        server_header=False,
        date_header=False,  # the demo sends its own clock's date
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    return _Server(config)


class _Server(uvicorn.Server):
    """Leaves signals to its runner, in the main thread or not."""

    started_event: threading.Event

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.started_event = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.started_event.set()


async def _serve(gateway: DemoGateway, server: uvicorn.Server, listener: socket.socket) -> None:
    gateway.loop = asyncio.get_running_loop()
    traffic = asyncio.create_task(gateway.run())
    try:
        await server.serve([listener])
    finally:
        gateway.loop = None
        traffic.cancel()


def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    assert isinstance(server, _Server)
    if not server.started_event.wait(START_TIMEOUT_S) or not thread.is_alive():
        raise OSError("the demo gateway did not start")


@contextmanager
def _listening(host: str, port: int) -> Iterator[tuple[socket.socket, str]]:
    """A listening socket and its URL."""
    address = ipaddress.ip_address(HOST if host == "localhost" else host)
    if not address.is_loopback:
        raise NotLoopbackError(f"the demo gateway listens on loopback addresses only, not on {host}")
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    # asyncio disables Nagle's algorithm only if the protocol is named; answers would wait 40 ms otherwise
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((str(address), port))
        listener.listen(128)
        taken = listener.getsockname()[1]
        shown = f"[{address}]" if address.version == 6 else str(address)
        yield listener, f"http://{shown}:{taken}"
