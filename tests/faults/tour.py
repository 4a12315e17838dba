"""A way through every screen, on which a fault meets each of them twice: while it is open, and while it opens."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from msgspec import Struct, field

from tests.faults.cases import Case, Effect
from tests.faults.judge import LIVE, false_freshness, false_peace, misprints, zeros
from tests.faults.stage import SIZE, on_screen
from tests.flows.conftest import Running
from tui.demo.faults import Fault, FaultKind, FaultyWay
from tui.monitor.questions import AskProfile

ACCOUNT = r"^/api/v1/(auth/me|user|keys|usage|groups|subscriptions)"
"""All that is asked of the account."""
FIGURES = r"^/api/v1/(usage|groups|subscriptions|user/api-keys)"
"""All of it but balance and keys, which stay live."""
FEWEST = {ACCOUNT: 3, FIGURES: 1}
"""So many requests at least meet a fault on each screen before anything is judged."""


class Stop(Struct, frozen=True):
    """Keys that lead from the stop before to a screen, and words that stand on it and on no other."""

    keys: tuple[str, ...]
    screen: str
    words: str
    is_dialog: bool = False


TOUR = (
    Stop(("1", "3"), "OverviewScreen", "3 Keys"),
    Stop(("enter",), "KeyScreen", "Key · "),
    Stop(("escape", "2", "b", "enter"), "ModelScreen", "Model · "),
    Stop(("escape", "c"), "CallsScreen", "Calls · "),
    Stop(("enter",), "CallDialog", "━Call ", is_dialog=True),
    Stop(("escape", "escape", "e"), "ErrorsScreen", "Inspector"),
    Stop(("enter",), "ErrorDialog", "Error request", is_dialog=True),
    Stop(("escape", "escape", "T"), "TriageScreen", "Steps"),
    Stop(("i",), "ExplainDialog", "━Why ", is_dialog=True),
    Stop(("escape", "I"), "IncidentsScreen", "Incident "),
    Stop(("escape", "escape", "w"), "WalletDialog", "Wallet and plans", is_dialog=True),
    Stop(("escape",), "OverviewScreen", "3 Keys"),
)


class Tried(Struct):
    """How often a fault met a screen and how many requests met it, and what was wrong then."""

    screens: int = 0
    met: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: "Tried") -> None:
        """Add another one."""
        self.screens += other.screens
        self.met += other.met
        self.wrong += other.wrong


async def walk(folder: Path, cases: Iterable[Case], path: str) -> dict[str, Tried]:
    """Walk the tour, with the next case at each stop and the first again after the last; what came of each.

    Where impossible figures stay in the call records, the key's spike need not be told first, but something is.
    """
    tried: dict[str, Tried] = {}
    met = tuple(cases)
    wanted = _without_end(met)
    async with on_screen(folder) as run:
        await run.on_key("batch-nightly")
        await run.shows("SPIKE since", LIVE)
        for before, after in pairwise(TOUR):
            case = next(wanted)
            come = await _between(run, before, after, case, path)
            tried.setdefault(case.title, Tried()).add(come)
        await run.shows(LIVE, "● batch-nightly", "T triage" if any(case.stays for case in met) else "SPIKE since")
    return tried


async def from_the_start(folder: Path, case: Case) -> Tried:
    """Start into a fault, then have it go."""
    tried, place = Tried(), Stop((), "OverviewScreen", "3 Keys")
    async with on_screen(folder, arrange=lambda demo: _set(demo.way, case, ACCOUNT)) as run:
        fault = run.demo.way.faults[0]
        await _be_there(run, place)
        await _tried_all(run, fault)
        picture = run.text()
        _note(tried, fault, place, case, picture)
        if case.effect is Effect.BREAKS:
            tried.wrong += false_peace(picture)
        run.demo.way.clear()
        run.app.monitor.refresh()
        await run.shows("● batch-nightly", *(() if case.stays else ("SPIKE since", LIVE)))
    return tried


async def _between(run: Running, before: Stop, after: Stop, case: Case, path: str) -> Tried:
    """Set a fault on a screen, go on to the next one, and take it away there."""
    tried = Tried()
    if before is TOUR[0]:
        await run.press(*before.keys)
    await _be_there(run, before)
    fault = _set(run.demo.way, case, path)
    await _tried_all(run, fault)
    _note(tried, fault, before, case, run.text())
    await run.press(*after.keys)
    await _be_there(run, after)
    await _tried_all(run, fault)
    broken = run.text()
    _note(tried, fault, after, case, broken)
    run.demo.way.clear()
    await _recovered(run, after, case)
    # Below a dialog that is smaller more is seen of the screen under it.
    if case.effect is Effect.BREAKS and not after.is_dialog and zeros(broken) > zeros(run.text()):
        tried.wrong.append(f"{case.title} on {after.screen}: a zero that is none")
    return tried


def _set(way: FaultyWay, case: Case, path: str) -> Fault:
    return way.add(case.kind, path, value=case.value)


async def _be_there(run: Running, stop: Stop) -> None:
    """Wait until the screen of a stop is the one that is seen."""
    await run.until(lambda: type(run.app.screen).__name__ == stop.screen, f"{stop.screen} in front")
    await run.shows(stop.words)


async def _tried_all(run: Running, fault: Fault) -> None:
    """Wait until all that the screen shows has been asked for again, and the outcome is painted."""
    before, is_put_off = fault.met, fault.kind is FaultKind.RATE_LIMIT
    run.app.monitor.refresh()
    await run.until(lambda: fault.met >= before + FEWEST[fault.path], f"{fault.kind} met on {run.app.screen}")
    await run.until(lambda: is_put_off or not run.app.monitor.is_awaited, f"all answered on {run.app.screen}")
    await run.until(lambda: run.app.picture and run.app.picture.snapshot is run.app.monitor.snapshot, "picture")
    await run.pilot.pause()


async def _recovered(run: Running, stop: Stop, case: Case) -> None:
    run.app.monitor.refresh()
    if stop.is_dialog:
        await run.until(lambda: run.app.monitor.snapshot.feed(AskProfile()).failure is None, "the account answers")
        await run.until(lambda: not run.app.monitor.is_awaited, "all answered")
    else:
        await run.shows(LIVE)


def _note(tried: Tried, fault: Fault, stop: Stop, case: Case, picture: str) -> None:
    """Judge what is seen."""
    tried.screens += 1
    tried.met = fault.met
    # What lies under a dialog is not asked for: it tells of the fault before until the dialog is closed.
    is_told_late = stop.is_dialog and case.effect is Effect.HARMLESS
    fresh = () if is_told_late else false_freshness(picture, case.effect)
    found = (*misprints(picture, SIZE), *fresh)
    tried.wrong += [f"{case.title} on {stop.screen}: {what}" for what in found]


def _without_end(cases: tuple[Case, ...]) -> Iterator[Case]:
    while True:
        yield from cases
