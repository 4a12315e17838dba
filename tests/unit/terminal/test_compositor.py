"""A partial update shows what Textual's own would, and renders less for it."""

import random
from collections.abc import Iterable

import pytest
from textual._compositor import Compositor
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from tests.flows.settling import settle
from tests.unit.terminal.emulator import Emulator, Style
from tui.terminal.compositor import SparingCompositor

SIZE = (60, 20)


class Lined(Widget):
    """Lines that tell which they are; counts what it is asked for."""

    rendered = 0

    def render(self) -> str:
        return "\n".join(f"{self.id} 键 {y} " + "x" * 80 for y in range(20))

    def render_lines(self, crop: Region) -> list[Strip]:
        self.rendered += crop.height
        return super().render_lines(crop)


class Layered(Screen[None]):
    """Side by side, one below the other, scrolled, and one over all others."""

    CSS = """
    Layered { layers: below above; }
    Horizontal { height: 8; }
    Vertical { border: round red; }
    #tall { height: 40; }
    #over { layer: above; width: 20; height: 5; offset: 25 4; }
    """

    def __init__(self, compositor: Compositor) -> None:
        super().__init__()
        self._compositor = compositor

    def compose(self) -> ComposeResult:
        with Horizontal():
            with Vertical():
                yield Lined(id="left")
            with Vertical():
                yield Lined(id="right")
        with VerticalScroll():
            yield Lined(id="tall")
        yield Lined(id="over")


def update(screen: Screen[None], changed: Iterable[Region]) -> str:
    screen._compositor._dirty_regions = set(changed)
    found = screen._compositor.render_partial_update()
    return found.render_segments(screen.app.console) if found is not None else ""


def painted(sent: str) -> list[list[tuple[str, Style]]]:
    """The cells of an empty terminal after an update; Textual moves the cursor where it writes nothing, too."""
    terminal = Emulator(*SIZE)
    terminal.feed(sent)
    return terminal.cells


def is_scrolled(screen: Screen[None], lines: int) -> bool:
    """Whether what scrolls is laid out so many lines further up."""
    return screen.query_one("#tall").region.y == screen.query_one(VerticalScroll).region.y - lines


def rendered(screen: Screen[None]) -> int:
    count = sum(widget.rendered for widget in screen.query(Lined))
    for widget in screen.query(Lined):
        widget.rendered = 0
    return count


@pytest.mark.parametrize("seed", range(30))
async def test_it_shows_what_textual_shows(seed: int) -> None:
    dice = random.Random(seed)
    app = App[None]()
    async with app.run_test(size=SIZE) as pilot:
        sparing, stock = Layered(SparingCompositor()), Layered(Compositor())
        shown = []
        changes = [[_somewhere(dice) for _ in range(dice.randint(1, 4))] for _ in range(12)]
        for screen in (sparing, stock):
            await app.push_screen(screen)
            await settle(pilot, lambda screen=screen: screen.query_one("#over").region, "laid out")
            screen.query_one(VerticalScroll).scroll_to(y=seed % 7, animate=False)
            await settle(pilot, lambda screen=screen: is_scrolled(screen, seed % 7), "scrolled")
            shown.append([painted(update(screen, changed)) for changed in changes])
        assert shown[0] == shown[1]


async def test_it_renders_the_changed_lines_of_the_widget_on_top() -> None:
    app = App[None]()
    async with app.run_test(size=SIZE) as pilot:
        screen = Layered(SparingCompositor())
        await app.push_screen(screen)
        await settle(pilot, lambda: screen.query_one("#over").region, "laid out")
        rendered(screen)
        update(screen, [Region(2, 1, 5, 1), Region(2, 18, 5, 1)])
        assert rendered(screen) == 2
        update(screen, [Region(26, 5, 3, 2)])
        assert rendered(screen) == 2
        assert update(screen, []) == ""


def _somewhere(dice: random.Random) -> Region:
    width, height = SIZE
    x, y = dice.randrange(width), dice.randrange(height)
    return Region(x, y, dice.randint(1, width - x), dice.randint(1, min(4, height - y)))
