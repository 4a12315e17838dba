"""A line of facts keeps what matters."""

import pytest

from tests.unit.widgets.hosts import Host, PaintCounter, text_of
from widgets.facts import Part, laid_out
from widgets.info_line import InfoLine
from widgets.values import Align, Cell

PARTS = (
    Part((Cell("aktop"),)),
    Part((Cell("gateway.example"),), 3),
    Part((Cell("● live"),), 1),
    Part((Cell("$23.41"),), 0, Align.RIGHT),
    Part((Cell("empty 06:45"),), 2, Align.RIGHT),
)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (60, "aktop  gateway.example  ● live           $23.41  empty 06:45"),
        (45, "aktop  ● live             $23.41  empty 06:45"),
        (28, "aktop  ● live         $23.41"),
        (16, "aktop     $23.41"),
        (10, "ak… $23.41"),
        (4, "$23 "),
    ],
)
def test_parts_leave_by_priority(width: int, expected: str) -> None:
    assert "".join(cell.text for cell in laid_out(PARTS, width, 2)) == expected


async def test_it_repaints_only_on_change() -> None:
    line = InfoLine(PARTS)
    async with Host(line).run_test(size=(60, 2)) as pilot:
        await pilot.pause()
        counter = PaintCounter(line)
        line.parts = tuple(PARTS)
        await pilot.pause()
        assert counter.painted == []
        line.left = (Cell("客服 [/x]"),)
        line.right = (Cell("end"),)
        await pilot.pause()
        assert counter.painted == [0]
        assert text_of(line)[0].startswith("客服 [/x]   aktop")
        assert text_of(line)[0].endswith("end")
