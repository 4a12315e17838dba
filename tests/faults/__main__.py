"""`python -m tests.faults`: every kind of fault on every screen, in a table of what was tried and what came of it.

Takes about a quarter of an hour. Names choose kinds.
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.cases import CASES, Case
from tests.faults.tour import ACCOUNT, FIGURES, Tried, from_the_start, walk


def main() -> int:
    """Try, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("kinds", nargs="*", help="parts of the names of the kinds to try, all unless given")
    options = parser.parse_args()
    print(f"{'':24}{'screens':>9}{'requests':>10}{'wrong':>7}{'s':>7}", flush=True)
    whole = Tried()
    for case in CASES:
        if not options.kinds or any(kind in case.title for kind in options.kinds):
            began_s = time.monotonic()
            tried = asyncio.run(_try(case))
            whole.add(tried)
            took_s = time.monotonic() - began_s
            print(_line(case.title, tried) + f"{took_s:7.0f}  {case.effect}", flush=True)
            for wrong in tried.wrong:
                print(f"  WRONG {wrong}", flush=True)
    print(_line("all", whole))
    return 1 if whole.wrong else 0


async def _try(case: Case) -> Tried:
    """All of its attempts, each on a machine of its own."""
    tried = Tried()
    for path in (ACCOUNT, FIGURES, None):
        with TemporaryDirectory() as name:
            try:
                if path is None:
                    tried.add(await from_the_start(Path(name), case))
                else:
                    for one in (await walk(Path(name), [case], path)).values():
                        tried.add(one)
            except AssertionError as error:
                tried.wrong.append(f"{case.title}, {path or 'from the start'}: {error}")
    return tried


def _line(title: str, tried: Tried) -> str:
    return f"{title:24}{tried.screens:9}{tried.met:10}{len(tried.wrong):7}"


if __name__ == "__main__":
    sys.exit(main())
