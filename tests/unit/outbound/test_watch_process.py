"""`aktop watch` as a process: killed, doubled, told to read its settings anew, and ended."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tui.demo.app import DemoGateway
from tui.demo.options import DemoOptions
from tui.demo.serve import running

pytestmark = pytest.mark.full_account
"""In real time, whatever the hour: there an incident of a light account may not stand out."""

PATIENCE_S = 90.0
TELL = """#!/bin/sh
cat >> {folder}/told.jsonl
echo >> {folder}/told.jsonl
"""


@dataclass
class Place:
    """A machine with an account whose notices go to a program."""

    folder: Path
    url: str
    env: dict[str, str]
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def told(self) -> list[str]:
        """The ids of the notices that arrived."""
        path = self.folder / "told.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [json.loads(line)["id"] for line in lines if line]

    def has_arrived(self, what: str) -> bool:
        """Whether it is known of a notice that it arrived: one that is killed before then tells it again."""
        logs = [json.loads(path.read_text()) for path in self.folder.glob("state/aktop/notices/*.json")]
        return any(
            what in one["notice"]["id"] and one["deliveries"]["file"].get("state") == "sent"
            for log in logs
            for one in log["_default"].values()
        )

    def configure(self, text: str = "") -> None:
        table = f'[[alerts]]\nchannel = "command"\nname = "file"\nrun = ["{self.folder}/tell"]\n'
        path = self.folder / "config" / "aktop" / "config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text or f'url = "{self.url}"\nbudget_share = 1\n{table}', encoding="utf-8")

    def aktop(self, *arguments: str, into: Path | None = None) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tui", *arguments]
        file = self.folder / f"err{len(self.processes)}"
        with file.open("w", encoding="utf-8") as err, into.open("w") if into else nullcontext(subprocess.PIPE) as out:
            process = subprocess.Popen(command, env=self.env, stdout=out, stderr=err, text=True)
        self.processes.append(process)
        return process

    def said(self, number: int) -> str:
        """What a process said on standard error."""
        return (self.folder / f"err{number}").read_text(encoding="utf-8")


def until(happened: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < end, f"no {what}"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def gateway() -> Iterator[tuple[str, DemoGateway]]:
    demo = DemoGateway(scenario="runaway", options=DemoOptions(limits_on=False))
    with running(demo) as url:
        yield url, demo


@pytest.fixture
def place(gateway: tuple[str, DemoGateway], tmp_path: Path) -> Iterator[Place]:
    url, demo = gateway
    env = {**os.environ, "AKTOP_PASSWORD": demo.password, "COLUMNS": "200"}
    here = Place(tmp_path, url, env)
    (tmp_path / "tell").write_text(TELL.format(folder=tmp_path), encoding="utf-8")
    (tmp_path / "tell").chmod(0o700)
    here.configure()
    login = here.aktop("login", "--email", demo.email)
    assert login.wait() == 0, here.said(0)
    yield here
    for process in here.processes:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def test_what_happens_is_told_once_however_often_it_is_killed(place: Place) -> None:
    for _kill in range(3):
        watch = place.aktop("watch")
        until(lambda: place.has_arrived("spike"), "spike")
        watch.kill()
        watch.wait()
    assert len(place.told) == len(set(place.told))
    watch = place.aktop("watch", "--json")
    assert place.aktop("key", "disable", "batch-nightly", "--yes").wait() == 0
    until(lambda: any("contained" in one for one in place.told), "containment")
    watch.send_signal(signal.SIGTERM)
    assert watch.wait(PATIENCE_S) == 0
    assert watch.stdout is not None
    (contained,) = [json.loads(line) for line in watch.stdout]
    assert (contained["schema"], contained["state"], contained["key"]) == (1, "contained", "batch-nightly")
    assert len(place.told) == len(set(place.told))
    assert place.aktop("key", "enable", "batch-nightly", "--yes").wait() == 0


def test_one_of_two_tells_and_the_other_takes_over(place: Place) -> None:
    first = place.aktop("watch")
    until(lambda: any("spike" in one for one in place.told), "spike")
    before = place.told
    second = place.aktop("watch")
    until(lambda: f"watch {first.pid}" in place.said(2), "word of who tells")
    first.kill()
    until(lambda: "from now on this one tells" in place.said(2), "word of the other's end")
    second.send_signal(signal.SIGINT)
    assert second.wait(PATIENCE_S) == 0
    assert place.told == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is full")
def test_a_log_on_a_full_disk_ends_no_watch(place: Place) -> None:
    place.env["PYTHONUNBUFFERED"] = ""
    watch = place.aktop("watch", into=Path("/dev/full"))
    until(lambda: place.has_arrived("spike"), "notice")
    until(lambda: "standard output cannot be written: No space" in place.said(len(place.processes) - 1), "complaint")
    assert watch.poll() is None
    watch.terminate()
    assert watch.wait(PATIENCE_S) == 0


def test_settings_are_read_anew(place: Place) -> None:
    watch = place.aktop("watch")
    until(lambda: "notices go to file" in place.said(1), "first word")
    place.configure("interval_s = 'soon'")
    watch.send_signal(signal.SIGHUP)
    until(lambda: "the settings stay as they were" in place.said(1), "complaint")
    place.configure(f'url = "{place.url}"\n[[alerts]]\nchannel = "webhook"\nurl_file = "{place.folder}/not-there"\n')
    watch.send_signal(signal.SIGHUP)
    until(lambda: place.said(1).count("the settings stay as they were") == 2, "second complaint")
    place.configure(f'url = "{place.url}"')
    watch.send_signal(signal.SIGHUP)
    until(lambda: "no [[alerts]] in" in place.said(1), "second word")
    watch.send_signal(signal.SIGTERM)
    assert watch.wait() == 0


def test_the_line_comes_from_what_the_watch_knows(place: Place) -> None:
    watch = place.aktop("watch")
    until(lambda: any("spike" in one for one in place.told), "spike")
    until(lambda: list((place.folder / "state" / "aktop" / "line").glob("*.json")), "figures")
    nowhere = {**place.env, "HTTP_PROXY": "http://127.0.0.1:9", "AKTOP_PROXY": "http://127.0.0.1:9"}
    command = [sys.executable, "-m", "tui", "status", "--line", "--format", "{severity} {key}"]
    line = subprocess.run(command, env=nowhere, capture_output=True, text=True, check=True)
    assert line.stdout == "critical batch-nightly\n"
    watch.terminate()
    assert watch.wait() == 0
