"""The footer shows as many keys as fit and says how many more there are."""

from textual import on

from tests.unit.widgets.hosts import Host, PaintCounter, text_of
from widgets.footer import KeyFooter

HINTS = (("enter", "Open", True), ("D", "Disable", False), ("/", "Filter", True), ("?", "Help", True))


class FooterHost(Host):
    def __init__(self, footer: KeyFooter) -> None:
        super().__init__(footer)
        self.keys: list[str] = []

    @on(KeyFooter.HintSelected)
    def _selected(self, message: KeyFooter.HintSelected) -> None:
        assert message.control is message.footer
        self.keys.append(message.key)


async def test_all_hints_that_fit_and_the_count_of_the_others() -> None:
    footer = KeyFooter()
    async with Host(footer).run_test(size=(60, 2)) as pilot:
        footer.hints = HINTS
        await pilot.pause()
        assert text_of(footer) == ["enter Open  D Disable  / Filter  ? Help"]
        await pilot.resize_terminal(32, 2)
        await pilot.pause()
        assert text_of(footer) == ["enter Open  D Disable     +2 ▾"]
        await pilot.resize_terminal(6, 2)
        await pilot.pause()
        assert text_of(footer) == ["+4 ▾"]


async def test_keys_that_do_nothing_now_are_not_bold() -> None:
    footer = KeyFooter()
    async with Host(footer).run_test(size=(60, 2)) as pilot:
        footer.hints = HINTS
        await pilot.pause()
        bold = [segment.text.strip() for segment in footer.render_line(0) if segment.style and segment.style.bold]
        assert bold == ["enter", "/", "?"]


async def test_a_click_is_as_good_as_the_key() -> None:
    footer = KeyFooter()
    host = FooterHost(footer)
    async with host.run_test(size=(60, 2)) as pilot:
        footer.hints = HINTS
        await pilot.pause()
        await pilot.click(footer, offset=(1, 0))
        await pilot.click(footer, offset=(25, 0))
        await pilot.click(footer, offset=(55, 0))
        assert host.keys == ["enter", "/"]
        await pilot.resize_terminal(32, 2)
        await pilot.pause()
        await pilot.click(footer, offset=(28, 0))
        assert host.keys == ["enter", "/", "?"]


async def test_it_repaints_only_on_change() -> None:
    footer = KeyFooter()
    async with Host(footer).run_test(size=(60, 2)) as pilot:
        footer.hints = HINTS
        await pilot.pause()
        counter = PaintCounter(footer)
        footer.hints = tuple(HINTS)
        await pilot.pause()
        assert counter.painted == []
