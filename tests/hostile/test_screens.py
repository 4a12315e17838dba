"""Screens at three sizes: every line has its cells, nothing acts, and markup is text."""

from pathlib import Path

import pytest

from tests.flows.conftest import Running, aktop, demo, sealed_clock  # noqa: F401 - fixtures
from tests.flows.types import Start
from tests.hostile.texts import TEXTS, harmful
from tui.demo import faults
from tui.demo.faults import FaultKind
from widgets.layout import cell_width

SIZES = ((120, 36), (80, 24), (40, 12))
VISITS: tuple[tuple[str, ...], ...] = (
    ("enter",),
    ("c",),
    ("c", "enter"),
    ("c", "C"),
    ("c", "E"),
    ("e",),
    ("e", "enter"),
    ("T",),
    ("T", "i"),
    ("T", "E"),
    ("D",),
    ("L",),
    ("Z",),
    ("W",),
    ("w",),
    ("v",),
    ("t",),
    ("question_mark",),
    ("2", "enter"),
    ("b",),
    ("b", "b"),
    ("slash", "x"),
    ("y",),
)
"""Keys from the overview; escapes lead back to it."""


def check(run: Running, where: object) -> None:
    """What the screen in front shows now."""
    width = run.app.size.width
    for strip in run.app.screen._compositor.render_strips():
        text = "".join(segment.text for segment in strip)
        assert cell_width(text) == strip.cell_length == width, (where, text)
        assert not harmful(text), (where, text)
        for segment in strip:
            style = segment.style
            assert style is None or not style.link, (where, "a link")
            assert style is None or "@click" not in style.meta, (where, "a click")


@pytest.mark.parametrize(("name", "size"), [(name, SIZES[number % len(SIZES)]) for number, name in enumerate(TEXTS)])
async def test_nothing_from_outside_acts_on_any_screen(
    name: str,
    size: tuple[int, int],
    aktop: Start,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(faults, "HOSTILE", TEXTS[name])
    monkeypatch.setenv("HOME", str(tmp_path))
    async with aktop(size=size) as run:
        run.demo.way.add(FaultKind.HOSTILE)
        await run.press("r")
        await run.until(lambda: run.demo.way.faults[0].met > 5, "hostile answers")
        await run.on_key("batch")
        for keys in VISITS:
            for key in keys:
                await run.press(key)
                check(run, keys)
            for _ in range(4):
                if len(run.app.screen_stack) > 2:
                    await run.press("escape")
            await run.press("x")
        run.app.notify(TEXTS[name], markup=False)
        await run.pilot.pause()
        check(run, "a notice")
