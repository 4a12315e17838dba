import doctest
from decimal import Decimal

import pytest

from tui.gateway.wire import base
from tui.gateway.wire.base import Misfit, each, maybe_text, name, text, usd


def test_doctests() -> None:
    assert doctest.testmod(base).failed == 0


@pytest.mark.parametrize(
    "sent", ["23.40916", "7.5e-07", "0.1", "-0.00000001", "1138.75", "258.9781469475", "1e-10", "0"]
)
def test_money_is_what_was_sent(sent: str) -> None:
    assert usd(float(sent)) == Decimal(sent)


def test_texts_are_harmless_shared_and_unescaped_once() -> None:
    assert text(None) == ""
    assert text("a\x1b[1m\tb") == "a[1m b"
    assert text("".join(["mod", "el"])) is text("".join(["mo", "del"]))
    assert text("x" * 1000 + "\x07") == "x" * 1000
    assert maybe_text("") is None
    assert name("&amp;lt; &#34;x&#34; &#27;") == '&lt; "x" '


def test_a_misfit_says_which_row() -> None:
    def convert(row: int) -> int:
        if row == 3:
            raise Misfit("date")
        return row

    assert each("data.items", [1, 2], convert) == (1, 2)
    with pytest.raises(Misfit) as caught:
        each("data.items", [1, 2, 3], convert)
    assert caught.value.field == "data.items[2].date"
