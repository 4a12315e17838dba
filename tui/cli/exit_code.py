"""From findings and failures to exit codes and sentences on standard error."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from tui.cli.output import say
from tui.domain.failure import Failure, FailureKind
from tui.locale import _
from tui.present import failures
from tui.present import format as fmt
from tui.records.freshness import state_word
from tui.terminal import exit_codes
from tui.triage.gaps import Gap, Input, that_matter

_AWAY = frozenset(
    {
        FailureKind.UNREACHABLE,
        FailureKind.TIMED_OUT,
        FailureKind.NOT_A_GATEWAY,
        FailureKind.ENDPOINT_MISSING,
        FailureKind.SERVER_ERROR,
        FailureKind.DATABASE_DOWN,
        FailureKind.BAD_ANSWER,
        FailureKind.EMPTY_ANSWER,
    }
)


def exit_code_of(failure: Failure) -> int:
    """The exit code of a failure: the gateway is down or broken, refuses, or was not asked."""
    if failure.kind in (FailureKind.BUDGET_SPENT, FailureKind.NOT_RECORDED):
        return exit_codes.CANNOT_TELL
    return exit_codes.UNREACHABLE if failure.kind in _AWAY else exit_codes.NOT_SIGNED_IN


def check_code(*, is_firing: bool, is_whole: bool) -> int:
    """The exit code of a check: a finding needs a person, whatever else could not be read."""
    return exit_codes.NEEDS_A_PERSON if is_firing else exit_codes.OK if is_whole else exit_codes.CANNOT_TELL


class CheckResult(Struct, frozen=True):
    """A check's result: why a person is needed, and whether everything could be read."""

    reasons: Sequence[str]
    is_whole: bool

    @property
    def state(self) -> str:
        """The result in a word."""
        return state_word(is_firing=bool(self.reasons), is_whole=self.is_whole)

    def say(self) -> None:
        """Print why a person is needed."""
        for reason in self.reasons:
            say(reason)

    @property
    def code(self) -> int:
        """The exit code."""
        return check_code(is_firing=bool(self.reasons), is_whole=self.is_whole)


def say_missing(failed: Mapping[str, Failure], gaps: Iterable[Gap] = ()) -> None:
    """Print what could not be read and why, and how far incomplete reading got."""
    gaps = that_matter(gaps)
    why = dict(failed) | {gap.input.value: gap.failure for gap in gaps if gap.failure is not None}
    for word in dict.fromkeys(map(failures.short, why.values())):
        names = ", ".join(name for name, failure in why.items() if failures.short(failure) == word)
        say(_("aktop: not known: {feeds} ({why})").format(feeds=names, why=word))
    for gap in gaps:
        if gap.total is not None and (gap.done or gap.failure is None):
            told = _("aktop: not whole: {feed}, {n} of {total} read")
            if gap.input is Input.CALLS:
                told = _("aktop: not whole: {feed}, {n} of at most {total} read")
            say(told.format(feed=gap.input.value, n=fmt.count(gap.done), total=fmt.count(gap.total)))
        elif gap.failure is None:
            say(_("aktop: not known: {feeds} ({why})").format(feeds=gap.input.value, why=_("not read")))


def first_code(failed: Mapping[str, Failure], gaps: Iterable[Gap] = ()) -> int:
    """The exit code for what could not be read, for verbs that check nothing."""
    every = (*failed.values(), *(gap.failure for gap in that_matter(gaps) if gap.failure is not None))
    return next((exit_code_of(failure) for failure in every), exit_codes.OK)
