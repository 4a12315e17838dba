"""Marks: identities, whatever the table does."""

from tui.screens.marks import NO_MARKS, Marks

ORDER = ("a", "b", "c", "d", "e")


def test_a_row_is_marked_and_its_mark_taken_away() -> None:
    assert NO_MARKS.toggled("a").toggled("b").toggled("a").ids == {"b"}


def test_a_range_grows_and_shrinks_and_keeps_what_was_marked_before() -> None:
    begun = Marks(frozenset("e")).begun("b")
    assert begun.ids == {"b", "e"}
    assert begun.reaching("d", ORDER).ids == {"b", "c", "d", "e"}
    assert begun.reaching("d", ORDER).reaching("a", ORDER).ids == {"a", "b", "e"}


def test_an_order_that_changes_moves_no_mark() -> None:
    reached = NO_MARKS.begun("a").reaching("c", ORDER)
    assert reached.ended().ids == {"a", "b", "c"}
    assert reached.reaching("c", ("c", "e", "a")).ids == {"a", "c", "e"}, "only where the cursor is moved again"


def test_a_range_ends_where_its_rows_are_gone() -> None:
    begun = NO_MARKS.begun("a")
    for row, order in (("c", ("b", "c")), ("x", ORDER)):
        assert begun.reaching(row, order).anchor is None
        assert begun.reaching(row, order).ids == {"a"}


def test_all_that_are_shown_and_then_none_of_them() -> None:
    marked = Marks(frozenset("z")).all_or_none(["a", "b"])
    assert marked.ids == {"a", "b", "z"}
    assert marked.all_or_none(["a", "b"]).ids == {"z"}


def test_what_is_gone_is_not_marked() -> None:
    assert NO_MARKS.begun("a").reaching("c", ORDER).among(["b", "c"]).ids == {"b", "c"}
