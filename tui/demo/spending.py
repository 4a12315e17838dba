"""Past spending of one key, as needed to create the account."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from tui.demo.calendar import Moment
from tui.demo.measures import actual_of, calls_of
from tui.demo.money import Units
from tui.demo.strands import Call, Strand


def spent(strands: Sequence[Strand], begin: Moment, end: Moment) -> Units:
    """The charges of the strands from `begin` until before `end`."""
    return sum(actual_of(strand.upto(end) - strand.upto(begin)) for strand in strands)


def nth_moment(strand: Strand, number: int) -> tuple[Moment, int, int] | None:
    """When the past call with a number was recorded, with its hour and index; None past the end."""
    if number >= calls_of(strand.sums[-1]):
        return None
    hour = bisect_right(strand.sums, number, key=calls_of) - 1
    place = number - calls_of(strand.sums[hour])
    return strand.hour_moments(hour)[place], hour, place


def next_moment(strands: Sequence[Strand], after: Moment) -> Moment | None:
    """The first past call at or after a moment."""
    found = (nth_moment(strand, calls_of(strand.past_upto(after))) for strand in strands)
    return min((each[0] for each in found if each), default=None)


def last_call(strands: Sequence[Strand]) -> Call | None:
    """The newest past call; its id is unknown here."""
    newest: Call | None = None
    for strand in strands:
        found = nth_moment(strand, calls_of(strand.sums[-1]) - 1) if calls_of(strand.sums[-1]) else None
        if found and (newest is None or found[0] > newest.created):
            newest = strand.past_call(0, found[1], found[2], found[0])
    return newest


def reached(strand: Strand, begin: Moment, amount: Units) -> Moment | None:
    """The call with which charges since `begin` reached an amount; None if they never did."""
    goal = actual_of(strand.past_upto(begin)) + amount
    hour = bisect_left(strand.sums, goal, key=actual_of) - 1
    if hour >= len(strand.cells):
        return None
    for when in strand.hour_moments(max(0, hour)):
        if actual_of(strand.past_upto(when + 1)) >= goal:
            return when
    return None
