"""The table holds its cursor, paints changed lines only and costs the same for any number of rows."""

from collections.abc import Hashable, Sequence

from textual import on
from textual.strip import Strip

from tests.unit.widgets.hosts import Host, PaintCounter, text_of
from widgets.live_table import ListRows, LiveTable
from widgets.values import Align, Cell, Column, Draw, Emphasis, Row

COLUMNS = (
    Column("key", "KEY", 14, flex=1),
    Column("cost", "COST", 8, Align.RIGHT),
    Column("note", "NOTE", 10, priority=1, sortable=False),
)
SIZE = (40, 8)


def rows_of(*ids: Hashable) -> list[Row]:
    return [Row(row_id, (Cell(f"key {row_id}"), Cell(f"${row_id}"), Cell("–"))) for row_id in ids]


class TableHost(Host):
    def __init__(self, table: LiveTable) -> None:
        super().__init__(table)
        self.highlighted: list[Hashable] = []
        self.selected: list[Hashable] = []
        self.headers: list[str] = []

    @on(LiveTable.RowHighlighted)
    def _highlighted(self, message: LiveTable.RowHighlighted) -> None:
        assert message.control is message.table
        self.highlighted.append(message.row_id)

    @on(LiveTable.RowSelected)
    def _selected(self, message: LiveTable.RowSelected) -> None:
        self.selected.append(message.row_id)

    @on(LiveTable.HeaderSelected)
    def _header(self, message: LiveTable.HeaderSelected) -> None:
        self.headers.append(message.column_id)


def table_of(rows: Sequence[Row] = (), *, follow_top: bool = False, h_scroll: bool = False) -> LiveTable:
    table = LiveTable(COLUMNS, follow_top=follow_top, h_scroll=h_scroll, empty_text=(Cell("no keys", Emphasis.MUTED),))
    table.show(rows)
    return table


def cursor_of(table: LiveTable) -> Hashable:
    return table.cursor_id


class ManyRows:
    """A source of a million rows that notes which were asked for; every tenth is not loaded."""

    def __init__(self, count: int = 1_000_000) -> None:
        self.count = count
        self.asked: set[int] = set()
        self.loaded = False

    def __len__(self) -> int:
        return self.count

    def row(self, index: int) -> Row | None:
        self.asked.add(index)
        if index % 10 == 4 and not self.loaded:
            return None
        return rows_of(index)[0]

    def index_of(self, row_id: Hashable) -> int | None:
        return row_id if isinstance(row_id, int) and row_id < self.count else None


async def test_it_shows_titles_and_rows_in_columns() -> None:
    table = table_of(rows_of(1, 2))
    table.sort = ("cost", True)
    async with Host(table).run_test(size=SIZE):
        lines = text_of(table)
    assert lines[0] == " KEY                   COST ▼ NOTE"
    assert lines[1] == "▌key 1                     $1 –"
    assert lines[2] == " key 2                     $2 –"


async def test_text_is_inert_and_aligned() -> None:
    names = ["[/foo]", "[red]x", "客服机器人生产环境很长", "e\u0301\x1b[31m", "👨‍👩‍👧 x"]
    table = table_of([Row(name, (Cell(name), Cell("$1"), Cell("end"))) for name in names])
    async with Host(table).run_test(size=SIZE):
        lines = [table.render_line(y) for y in range(1, 6)]
    assert lines[0].text.startswith("▌[/foo]")
    assert all(line.cell_length == 40 for line in lines)
    assert {line.crop(26, 29).text for line in lines} == {" $1"} or {line.crop(29, 32).text for line in lines} == {
        "end"
    }


async def test_one_changed_cell_paints_one_line_and_equal_rows_none() -> None:
    table = table_of(rows_of(1, 2, 3))
    async with Host(table).run_test(size=SIZE) as pilot:
        await pilot.pause()
        counter = PaintCounter(table)
        table.show(rows_of(1, 2, 3))
        table.rows = ListRows(tuple(rows_of(1, 2, 3)))
        table.sort = None
        table.marked = frozenset()
        await pilot.pause()
        assert counter.painted == []
        changed = rows_of(1, 2, 3)
        changed[1] = Row(2, (Cell("key 2"), Cell("$9"), Cell("–")))
        table.show(changed)
        await pilot.pause()
        assert counter.painted == [2]


