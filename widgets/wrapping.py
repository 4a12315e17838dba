"""Lines broken to a width where a reader would break them.

That is between words, and beside double-width characters, each of which is a word. A word is broken only where it is
longer than a line: after punctuation where it has some, else anywhere.
"""

from collections.abc import Iterator
from unicodedata import category, east_asian_width

from widgets.figures import is_within
from widgets.layout import beginning, cell_width, line_width, plain
from widgets.values import Cell, Line

_CLOSING = frozenset(",.;:!?%)]}>»，。、；：！？）】》」』”’…")
"""These never begin a line."""
_OPENING = frozenset("([{<«（【《「『“‘$")
"""These never end one."""
_JOINTS = frozenset("-/,;:.&?=|_+)]}>@\\")
"""A word that is too long is broken behind these."""
_CHARACTERS_A_CELL = 8
"""More than any writing has; what has more is broken early, and nothing of it is lost."""


def wrap_line(line: Line, width: int) -> tuple[Line, ...]:
    """Break a line into lines of at most `width` cells.

    >>> [part[0].text for part in wrap_line((Cell("reset on 2026-11-25"),), 14)]
    ['reset on ', '2026-11-25']
    """
    if width <= 0 or line_width(line) <= width:
        return (line,)
    runs = tuple(Cell(plain(cell.text), cell.emphasis) for cell in line)
    text = "".join(cell.text for cell in runs)
    return tuple(_part(runs, start, end) for start, end in _spans(text, width))


def _spans(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Where each line begins and ends in the text."""
    start = 0
    while start < len(text):
        rest = text[start : start + width * _CHARACTERS_A_CELL + 2]
        # A double-width character wider than the whole line still has to go somewhere.
        most = len(beginning(rest, width)) or len(beginning(rest, 2)) or 1
        if start + most >= len(text):
            yield start, len(text)
            return
        end = start + _break(rest, most, width)
        yield start, end
        if text[end] == " " and text[end - 1] != " " and text[end + 1 : end + 2] != " ":
            end += 1  # the blank between two words, of which the second begins a line
        start = end


def _break(rest: str, most: int, width: int) -> int:
    """How many of the characters go into a line that has room for `most`, and more follow."""
    if most >= len(rest) or _is_between_words(rest, most):
        return most
    word = next((at for at in range(most - 1, 0, -1) if _is_between_words(rest, at)), 0)
    if word and rest[:word].strip() and (word >= most / 2 or _fits(rest, word, most, width)):
        return word
    joints = [at for at in range(most, most // 2, -1) if _is_joint(rest, at)]
    return next((at for at in joints if not _is_in_a_figure(rest, at)), next(iter(joints), most))


def _fits(rest: str, word: int, most: int, width: int) -> bool:
    """Whether the word that begins at `word` and goes on at `most` fits into a line of its own."""
    end = next((at for at in range(most + 1, len(rest)) if _is_between_words(rest, at)), len(rest))
    return cell_width(rest[word:end]) <= width


def _is_between_words(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if before == " " or after == " ":
        return not is_within(text, at)
    is_wide = east_asian_width(before) in "WF" or east_asian_width(after) in "WF"
    return is_wide and before not in _OPENING and after not in _CLOSING and not _is_mark(after)


def _is_joint(text: str, at: int) -> bool:
    return text[at - 1] in _JOINTS and text[at] not in _JOINTS and not _is_mark(text[at])


def _is_in_a_figure(text: str, at: int) -> bool:
    """Whether digits stand on both sides of the punctuation: in dates, amounts and addresses."""
    return text[at].isdigit() and text[at - 2 : at - 1].isdigit()


def _is_mark(character: str) -> bool:
    """Whether it belongs to the character before."""
    return category(character)[0] == "M"


def _part(runs: Line, start: int, end: int) -> Line:
    """The part of a line between two of its characters."""
    cells: list[Cell] = []
    begin = 0
    for cell in runs:
        stop = begin + len(cell.text)
        if text := cell.text[max(0, start - begin) : max(0, end - begin)]:
            cells.append(Cell(text, cell.emphasis))
        begin = stop
    return tuple(cells)
