"""A program on a pseudo-terminal whose bytes, processor time, memory and delays are measured from outside."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.perf.floor import changed_cells, floor
from tests.unit.terminal.emulator import Style
from tests.unit.terminal.pty_program import PtyProgram

QUIET_S = 0.02
"""Without a byte for so long, what was being painted is complete."""


@dataclass(frozen=True, slots=True)
class Steady:
    """What a program costs while it goes on."""

    bytes_per_s: float
    floor_per_s: float
    cells_per_s: float
    cpu_percent: float
    rss_mb: float


@dataclass(frozen=True, slots=True)
class Delays:
    """Milliseconds from a key to the last byte painted for it."""

    p50: float
    p95: float
    bytes: float


class Watched(PtyProgram):
    """Measures."""

    knows_screen = True
    """Whether what the program sends is understood well enough to compare pictures."""

    def _feed(self) -> None:
        if self.knows_screen:
            super()._feed()

    def cpu_s(self) -> float:
        """Processor time used so far by the threads there are, in seconds, to the nanosecond where the kernel tells.

        What the kernel counts in ticks of 10 ms misses most of what wakes and sleeps again within one.
        """
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        spent_ns = sum(int(task.read_text().split()[0]) for task in tasks)
        if spent_ns:
            return spent_ns / 1e9
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_mb(self) -> float:
        """Resident memory."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def settle(self, seconds: float) -> None:
        """Read on for some time."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0 and self.process.poll() is None:
            self.read(left)

    def steady(self, seconds: float) -> Steady:
        """Watch for some time."""
        start, cpu_before, size_before = time.perf_counter(), self.cpu_s(), len(self.output)
        picture, pen, least, cells = self.screen.picture(), Style(), 0, 0
        while time.perf_counter() - start < seconds:
            if not self.read(0.1):
                continue
            self.burst()
            if self.knows_screen:
                after = self.screen.picture()
                needed, pen = floor(picture, after, pen)
                least, cells, picture = least + needed, cells + changed_cells(picture, after), after
        took = time.perf_counter() - start
        sent = len(self.output) - size_before
        return Steady(sent / took, least / took, cells / took, 100 * (self.cpu_s() - cpu_before) / took, self.rss_mb())

    def burst(self) -> float:
        """Read until nothing comes any more; return when the last byte came."""
        last = time.perf_counter()
        while self.read(QUIET_S):
            last = time.perf_counter()
        return last

    def until(self, is_seen: Callable[[], bool], started: float, patience_s: float = 20.0) -> float:
        """Milliseconds since the start until something is seen."""
        while not is_seen():
            if time.perf_counter() - started > patience_s:
                return float("nan")
            self.read(0.1)
        return 1000 * (time.perf_counter() - started)

    def delays(self, key: str, times: int) -> Delays:
        """Press a key again and again, each when the one before has been painted."""
        took: list[float] = []
        size_before = len(self.output)
        for _ in range(times):
            start = time.perf_counter()
            self.press(key)
            if self.read(1.0):
                took.append(1000 * (max(start, self.burst()) - start))
        took.sort()
        sent = (len(self.output) - size_before) / times
        return Delays(median(took), took[int(len(took) * 0.95)], sent) if took else Delays(0, 0, sent)

    def held(self, key: str, seconds: float, per_s: float) -> tuple[list[float], int]:
        """Hold a key; return each paint's delay after the last key before it, and how often the key was sent."""
        took: list[float] = []
        start = time.perf_counter()
        count = 0
        while time.perf_counter() - start < seconds:
            pressed = time.perf_counter()
            self.press(key)
            count += 1
            due = start + count / per_s
            last = None
            while (left := due - time.perf_counter()) > 0:
                if self.read(left):
                    last = time.perf_counter()
            if last is not None:
                took.append(1000 * (last - pressed))
        return sorted(took), count
