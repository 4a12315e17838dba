"""Measures what the rules tell in quiet weeks, and what they find of incidents, on simulated accounts of eight kinds.

Thresholds were chosen on accounts with seeds below 30 and from 60 to 71: measure with others.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from multiprocessing import get_context
from statistics import median
from typing import Any

from tests.triage.guilty import INCIDENTS
from tests.triage.kinds import KINDS
from tests.triage.measure import (
    PACES,
    WITH_A_PACE,
    Followed,
    QuietWeek,
    Task,
    measured,
    share_of,
    tasks_of,
)
from tests.triage.twins import PAIRS
from tui.triage.findings import FindingKind

TWINS = 2
QUIET, FORECASTS, ALIKE = "quiet", "forecasts", "twins"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.triage", description=__doc__)
    parser.add_argument("--quiet", type=int, default=6, metavar="N", help="quiet weeks of each kind of account")
    parser.add_argument("--incidents", type=int, default=3, metavar="N", help="incidents of each sort, on each kind")
    parser.add_argument("--first-seed", type=int, default=30, metavar="N", help="the seed of the first accounts")
    parser.add_argument(
        "--sort", action="append", choices=(QUIET, *INCIDENTS, FORECASTS, ALIKE), metavar="NAME",
        help=f"measure only this, may be repeated: {', '.join((QUIET, *INCIDENTS, FORECASTS, ALIKE))}",
    )  # fmt: skip
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, metavar="N", help="how many work at once")
    options = parser.parse_args()
    began, sorts = time.perf_counter(), options.sort or (QUIET, *INCIDENTS, FORECASTS, ALIKE)
    weeks, incidents = (range(options.first_seed, options.first_seed + n) for n in (options.quiet, options.incidents))
    with get_context("spawn").Pool(options.processes) as pool:

        def run(tasks: Sequence[Task]) -> list[Any]:
            return [one for one in pool.imap_unordered(measured, tasks) if one is not None]

        if QUIET in sorts and weeks:
            print_quiet(run(list(tasks_of("quiet", weeks, [""]))))
        names = [name for name in INCIDENTS if name in sorts]
        if names and incidents:
            print_found(names, run(list(tasks_of("guilty", incidents, names))))
        if FORECASTS in sorts and incidents:
            print_forecasts(run(list(tasks_of("forecast", incidents, tuple(PACES), WITH_A_PACE))))
        if ALIKE in sorts:
            pairs = [str(place) for place in range(len(PAIRS))]
            twins = range(options.first_seed, options.first_seed + TWINS)
            print_twins(run(list(tasks_of("twin", twins, pairs, ("quiet", "guilty")))))
    print(f"\n{time.perf_counter() - began:.0f} s")


def print_quiet(found: Sequence[QuietWeek]) -> None:
    """What is told in quiet weeks, by kind of account."""
    columns = tuple(FindingKind)
    print(f"{'quiet weeks':<12}{'n':>4}{'told':>7}{'critical':>10}", *(f"{kind:>12}" for kind in columns), sep="")
    for name in (*KINDS, "all"):
        weeks = [week for week in found if name in (week.kind, "all")]
        n = max(1, len(weeks))
        told, critical = sum(len(week.notices) for week in weeks) / n, sum(week.critical for week in weeks) / n
        kinds = (sum(week.by_kind[kind] for week in weeks) / n for kind in columns)
        print(f"{name:<12}{len(weeks):>4}{told:>7.2f}{critical:>10.2f}", *(f"{one:>12.2f}" for one in kinds), sep="")
    sys.stdout.flush()


def print_found(sorts: Sequence[str], found: Sequence[Followed]) -> None:
    """What is found of incidents, by sort, and of each what is like nothing in quiet weeks; and what was missed."""
    print(
        f"\n{'incident':<34}{'n':>4}{'found':>6}{'in 1 h':>8}{'after':>10}{'first':>7}{'others':>8}  cause; missed in"
    )
    for sort in sorts:
        mine = [one for one in found if one.sort == sort]
        looks_quiet = sorted({one.truth.but for one in mine if one.truth.but})
        _print_share(sort, mine)
        for but in ("", *looks_quiet) if looks_quiet else ():
            _print_share(f"  {but or 'like nothing in quiet weeks'}", [one for one in mine if one.truth.but == but])
    sys.stdout.flush()


def _print_share(name: str, mine: Sequence[Followed]) -> None:
    share = share_of(name, mine)
    missed = sorted(f"{one.kind} {one.seed}" for one in mine if one.delay is None)
    after = f"{share.delay_min:.0f} min" if share.delay_min is not None else "–"
    first = f"{share.first:.2f}" if share.first is not None else "–"
    causes = ", ".join(f"{cause} {count}" for cause, count in share.causes.most_common(3))
    found, fast = round(share.found * share.count), round(share.fast * share.count)
    print(f"{name:<34}{share.count:>4}{found:>6}{fast:>8}{after:>10}{first:>7}{share.others:>8.2f}  "
          f"{causes}; {', '.join(missed)}")  # fmt: skip


def print_forecasts(found: Sequence[tuple[str, float]]) -> None:
    """How far off the time to empty is."""
    print(f"\n{'time to empty':<20}{'n':>4}{'median':>8}{'within 1.5':>12}")
    for name in PACES:
        mine = [factor for one, factor in found if one == name]
        if mine:
            within = sum(factor <= 1.5 for factor in mine) / len(mine)
            print(f"{name:<20}{len(mine):>4}{median(mine):>8.2f}{within:>12.2f}")
    sys.stdout.flush()


def print_twins(found: Sequence[tuple[int, str, str, int, list[str]]]) -> None:
    """Which twins are judged right, and what is wrong with the others."""
    right = sum(not wrong for *_, wrong in found)
    print(f"\ntwins: {right} of {len(found)} right")
    for principle, name, side, seed, wrong in sorted(found):
        if wrong:
            print(f"  {principle:>2} {name}, {side} {seed}: {'; '.join(wrong)}")


if __name__ == "__main__":
    main()
