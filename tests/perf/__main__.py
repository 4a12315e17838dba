"""`python -m tests.perf`: what aktop costs on this machine, beside btop, htop and a bare Textual app.

Times vary with other load; bytes and ratios hold. Not part of the gate: the counts in
`tests/unit/terminal/test_counts.py` and `tests/unit/monitor/test_requests.py` are.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from http.client import HTTPConnection
from statistics import median
from tempfile import TemporaryDirectory
from types import MappingProxyType

from tests.perf.watched import Steady, Watched

SIZE = (120, 40)
APPS = (sys.executable, "-m", "tests.perf.apps")
# Installed programs are compiled; an environment that forbids it would measure the compiler.
TRUECOLOR = {"COLORTERM": "truecolor", "PYTHONDONTWRITEBYTECODE": ""}
READ_BACK_S = 25
"""By then the running hour has been read back, which is many pages at its end and none at its beginning."""
WARM_UP_S, PARTS, MANY_KEYS = 300, 6, 2000
AFTER_KEY_S = 0.2
"""Longer than a terminal program waits for what may follow an escape: sooner it would be another key."""
OPENING, ESCAPE = ("\r", "c", "e", "T", "?", "t", "L", "w", "D", "v", "m"), "\x1b"
PAGE_DOWN, DOWN = "\x1b[6~", "\x1b[B"


def main() -> None:
    """Measure what is asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.perf", description=__doc__)
    parser.add_argument("what", nargs="*", choices=["start", "steady", "keys", "soak", []], default=[])
    parser.add_argument("--seconds", type=float, default=12.0, help="how long each program is watched")
    parser.add_argument("--minutes", type=float, default=60.0, help="how long memory is watched by `soak`")
    parser.add_argument("--rounds", type=int, default=1, help="how often each is watched, in turn; tells medians")
    options = parser.parse_args()
    wanted = options.what or ["start", "steady", "keys"]
    with gateway() as demo:
        if "start" in wanted:
            first_paints(demo)
        if "steady" in wanted:
            steady(demo, options.seconds, options.rounds)
        if "keys" in wanted:
            keys()
        if "soak" in wanted:
            soak(demo, options.minutes)


@contextmanager
def gateway() -> Iterator[tuple[str, str, str]]:
    """The embedded gateway in a process of its own, so that it is not counted."""
    from tui.demo.app import DemoGateway

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tui", "demo", "--listen", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    account = DemoGateway(seed=1, scenario="runaway")
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", account.email, account.password
    finally:
        process.terminate()
        process.wait()


def first_paints(demo: tuple[str, str, str]) -> None:
    """Time to the first byte, the first frame, the first live figure, all panes live; the median of five."""
    print(f"\n{'first paint, ms':34}{'first byte':>12}{'frame':>10}{'live figure':>13}{'all live':>10}{'kB':>8}")
    _start((*APPS, "empty", "diff"), "ready", "ready")
    empty = [_start((*APPS, "empty", "diff"), "ready", "ready") for _ in range(5)]
    _print_start("empty Textual app", empty)
    with TemporaryDirectory() as home:
        signed_in = {"XDG_STATE_HOME": home, "XDG_CONFIG_HOME": home}
        login = (sys.executable, "-m", "tui", "login", "--url", demo[0], "--email", demo[1])
        environ = {**os.environ, **signed_in, "AKTOP_PASSWORD": demo[2]}
        subprocess.run(login, env=environ, check=True, stdout=subprocess.DEVNULL)
        ours = []
        for driver in ("stock", "diff"):
            command = (sys.executable, "-m", "tui", "--url", demo[0], "--driver", driver)
            _start(command, "╮", "balance $", signed_in)  # leaves a last screen for the next
            ours = [_start(command, "╮", "balance $", signed_in) for _ in range(5)]
            _print_start(f"aktop, signed in, {driver} driver", ours)
    _print_start("aktop --demo, gateway inside", [_early() for _ in range(3)])
    round_trip = _round_trip_ms(demo[0])
    ratio = median(run[2] for run in ours) / (median(run[2] for run in empty) + round_trip)
    print(f"a round trip takes {round_trip:.1f} ms; live figure / (empty app + one round trip) = {ratio:.2f}")


def _round_trip_ms(url: str) -> float:
    """The median of some small requests on a kept connection."""
    connection = HTTPConnection(url.removeprefix("http://"))
    took = []
    for _ in range(20):
        started = time.perf_counter()
        connection.request("GET", "/api/v1/settings/public")
        connection.getresponse().read()
        took.append(1000 * (time.perf_counter() - started))
    connection.close()
    return median(took)


def _start(
    command: Sequence[str], frame: str, figure: str, environ: Mapping[str, str] = MappingProxyType({})
) -> tuple[float, ...]:
    started = time.perf_counter()
    with Watched(command, size=SIZE, environ={**TRUECOLOR, **environ}) as program:
        first = program.until(lambda: bool(program.output), started)
        framed = program.until(lambda: frame in "\n".join(program.screen.text()), started)
        live = program.until(lambda: figure in program.screen.text()[0], started)
        whole = program.until(lambda: _is_whole(program.screen.text()), started) if environ else live
        sent = len(program.output) / 1000
        if environ:
            program.burst()
            program.press("q")
            program.end()
        return first, framed, live, whole, sent


