"""The property that everything rests on: both drivers' bytes make the same picture, cell by cell."""

import random

import pyte
import pytest
from wcwidth import wcwidth

from tests.unit.terminal.emulator import Emulator
from tests.unit.terminal.frames import WORDS, Differ, full, one_line, part

# pyte has its own opinion of joined characters; on these words it agrees with everybody.
AGREED = tuple(word for word in WORDS if word not in ("🇩🇪", "👨‍👩‍👧", "⚠️", "1️⃣", "👍🏽", "e\u0301", "क्षि"))


@pytest.mark.parametrize("seed", range(40))
def test_the_same_picture_after_every_frame(seed: int) -> None:
    lot = random.Random(seed)
    width, height = lot.randint(8, 60), lot.randint(2, 12)
    stock, differing, differ = Emulator(width, height), Emulator(width, height), Differ(width, height)
    for number in range(30):
        frame = full(lot, width, height) if number == 0 or lot.random() < 0.1 else part(lot, width, height)
        stock.feed(frame)
        differing.feed(differ.paint(frame))
        assert differing.picture() == stock.picture(), f"frame {number}"
    assert not differing.foreign
    assert not differ.misunderstood


@pytest.mark.parametrize("seed", range(10))
def test_merged_frames_make_the_last_picture(seed: int) -> None:
    lot = random.Random(seed)
    width, height = 40, 8
    stock, differing, differ = Emulator(width, height), Emulator(width, height), Differ(width, height)
    for number in range(40):
        frame = full(lot, width, height) if number == 0 else part(lot, width, height)
        stock.feed(frame)
        assert not differ.take(frame)
        if lot.random() < 0.2:
            differing.feed(differ.send())
    differing.feed(differ.send())
    assert differing.picture() == stock.picture()


@pytest.mark.parametrize("seed", range(10))
def test_sizes_and_foreign_output_are_survived(seed: int) -> None:
    lot = random.Random(seed)
    stock, differing, differ = Emulator(30, 6), Emulator(30, 6), Differ(30, 6)
    for _ in range(12):
        width, height = lot.randint(8, 50), lot.randint(2, 9)
        stock.resize(width, height)
        differing.resize(width, height)
        sized = Differ(width, height)
        sized.writer = differ.writer
        sized.looks, sized.parser = differ.looks, differ.parser
        sized.writer.forget_pen()
        for frame in (full(lot, width, height), part(lot, width, height)):
            stock.feed(frame)
            differing.feed(sized.paint(frame))
        differing.feed("\x1b[1;1H\x1b[31mwall!")
        sized.screen.forget_sent()
        sized.writer.forget_pen()
        differing.feed(sized.send())
        assert differing.picture() == stock.picture()


@pytest.mark.parametrize("seed", range(8))
def test_another_emulator_agrees(seed: int) -> None:
    lot = random.Random(seed)
    width, height = 48, 10
    screens = [pyte.Screen(width, height), pyte.Screen(width, height)]
    streams = [pyte.Stream(screen) for screen in screens]
    differ = Differ(width, height)
    for screen in screens:
        screen.set_mode(pyte.modes.LNM)
        screen.reset_mode(pyte.modes.DECAWM)
    for number in range(20):
        frame = full(lot, width, height, AGREED) if number == 0 else part(lot, width, height, AGREED)
        # A line break before the first address scrolls where the cursor happens to be in the last line.
        streams[0].feed(frame.lstrip("\n"))
        streams[1].feed(differ.paint(frame))
        shown = [cells_of(screen) for screen in screens]
        differences = [place for place, cell in shown[0].items() if shown[1].get(place) != cell]
        assert not differences


def cells_of(screen: pyte.Screen) -> dict[tuple[int, int], object]:
    """What can be seen of each cell; halves of wide glyphs that lost the other one are anybody's guess."""
    cells: dict[tuple[int, int], object] = {}
    for y in range(screen.lines):
        row = [screen.buffer[y][x] for x in range(screen.columns)]
        for x, cell in enumerate(row):
            is_wide = cell.data and wcwidth(cell.data[0]) == 2
            has_right = x + 1 < len(row) and row[x + 1].data == ""
            if (is_wide and not has_right) or not cell.data:
                continue
            is_bare = cell.data == " " and not (cell.underscore or cell.reverse or cell.strikethrough)
            cells[x, y] = cell.bg if is_bare else cell
    return cells


def test_a_disputed_width_is_followed_by_an_address() -> None:
    differ = Differ(20, 1)
    differ.paint(one_line(" " * 20, 0, 0))
    sent = differ.paint(one_line("⚠️ab", 0, 0))
    assert sent.endswith("⚠️\x1b[1;3Hab ")


def test_a_half_of_a_wide_glyph_takes_the_other_with_it() -> None:
    differ, screen = Differ(6, 1), Emulator(6, 1)
    screen.feed(differ.paint(one_line("客服机", 0, 0)))
    screen.feed(differ.paint(one_line("a", 1, 0)))
    screen.feed(differ.paint(one_line("客", 3, 0)))
    assert "".join(screen.text()) == " a 客 "
