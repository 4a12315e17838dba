"""Rows as CSV (RFC 4180); spreadsheets cannot take outside text for formulas."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def csv_line(values: Iterable[object]) -> str:
    """One row, including its line end.

    >>> csv_line(["a,b", None, True, Decimal("0.00000075"), "=1+1"])
    '"a,b",,true,0.00000075,\\'=1+1\\r\\n'
    """
    line = io.StringIO()
    csv.writer(line).writerow([_cell(value) for value in values])
    return line.getvalue()


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return f"{Decimal(str(value)):f}"
        case Decimal():
            return f"{value:f}"
        case str() if value.startswith(_FORMULA_STARTS) or value.lstrip().startswith(_FORMULA_STARTS):
            return f"'{value}"
        case _:
            return str(value)
