"""Lines to read scroll, wrap and repaint where they changed."""

from textual import events

from tests.unit.widgets.hosts import Host, PaintCounter, text_of
from widgets.field_view import FieldView
from widgets.values import Cell, Line

SIZE = (20, 5)


def lines_of(*texts: str) -> tuple[Line, ...]:
    return tuple((Cell(text),) for text in texts)


async def test_only_changed_lines_are_painted() -> None:
    view = FieldView(lines_of("a", "b", "c"))
    async with Host(view).run_test(size=SIZE) as pilot:
        await pilot.pause()
        counter = PaintCounter(view)
        view.lines = lines_of("a", "b", "c")
        await pilot.pause()
        assert counter.painted == []
        view.lines = lines_of("a", "x", "c", "d")
        await pilot.pause()
        assert counter.painted == [1, 3]


async def test_markup_and_escapes_are_inert() -> None:
    view = FieldView(lines_of("[/foo] [red]x", "\x1b[31m客"))
    async with Host(view).run_test(size=SIZE):
        assert text_of(view)[:2] == ["[/foo] [red]x", "�[31m客"]


async def test_long_lines_are_cut_or_wrapped() -> None:
    view = FieldView(lines_of("客服机器人客服机器人客服"))
    async with Host(view).run_test(size=SIZE) as pilot:
        assert text_of(view)[0] == "客服机器人客服机器…"
        view.wrap = True
        await pilot.pause()
        assert text_of(view)[:2] == ["客服机器人客服机器人", "客服"]
        await pilot.resize_terminal(8, 5)
        await pilot.pause()
        assert text_of(view)[:3] == ["客服机器", "人客服机", "器人客服"]


async def test_keys_scroll() -> None:
    view = FieldView(lines_of(*(str(number) for number in range(20))))
    async with Host(view).run_test(size=SIZE) as pilot:
        for key, top in (
            ("j", "1"),
            ("down", "2"),
            ("pagedown", "6"),
            ("ctrl+d", "8"),
            ("G", "15"),
            ("k", "14"),
            ("pageup", "10"),
            ("ctrl+u", "8"),
            ("g", "0"),
        ):
            await pilot.press(key)
            assert text_of(view)[0] == top, key


async def test_it_scrolls_sideways_unless_it_wraps() -> None:
    view = FieldView(lines_of("abcdefghijklmnopqrstuvwxyz"))
    async with Host(view).run_test(size=SIZE) as pilot:
        await pilot.press("right", "right", "right")
        assert text_of(view)[0] == "ghijklmnopqrstuvwxyz"
        await pilot.press("left", "left")
        assert text_of(view)[0] == "abcdefghijklmnopqrs…"


async def test_the_wheel_scrolls() -> None:
    view = FieldView(lines_of(*(str(number) for number in range(20))))
    async with Host(view).run_test(size=SIZE) as pilot:
        await pilot.pause()
        event = events.MouseScrollDown(view, 1, 1, 0, 1, 0, False, False, False)
        view.post_message(event)
        await pilot.pause()
        assert view.scroll_offset.y > 0