async def test_rows_are_made_again_only_of_something_else() -> None:
    made: list[int] = []

    def make(first: int) -> list[Row]:
        made.append(first)
        return rows_of(first, first + 1)

    table = table_of()
    async with Host(table).run_test(size=SIZE) as pilot:
        for first in (1, 1, 5, 5, 1):
            table.show_from(make, first)
            await pilot.pause()
            assert f"key {first} " in text_of(table)[1]
        assert made == [1, 5, 1]
        table.show(rows_of(8))
        table.show_from(make, 1)
        await pilot.pause()
        assert "key 1 " in text_of(table)[1]


async def test_a_cursor_move_paints_two_lines() -> None:
    table = table_of(rows_of(1, 2, 3))
    async with Host(table).run_test(size=SIZE) as pilot:
        await pilot.pause()
        counter = PaintCounter(table)
        await pilot.press("j")
        await pilot.pause()
        assert counter.painted == [1, 2]
        assert cursor_of(table) == 2


async def test_the_sort_mark_paints_the_header_only() -> None:
    table = table_of(rows_of(1, 2))
    async with Host(table).run_test(size=SIZE) as pilot:
        await pilot.pause()
        counter = PaintCounter(table)
        table.sort = ("key", False)
        await pilot.pause()
        assert counter.painted == [0]
        assert text_of(table)[0].startswith(" KEY ▲")


async def test_the_cursor_stays_on_its_row_through_sort_insert_and_delete() -> None:
    table = table_of(rows_of(1, 2, 3, 4))
    host = TableHost(table)
    async with host.run_test(size=SIZE) as pilot:
        await pilot.press("j", "j")
        assert cursor_of(table) == 3
        table.show(rows_of(4, 3, 2, 1))
        assert (table.cursor_id, table.cursor_index) == (3, 1)
        table.show(rows_of(9, 8, 4, 3))
        assert (table.cursor_id, table.cursor_index) == (3, 3)
        table.show(rows_of(3))
        assert (table.cursor_id, table.cursor_index) == (3, 0)
        await pilot.pause()
        assert host.highlighted == [1, 2, 3]


async def test_when_its_row_is_gone_the_cursor_stays_in_its_place() -> None:
    table = table_of(rows_of(1, 2, 3, 4))
    host = TableHost(table)
    async with host.run_test(size=SIZE) as pilot:
        await pilot.press("j")
        table.show(rows_of(1, 3, 4))
        assert cursor_of(table) == 3
        table.show(rows_of(1))
        assert cursor_of(table) == 1
        table.show(())
        assert table.cursor_row is None
        await pilot.press("enter")
        assert host.selected == []


async def test_a_cursor_named_before_its_row_arrives() -> None:
    table = table_of()
    table.cursor_id = 3
    async with TableHost(table).run_test(size=SIZE) as pilot:
        assert text_of(table)[1] == " no keys"
        table.show(rows_of(1, 2, 3))
        await pilot.pause()
        assert (table.cursor_id, table.cursor_index) == (3, 2)
        table.cursor_id = 1
        assert table.cursor_index == 0


async def test_nobody_has_gone_to_a_row_before_which_others_came() -> None:
    table = table_of(rows_of(*range(5)))
    async with TableHost(table).run_test(size=SIZE) as pilot:
        table.show(rows_of(9, *range(5)))
        await pilot.pause()
        assert (table.cursor_index, table.is_unchosen) == (1, True)
        await pilot.press("j")
        assert not table.is_unchosen
        await pilot.press("g")
        assert table.is_unchosen
        table.cursor_id = 3
        assert not table.is_unchosen


async def test_a_cursor_that_is_awaited_goes_before_following() -> None:
    table = table_of(follow_top=True)
    table.cursor_id = 3
    async with TableHost(table).run_test(size=SIZE):
        table.show(rows_of(1, 2, 3))
        assert (table.cursor_id, table.cursor_index) == (3, 2)


async def test_a_theme_repaints_in_its_colours() -> None:
    table = table_of(rows_of(1, 2))
    app = Host(table)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        before = table.render_line(2)
        app.theme = "textual-light"
        await pilot.pause()
        assert table.render_line(2).text == before.text
        assert table.render_line(2) != before


