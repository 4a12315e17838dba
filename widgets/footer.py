"""The line of keys at the bottom: as many as fit, and how many more there are."""

from dataclasses import dataclass

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var

from widgets.layout import cell_width
from widgets.line_widget import LineWidget
from widgets.values import Cell, Emphasis, Line

GAP = 2

Hint = tuple[str, str, bool]
"""A key, the word for what it does, and whether it does it now."""


class KeyFooter(LineWidget):
    """Shows what keys do; those that do nothing now are not bold. A click on one is as good as the key."""

    DEFAULT_CSS = "KeyFooter { height: 1; padding: 0 1; }"

    hints: var[tuple[Hint, ...]] = var((), init=False)
    """The keys, the most useful first."""

    @dataclass
    class HintSelected(Message):
        """A hint was clicked; `key` is that of the hint, or the key for all of them when the count was clicked."""

        key: str
        footer: "KeyFooter"

        @property
        def control(self) -> "KeyFooter":
            """The footer, for `on` selectors."""
            return self.footer

    def __init__(
        self,
        *,
        more: str = "+{count} ▾",
        more_key: str = "?",
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._more = more
        self._more_key = more_key

    def watch_hints(self) -> None:
        """Show other keys."""
        self.update_lines()

    def lines_for(self, size: Size) -> tuple[Line, ...]:
        """Return the one line."""
        cells: list[Cell] = []
        for start, hint in self._places(size.width):
            cells.append(Cell(" " * (start - sum(cell_width(cell.text) for cell in cells))))
            cells.extend(_cells(hint))
        return (tuple(cells),)

    def _places(self, width: int) -> list[tuple[int, Hint]]:
        """Return where each hint that fits begins, the count of the others last, at the right edge."""
        hints = self.hints
        if _width(hints) <= width:
            return _placed(hints)
        fitting = len(hints)
        while fitting and _width(hints[:fitting]) + GAP + cell_width(self._rest(fitting)) > width:
            fitting -= 1
        rest = self._rest(fitting)
        return [*_placed(hints[:fitting]), (max(0, width - cell_width(rest)), (rest, "", False))]

    def _rest(self, fitting: int) -> str:
        return self._more.format(count=len(self.hints) - fitting)

    def on_click(self, event: events.Click) -> None:
        """Tell which hint was clicked."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        places = self._places(self.size.width)
        for number, (start, hint) in enumerate(places):
            if start <= offset.x < start + _hint_width(hint):
                is_count = number >= len(self.hints) or hint != self.hints[number]
                self.post_message(self.HintSelected(self._more_key if is_count else hint[0], self))


def _cells(hint: Hint) -> Line:
    key, word, enabled = hint
    key_emphasis = Emphasis.STRONG if enabled else Emphasis.MUTED
    return (Cell(key, key_emphasis), Cell(f" {word}" if word else "", Emphasis.NORMAL if enabled else Emphasis.MUTED))


def _hint_width(hint: Hint) -> int:
    return sum(cell_width(cell.text) for cell in _cells(hint))


def _width(hints: tuple[Hint, ...]) -> int:
    return sum(_hint_width(hint) for hint in hints) + GAP * max(0, len(hints) - 1)


def _placed(hints: tuple[Hint, ...]) -> list[tuple[int, Hint]]:
    places = []
    start = 0
    for hint in hints:
        places.append((start, hint))
        start += _hint_width(hint) + GAP
    return places
