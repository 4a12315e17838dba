"""The style of a cell: Textual's SGR codes, parsed, and the shortest sequence from one style to another."""

from collections.abc import Iterator
from itertools import islice

from tui.terminal.glyphs import is_settled

Cell = tuple[str, "CellStyle", bool]
"""A glyph, its style, and whether all terminals agree on its width. The right half of a wide glyph is ""."""

RESET = "\x1b[m"
END_LINK = "\x1b]8;;\x1b\\"
# Codes that reset an attribute; bold and dim share one, as do single and double underline.
_REMOVERS = {
    **dict.fromkeys((1, 2), 22),
    3: 23,
    **dict.fromkeys((4, 21), 24),
    **dict.fromkeys((5, 6), 25),
    7: 27,
    8: 28,
    9: 29,
    **dict.fromkeys((51, 52), 54),
    53: 55,
}
_REMOVED_BY = {remover: frozenset(a for a, r in _REMOVERS.items() if r == remover) for remover in _REMOVERS.values()}
_SEEN_ON_BLANKS = frozenset({4, 21, 7, 9, 51, 52, 53})
_MAX_LOOKS = 4096
_MAX_GLYPHS = 4096
_MAX_WAYS = 16384


class NotUnderstood(Exception):
    """A frame contains something that the screen model cannot represent."""


class Cells(dict[str, Cell]):
    """The cells of one style by glyph; equal cells are one object, so comparing them means comparing identities."""

    def __init__(self, look: "CellStyle") -> None:
        self._look = look

    def __missing__(self, glyph: str) -> Cell:
        """Create the cell of a glyph; a blank drops what cannot be seen on it."""
        look = self._look
        shown = look.blank if glyph == " " else look
        cell = (glyph, look, is_settled(glyph)) if shown is look else shown.cells[glyph]
        if len(self) >= _MAX_GLYPHS:
            self.clear()
        self[glyph] = cell
        return cell


class CellStyle:
    """Attributes, colours and link of a cell. Created only by `CellStyles`: equal styles are one object."""

    __slots__ = ("attributes", "background", "blank", "cells", "codes", "foreground", "link")

    def __init__(self, attributes: frozenset[int], foreground: str, background: str, link: str) -> None:
        self.attributes = attributes
        self.foreground = foreground
        self.background = background
        self.link = link
        self.codes = ";".join(filter(None, (*map(str, sorted(attributes)), foreground, background)))
        self.blank = self
        """The style of a blank, without the foreground, which it does not show."""
        self.cells = Cells(self)


class CellStyles:
    """All styles of a screen, and the sequences between them; both bounded, since there are 16 million colours."""

    def __init__(self) -> None:
        self._known: dict[tuple[frozenset[int], str, str, str], CellStyle] = {}
        self._applied: dict[tuple[CellStyle, str], CellStyle] = {}
        self._navigator: dict[tuple[CellStyle, CellStyle], str] = {}
        self.plain = self._look(frozenset(), "", "", "")

    def applied(self, look: CellStyle, codes: str) -> CellStyle:
        """Return the style after an SGR sequence. Raises NotUnderstood."""
        key = (look, codes)
        known = self._applied.get(key)
        if known is None:
            if len(self._applied) >= _MAX_LOOKS:
                self._applied.clear()
            known = self._applied[key] = self._apply(look, codes)
        return known

    def linked(self, look: CellStyle, link: str) -> CellStyle:
        """Return the style with another link, or with none."""
        return self._look(look.attributes, look.foreground, look.background, link)

    def way(self, before: CellStyle, after: CellStyle) -> str:
        """Return the shortest sequence that turns one style into another."""
        key = (before, after)
        known = self._navigator.get(key)
        if known is None:
            if len(self._navigator) >= _MAX_WAYS:
                self._navigator.clear()
            known = self._navigator[key] = _way(before, after)
        return known

    def for_blank(self, pen: CellStyle, blank: CellStyle) -> CellStyle:
        """Return the style nearest to the pen in which a blank looks as wanted: only visible parts need to change."""
        if blank.attributes or pen.attributes & _SEEN_ON_BLANKS:
            return blank
        return self._look(pen.attributes, pen.foreground, blank.background, blank.link)

    def _look(self, attributes: frozenset[int], foreground: str, background: str, link: str) -> CellStyle:
        key = (attributes, foreground, background, link)
        look = self._known.get(key)
        if look is None:
            if len(self._known) >= _MAX_LOOKS:
                self._known.clear()
            look = self._known[key] = CellStyle(attributes, foreground, background, link)
            if (attributes or foreground) and not attributes & _SEEN_ON_BLANKS:
                look.blank = self._look(frozenset(), "", background, link)
        return look

    def _apply(self, look: CellStyle, codes: str) -> CellStyle:
        attributes, foreground, background = set(look.attributes), look.foreground, look.background
        rest = iter(codes.split(";"))
        for code in rest:
            number = int(code or 0)
            if number == 0:
                attributes, foreground, background = set(), "", ""
            elif number in _REMOVERS:
                attributes.add(number)
            elif number in _REMOVED_BY:
                attributes -= _REMOVED_BY[number]
            elif 30 <= number <= 39 or 90 <= number <= 97:
                foreground = _colour(number, code, rest)
            elif 40 <= number <= 49 or 100 <= number <= 107:
                background = _colour(number, code, rest)
            else:
                raise NotUnderstood(f"SGR {codes}")
        return self._look(frozenset(attributes), foreground, background, look.link)


def _colour(number: int, code: str, rest: Iterator[str]) -> str:
    """Return the canonical code of a colour; the default is an empty code."""
    if number in (39, 49):
        return ""
    if number not in (38, 48):
        return code
    kind = next(rest, "")
    wanted = {"5": 1, "2": 3}.get(kind, 0)
    values = [*islice(rest, wanted)]
    if not wanted or len(values) != wanted or not all(values):
        raise NotUnderstood(f"colour {code};{kind}")
    return ";".join((code, kind, *values))


def _way(before: CellStyle, after: CellStyle) -> str:
    link = "" if before.link == after.link else _link(after.link)
    if before.codes == after.codes:
        return link
    afresh = f"\x1b[0;{after.codes}m" if after.codes else RESET
    changes = f"\x1b[{_changes(before, after)}m"
    return (changes if len(changes) <= len(afresh) else afresh) + link


def _changes(before: CellStyle, after: CellStyle) -> str:
    codes: list[str] = []
    kept = set(before.attributes)
    for attribute in sorted(before.attributes - after.attributes):
        remover = _REMOVERS[attribute]
        if attribute in kept:
            codes.append(str(remover))
            kept -= _REMOVED_BY[remover]
    codes += map(str, sorted(after.attributes - kept))
    if before.foreground != after.foreground:
        codes.append(after.foreground or "39")
    if before.background != after.background:
        codes.append(after.background or "49")
    return ";".join(codes)


def _link(link: str) -> str:
    return f"\x1b]8;{link}\x1b\\" if link else END_LINK
