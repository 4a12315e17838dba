"""`aktop metrics`: once, served until a signal, or as a file that is gone at the end."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.metrics.debian import ROOT, awaited, fetched, free_port
from tests.unit.cli.conftest import Machine
from tui.terminal import exit_codes


def test_once_tells_all_that_a_verdict_rests_on(signed_in: Machine) -> None:
    done = signed_in.run("metrics", "--once", "--label", "mine")
    assert (done.code, done.err) == (exit_codes.OK, "")
    assert 'aktop_up{account="mine"} 1.0' in done.out
    assert re.search(r'aktop_finding\{account="mine",key_id="\d+",kind="spike",severity="critical"\} 1\.0', done.out)
    assert "aktop_triage_whole" in done.out
    assert signed_in.demo.email not in done.out


def test_counters_of_several_runs_are_one(signed_in: Machine, tmp_path: Path) -> None:
    file = tmp_path / "aktop.prom"
    found = []
    for _run in range(2):
        assert signed_in.run("metrics", "--once", "--textfile", str(file)).code == exit_codes.OK
        found.append(re.findall(r"^aktop_\S+_total.*", file.read_text(), re.M))
    assert found[0] == found[1] != []
    assert len(list((signed_in.state / "metrics").glob("*.json"))) == 1


def test_names_may_be_left_out(signed_in: Machine) -> None:
    assert "batch-nightly" not in signed_in.run("metrics", "--once", "--no-names", "--label", "x").out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--listen", "0.0.0.0:9810"), "--bearer-file"),
        (("--listen", "9810"), "HOST:PORT"),
        (("--once", "--listen", "127.0.0.1:9810"), "--listen serves"),
        (("--once", "--all"), "--profile"),
        (("--all", "--label", "x"), "--label"),
        (("--every", "0"), "1 to 600"),
        (("--max-keys", "0"), "1 or more"),
        (("--tls-cert", "x"), "give both"),
        (("--all", "--listen", "127.0.0.1:0"), "no profile"),
        (("--textfile", "/nosuch/dir/f"), "--textfile /nosuch/dir/f: No such file or directory"),
        (("--once", "--textfile", "/dev/null"), "--textfile /dev/null: it is no regular file"),
    ],
)
def test_what_cannot_be_is_said(arguments: tuple[str, ...], complaint: str, signed_in: Machine) -> None:
    done = signed_in.run("metrics", *arguments)
    assert done.code == exit_codes.WRONG_USE
    assert complaint in done.err


def test_without_the_library_it_says_what_to_install(signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    done = signed_in.run("metrics", "--once")
    assert done.code == exit_codes.WRONG_USE
    assert "pipx inject aktop prometheus-client" in done.err


def test_nothing_else_waits_for_the_library() -> None:
    code = "import sys, tui.cli.run, tui.cli.verbs; sys.exit('prometheus_client' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_and_writes_until_it_is_told_to_end(number: signal.Signals, tmp_path: Path) -> None:
    port, file = free_port(), tmp_path / "aktop.prom"
    url = f"http://127.0.0.1:{port}/metrics"
    command = [sys.executable, "-m", "tui", "--demo", "metrics", "--every", "1", "--textfile", str(file)]
    process = subprocess.Popen(
        [*command, "--listen", f"127.0.0.1:{port}"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        awaited(lambda: "aktop_triage_whole" in (fetched(url) or ""))
        awaited(file.exists)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert (process.returncode, out) == (exit_codes.OK, b"")
    assert err.decode() == f"metrics at {url}\n"
    assert not file.exists()


def test_a_profile_that_cannot_be_used_is_down_and_keeps_no_other_from_being_told(tmp_path: Path) -> None:
    port = free_port()
    config = Path(os.environ["XDG_CONFIG_HOME"]) / "aktop"
    config.mkdir(parents=True)
    (config / "config.toml").write_text(
        f'[profile.away]\nurl = "http://127.0.0.1:{free_port()}"\n[profile.none]\nlang = "en"\n'
    )
    command = [sys.executable, "-m", "tui", "metrics", "--all", "--every", "1", "--listen", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) as process:
        try:
            text = awaited(lambda: (found := fetched(f"http://127.0.0.1:{port}/metrics")) and "away" in found and found)
        finally:
            process.terminate()
        _out, err = process.communicate(timeout=20)
    assert 'aktop_up{account="away"} 0.0' in text
    assert 'aktop_up{account="none"} 0.0' in text
    assert b"aktop: none: which gateway?" in err
    assert process.returncode == exit_codes.OK
