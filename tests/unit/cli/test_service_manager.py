"""What systemd is told, and when nobody asked."""

import os
import socket
from pathlib import Path

import pytest

from tui.cli.service_manager import ServiceManager


@pytest.fixture
def heard(tmp_path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(str(tmp_path / "notify"))
    listener.settimeout(5)
    return listener


def test_it_is_told_in_lines(heard: socket.socket, tmp_path: Path) -> None:
    with heard:
        ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "notify")}).tell("READY=1", "STATUS=well")
        assert heard.recv(100) == b"READY=1\nSTATUS=well"


@pytest.mark.parametrize("address", ["", "/nowhere/notify", "@aktop-nobody-listens"])
def test_nobody_is_told_where_nobody_listens(address: str) -> None:
    ServiceManager({"NOTIFY_SOCKET": address}).tell("READY=1")


@pytest.mark.parametrize(
    ("environ", "watchdog_s"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_a_watchdog_is_kept_quiet_only_where_there_is_one(environ: dict[str, str], watchdog_s: float | None) -> None:
    assert ServiceManager(environ).watchdog_s == watchdog_s
