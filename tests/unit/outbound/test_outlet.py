"""What leaves aktop while it is looked at: the terminal, and the figures for other programs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.outbound.test_reporter import CALM, Desk, judged
from tests.unit.samples import NOW
from tests.unit.triage.test_incidents import report, spike
from tui.config.state_files import last_known_file
from tui.outbound.alerts import SCREEN, WATCH
from tui.outbound.outlet import LOOK_EVERY_S, AccountOutlet
from tui.store import last_known
from tui.store.json_file import JsonFile
from tui.terminal.notify import TerminalVoice
from tui.triage.report import Report

WILD = judged(report(NOW, spike(20.0)))
TERM = {"TERM": "xterm-kitty"}


class Machine:
    """An account with an outlet, and what its terminal was sent."""

    def __init__(self, folder: Path, role: str = SCREEN, warn: Callable[[str], None] = pytest.fail) -> None:
        self.desk = Desk(folder)
        self.sent: list[str] = []
        services = self.desk.context.services
        services.clock.steady_s = lambda: self.desk.now.timestamp()  # type: ignore[method-assign]
        services.client.sessions = _NobodyYet()  # type: ignore[assignment]
        services.is_demo = False  # type: ignore[misc]
        services.zone = self.desk.snapshot.zone  # type: ignore[misc]
        self.outlet = AccountOutlet(self.desk.context, (), role, warn, TerminalVoice(self.sent.append, TERM))

    async def look(self, found: Report) -> list[str]:
        """A judgement, and what it makes the outlet tell."""
        self.desk.judge(found)
        return [one.notice.state.value for one in await self.outlet.look()]


class _NobodyYet:
    def current(self) -> None:
        return None


def configure(folder: Path, text: str) -> None:
    (folder / "config.toml").write_text(text, encoding="utf-8")


async def test_the_title_says_how_things_are_and_is_put_back(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    await machine.look(CALM)
    assert machine.sent == ["\x1b[22;0t\x1b]2;aktop\x1b\\"], "the one before is kept first"
    await machine.look(WILD)
    assert machine.sent[1:] == ["\x1b]2;■ aktop\x1b\\"], "and no notification that nobody asked for"
    machine.outlet.leave()
    assert machine.sent[-1] == "\x1b[23;0t"


async def test_a_terminal_is_told_by_its_own_aktop_whoever_tells_the_others(tmp_path: Path) -> None:
    configure(tmp_path, '[[alerts]]\nchannel = "terminal"\nleast = "critical"\ntitle = false\n')
    teller, other = Machine(tmp_path, WATCH), Machine(tmp_path)
    assert await teller.look(CALM) == []
    assert await other.look(CALM) == []
    assert await teller.look(WILD) == ["began"]
    assert await other.look(WILD) == ["began"], "read from what the other one told"
    for machine in (teller, other):
        assert machine.sent[0].startswith("\x1b]99;")
        assert machine.sent[-1] == "\a"
    assert other.outlet.alerts.teller.startswith("watch ")
    assert (teller.outlet.alerts.is_telling, other.outlet.alerts.is_telling) == (True, False)


async def test_the_figures_are_there_for_other_programs(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    await machine.look(WILD)
    known = last_known.read(last_known_file(machine.desk.context.services.settings))
    assert known is not None
    assert (known.severity, known.balance_usd, known.key, known.key_id) == ("critical", 80.0, "batch", 7)


async def test_between_two_judgements_it_looks_now_and_then_only(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    await machine.look(CALM)
    looks: list[float] = []
    hear = machine.outlet.alerts.hear
    machine.outlet.alerts.hear = lambda: (looks.append(machine.desk.now.timestamp()), hear())[1]  # type: ignore[method-assign]
    for _second in range(11):
        machine.desk.pass_s(1)
        await machine.outlet.look()
    assert len(looks) == 2
    assert looks[1] - looks[0] == LOOK_EVERY_S


async def test_what_was_told_while_no_screen_was_there_is_known(tmp_path: Path) -> None:
    first = Machine(tmp_path)
    await first.look(CALM)
    first.outlet.leave()
    watch = Machine(tmp_path, WATCH)
    await watch.look(WILD)
    watch.outlet.leave()
    back = Machine(tmp_path)
    await back.look(WILD)
    assert len(back.outlet.alerts.missed) == 1
    back.outlet.leave()
    again = Machine(tmp_path)
    await again.look(WILD)
    assert not again.outlet.alerts.missed


async def test_who_does_not_tell_stays_silent_when_the_disk_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    teller, other = Machine(tmp_path, WATCH), Machine(tmp_path, warn=lambda _text: None)
    await teller.look(CALM)
    await other.look(CALM)

    def fail(*_arguments: object) -> None:
        raise OSError("no disk")

    monkeypatch.setattr(JsonFile, "read", fail)
    monkeypatch.setattr("tui.outbound.notice_log._version", fail)
    assert await other.look(WILD) == []
    assert not other.outlet.alerts.is_telling
