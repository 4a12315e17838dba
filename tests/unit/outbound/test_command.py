"""A program that is told: what it gets, and that nothing is left of one that does not end."""

import asyncio
import json
import os
import select
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.outbound.samples import NOTICE, alert
from tui.outbound.channels.channel import Undelivered
from tui.outbound.channels.command import CommandChannel, essentials
from tui.outbound.notice import Notice
from tui.outbound.processes import run

SECRET = "hunter2"
SECRETS = {
    "AKTOP_TOKEN": SECRET,
    "AKTOP_PASSWORD": SECRET,
    "AKTOP_API_KEYS": SECRET,
    "ANTHROPIC_API_KEY": SECRET,
    "HOOK_URL": SECRET,
    "NOTIFY_SOCKET": "/run/x",
}


def program(tmp_path: Path, text: str) -> list[str]:
    """A Python program that finds the folder of the test in `here`."""
    path = tmp_path / "tell.py"
    path.write_text(
        f"import json, os, pathlib, subprocess, sys, time\nhere = pathlib.Path({str(tmp_path)!r})\n{text}\n"
    )
    return [sys.executable, str(path)]


def channel(run: list[str], environ: Mapping[str, str] = os.environ, timeout_s: float = 20) -> CommandChannel:
    return CommandChannel(alert("command", run=run, timeout_s=timeout_s), environ, ["HOOK_URL"])


async def pids(tmp_path: Path) -> tuple[int, int]:
    """The program and its child, as the program writes them into a pipe."""
    own, child = (await asyncio.to_thread((tmp_path / "pids").read_text)).split()
    return int(own), int(child)


async def end(pid: int) -> None:
    """Wait for the end of a process that this one did not start."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    ended, _, _ = await asyncio.to_thread(select.select, [handle], [], [], 10)
    os.close(handle)
    assert ended


async def test_it_gets_the_notice_and_no_secret(tmp_path: Path) -> None:
    text = "(here / 'in').write_bytes(sys.stdin.buffer.read()); (here / 'env').write_text(json.dumps(dict(os.environ)))"
    await channel(program(tmp_path, text), {"PATH": os.defpath, **SECRETS}).send(NOTICE)
    assert (tmp_path / "in").read_bytes() == NOTICE.encoded() + b"\n"
    environ = json.loads((tmp_path / "env").read_text())
    assert SECRET not in environ.values()
    assert "NOTIFY_SOCKET" not in environ
    assert environ["PATH"] == os.defpath
    assert {name: value for name, value in environ.items() if name.startswith("AKTOP_")} == essentials(NOTICE)


def test_the_essentials() -> None:
    told = essentials(NOTICE)
    assert told == {
        "AKTOP_NOTICE_ID": "spike-45-1:began",
        "AKTOP_AT": "2026-03-02T03:14:00+00:00",
        "AKTOP_STATE": "began",
        "AKTOP_KIND": "spike",
        "AKTOP_SEVERITY": "warning",
        "AKTOP_EPISODE": "spike-45-1",
        "AKTOP_ACCOUNT": "prod",
        "AKTOP_GATEWAY": "https://gateway.example",
        "AKTOP_KEY": "batch-nightly",
        "AKTOP_KEY_ID": "45",
        "AKTOP_SHARE": "0.97",
        "AKTOP_SINCE": "2026-03-02T03:00:00+00:00",
        "AKTOP_EXCESS_USD": "23.1",
        "AKTOP_SENTENCE": "batch-nightly costs $23.10/h, 12 times its usual",
        "AKTOP_ADVICE": "D in aktop, or `aktop key disable 45 --yes`",
    }


def test_what_is_not_known_is_empty_and_nothing_is_too_long() -> None:
    members = {name: getattr(NOTICE, name) for name in NOTICE.__struct_fields__}
    told = essentials(Notice(**{**members, "key": None, "key_id": None, "sentence": "a\0b" + "x" * 200_000}))
    assert (told["AKTOP_KEY"], told["AKTOP_KEY_ID"]) == ("", "")
    assert told["AKTOP_SENTENCE"].startswith("abxx")
    assert len(told["AKTOP_SENTENCE"]) < 20_000


async def test_no_shell_reads_its_arguments(tmp_path: Path) -> None:
    run = program(tmp_path, "(here / 'args').write_text(json.dumps(sys.argv[1:]))")
    await channel([*run, "$HOME; echo", "`id`", ""]).send(NOTICE)
    assert json.loads((tmp_path / "args").read_text()) == ["$HOME; echo", "`id`", ""]


async def test_of_what_it_writes_only_so_much_is_kept() -> None:
    ended = await run(["/bin/sh", "-c", "cat; echo more; exit 4"], b"12345678", {}, 20, most_bytes=10)
    assert ended == (4, b"12345678mo")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sys.exit(3)", "ended with 3"),
        ("os.kill(os.getpid(), 9)", "was ended by SIGKILL"),
        (f"print('{SECRET}', file=sys.stderr); sys.exit(1)", "ended with 1"),
    ],
)
async def test_an_end_that_is_not_well_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(Undelivered) as caught:
        await channel(program(tmp_path, text)).send(NOTICE)
    assert caught.value.why == f"{sys.executable} {told}"
    assert not caught.value.is_final


async def test_what_is_no_program_is_told(tmp_path: Path) -> None:
    with pytest.raises(Undelivered, match="No such file or directory"):
        await channel([str(tmp_path / "nothing")]).send(NOTICE)
    (tmp_path / "text").write_text("x")
    with pytest.raises(Undelivered, match="Permission denied"):
        await channel([str(tmp_path / "text")]).send(NOTICE)


async def test_one_that_reads_nothing_and_one_that_writes_without_end_are_no_harm(tmp_path: Path) -> None:
    await channel(program(tmp_path, "sys.stdin.close()")).send(NOTICE)
    with pytest.raises(Undelivered, match="did not end within 1 s"):
        await channel(program(tmp_path, "while True: print('x' * 100_000)"), timeout_s=1).send(NOTICE)


CHILDREN = """
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
(here / "pids").write_text(f"{os.getpid()} {child.pid}")
time.sleep(600)
"""


async def test_at_the_limit_all_that_it_started_is_killed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pids")
    sending = asyncio.create_task(channel(program(tmp_path, CHILDREN), timeout_s=3).send(NOTICE))
    own, child = await pids(tmp_path)
    with pytest.raises(Undelivered, match="did not end within 3 s"):
        await sending
    with pytest.raises(ProcessLookupError):  # its end was taken: it is no zombie
        os.kill(own, 0)
    await end(child)


async def test_a_cancelled_one_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pids")
    sending = asyncio.create_task(channel(program(tmp_path, CHILDREN)).send(NOTICE))
    own, child = await pids(tmp_path)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    with pytest.raises(ProcessLookupError):
        os.kill(own, 0)
    await end(child)
