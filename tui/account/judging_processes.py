"""Judges the past on several cores: each process takes its share of days, and results come in order.

Findings at a moment depend only on the records, not on what was reported before; only the reporting is sequential.
"""

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from multiprocessing.connection import Connection

from msgspec.structs import replace

from tui.account.incident_tracker import IncidentTracker
from tui.monitor.calls.log import time_order
from tui.monitor.replay import Records, Replay
from tui.triage.report import Report

A_SHARE = timedelta(days=1)
"""How much a process judges at a time before it skips the shares of the others."""
WORTH_IT_MOMENTS = 300
MAX_CORES = 4

Shares = Sequence[Sequence[datetime]]


def usable_cores() -> int:
    """How many cores can share the work; one where processes do not fork with all that is in memory."""
    return min(MAX_CORES, len(os.sched_getaffinity(0))) if sys.platform == "linux" else 1


@contextmanager
def looks(
    records: Records, moments: Sequence[datetime], tracker: IncidentTracker, processes: int
) -> Iterator[Iterator[Report] | None]:
    """The reports of some moments, by processes that know what the tracker knows; None if they are not worth it."""
    if processes < 2 or len(moments) < WORTH_IT_MOMENTS:
        yield None
        return
    shares, fork = _shares(moments), multiprocessing.get_context("fork")
    pipes = [fork.Pipe(duplex=False) for _number in range(processes)]
    receivers = [receiver for receiver, _sender in pipes]
    workers = [
        fork.Process(target=_work, args=(records, shares[number::processes], tracker, sender, receivers), daemon=True)
        for number, (_receiver, sender) in enumerate(pipes)
    ]
    try:
        for worker, (_receiver, sender) in zip(workers, pipes, strict=True):
            worker.start()
            sender.close()
        yield _in_order(receivers, len(shares))
    finally:
        for worker in workers:
            if worker.pid is not None:
                worker.terminate()
                worker.join()
        for receiver in receivers:
            receiver.close()


def _in_order(receivers: Sequence[Connection], shares: int) -> Iterator[Report]:
    """The shares of the processes by turns. Raises the error of any process."""
    for number in range(shares):
        try:
            found = receivers[number % len(receivers)].recv()
        except EOFError:
            raise ChildProcessError("a process that judges has ended before its time") from None
        if isinstance(found, Exception):
            raise found
        yield from found


def _work(
    records: Records, shares: Shares, tracker: IncidentTracker, sender: Connection, inherited: Sequence[Connection]
) -> None:
    """Runs in a process. It ends when nobody reads any more, and leaves ctrl+c to its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for receiver in inherited:
        receiver.close()
    with suppress(BrokenPipeError):
        try:
            for found in _found(records, shares, tracker):
                sender.send(found)
        except Exception as error:
            sender.send(error)  # reported by the parent
            raise SystemExit(1) from error


def _found(records: Records, shares: Shares, tracker: IncidentTracker) -> Iterator[list[Report]]:
    """The reports of some shares of the past; calls in between are only learnt from."""
    replay, calls = Replay(records), sorted(records.calls, key=time_order)
    known = 0
    for share in shares:
        between = known
        while known < len(calls) and calls[known].at < share[0]:
            known += 1
        tracker.learn(calls[between:known])
        yield [_without_details(tracker.look(replay.at(now), now)) for now in share]
        while known < len(calls) and calls[known].at <= share[-1]:
            known += 1


def _without_details(report: Report) -> Report:
    """A report without what only a screen would show while nothing is found: sending it would take long."""
    if report.findings or report.is_incident:
        return report
    return replace(report, suspects=(), repeats=(), earlier=(), takeovers=())


def _shares(moments: Sequence[datetime]) -> Shares:
    shares: list[list[datetime]] = []
    for moment in moments:
        if not shares or moment - shares[-1][0] >= A_SHARE:
            shares.append([])
        shares[-1].append(moment)
    return shares
