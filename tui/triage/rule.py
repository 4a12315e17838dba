"""What a rule is: one value that finds something, and explains each finding with the figures behind it."""

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct

from tui.triage.case import Case
from tui.triage.findings import Finding, FindingKind


class Unit(StrEnum):
    """How a value is written."""

    USD = "usd"
    USD_PER_H = "usd/h"
    TIMES = "times"
    SHARE = "share"
    COUNT = "count"
    DAYS = "days"
    SECONDS = "s"
    TIME = "time"
    WORD = "word"


class Term(Struct, frozen=True):
    """One figure of a rule. A `TIME` is an aware datetime, a `WORD` an untranslated name, everything else a number."""

    name: str
    value: float | datetime | str
    unit: Unit


Terms = tuple[Term, ...]
"""The figures of one finding, in reading order."""

E = TypeVar("E")


class Rule(Struct, Generic[E], frozen=True):
    """A rule of triage. Its words are in `present/finding_words.py`: the screens word the findings."""

    kind: FindingKind
    evidence: type[E]
    find: Callable[[Case], Iterable[Finding[E]]]
    """The findings of a moment, each with its severity; at most one reported finding per key."""
    explain: Callable[[Finding[E]], Iterable[Terms]]
    """The figures behind a finding, one row of terms for each item of its evidence."""
