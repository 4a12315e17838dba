"""`python -m tests.triage [quiet weeks of a kind] [incidents of a sort and kind] [first seed]`: what is told and found.

Thresholds were chosen on seeds below 20: from there on accounts are others.
"""

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

PROCESSES = 2
WEEKS, INCIDENTS_EACH, TWINS = 6, 3, 2


def main() -> None:
    """Measure and print."""
    words = sys.argv[1:]
    weeks, incidents = int(words[0]) if words else WEEKS, int(words[1]) if len(words) > 1 else INCIDENTS_EACH
    first = int(words[2]) if len(words) > 2 else 0
    began = time.perf_counter()

    def seeds(count: int) -> range:
        return range(first, first + count)

    with get_context("spawn").Pool(PROCESSES) as pool:

        def run(tasks: Sequence[Task]) -> list[Any]:
            return [one for one in pool.imap_unordered(measured, tasks) if one is not None]

        print_quiet(run(list(tasks_of("quiet", seeds(weeks), [""]))))
        print_found(run(list(tasks_of("guilty", seeds(incidents), tuple(INCIDENTS)))))
        print_forecasts(run(list(tasks_of("forecast", seeds(incidents), tuple(PACES), WITH_A_PACE))))
        print_twins(run(list(tasks_of("twin", seeds(TWINS), [str(i) for i in range(len(PAIRS))], ("quiet", "guilty")))))
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


def print_found(found: Sequence[Followed]) -> None:
    """What is found of incidents, by sort, and of each what is like nothing in quiet weeks; and what was missed."""
    print(
        f"\n{'incident':<34}{'n':>4}{'found':>6}{'in 1 h':>8}{'after':>10}{'first':>7}{'others':>8}  cause; missed in"
    )
    for sort in INCIDENTS:
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
