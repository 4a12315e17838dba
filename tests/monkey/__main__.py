"""`python -m tests.monkey`: types tens of thousands of keys at accounts that move, and tells what came of it.

Some runs are read-only, and some are at a real terminal. A run that fails is told with its seed and the fewest packets
that lead there; `--seed SEED --runs 1` types the same again.
"""

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.monkey.run import Tally
from tests.monkey.runs import Run, played


def main() -> int:
    """Type, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.monkey", description=__doc__)
    parser.add_argument("--runs", type=int, default=40, help="how many runs, each with a seed and a size of its own")
    parser.add_argument("--keys", type=int, default=520, help="how many keys each of them types")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first run")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many runs go at once")
    options = parser.parse_args()
    runs = [Run(seed, options.keys) for seed in range(options.seed, options.seed + options.runs)]
    table: dict[str, Tally] = {}
    fallen = []
    with ProcessPoolExecutor(options.jobs, get_context("spawn"), max_tasks_per_child=1) as pool:
        for run, outcome in zip(runs, pool.map(played, runs), strict=True):
            if isinstance(outcome, Tally):
                table.setdefault(run.title, Tally()).add(outcome)
                print(f"seed {run.seed:4}  {run.title:18} {outcome.keys:6} keys", file=sys.stderr, flush=True)
            else:
                fallen.append(run)
                print(f"{outcome}\n", flush=True)
    _tell(table)
    return 1 if fallen else 0


def _tell(table: dict[str, Tally]) -> None:
    print(f"{'':18}{'keys':>8}{'packets':>9}{'starts':>8}{'meddled':>9}{'faults':>8}  changes that reached a gateway")
    whole = Tally()
    for title, tally in sorted(table.items()):
        whole.add(tally)
        _tell_line(title, tally)
    _tell_line("all", whole)


def _tell_line(title: str, tally: Tally) -> None:
    changes = ", ".join(f"{number} {kind}" for kind, number in sorted(tally.changes.items())) or "none"
    counts = f"{tally.keys:8}{tally.packets:9}{tally.starts:8}{tally.meddled:9}{tally.faults:8}"
    print(f"{title:18}{counts}  {tally.changes.total()}: {changes}")


if __name__ == "__main__":
    sys.exit(main())
