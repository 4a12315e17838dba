"""A pane frames its content and repaints an edge when only that changed."""

from textual.geometry import Region
from textual.strip import Strip

from tests.unit.widgets.hosts import Host, PaintCounter
from widgets.field_view import FieldView
from widgets.pane import Pane
from widgets.values import Cell, Emphasis

SIZE = (30, 6)


def frame_of(pane: Pane) -> list[str]:
    return [strip.text for strip in pane.render_lines(Region(0, 0, *pane.outer_size))]


def pane_of() -> tuple[Pane, FieldView]:
    view = FieldView(((Cell("inside"),),))
    return Pane(view, title_line="3 Keys [/x]", hint="s sort", note=(Cell("as of 05:31"),)), view


async def test_the_frame_is_heavy_with_the_focus_inside() -> None:
    pane, _view = pane_of()
    host = Host(pane)
    async with host.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert frame_of(pane)[0] == "┏━3 Keys [/x] ━━━━━━━ s sort━┓"
        assert frame_of(pane)[-1] == "┗━ as of 05:31 ━━━━━━━━━━━━━━┛"
        host.set_focus(None)
        await pilot.pause()
        assert frame_of(pane) == [
            "╭─3 Keys [/x] ─────── s sort─╮",
            *["│                            │"] * 4,
            "╰─ as of 05:31 ──────────────╯",
        ]


async def test_titles_are_cut_and_the_hint_leaves_when_narrow() -> None:
    pane, _view = pane_of()
    pane.title_line = "客服机器人-生产环境"
    for width, top in ((22, "━客服机器人-生产环境━"), (16, "━客服机器人-…━")):
        async with Host(pane_of()[0]).run_test(size=(width, 5)) as pilot:
            shown = pilot.app.query_one(Pane)
            shown.title_line = "客服机器人-生产环境"
            assert frame_of(shown)[0].startswith("┏" + top[:8])
            assert {strip.cell_length for strip in shown.render_lines(Region(0, 0, width, 5))} == {width}
            assert "sort" not in frame_of(shown)[0]


async def test_a_note_paints_one_line_and_not_the_content() -> None:
    pane, view = pane_of()
    async with Host(pane).run_test(size=SIZE) as pilot:
        await pilot.pause()
        counter = PaintCounter(view)
        drawn: list[int] = []
        draw = pane._frame_strip

        def noted(y: int) -> Strip:
            drawn.append(y)
            return draw(y)

        pane._frame_strip = noted  # type: ignore[method-assign]
        pane.note = (Cell("refused", Emphasis.WARNING),)
        await pilot.pause()
        assert drawn == [5]
        pane.title_line = "3 Keys"
        await pilot.pause()
        assert drawn == [5, 0]
        pane.note = (Cell("refused", Emphasis.WARNING),)
        await pilot.pause()
        assert drawn == [5, 0]
        assert counter.painted == []


async def test_stale_is_a_class() -> None:
    pane, _view = pane_of()
    async with Host(pane).run_test(size=SIZE):
        pane.stale = True
        assert pane.has_class("-stale")


async def test_a_click_on_the_frame_focuses_what_is_inside() -> None:
    pane, view = pane_of()
    host = Host(pane)
    async with host.run_test(size=SIZE) as pilot:
        host.set_focus(None)
        await pilot.click(pane, offset=(3, 0))
        assert view.has_focus
