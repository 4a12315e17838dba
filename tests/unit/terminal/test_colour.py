"""How many colours: the flag goes before NO_COLOR, and TERM and COLORTERM are never touched."""

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static

from tests.unit.terminal.counting import CountingDriver
from tui.terminal import colour


@pytest.mark.parametrize(
    ("choice", "before", "after", "options"),
    [
        ("auto", {}, {}, {}),
        ("auto", {"NO_COLOR": "1"}, {"NO_COLOR": "1"}, {"ansi_color": True}),
        ("none", {}, {"NO_COLOR": "1"}, {"ansi_color": True}),
        ("256", {"NO_COLOR": "1"}, {"TEXTUAL_COLOR_SYSTEM": "256"}, {}),
        ("16", {"TERM": "xterm"}, {"TERM": "xterm", "TEXTUAL_COLOR_SYSTEM": "standard"}, {}),
        ("truecolor", {}, {"TEXTUAL_COLOR_SYSTEM": "truecolor"}, {}),
    ],
)
def test_choices(choice: str, before: dict[str, str], after: dict[str, str], options: dict[str, object]) -> None:
    environ = dict(before)
    colour.prepare(choice, environ)
    assert environ == after
    assert colour.app_options(choice, environ) == options


class Coloured(App[None]):
    """An app in red on blue."""

    CSS = "Static { color: red; background: blue; text-style: bold; }"

    def compose(self) -> ComposeResult:
        """One line."""
        yield Static("key")


async def test_without_colour_none_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Coloured(driver_class=CountingDriver, **colour.app_options("auto", {"NO_COLOR": "1"}))
    async with app.run_test(headless=False) as pilot:
        await pilot.pause()
        driver = app._driver
        assert isinstance(driver, CountingDriver)
        styles = {style for row in driver.emulator.cells for glyph, style in row if glyph in "key"}
    assert styles
    assert not [style for style in styles if style.foreground.startswith("2;") or style.background.startswith("2;")]
