"""What a service manager wants to hear of a program that runs for days (systemd's `sd_notify`)."""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress


class ServiceManager:
    """Tells systemd how things stand, where it started this program and asked for it; nobody otherwise."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self.watchdog_s = _watchdog_s(environ)
        """Within so long it wants to hear of a program that is well; None: it does not."""

    def tell(self, *words: str) -> None:
        """Say something, such as `READY=1`."""
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
