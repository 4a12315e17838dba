"""Shared borders of adjacent frames: the sign of each cell. Pure."""

from collections.abc import Sequence
from itertools import groupby

from msgspec import Struct
from textual.geometry import Region

from widgets.values import Cell, Emphasis, Line

LIGHT, HEAVY = 1, 2
JOINTS = " ╴╸╷╮┑╻┒┓╶─╾╭┬┭┎┰┱╺╼━┍┮┯┏┲┳╵╯┙│┤┥╽┧┪╰┴┵├┼┽┟╁╅┕┶┷┝┾┿┢╆╈╹┚┛╿┦┩┃┨┫┖┸┹┞╀╃┠╂╉┗┺┻┡╄╇┣╊╋"
"""Box-drawing signs by the weights of the lines going up (× 27), right (× 9), down (× 3) and left."""


class Frame(Struct, frozen=True):
    """A rectangle with borders on its outermost cells; adjacent frames share one border."""

    region: Region
    is_heavy: bool = False
    emphasis: Emphasis = Emphasis.MUTED

    @property
    def edges(self) -> tuple[Region, Region, Region, Region]:
        """The cells of the upper, lower, left and right border."""
        x, y, width, height = self.region
        return (
            Region(x, y, width, 1),
            Region(x, y + height - 1, width, 1),
            Region(x, y, 1, height),
            Region(x + width - 1, y, 1, height),
        )


def frame_line(frames: Sequence[Frame], y: int, left: int, right: int) -> Line:
    """Return the borders in a row, from column `left` to before `right`; the heavier line wins.

    >>> from textual.geometry import Region
    >>> beside = Frame(Region(0, 0, 4, 3)), Frame(Region(3, 0, 4, 3), is_heavy=True)
    >>> ["".join(cell.text for cell in frame_line(beside, y, 0, 7)) for y in range(3)]
    ['╭──┲━━┓', '│  ┃  ┃', '╰──┺━━┛']
    """
    if not any(y in (frame.region.y, frame.region.bottom - 1) for frame in frames):
        return _between(frames, y, left, right)
    weights = [[0, 0, 0, 0] for _column in range(left, right)]
    looks = [Emphasis.MUTED] * (right - left)
    for frame in sorted(frames, key=lambda one: one.is_heavy):
        x, top, width, height = frame.region
        bottom, end = top + height - 1, x + width - 1
        if not top <= y <= bottom:
            continue
        is_edge, weight = y in (top, bottom), HEAVY if frame.is_heavy else LIGHT
        for column in range(max(x, left), min(end + 1, right)) if is_edge else (x, end):
            if not left <= column < right:
                continue
            is_corner, sides = column in (x, end), weights[column - left]
            goes = (is_corner and y > top, is_edge and column < end, is_corner and y < bottom, is_edge and column > x)
            for side, has_line in enumerate(goes):
                if has_line:
                    sides[side] = max(sides[side], weight)
            looks[column - left] = frame.emphasis
    signs = [JOINTS[up * 27 + to_right * 9 + down * 3 + to_left] for up, to_right, down, to_left in weights]
    return tuple(
        Cell("".join(sign for sign, _look in run), look)
        for look, run in groupby(zip(signs, looks, strict=True), key=lambda pair: pair[1])
    )


def _between(frames: Sequence[Frame], y: int, left: int, right: int) -> Line:
    """A row between horizontal borders: only sides are in it."""
    sides: dict[int, Cell] = {}
    for frame in sorted(frames, key=lambda one: one.is_heavy):
        if frame.region.y < y < frame.region.bottom:
            for column in (frame.region.x, frame.region.right - 1):
                if left <= column < right:
                    sides[column] = Cell("┃" if frame.is_heavy else "│", frame.emphasis)
    line: list[Cell] = []
    x = left
    for column in sorted(sides):
        line += [Cell(" " * (column - x))] * (column > x) + [sides[column]]
        x = column + 1
    return (*line, Cell(" " * (right - x))) if x < right else tuple(line)
