"""`aktop record`, and what reads a recording: the file without secrets, and the same verdict from it."""

import errno
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Machine, Result
from tui.account.incident_tracker import IncidentTracker
from tui.account.played import NOT_RECORDED
from tui.cli.exit_code import exit_code_of
from tui.demo.app import DemoGateway
from tui.demo.options import DemoOptions
from tui.demo.serve import running
from tui.domain.clock import SystemClock
from tui.records.recording.files import GrowingRecording, read_recording
from tui.terminal import exit_codes

LONGEST_S = 60.0
STARTED = datetime.fromisoformat("2026-06-17T14:20:00+08:00")


@pytest.fixture
def going(
    seal: Path, aktop: Callable[..., Result], options: DemoOptions, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Machine]:
    """A machine that is signed in to a gateway, in a made-up time that passes as real time does."""
    began_s = time.monotonic()

    def now(_self: object = None) -> datetime:
        return STARTED + timedelta(seconds=time.monotonic() - began_s)

    monkeypatch.setattr(SystemClock, "now", now)
    monkeypatch.setattr("tui.demo.clock.wall_time", now)
    demo = DemoGateway(options=options)
    with running(demo) as url:
        monkeypatch.setenv("AKTOP_URL", url)
        monkeypatch.setenv("AKTOP_PASSWORD", demo.password)
        machine = Machine(url, seal / "state" / "aktop", seal / "config" / "aktop", aktop, demo)
        machine.login()
        yield machine


def is_whole(path: Path) -> bool:
    """Whether all was heard that triage judges by."""
    if not path.exists() or not path.stat().st_size:
        return False
    moment = read_recording(path).last
    return IncidentTracker().judge(moment.snapshot, moment.at).is_whole


def recorded(machine: Machine, path: Path, *more: str) -> Result:
    """What `aktop record` did until somebody pressed ctrl+c, once triage could judge."""

    def wait() -> None:
        until, judged = time.monotonic() + LONGEST_S, 0
        while time.monotonic() < until:
            size = path.stat().st_size if path.exists() else 0
            if size > judged and is_whole(path):
                break
            judged = size
            time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=wait)
    thread.start()
    result = machine.run("record", str(path), *more)
    thread.join()
    return result


def test_a_recording_holds_no_secret_and_is_judged_alike(going: Machine, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    result = recorded(going, path)
    assert result.code == exit_codes.OK, result.err
    assert "aktop --replay" in result.err
    text = path.read_text()
    kept = (going.state / "sessions.json").read_text()
    tokens = [word for word in kept.split('"') if len(word) > 30]
    secrets = [key.secret for key in going.demo.world.keys.values()]
    assert tokens
    assert secrets
    for secret in (*tokens, *secrets, going.demo.email, going.demo.password, *(one[:10] for one in secrets)):
        assert secret not in text
    played = going.run("triage", "--replay", str(path), "--json").json
    live = going.run("triage", "--json").json
    for name in ("kind", "key_id", "severity", "model"):
        assert [one[name] for one in played["findings"]] == [one[name] for one in live["findings"]]
    assert played["likely_cause"][0]["name"] == live["likely_cause"][0]["name"] == "batch-nightly"
    assert played["missing"] == []
    checked = going.run("triage", "--replay", str(path), "--check")
    assert checked.code == exit_codes.NEEDS_A_PERSON
    before = going.run("triage", "--replay", str(path), "--at", "2020-01-01T00:00", "--json")
    assert "is not in the recording" in before.err
    assert "its beginning is shown" in before.err
    assert "its end is shown" in going.run("triage", "--replay", str(path), "--at", "2099-01-01T00:00", "--json").err
    assert "not in the recording" not in checked.err
    early = before.json
    assert early["missing"], "nothing was known at first"


def test_a_private_recording_names_nobody(going: Machine, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    assert recorded(going, path, "--private").code == exit_codes.OK
    text = path.read_text()
    names = [key.name for key in going.demo.world.keys.values()]
    assert [name for name in names if f'"{name}"' in text] == []
    found = going.run("triage", "--replay", str(path), "--json").json
    assert found["likely_cause"][0]["name"].startswith("key-")


def test_it_ends_after_a_while(signed_in: Machine, tmp_path: Path) -> None:
    assert signed_in.run("record", str(tmp_path / "a.jsonl.gz"), "--for", "1s").code == exit_codes.OK
    assert read_recording(tmp_path / "a.jsonl.gz").is_whole


def test_a_disk_that_fills_up_is_said_with_the_file(
    signed_in: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add(_self: GrowingRecording, _lines: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(GrowingRecording, "add", add)
    result = signed_in.run("record", str(tmp_path / "a.jsonl"), "--for", "1s")
    assert result.code == exit_codes.WRONG_USE
    assert f"{tmp_path / 'a.jsonl'}: No space left on device; the recording ends there" in result.err


@pytest.mark.parametrize("span", ["", "1", "0s", "1d", "-5m", "tomorrow"])
def test_a_span_that_is_none_is_a_sentence(signed_in: Machine, tmp_path: Path, span: str) -> None:
    result = signed_in.run("record", str(tmp_path / "a.jsonl"), f"--for={span}")
    assert (result.code, "expected for instance 90s" in result.err) == (exit_codes.WRONG_USE, True)
    assert not (tmp_path / "a.jsonl").exists()


def test_what_is_there_is_never_overwritten(signed_in: Machine, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("mine")
    result = signed_in.run("record", str(tmp_path / "a.jsonl"))
    assert (result.code, (tmp_path / "a.jsonl").read_text()) == (exit_codes.WRONG_USE, "mine")
    assert "give another name" in result.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("triage", "--replay", "nowhere.jsonl"), "cannot be read"),
        (("triage", "--replay", "/dev/null"), "cannot be read"),
        (("triage", "--replay", "wrong.jsonl"), "is no recording of aktop"),
        (("--replay", "wrong.jsonl", "calls"), "--replay goes with the screen and with triage"),
        (("--at", "14:05"), "give --replay as well"),
        (("--demo", "triage", "--replay", "wrong.jsonl"), "give one of them"),
    ],
)
def test_what_cannot_be_replayed_is_a_sentence(
    signed_in: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("wrong.jsonl").write_text('{"id": 1}\n')
    result = signed_in.run(*arguments)
    assert (result.code, result.out) == (exit_codes.WRONG_USE, "")
    assert told in result.err


def test_what_was_not_recorded_cannot_be_told() -> None:
    assert exit_code_of(NOT_RECORDED) == exit_codes.CANNOT_TELL
