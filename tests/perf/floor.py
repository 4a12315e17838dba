"""What a careful writer needs for exactly the changed cells: an address for each run, the style codes that differ from
the pen, the glyphs (terminal-facts, "Floor")."""

from tests.unit.terminal.emulator import Style, seen

Picture = list[list[tuple[str, Style]]]
_REMOVERS = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "8": "28", "9": "29"}


def changed_cells(before: Picture, after: Picture) -> int:
    """How many cells look otherwise."""
    return sum(a != b for row, old in zip(after, before, strict=True) for a, b in zip(row, old, strict=True))


def floor(before: Picture, after: Picture, pen: Style) -> tuple[int, Style]:
    """Return the bytes of the floor between two pictures, and the style that the pen has then."""
    total = 0
    for y, (row, old) in enumerate(zip(after, before, strict=True)):
        is_in_run = False
        for x, (cell, old_cell) in enumerate(zip(row, old, strict=True)):
            if cell == old_cell:
                is_in_run = False
                continue
            glyph, style = cell
            if not is_in_run:
                total += len(f"\x1b[{y + 1};{x + 1}H")
                is_in_run = True
            if seen(glyph, pen) != (glyph, style):
                total += style_bytes(pen, style)
                pen = style
            total += len(glyph.encode())
    return total, pen


def style_bytes(pen: Style, style: Style) -> int:
    """Bytes of the shorter of "only what changes" and "reset and all"."""
    link = 0 if pen.link == style.link else len(f"\x1b]8;{style.link or ';'}\x1b\\")
    full = [*style.attributes, *_colours(style)]
    if (pen.attributes, *_colours(pen)) == (style.attributes, *_colours(style)):
        return link
    afresh = len("\x1b[m") + (len(";".join(["0", *full])) if full else 0)
    gone = {_REMOVERS.get(code, "29") for code in pen.attributes - style.attributes}
    changes = [*gone, *(style.attributes - pen.attributes)]
    changes += [_code("38", style.foreground) or "39"] if pen.foreground != style.foreground else []
    changes += [_code("48", style.background) or "49"] if pen.background != style.background else []
    return min(afresh, len("\x1b[m") + len(";".join(changes))) + link


def _colours(style: Style) -> list[str]:
    return [*filter(None, (_code("38", style.foreground), _code("48", style.background)))]


def _code(kind: str, colour: str) -> str:
    """The 16 colours are codes of their own, all others parameters of one."""
    return f"{kind};{colour}" if ";" in colour else colour