def _is_whole(lines: Sequence[str]) -> bool:
    """Whether every pane is there, and nothing of an earlier run."""
    text = "\n".join(lines)
    return "─4 " in text.replace("━", "─") and "OLD" not in text and "waiting" not in text


def _early() -> tuple[float, ...]:
    return _start((sys.executable, "-m", "tui", "--demo"), "╯", "balance $")


def _print_start(name: str, runs: list[tuple[float, ...]]) -> None:
    first, framed, live, whole, sent = (sorted(values)[len(runs) // 2] for values in zip(*runs, strict=True))
    print(f"{name:34}{first:12.0f}{framed:10.0f}{live:13.0f}{whole:10.0f}{sent:8.1f}")


def steady(demo: tuple[str, str, str], seconds: float, rounds: int) -> None:
    """Each program at a refresh of 2 s. A machine has slow minutes: in turn, they meet all alike."""
    print(f"\n{'at a 2 s refresh':34}{'bytes/s':>10}{'× floor':>9}{'cells/s':>9}{'CPU %':>8}{'RSS MB':>8}")
    ours = {f"aktop, {driver} driver": (*APPS, "aktop", driver, *demo) for driver in ("stock", "diff")}
    bare = {"empty Textual app": (*APPS, "empty", "stock")}
    others = {
        name: (path, *more) for name, more in (("btop", ()), ("htop", ("-d", "20"))) if (path := shutil.which(name))
    }
    found: dict[str, list[Steady]] = {}
    for _ in range(rounds):
        for name, command in {**ours, **bare, **others}.items():
            with Watched(command, size=SIZE, environ=TRUECOLOR) as program:
                program.knows_screen = name not in others
                program.settle(READ_BACK_S)
                found.setdefault(name, []).append(program.steady(seconds))
    for name, runs in found.items():
        sent, least, cells, cpu, rss = map(median, zip(*map(astuple, runs), strict=True))
        ratio = f"{sent / least:9.2f}" if least else f"{'–':>9}"
        print(f"{name:34}{sent:10.0f}{ratio}{cells:9.0f}{cpu:8.2f}{rss:8.0f}")


def soak(demo: tuple[str, str, str], minutes: float) -> None:
    """What memory grows by: while the account is watched for long, and while screens are opened and closed."""
    print(f"\n{'memory':34}{'RSS MB':>10}{'grown by':>10}")
    with Watched((*APPS, "aktop", "diff", *demo), size=SIZE, environ=TRUECOLOR) as program:
        program.settle(WARM_UP_S)
        warm = program.rss_mb()
        print(f"{'warm':34}{warm:10.1f}", flush=True)
        for part in range(1, PARTS + 1):
            program.settle(60 * minutes / PARTS)
            passed = f"{minutes * part / PARTS:g} min later"
            print(f"{passed:34}{program.rss_mb():10.1f}{program.rss_mb() - warm:10.1f}", flush=True)
        for count in (MANY_KEYS // 4, MANY_KEYS):
            before = program.rss_mb()
            for number in range(count // 2):
                for key in (OPENING[number % len(OPENING)], ESCAPE):
                    program.press(key)
                    program.settle(AFTER_KEY_S)
            name = f"{count} keys of opening and closing" if count == MANY_KEYS else f"{count} keys, to warm up"
            print(f"{name:34}{program.rss_mb():10.1f}{program.rss_mb() - before:10.1f}", flush=True)


def keys() -> None:
    """From a key to the last byte painted for it."""
    print(f"\n{'key → paint, ms':34}{'key':>12}{'p50':>8}{'p95':>8}{'bytes':>9}{'RSS MB':>8}")
    for driver in ("stock", "diff"):
        for rows in (100, 100_000):
            _keys(driver, rows)


def _keys(driver: str, rows: int) -> None:
    name = f"table, {rows} rows, {driver} driver"
    as_aktop_does = {**TRUECOLOR, "TEXTUAL_FPS": "120"}
    with Watched((*APPS, "table", driver, str(rows)), size=SIZE, environ=as_aktop_does) as program:
        program.see("TIME")
        program.settle(1)
        # 30 rows down stay in view; then pages, as far as there are.
        for key, code, times in (("down", DOWN, 30), ("page down", PAGE_DOWN, 100 if rows > 1000 else 2)):
            found = program.delays(code, times)
            print(f"{name:34}{key:>12}{found.p50:8.1f}{found.p95:8.1f}{found.bytes:9.0f}{program.rss_mb():8.0f}")
        if rows > 1000:
            took, count = program.held(PAGE_DOWN, 5.0, 30)
            p50, p95 = took[len(took) // 2], took[int(len(took) * 0.95)]
            print(f"{name:34}{'page held':>12}{p50:8.1f}{p95:8.1f}   {len(took)} painted of {count}")


if __name__ == "__main__":
    main()
