"""Screens at two sizes: every line has its cells, nothing acts, and markup is text."""

from pathlib import Path

import pytest
from textual import events
from textual.widgets._toast import Toast

from tests.flows.conftest import Running, demo, sealed_clock  # noqa: F401 - fixtures
from tests.flows.doorway import begun, doors_of, write_profiles
from tests.hostile.texts import TEXTS, Mixed, as_toml, harmful
from tui.demo import faults
from tui.demo.app import DemoGateway
from tui.demo.faults import FaultKind
from tui.demo.serve import running
from widgets.layout import cell_width
from widgets.plain_input import PlainInput

SIZES = ((200, 60), (50, 12))
VISITS: tuple[tuple[str, ...], ...] = (
    ("enter",),
    ("c", "enter"),
    ("c", "C"),
    ("e", "enter"),
    ("T", "i"),
    ("D",),
    ("Z",),
    ("W",),
    ("w",),
    ("v",),
    ("t",),
    ("question_mark",),
    ("2", "enter"),
    ("b", "b", "b", "b"),
    ("A",),
    ("i",),
)
"""Keys from the overview; escapes lead back to it."""
INPUTS: tuple[tuple[str, ...], ...] = (
    ("slash",),
    ("c", "slash"),
    ("c", "E", "enter"),
    ("T", "E", "enter"),
    ("L",),
    ("w", "R"),
    ("colon",),
)
"""Where something can be pasted."""
PASTED = "\x1b[2J\u202e[red]\u200bx\x9b2J👨\u200d👩客e" + "\u0301" * 300


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


async def back(run: Running) -> None:
    """To the overview."""
    for _ in range(4):
        if len(run.app.screen_stack) > 2:
            await run.press("escape")
    assert len(run.app.screen_stack) == 2, run.text()


@pytest.fixture
def mixed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Mixed:
    """What the gateway's texts become, once it is hostile."""
    texts = Mixed(request.param)
    monkeypatch.setattr(faults, "_change", lambda _fault: texts.change)
    return texts


@pytest.mark.parametrize(("size", "mixed"), list(zip(SIZES, (0, 10), strict=True)), indirect=["mixed"])
async def test_nothing_from_outside_acts_on_any_screen(
    size: tuple[int, int],
    mixed: Mixed,
    demo: DemoGateway,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    demo.way.add(FaultKind.HOSTILE)
    with running(demo) as url:
        named = {as_toml(text[:90]): {"url": f'"{url}"'} for text in TEXTS.values()}
        write_profiles(tmp_path, {"main": {"url": f'"{url}"'}, **named})
        async with begun(doors_of(tmp_path, profile="main", interval_s=60), demo, size=size) as run:
            await run.on_key("batch")
            for keys in VISITS:
                for key in keys:
                    await run.press(key)
                    check(run, keys)
                await back(run)
            for keys in INPUTS:
                await run.press(*keys)
                check(run, keys)
                assert isinstance(run.app.focused, PlainInput), keys
                for text in TEXTS.values() if keys == INPUTS[0] and size == SIZES[-1] else (PASTED,):
                    run.app.post_message(events.Paste(text))
                    await run.pilot.pause()
                    check(run, (keys, text))
                    await run.press("home")
                    check(run, (keys, text))
                    await run.press("ctrl+k")
                await back(run)
            for text in TEXTS.values():
                run.app.notify(text, title=text)
            await run.until(lambda: len(run.app.screen.query(Toast)) == len(TEXTS), "notices")
            check(run, "notices")
            run.app.clear_notifications()  # a low screen has no room for another
            run.app.notify("[red]x[/red] [/]")
            await run.shows("[red]x[/red] [/]")
    assert len(mixed.given) > len(TEXTS)