async def test_a_million_rows_touch_only_what_is_visible() -> None:
    source = ManyRows()
    table = table_of()
    async with Host(table).run_test(size=SIZE) as pilot:
        table.rows = source
        await pilot.pause()
        assert source.asked <= set(range(8))
        await pilot.press("G")
        await pilot.pause()
        assert cursor_of(table) == 999_999
        assert text_of(table)[-1].startswith("▌key 999999")
        source.asked.clear()
        await pilot.press("pageup", "ctrl+u", "k")
        assert min(source.asked) > 999_900
        await pilot.press("g")
        assert cursor_of(table) == 0


async def test_rows_that_are_not_loaded_show_an_ellipsis_until_they_are() -> None:
    source = ManyRows(6)
    table = table_of()
    host = TableHost(table)
    async with host.run_test(size=SIZE) as pilot:
        table.rows = source
        await pilot.pause()
        assert text_of(table)[5] == " …"
        await pilot.press("j", "j", "j", "j", "enter")
        assert cursor_of(table) is None
        assert host.selected == []
        source.loaded = True
        table.rows_changed()
        await pilot.pause()
        assert cursor_of(table) == 4
        assert text_of(table)[5].startswith("▌key 4")


async def test_columns_leave_when_the_table_gets_narrow() -> None:
    table = table_of(rows_of(1))
    async with Host(table).run_test(size=SIZE) as pilot:
        await pilot.resize_terminal(26, 8)
        await pilot.pause()
        assert text_of(table)[0] == " KEY                  COST"


async def test_a_click_on_a_title_asks_for_a_sort() -> None:
    table = table_of(rows_of(1, 2))
    host = TableHost(table)
    async with host.run_test(size=SIZE) as pilot:
        await pilot.click(table, offset=(3, 0))
        await pilot.click(table, offset=(25, 0))
        await pilot.click(table, offset=(35, 0))
        assert host.headers == ["key", "cost"]


async def test_a_click_moves_the_cursor_and_a_second_click_selects() -> None:
    table = table_of(rows_of(1, 2, 3))
    host = TableHost(table)
    async with host.run_test(size=SIZE) as pilot:
        host.set_focus(None)
        await pilot.pause()
        await pilot.click(table, offset=(3, 1))
        assert host.selected == []
        await pilot.click(table, offset=(3, 2))
        assert (table.cursor_id, host.selected) == (2, [])
        await pilot.click(table, offset=(3, 2))
        assert host.selected == [2]
        await pilot.press("enter")
        assert host.selected == [2, 2]
        await pilot.click(table, offset=(3, 6))
        assert cursor_of(table) == 2


async def test_marks_show_in_a_gutter_of_their_own() -> None:
    table = table_of(rows_of(1, 2))
    async with Host(table).run_test(size=SIZE) as pilot:
        table.marked = frozenset({1, 2})
        await pilot.pause()
        assert [line[:7].rstrip() for line in text_of(table)[:3]] == ["  KEY", "▌✓key 1", " ✓key 2"]


def backgrounds(strip: Strip) -> set[object]:
    return {segment.style.bgcolor for segment in list(strip)[1:] if segment.style}


async def test_the_cursor_row_has_a_background_only_with_the_focus() -> None:
    table = table_of(rows_of(1, 2))
    host = Host(table)
    async with host.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert backgrounds(table.render_line(1)) != backgrounds(table.render_line(2))
        host.set_focus(None)
        await pilot.pause()
        assert backgrounds(table.render_line(1)) == backgrounds(table.render_line(2))
        assert table.render_line(1).text.startswith("▌")


async def test_parts_of_a_cell_keep_their_emphasis_also_when_cut_and_under_the_cursor() -> None:
    parts = (Cell("▁▁▁", Emphasis.DATA), Cell("██", Emphasis.CRITICAL))
    rows = tuple(Row(one, (Cell("▁▁▁██", Emphasis.DATA, parts=parts), Cell())) for one in (1, 2))
    table = LiveTable((Column("a", "A", 5), Column("b", "B", 3)))
    table.show(rows)
    async with Host(table).run_test(size=(12, 4)) as pilot:
        await pilot.pause()
        red = table.palette.style(Emphasis.CRITICAL).color
        for y in (1, 2):
            reds = [one.text.strip() for one in table.render_line(y) if one.style and one.style.color == red]
            assert reds == ["██"]
        table.columns = (Column("a", "A", 4),)
        await pilot.pause()
        assert table.render_line(2).text.rstrip() == " ▁▁▁…"


