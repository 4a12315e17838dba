"""What a rule is: one value that says what it finds, and explains each finding with the figures that made it."""

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
"""The figures of one thing that was found, in the order in which they are read."""

E = TypeVar("E")


class Rule(Struct, Generic[E], frozen=True):
    """A rule of triage. Its words are in `present/finding_words.py`: whoever shows a finding words it."""

    kind: FindingKind
    evidence: type[E]
    find: Callable[[Case], Iterable[Finding[E]]]
    """The findings of a moment, each with its severity; at most one that is told for each key."""
    explain: Callable[[Finding[E]], Iterable[Terms]]
    """The figures behind a finding, one row of terms for each thing that its evidence holds."""
