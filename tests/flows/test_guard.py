"""The guard on the screen: whether it is armed, and a key that disarms it at once."""

import errno
from pathlib import Path

import pytest

from tests.flows.types import Start
from tui.account.guard.record import DisarmedFlag

RULE = '[[guard]]\nwhen = "spike"\nkeys = ["batch-*"]\ndo = "disable"\narmed = {armed}\n'


def write(folder: Path, *armed: bool) -> None:
    text = "\n".join(RULE.format(armed=str(one).lower()) for one in armed)
    (folder / "config.toml").write_text(text, encoding="utf-8")


async def test_one_key_disarms_at_once_and_arming_asks(aktop: Start, tmp_path: Path) -> None:
    write(tmp_path, True, True)
    async with aktop(size=(200, 40)) as run:
        guard = run.app.account.guard
        assert guard is not None
        await run.shows("guard 2 rules, armed")
        await run.press("X")
        assert guard.is_disarmed
        await run.shows("guard 2 rules, disarmed", "The guard is disarmed")
        await run.press("X")
        await run.shows("Arm the guard", "disable batch-*")
        await run.press("escape")
        assert guard.is_disarmed
        await run.press("X")
        await run.shows("Arm the guard")
        await run.press("tab", "enter")
        await run.shows("✓ armed")
        assert not guard.is_disarmed
        await run.press("enter")
        await run.shows("guard 2 rules, armed")


async def test_another_aktop_that_disarms_is_seen(aktop: Start, tmp_path: Path) -> None:
    write(tmp_path, True)
    async with aktop(size=(200, 40)) as run:
        await run.shows("guard 1 rule, armed")
        assert run.app.account.guard is not None
        type(run.app.account.guard).of(run.app.account.services, run.app.account.actions).disarm()
        await run.shows("guard 1 rule, disarmed")


async def test_disarming_that_cannot_be_written_down_holds_here(
    aktop: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, True)

    def full(_flag: DisarmedFlag) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(DisarmedFlag, "set", full)
    async with aktop(size=(200, 40)) as run:
        await run.shows("guard 1 rule, armed")
        await run.press("X")
        await run.shows("could not be written", "guard 1 rule, disarmed")


async def test_without_an_armed_rule_there_is_nothing_to_disarm(aktop: Start, tmp_path: Path) -> None:
    write(tmp_path, False)
    async with aktop(size=(200, 40)) as run:
        await run.shows("guard 1 rule, not armed")
        await run.press("X")
        await run.shows("No rule is armed")
    write(tmp_path)
    async with aktop(size=(200, 40)) as run:
        await run.shows("batch-nightly")
        assert "guard" not in run.text()