async def test_following_lets_new_rows_in_under_the_cursor() -> None:
    table = table_of(rows_of(*range(20)), follow_top=True)
    async with TableHost(table).run_test(size=SIZE) as pilot:
        table.show(rows_of(101, 100, *range(20)))
        await pilot.pause()
        assert table.is_following
        assert (table.cursor_id, table.cursor_index, table.pending_new) == (101, 0, 0)


async def test_a_view_that_was_scrolled_keeps_its_rows_and_counts_the_new() -> None:
    table = table_of(rows_of(*range(20)), follow_top=True)
    async with TableHost(table).run_test(size=SIZE) as pilot:
        await pilot.press("j")
        before = text_of(table)
        table.show(rows_of(101, 100, *range(20)))
        await pilot.pause()
        assert text_of(table)[1:] == before[1:]
        assert (table.cursor_id, table.pending_new) == (1, 2)
        table.show(rows_of(102, 101, 100, *range(20)))
        assert table.pending_new == 3
        await pilot.press("g")
        assert (table.pending_new, table.cursor_id) == (0, 102)
        assert table.is_following


async def test_a_table_that_does_not_follow_stays_at_its_top() -> None:
    table = table_of(rows_of(*range(20)))
    async with Host(table).run_test(size=SIZE) as pilot:
        table.show(rows_of(19, 18, *range(18)))
        await pilot.pause()
        assert table.scroll_offset.y == 0
        assert (table.cursor_id, table.cursor_index) == (0, 2)


async def test_the_view_follows_a_cursor_that_was_visible() -> None:
    table = table_of(rows_of(*range(20)))
    async with Host(table).run_test(size=SIZE) as pilot:
        table.show(rows_of(*range(1, 20), 0))
        await pilot.pause()
        assert text_of(table)[-1].startswith("▌key 0")


async def test_scrolling_sideways_pins_the_first_column() -> None:
    columns = (*COLUMNS, Column("more", "MORE", 30), Column("last", "LAST", 10))
    table = LiveTable(columns, h_scroll=True)
    table.show(rows_of(1))
    async with Host(table).run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("right")
        assert text_of(table)[0].startswith(" KEY            NOTE       MORE")
        await pilot.press("right", "right", "right")
        assert text_of(table)[0].startswith(" KEY ")
        assert text_of(table)[0].endswith("LAST")
        await pilot.press("left", "left", "left", "left")
        assert table.scroll_offset.x == 0


async def test_a_word_that_the_right_edge_cuts_is_marked_as_cut() -> None:
    columns = (Column("time", "TIME", 5), Column("word", "WORD", 12), Column("next", "ENDPOINT", 10))
    table = LiveTable(columns, h_scroll=True)
    table.show(
        [
            Row(1, (Cell("09:00"), Cell("opus"), Cell("/v1/messages"))),
            Row(2, (Cell("09:01"), Cell("opus"), Cell("/v1"))),
            Row(3, (Cell("09:02"), Cell("客服机器人客"), Cell("客服机器人"))),
        ]
    )
    async with Host(table).run_test(size=(25, 4)):
        assert text_of(table) == [
            " TIME  WORD         ENDP…",
            "▌09:00 opus         /v1/…",
            " 09:01 opus         /v1",
            " 09:02 客服机器人客 客服…",
        ]


async def test_a_bar_column_draws_shares_on_one_scale() -> None:
    columns = (Column("m", "", 8), Column("b", "", 6, flex=1, draw=Draw.BAR), Column("q", "", 13, draw=Draw.GAUGE))
    rows = [
        Row(1, (Cell("opus"), Cell("100 %", share=1.0), Cell("44 %", share=0.44))),
        Row(2, (Cell("mini"), Cell("5 %", share=0.5), Cell("plan"))),
    ]
    table = LiveTable(columns, show_header=False)
    table.show(rows)
    async with Host(table).run_test(size=(47, 4)):
        assert text_of(table)[:2] == [
            "▌opus     ████████████████  100 % ▓▓▓▓░░░░ 44 %",
            " mini     ████████            5 % plan",
        ]


async def test_few_rows_more_or_less_cost_no_layout() -> None:
    table = table_of(rows_of(1, 2))
    async with Host(table).run_test(size=SIZE) as pilot:
        await pilot.pause()
        counter = PaintCounter(table)
        table.show(rows_of(1, 2, 3))
        await pilot.pause()
        assert counter.painted == [3]
        table.show(rows_of(1))
        await pilot.pause()
        assert counter.painted == [2, 3]
