"""`aktop doctor`: check everything, and show it on one screen without any secret."""

import argparse
import os
from collections.abc import Iterable, Iterator

from tui import VERSION
from tui.cli.doctor import gateway, machine, terminal
from tui.cli.doctor.check import Check, Health
from tui.cli.loading import loaded
from tui.cli.output import json_object, plain_text, read_or_not, tell
from tui.cli.text_table import text_width
from tui.config.file import BadSettings
from tui.locale import _, _n
from tui.terminal import exit_codes
from widgets.layout import cell_width
from widgets.values import Cell
from widgets.wrapping import wrap_line

SCHEMA = "aktop.doctor/1"
_MARKS = {Health.FINE: "✓", Health.WRONG: "✗", Health.UNKNOWN: "?", Health.NOTE: "·"}
_NAME_WIDTH = 14

Areas = dict[str, tuple[str, list[Check]]]
"""Title and checks of each area."""


async def doctor(options: argparse.Namespace) -> int:
    """Check, show, and return the exit code."""
    areas = await _looked_at(options)
    checks = [check for _title, found in areas.values() for check in found]
    wrong = [check for check in checks if check.state is Health.WRONG]
    with read_or_not():
        if options.json:
            json_object(_json(areas, is_well=not wrong))
        else:
            for line in lines(areas, text_width()):
                tell(line)
    return exit_codes.NEEDS_A_PERSON if wrong else exit_codes.OK


async def _looked_at(options: argparse.Namespace) -> Areas:
    # The terminal first: nothing is written on it yet, and nothing waits.
    areas: Areas = {"terminal": (_("Terminal"), [*terminal.checks(os.environ)])}
    try:
        settings = loaded(options)
    except BadSettings:
        text = _("not asked: the settings cannot be read")
        asked = [Check(_n("address"), text, Health.UNKNOWN)]
    else:
        asked = [check async for check in gateway.checks(settings, os.environ)]
    areas["gateway"] = _("Gateway"), asked
    areas["files"] = _("Files"), [*machine.files(os.environ)]
    areas["machine"] = _("Machine"), [*machine.language(os.environ), *machine.versions()]
    return areas


def lines(areas: Areas, width: int) -> Iterator[str]:
    """The checks as text."""
    for title, checks in areas.values():
        yield title
        for check in checks:
            yield from _lines_of(check, width)
    wrong = sum(check.state is Health.WRONG for _title, checks in areas.values() for check in checks)
    unknown = sum(check.state is Health.UNKNOWN for _title, checks in areas.values() for check in checks)
    parts = [_("Wrong: {n}").format(n=wrong) if wrong else _("Nothing is wrong")]
    parts += [_("could not be looked at: {n}").format(n=unknown)] if unknown else []
    yield ", ".join(parts) + "."


def _lines_of(check: Check, width: int) -> Iterator[str]:
    name = _(check.name)
    name += " " * max(1, _NAME_WIDTH - cell_width(name))
    head = f"  {_MARKS[check.state]} {name}"
    yield from _hanging(head, check.text, width)
    if check.mend:
        # It may be a command, which must not be wrapped.
        yield " " * (cell_width(head) - 2) + "→ " + check.mend


def _hanging(head: str, text: str, width: int) -> Iterable[str]:
    """A text after its head, with a hanging indent."""
    indent = cell_width(head)
    first, *others = (plain_text(line) for line in wrap_line((Cell(text),), max(20, width - indent)))
    return [head + first, *(" " * indent + line for line in others)]


def _json(areas: Areas, *, is_well: bool) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "state": "well" if is_well else "wrong",
        "checks": [
            {"area": area, "name": check.name, "state": check.state, "text": check.text, "mend": check.mend or None}
            for area, (_title, found) in areas.items()
            for check in found
        ],
    }
