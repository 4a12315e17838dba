"""The chart draws in a thread, only when something is new, and lets a person point at a bucket."""

import pytest
from msgspec.structs import replace
from textual import on
from textual.pilot import Pilot

from tests.unit.widgets.hosts import Host, PaintCounter, text_of
from widgets import trend_chart
from widgets.trend_chart import TrendChart
from widgets.values import Cell, Chart, Emphasis, Series, TrendBars

CHART = Chart(
    tuple(f"{hour:02d}:00" for hour in range(24)),
    (Series("$", tuple(float(hour) for hour in range(24))),),
    ((0.0, "$0"), (23.0, "$23")),
)
SIZE = (60, 10)


class ChartHost(Host):
    def __init__(self, chart: TrendChart) -> None:
        super().__init__(chart)
        self.highlighted: list[int | None] = []
        self.selected: list[int] = []

    @on(TrendChart.BucketHighlighted)
    def _highlighted(self, message: TrendChart.BucketHighlighted) -> None:
        self.highlighted.append(message.index)

    @on(TrendChart.BucketSelected)
    def _selected(self, message: TrendChart.BucketSelected) -> None:
        assert message.control is message.chart
        self.selected.append(message.index)


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def chart_of(chart: Chart = CHART) -> TrendChart:
    widget = TrendChart(empty_text=(Cell("no calls"),))
    widget.chart = chart
    return widget


async def test_it_draws_and_repaints_nothing_for_an_equal_chart() -> None:
    chart = chart_of()
    async with Host(chart).run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert text_of(chart)[0].startswith("$23┤")
        counter = PaintCounter(chart)
        chart.chart = replace(CHART)
        await settle(pilot)
        assert counter.painted == []


async def test_a_changed_value_paints_only_the_lines_it_changes() -> None:
    chart = chart_of()
    async with Host(chart).run_test(size=SIZE) as pilot:
        await settle(pilot)
        counter = PaintCounter(chart)
        values = (0.0, 23.0, *CHART.series[0].values[2:])
        chart.chart = replace(CHART, series=(Series("$", values),))
        await settle(pilot)
        assert counter.painted
        assert not {8, 9} & set(counter.painted)


async def test_a_change_of_less_than_a_dot_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    chart = chart_of()
    async with Host(chart).run_test(size=SIZE) as pilot:
        await settle(pilot)
        before = text_of(chart)
        monkeypatch.setattr(trend_chart, "picture_of", lambda *_args: pytest.fail("drawn again"))
        chart.chart = replace(CHART, series=(Series("$", (0.01, *CHART.series[0].values[1:])),))
        await settle(pilot)
        assert text_of(chart) == before


async def test_a_theme_repaints_without_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    chart = chart_of()
    app = Host(chart)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        before = text_of(chart)
        monkeypatch.setattr(trend_chart, "picture_of", lambda *_args: pytest.fail("drawn again"))
        style = chart.render_line(2)
        app.theme = "textual-light"
        await settle(pilot)
        assert text_of(chart) == before
        assert chart.render_line(2) != style


async def test_what_comes_while_drawing_is_drawn_next() -> None:
    chart = chart_of()
    async with Host(chart).run_test(size=SIZE) as pilot:
        await pilot.pause()
        for top in (30.0, 40.0, 50.0):
            chart.chart = replace(CHART, ticks=((0.0, "$0"), (top, f"${top:.0f}")))
        await settle(pilot)
        await settle(pilot)
        assert text_of(chart)[0].startswith("$50┤")


async def test_a_cursor_points_at_a_bucket() -> None:
    chart = chart_of()
    host = ChartHost(chart)
    async with host.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("left", "h", "left", "right", "enter")
        assert chart.cursor == 22
        assert host.highlighted == [23, 22, 21, 22]
        assert host.selected == [22]
        lines = text_of(chart)
        assert "[22:00]" in lines[-1]
        assert all("┊" in line for line in lines[3:8])
        await pilot.press("home")
        assert "[00:00]" in text_of(chart)[-1]
        await pilot.press("end")
        assert "[23:00]" in text_of(chart)[-1]
        chart.cursor = None
        await pilot.pause()
        assert not any("┊" in line for line in text_of(chart))


async def test_a_click_points_and_a_second_click_chooses() -> None:
    chart = chart_of()
    host = ChartHost(chart)
    async with host.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.click(chart, offset=(59, 4))
        await pilot.click(chart, offset=(59, 4))
        assert (host.highlighted, host.selected) == ([23], [23])


async def test_a_cursor_beyond_a_shorter_chart_moves_to_its_end() -> None:
    chart = chart_of()
    async with Host(chart).run_test(size=SIZE) as pilot:
        chart.cursor = 23
        chart.chart = Chart(CHART.labels[:5], (Series("$", (1.0,) * 5),))
        await settle(pilot)
        assert chart.cursor == 4


async def test_a_small_chart_is_a_sparkline_and_an_empty_one_says_so() -> None:
    chart = chart_of()
    async with Host(chart).run_test(size=(30, 3)) as pilot:
        await settle(pilot)
        assert text_of(chart)[0].strip().endswith("█")
        chart.chart = Chart()
        await settle(pilot)
        assert text_of(chart)[0] == " no calls"


async def test_a_chart_that_cannot_be_drawn_falls_back_to_a_sparkline(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise ValueError("cannot be drawn")

    monkeypatch.setattr(trend_chart, "picture_of", fail)
    chart = chart_of()
    async with Host(chart).run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert text_of(chart)[0].strip().endswith("█")


async def test_bars_that_look_the_same_are_not_drawn_again() -> None:
    def bars(running: float) -> TrendBars:
        layer = Series("", (10.0, 4.0, running), Emphasis.DATA)
        return TrendBars(("a", "b", "c"), (layer,), ((0.0, "$0"), (10.0, "$10")), open_from=2)

    chart = TrendChart()
    async with Host(chart).run_test(size=(40, 10)) as pilot:
        chart.chart = bars(5.0)
        await pilot.pause()
        picture = chart._picture
        chart.chart = bars(5.01)
        assert chart._picture is picture
        chart.chart = bars(8.0)
        assert chart._picture is not picture
