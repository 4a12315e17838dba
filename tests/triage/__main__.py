"""`python -m tests.triage [weeks] [incidents]`: the table of what the rules find, and how often they cry wolf."""

import sys
import time
from statistics import median

from tests.triage.measure import SORTS, Alarms, first_week, forecast_run, forecast_usual, quiet_week, share_of


def main() -> None:
    """Measure and print."""
    weeks, count = (int(word) for word in (*sys.argv[1:], "48", "120")[:2]) if len(sys.argv) > 2 else (48, 120)
    began = time.perf_counter()
    found = [quiet_week(seed) for seed in range(weeks)]
    print_alarms("a quiet week, hour by hour", [hourly for hourly, _ in found])
    print_alarms("a quiet week, in the running hour", [running for _, running in found])
    print_alarms("the first week of use", [first_week(seed) for seed in range(weeks // 3)])
    print(f"\n{'incident':<18}{'n':>5}{'found':>8}{'delay h':>9}{'first':>8}{'top 3':>8}")
    for sort in SORTS:
        one = share_of(sort, count)
        print(
            f"{sort.name:<18}{one.count:>5}{one.found:>8.3f}{one.delay_h:>9.2f}{one.first:>8.3f}{one.top_three:>8.3f}"
        )
        sys.stdout.flush()
    print("\ntime to empty, median factor off")
    print(f"  usual pace                     {median(forecast_usual(seed) for seed in range(count)):.2f}")
    after = median(forecast_usual(seed, after_incident=True) for seed in range(count))
    print(f"  usual pace, after an incident  {after:.2f}")
    for times in (3, 5, 10):
        print(f"  current rate, ×{times:<2}              {median(forecast_run(times, s) for s in range(count)):.2f}")
    print(f"\n{time.perf_counter() - began:.0f} s")


def print_alarms(name: str, weeks: list[Alarms]) -> None:
    """One line: how often a week something is told."""
    figures = "  ".join(f"{what} {sum(one[what] for one in weeks) / len(weeks):.2f}" for what in weeks[0])
    print(f"alarms in {name:<36} {figures}   {len(weeks)} weeks")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
