"""What colours tell, in every theme and on every terminal."""

from collections.abc import Iterator
from itertools import combinations

import pytest
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from tests.unit.widgets.hosts import Host
from tui.app.themes import THEMES
from tui.config import themes
from widgets import banner as banner_module
from widgets import palette
from widgets.banner import Banner
from widgets.dialog_values import BannerNotice
from widgets.info_line import InfoLine
from widgets.palette import in_terminal_colours, palette_of
from widgets.values import Cell, Emphasis

COLOURED = (
    Emphasis.FOCUS,
    Emphasis.DATA,
    Emphasis.GOOD,
    Emphasis.WARNING,
    Emphasis.CRITICAL,
)
LEGIBLE = 4.5
DATA_SEEN = 3.0
"""Contrast that texts, and drawings, must have."""


@pytest.fixture
def sixteen(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (palette, banner_module):
        monkeypatch.setattr(module, "has_few_colours", lambda _widget: True)


def test_the_setting_knows_the_themes_that_there_are() -> None:
    assert [theme.name for theme in THEMES] == list(themes.OWN)
    assert set(themes.OF_TEXTUAL) == set(BUILTIN_THEMES)


@pytest.mark.parametrize("theme", BUILTIN_THEMES.values(), ids=lambda theme: theme.name)
async def test_every_theme_of_textual_has_a_style_for_each_emphasis(theme: Theme) -> None:
    shown = await styles(theme)
    assert all(shown[one].color is not None for one in Emphasis)
    assert shown[Emphasis.CRITICAL].bold
    assert len({shown[one].color for one in (Emphasis.NORMAL, Emphasis.WARNING, Emphasis.CRITICAL)}) == 3


async def styles(theme: Theme) -> dict[Emphasis, Style]:
    line = InfoLine()
    app = Host(line)
    app.register_theme(theme)
    app.theme = theme.name
    async with app.run_test(size=(20, 2)) as pilot:
        await pilot.pause()
        return palette_of(line).styles


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
async def test_each_colour_is_itself_and_legible(theme: Theme) -> None:
    shown = await styles(theme)
    colours = {one: Color.from_rich_color(shown[one].color) for one in COLOURED}
    for one, colour in colours.items():
        contrast = contrast_of(colour, theme)
        assert contrast >= (DATA_SEEN if one is Emphasis.DATA else LEGIBLE), (one, contrast)
    assert all(first != second for first, second in combinations(colours.values(), 2))


def contrast_of(colour: Color, theme: Theme) -> float:
    lights = sorted(luminance(one) for one in (colour, Color.parse(str(theme.background))))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour: Color) -> float:
    red, green, blue = (linear(one / 255) for one in colour.rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def seen_without_green(colour: Color) -> tuple[float, float, float]:
    """A colour as a deuteranope sees it (Viénot 1999)."""
    red, green, blue = (linear(one / 255) for one in colour.rgb)
    both = 0.29275 * red + 0.70725 * green
    return both, both, -0.02234 * red + 0.02234 * green + blue


@pytest.mark.parametrize("theme", [one for one in THEMES if "safe" in one.name], ids=lambda theme: theme.name)
async def test_good_and_bad_differ_without_green(theme: Theme) -> None:
    shown = await styles(theme)
    good, warning, critical = (
        seen_without_green(Color.from_rich_color(shown[one].color))
        for one in (Emphasis.GOOD, Emphasis.WARNING, Emphasis.CRITICAL)
    )
    for bad in (warning, critical):
        assert max(abs(first - second) for first, second in zip(good, bad, strict=True)) > 0.2


def hues() -> Iterator[tuple[Style, str]]:
    yield Style(color="#d17e92", bold=True), "bright_red"
    yield Style(color="#ffc473"), "bright_yellow"
    yield Style(color="#6cc08b"), "bright_green"
    yield Style(color="#4cc9e0"), "bright_cyan"
    yield Style(color="#e0e0e0"), "#e0e0e0"
    yield Style(color="red"), "red"


@pytest.mark.parametrize(("style", "name"), hues())
def test_sixteen_colours_are_those_of_the_same_hue(style: Style, name: str) -> None:
    shown = in_terminal_colours(style, is_dark=True)
    assert shown.color is not None
    assert (shown.color.name, shown.bold) == (name, style.bold)


@pytest.mark.usefixtures("sixteen")
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
async def test_sixteen_colours_have_red(theme: Theme) -> None:
    shown = await styles(theme)
    names = {one: shown[one].color.name for one in (Emphasis.CRITICAL, Emphasis.WARNING)}  # type: ignore[union-attr]
    bright = "bright_" if theme.dark else ""
    assert names == {Emphasis.CRITICAL: f"{bright}red", Emphasis.WARNING: f"{bright}yellow"}


@pytest.mark.usefixtures("sixteen")
@pytest.mark.parametrize(("severity", "is_reversed"), [(Emphasis.CRITICAL, True), (Emphasis.WARNING, False)])
async def test_a_critical_banner_stays_reversed_without_backgrounds(severity: Emphasis, is_reversed: bool) -> None:
    banner = Banner()
    async with Host(banner).run_test(size=(40, 3)) as pilot:
        banner.notice = BannerNotice("spike", (Cell("■ SPIKE", severity), Cell(" laptop")), severity)
        while banner._timer is not None:
            banner._tick()
        await pilot.pause()
        assert {bool(segment.style and segment.style.reverse) for segment in banner.render_line(0)} == {is_reversed}


async def test_the_cursor_line_is_reversed_without_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    line = InfoLine()
    async with Host(line).run_test(size=(20, 2)):
        assert palette_of(line).cursor_style(Emphasis.CRITICAL).reverse


@pytest.mark.usefixtures("sixteen")
async def test_what_is_abnormal_is_red_in_the_cursor_line_of_sixteen_colours() -> None:
    line = InfoLine()
    async with Host(line).run_test(size=(20, 2)):
        palette = palette_of(line)
        told = {one: palette.cursor_style(one) for one in (Emphasis.NORMAL, Emphasis.CRITICAL, Emphasis.WARNING)}
        assert all(style.reverse for style in told.values())
        names = {one: style.color.name if style.color else "" for one, style in told.items()}
        assert "red" in names[Emphasis.CRITICAL]
        assert "yellow" in names[Emphasis.WARNING]
        assert names[Emphasis.NORMAL] not in (names[Emphasis.CRITICAL], names[Emphasis.WARNING])
