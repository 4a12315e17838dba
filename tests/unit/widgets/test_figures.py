"""No figure is cut: whatever the width, what is shown tells the amount or tells nothing."""

import doctest
import re
from decimal import Decimal

import pytest

from tui.present import format as fmt
from widgets import figures
from widgets.figures import scaled, whole_until
from widgets.layout import cell_width, fit, fit_line, truncate
from widgets.table_layout import lay_out
from widgets.table_strips import cell_runs
from widgets.values import Align, Cell, Column, Draw
from widgets.wrapping import wrap_line

AMOUNTS = [Decimal(digits).scaleb(power) for power in range(-6, 13) for digits in ("1", "4.5692963", "9.9999999")]
AMOUNTS += [Decimal(0), *(-amount for amount in AMOUNTS)]
WIDTHS = range(24)
SIZES = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "B": 10**9, "T": 10**12, "P": 10**15, "E": 10**18}


def value_of(text: str) -> Decimal | None:
    """The amount that a reader takes from a text; None where there is none in it."""
    found = re.search(r"([−-]?)\$?([\d ]*\d(?:\.[\d ]+)?)([kMGBTPE]?)", text)
    if found is None:
        return None
    sign, digits, unit = found.groups()
    return Decimal(digits.replace(" ", "")) * SIZES[unit] * (-1 if sign else 1)


def is_told(shown: str, whole: str) -> bool:
    """Whether what is shown tells the same as the whole figure, or nothing."""
    told, meant = value_of(shown), value_of(whole)
    assert meant is not None
    return told is None or abs(told - meant) <= abs(meant) * Decimal("0.05")


def test_the_examples_hold() -> None:
    assert doctest.testmod(figures).failed == 0


@pytest.mark.parametrize("words", [fmt.usd, fmt.usd_exact, lambda amount: f"≈ {fmt.usd(amount)}/h"])
@pytest.mark.parametrize("width", WIDTHS)
def test_money_in_a_column_is_scaled_or_left_out(words: object, width: int) -> None:
    for amount in AMOUNTS:
        whole = words(amount)  # type: ignore[operator]
        shown = fit(whole, width, Align.RIGHT)
        assert cell_width(shown) == width
        assert is_told(shown, whole), (whole, shown)


@pytest.mark.parametrize("width", WIDTHS)
def test_counts_are_scaled_or_left_out(width: int) -> None:
    for power in range(14):
        for number in (10**power, 7 * 10**power + 3):
            for whole in (fmt.count(number), fmt.tokens(number)):
                assert is_told(fit(whole, width, Align.RIGHT), whole)


@pytest.mark.parametrize(
    ("amount", "width", "shown"),
    [
        ("45.69", 3, "$46"),
        ("45.69", 2, " …"),
        ("296296296", 9, "$296.30M"),
        ("296296296", 7, "$296.3M"),
        ("296296296", 5, "$296M"),
        ("-1234.5", 8, "−$1 234"),
        ("999999.99", 7, "$1.00M"),
    ],
)
def test_how_money_is_scaled(amount: str, width: int, shown: str) -> None:
    assert fit(fmt.usd(Decimal(amount)), width, Align.RIGHT).strip() == shown.strip()


@pytest.mark.parametrize("text", ["#123456", "07:20:41", "12/30", "2026-11-26", "198.51.100.20"])
def test_what_is_no_amount_is_never_rounded(text: str) -> None:
    for width in range(1, len(text)):
        assert scaled(text, width) is None
        assert fit(text, width, Align.RIGHT).strip() == "…"


@pytest.mark.parametrize("width", WIDTHS)
def test_no_number_among_words_is_cut(width: int) -> None:
    for amount in AMOUNTS:
        whole = f"used {fmt.usd(amount)} of {fmt.usd(amount * 3)} today"
        for shown in (truncate(whole, width), "".join(cell.text for cell in fit_line((Cell(whole),), width))):
            told = [value_of(part) for part in re.findall(r"−?\$[\d .]*", shown)]
            assert all(value in (None, value_of(fmt.usd(amount)), value_of(fmt.usd(amount * 3))) for value in told), (
                whole,
                shown,
            )


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("28 errors", 2, "…"),
        ("48 % cached", 4, "…"),
        ("Errors · 281", 11, "Errors ·…"),
        ("claude-opus-4-5-20251101", 14, "claude-opus-4…"),
        ("123456789012", 8, "1234567…"),
        ("batch 1 234 567 calls", 12, "batch…"),
        ("20 keys from 45.155.205.99 at once", 24, "20 keys from…"),
        ("from 198.51.100.20/24, 203.0.113.7", 32, "from 198.51.100.20/24,…"),
        ("new: 2001:db8:1::77, curl", 14, "new:…"),
        ("2001:db8:1::77", 10, "2001:db8:…"),
        ("14:05:09", 6, "…"),
    ],
)
def test_where_words_are_cut(text: str, width: int, shown: str) -> None:
    assert truncate(text, width) == shown


def test_where_no_number_is_there_is_where_it_was() -> None:
    assert whole_until("batch-nightly", 5) == 5


@pytest.mark.parametrize("draw", list(Draw))
@pytest.mark.parametrize("align", list(Align))
def test_a_cell_of_a_table_cuts_no_money(draw: Draw, align: Align) -> None:
    for width in range(1, 20):
        place = lay_out((Column("x", "", width, align, draw=draw),), width, gutter=0).placed[0]
        for amount in AMOUNTS:
            whole = fmt.usd(amount)
            shown = "".join(run.text for run in cell_runs(Cell(whole, share=0.5), place))
            assert is_told(shown, whole), (whole, shown)


@pytest.mark.parametrize("width", range(12, 40))
def test_a_line_is_never_broken_within_a_figure_that_fits(width: int) -> None:
    for amount in (Decimal(10) ** power for power in range(9)):
        whole = fmt.usd(amount)
        if cell_width(whole) <= width:
            parts = wrap_line((Cell(f"Its limit of {whole} was used up {whole} ago"),), width)
            assert sum(whole in "".join(cell.text for cell in part) for part in parts) >= 1
            assert "".join(cell.text for part in parts for cell in part).count("$") == 2
            for part in parts:
                text = "".join(cell.text for cell in part)
                assert not re.search(r"^\d{3}\b", text), (whole, parts)


@pytest.mark.parametrize("amount", AMOUNTS)
def test_an_axis_tells_money_in_few_cells(amount: Decimal) -> None:
    shown = fmt.usd_short(amount)
    assert cell_width(shown) <= 9
    if abs(amount) >= Decimal("0.0001"):
        assert is_told(shown, f"{'−' if amount < 0 else ''}${abs(amount):.9f}")
