"""Notifies a service manager of the state of a long-running program (systemd's `sd_notify`)."""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress


class ServiceManager:
    """Notifies systemd if it started this program and asked for it; otherwise does nothing."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self.watchdog_s = _watchdog_s(environ)
        """How often it wants a sign of life; None: never."""

    def tell(self, *words: str) -> None:
        """Send words such as `READY=1`."""
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as to:
            to.setblocking(False)
            to.sendto("\n".join(words).encode(), self._address)


def _watchdog_s(environ: Mapping[str, str]) -> float | None:
    asked, of = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", "")
    if not asked.isdecimal() or (of and of != str(os.getpid())):
        return None
    return int(asked) / 1_000_000 or None
