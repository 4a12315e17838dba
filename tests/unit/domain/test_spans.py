import doctest

from tui.domain import spans


def test_the_examples_hold() -> None:
    assert doctest.testmod(spans).failed == 0
