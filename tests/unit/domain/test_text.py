"""Outside text is harmless, whatever it is made of."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tui.domain.text import inert, inert_block, legible, masked

ANY = st.text(
    st.one_of(st.characters(exclude_categories=()), st.sampled_from("\x1b\x9b\r\n\t\x85\u2028\u202e\u200d\ud800"))
)
ACTING = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def acts(character: str) -> bool:
    """Whether a terminal would do something else than show it."""
    return unicodedata.category(character) in ACTING and character != "\u200d"


@given(ANY)
def test_what_is_inert_is_one_line_that_only_shows(text: str) -> None:
    shown = inert(text)
    assert not any(map(acts, shown))
    assert len(shown.splitlines()) <= 1
    assert inert(shown) == shown


@given(st.text(st.characters(exclude_categories=(*ACTING, "Zs"))))
def test_what_does_no_harm_stays(text: str) -> None:
    assert inert(text) == text
    assert legible(text) == text


@given(ANY)
def test_a_block_is_lines_that_are_inert(text: str) -> None:
    for block in (inert_block(text), legible(text)):
        assert block.split("\n") == [inert(line) for line in block.split("\n")]
        block.encode()


@given(st.text(min_size=12))
def test_a_secret_is_never_told_whole(secret: str) -> None:
    assert secret not in masked(secret)
