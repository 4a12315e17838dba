"""A pane frames its content, shares lines with its neighbours, and repaints a line when only that changed."""

import pytest
from textual.containers import Horizontal
from textual.geometry import Offset, Region
from textual.strip import Strip

from tests.unit.widgets.hosts import Host, PaintCounter
from widgets.field_view import FieldView
from widgets.pane import Framed, Pane, Panes
from widgets.values import Cell, Emphasis, Line

SIZE = (40, 6)


def lines_of(framed: Framed) -> list[str]:
    return [strip.text for strip in framed.render_lines(Region(0, 0, *framed.outer_size))]


def pane_of() -> tuple[Pane, FieldView]:
    view = FieldView(((Cell("inside"),),))
    return Pane(view, title_line="3 Keys [/x]", hint="s sort", note=(Cell("as of 05:31"),)), view


def shown(host: Host) -> list[str]:
    return [strip.text.rstrip() for strip in host.screen._compositor.render_strips()]


async def test_the_frame_is_heavy_with_the_focus_inside() -> None:
    pane, _view = pane_of()
    host = Host(pane)
    async with host.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert lines_of(pane)[0] == "┏━3 Keys [/x] ━ as of 05:31 ━━━ s sort━┓"
        assert lines_of(pane)[-1] == f"┗{38 * '━'}┛"
        host.set_focus(None)
        await pilot.pause()
        assert lines_of(pane) == [
            "╭─3 Keys [/x] ─ as of 05:31 ─── s sort─╮",
            *[f"│{38 * ' '}│"] * 4,
            f"╰{38 * '─'}╯",
        ]


@pytest.mark.parametrize(
    ("width", "upper", "lower"),
    [
        (30, "┏━3 Keys [/x] ━ as of 05:31 ━┓", f"┗{28 * '━'}┛"),
        (28, "┏━3 Keys [/x] ━━━━━ s sort━┓", "┗━ as of 05:31 ━━━━━━━━━━━━┛"),
        (20, "┏━3 Keys [/x] ━━━━━┓", "┗━ as of 05:31 ━━━━┛"),
        (12, "┏━3 Keys …━┓", "┗━ as of… ━┛"),
        (9, "┏━3 Ke…━┓", "┗━ as… ━┛"),
    ],
)
async def test_the_hint_leaves_first_then_the_note_goes_down(width: int, upper: str, lower: str) -> None:
    async with Host(pane_of()[0]).run_test(size=(width, 5)) as pilot:
        pane = pilot.app.query_one(Pane)
        await pilot.pause()
        assert [lines_of(pane)[0], lines_of(pane)[-1]] == [upper, lower]
        assert {strip.cell_length for strip in pane.render_lines(Region(0, 0, width, 5))} == {width}


async def test_wide_characters_in_a_title_are_cut_whole() -> None:
    async with Host(pane_of()[0]).run_test(size=(16, 5)) as pilot:
        pane = pilot.app.query_one(Pane)
        pane.title_line, pane.note = "客服机器人-生产环境", ()
        assert lines_of(pane)[0] == "┏━客服机器人-…━┓"


async def test_a_note_paints_one_line_and_not_the_content() -> None:
    pane, view = pane_of()
    async with Host(pane).run_test(size=SIZE) as pilot:
        await pilot.pause()
        counter = PaintCounter(view)
        drawn: list[str] = []
        draw = pane._strip

        def noted(line: Line, width: int) -> Strip:
            drawn.append("".join(cell.text for cell in line))
            return draw(line, width)

        pane._strip = noted  # type: ignore[method-assign]
        pane.note = (Cell("refused", Emphasis.WARNING),)
        await pilot.pause()
        assert len(drawn) == 1
        pane.title_line = "3 Keys"
        await pilot.pause()
        assert len(drawn) == 2
        pane.note = (Cell("refused", Emphasis.WARNING),)
        await pilot.pause()
        assert len(drawn) == 2
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


def three_panes() -> tuple[Panes, list[FieldView]]:
    views = [FieldView(((Cell(name),),), id=name) for name in ("a", "b", "c")]
    first, second, third = (Pane(view, title_line=str(view.id)) for view in views)
    return Panes(Horizontal(first, second), third), views


async def test_neighbours_share_a_line_and_its_corners_join() -> None:
    panes, views = three_panes()
    host = Host(panes)
    async with host.run_test(size=(13, 7)) as pilot:
        host.set_focus(None)
        await pilot.pause()
        assert shown(host) == [
            "╭─a ──┬─b ──╮",
            "│ a   │ b   │",
            "│     │     │",
            "├─c ──┴─────┤",
            "│ c         │",
            "│           │",
            "╰───────────╯",
        ]
        views[1].focus()
        await pilot.pause()
        assert shown(host) == [
            "╭─a ──┲━b ━━┓",
            "│ a   ┃ b   ┃",
            "│     ┃     ┃",
            "├─c ──┺━━━━━┩",
            "│ c         │",
            "│           │",
            "╰───────────╯",
        ]


async def test_a_long_note_has_a_line_of_its_own_where_lines_are_shared() -> None:
    panes, views = three_panes()
    host = Host(panes)
    async with host.run_test(size=(13, 7)) as pilot:
        views[2].focus()
        first = next(pane for pane in panes.held if pane.title_line == "a")
        first.note = (Cell("old"),)
        await pilot.pause()
        assert shown(host)[:4] == ["╭─a ──┬─b ──╮", "│ a   │ b   │", "│ old │     │", "┢━c ━━┷━━━━━┪"]
        first.note = ()
        await pilot.pause()
        assert shown(host)[2] == "│     │     │"


async def test_a_pane_that_leaves_takes_its_joints_along() -> None:
    panes, views = three_panes()
    host = Host(panes)
    async with host.run_test(size=(13, 7)) as pilot:
        views[2].focus()
        list(panes.query(Pane))[1].display = False
        await pilot.pause()
        assert shown(host)[0] == "╭─a ────────╮"
        assert shown(host)[3] == "┢━c ━━━━━━━━┪"


async def test_another_focus_paints_lines_and_no_content() -> None:
    panes, views = three_panes()
    host = Host(panes)
    async with host.run_test(size=(13, 7)) as pilot:
        views[0].focus()
        await pilot.pause()
        counters = [PaintCounter(view) for view in views]
        views[2].focus()
        await pilot.pause()
        assert shown(host)[3] == "┢━c ━━┷━━━━━┪"
        # Where nothing but the focus of the content itself shows.
        assert counters[1].painted == []


@pytest.mark.parametrize(
    ("at", "focused"), [((6, 1), "b"), ((12, 1), "b"), ((0, 4), "c"), ((4, 6), "c"), ((2, 3), "c")]
)
async def test_a_click_on_a_shared_line_focuses_a_pane_at_it(at: tuple[int, int], focused: str) -> None:
    panes, views = three_panes()
    host = Host(panes)
    async with host.run_test(size=(13, 7)) as pilot:
        views[0].focus()
        await pilot.pause()
        widget, region = host.screen.get_widget_at(*at)
        await pilot.click(widget, offset=Offset(*at) - region.offset)
        await pilot.pause()
        assert host.focused is not None
        assert host.focused.id == focused
