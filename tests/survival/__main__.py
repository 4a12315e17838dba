"""`python -m tests.survival`: what aktop survives, in a table of what was tried, how often, and what was lost of it.

Takes about a quarter of an hour. `--rounds 0.1` tries a tenth of it, and names choose rows.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from msgspec import Struct

from tests.survival import disks, guards, killed, times
from tests.survival.trials import Tried


class Trial(Struct, frozen=True):
    """Something to be survived: `run` is given an empty folder, and how often or how long it is tried."""

    title: str
    often: int
    run: Callable[[Path, int], Tried | Coroutine[Any, Any, Tried]]


TRIALS = (
    Trial("a renewal is killed", 500, killed.renewals),
    Trial("two renew one session", 500, killed.two_on_one_session),
    Trial("a journal write is killed", 500, killed.journal_writes),
    Trial("a change of a key is killed", 300, killed.key_changes),
    Trial("two guards are killed", 200, guards.guard_acts),
    Trial("the disk is full", 5, disks.full),
    Trial("nothing may be written", 5, disks.read_only),
    Trial("the files are another's", 5, disks.foreign),
    Trial("a file is spoilt", 150, disks.spoilt),
    Trial("the terminal vanishes", 100, times.vanished),
    Trial("stopped, seconds", 120, times.stopped),
    Trial("the clock jumps", len(times.STEPS), times.clock_steps),
)


def main() -> int:
    """Try, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.survival", description=__doc__)
    parser.add_argument("rows", nargs="*", help="parts of the titles of the rows to try, all unless given")
    parser.add_argument("--rounds", type=float, default=1.0, help="how much of it")
    options = parser.parse_args()
    print(f"{'':30}{'tried':>7}{'lost':>6}{'s':>7}", flush=True)
    lost = 0
    for trial in TRIALS:
        if not options.rows or any(row in trial.title for row in options.rows):
            lost += _try(trial, max(1, round(trial.often * options.rounds)))
    print(f"{'lost in all':37}{lost:6}")
    return 1 if lost else 0


def _try(trial: Trial, often: int) -> int:
    began_s = time.monotonic()
    with TemporaryDirectory(ignore_cleanup_errors=True) as name:
        try:
            running = trial.run(Path(name), often)
            tried = running if isinstance(running, Tried) else asyncio.run(running)
        except AssertionError as error:
            tried = Tried(lost=[str(error)])
    took_s = time.monotonic() - began_s
    told = ", ".join(f"{number} {what}" for what, number in tried.told.items())
    print(f"{trial.title:30}{tried.times:7}{len(tried.lost):6}{took_s:7.0f}  {told}", flush=True)
    for lost in tried.lost:
        print(f"  LOST {lost}", flush=True)
    return len(tried.lost)


if __name__ == "__main__":
    sys.exit(main())
