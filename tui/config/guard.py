"""The rules of the guard: one `[[guard]]` table each.

Strict on purpose: anything ambiguous is refused, since a rule acts while nobody looks.
"""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from tui.config import readers
from tui.config.tables import BadTable, require_none
from tui.domain.spans import span_of
from tui.domain.text import inert
from tui.locale import _
from tui.triage.findings import FindingKind
from tui.triage.guard.rule import OF_A_KEY, Condition, Deed, Doing, GuardMeasure, GuardRule, KeyPattern
from tui.triage.severity import Severity

LONGEST_PAUSE_MINUTES = 7 * 24 * 60
_AND = re.compile(r"\s*,\s*|\s+and\s+", re.ASCII)
_CONDITION = re.compile(r"(\w+)\s*([<>]=?|=+|!=)\s*\$?(\S+)", re.ASCII)
_DEED = re.compile(r"(disable|tell)|(pause)\s+(\S.*)|(limit-1d)\s+\$?(\S+)", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,8})?", re.ASCII)
_ID = re.compile(r"#(\d{1,18})", re.ASCII)


def guard_rules(raw: object) -> tuple[GuardRule, ...]:
    """The rules of a list of tables. Raises BadTable."""
    if not isinstance(raw, list) or not all(isinstance(table, dict) for table in raw):
        raise BadTable(_("expected tables, each with [[guard]] above it"))
    found = []
    troubles: list[BadTable] = []
    for number, table in enumerate(raw, 1):
        try:
            found.append(_rule(table))
        except ValueError as error:
            troubles.append(BadTable(_("table {number}: {what}").format(number=number, what=error), number))
    require_none(troubles)
    return tuple(found)


def _rule(table: Mapping[str, object]) -> GuardRule:
    for member in table:
        if member not in _READERS:
            text = _("{member}: unknown; expected one of {names}")
            raise ValueError(text.format(member=inert(member)[:60], names=", ".join(_READERS)))
    for member in ("when", "keys", "do"):
        if member not in table:
            raise ValueError(_("{member}: missing; a rule needs when, keys and do").format(member=member))
    read = {member: _read(member, raw) for member, raw in table.items()}
    kind, conditions = read.pop("when")
    names = {"do": "deed", "armed": "is_armed"}
    return GuardRule(kind=kind, conditions=conditions, **{names.get(name, name): one for name, one in read.items()})


def _read(member: str, raw: object) -> Any:
    try:
        return _READERS[member](raw)
    except ValueError as error:
        text = _("{member}: expected {what}, got {value}")
        raise ValueError(text.format(member=member, what=error, value=inert(repr(raw))[:80])) from None


def when(raw: object) -> tuple[FindingKind | None, tuple[Condition, ...]]:
    """A kind of finding and conditions, each at most once, joined by `and` or commas. Raises ValueError.

    >>> [str(one) for one in when("spike and key_today_usd > 50, empty_in_h < 2")[1]]
    ['key_today_usd > 50', 'empty_in_h < 2']
    """
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError(_a_trigger())
    kind: FindingKind | None = None
    conditions: dict[GuardMeasure, Condition] = {}
    for part in _AND.split(raw.strip()):
        if part in frozenset(OF_A_KEY):
            if kind is not None:
                raise ValueError(_("one kind of finding at most; write a rule for each"))
            kind = FindingKind(part)
            continue
        condition = _condition(part)
        if condition.measure in conditions:
            raise ValueError(_("{measure} once").format(measure=condition.measure))
        conditions[condition.measure] = condition
    return kind, tuple(conditions.values())


def _condition(part: str) -> Condition:
    match = _CONDITION.fullmatch(part)
    if match is None or match[1] not in frozenset(GuardMeasure):
        raise ValueError(_a_trigger())
    measure = GuardMeasure(match[1])
    if match[2] != measure.sign:
        raise ValueError(_("{measure} with {sign}").format(measure=measure, sign=measure.sign))
    return Condition(measure, _amount(match[3]))


def _a_trigger() -> str:
    text = _("a kind among {kinds}, and/or conditions such as {conditions}")
    shown = ", ".join(f"{one} {one.sign} 20" for one in GuardMeasure)
    return text.format(kinds=", ".join(OF_A_KEY), conditions=shown)


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text) if _NUMBER.fullmatch(text) else None
    except InvalidOperation:
        amount = None
    if not amount:
        raise ValueError(_("a number above 0 such as 20 or 0.5"))
    return amount


def patterns(raw: object) -> tuple[KeyPattern, ...]:
    """Names with the wildcards `*` and `?`, ids, and exclusions with `!`. Raises ValueError.

    >>> [str(one) for one in patterns(["batch-*", "!prod-*", 45, "#46"])]
    ['batch-*', '!prod-*', '#45', '#46']
    """
    if not isinstance(raw, list):
        raise ValueError(_some_keys())
    found = tuple(map(_pattern, raw))
    if all(one.is_excluding for one in found):
        raise ValueError(_("at least one key that it names; {keys}").format(keys=_some_keys()))
    return found


def _pattern(raw: object) -> KeyPattern:
    if isinstance(raw, int) and not isinstance(raw, bool) and raw > 0:
        return KeyPattern(key_id=raw)
    if not isinstance(raw, str):
        raise ValueError(_some_keys())
    is_excluding, text = raw.startswith("!"), raw.removeprefix("!")
    if not text or text != text.strip() or inert(text) != text or text.startswith("!"):
        raise ValueError(_some_keys())
    if match := _ID.fullmatch(text):
        return KeyPattern(key_id=int(match[1]), is_excluding=is_excluding)
    if text.isdecimal():
        raise ValueError(_('a name or an id, and "{text}" may be either: write "#{text}" for the id').format(text=text))
    return KeyPattern(text, is_excluding=is_excluding)


def _some_keys() -> str:
    return _('a list of names or ids such as ["batch-*", "!prod-*", "#45"]')


def deed(raw: object) -> Deed:
    """What a rule does. Raises ValueError.

    >>> [str(deed(one)) for one in ("disable", "pause 2h", "limit-1d $20.5")]
    ['disable', 'pause 120m', 'limit-1d 20.5']
    """
    match = _DEED.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if match is None:
        raise ValueError(_a_deed())
    if match[1]:
        return Deed(Doing(match[1]))
    if match[2]:
        length = span_of(match[3])
        minutes, rest = divmod(length or timedelta(0), timedelta(minutes=1))
        if rest or not 1 <= minutes <= LONGEST_PAUSE_MINUTES:
            raise ValueError(_("a pause of 1m to 168h"))
        return Deed(Doing.PAUSE, minutes=minutes)
    return Deed(Doing.LIMIT_1D, limit_usd=_amount(match[5]))


def _a_deed() -> str:
    return _("one of disable, pause 60m, limit-1d 20, tell")


def _severity(raw: object) -> Severity:
    if raw not in (Severity.WARNING.value, Severity.CRITICAL.value):
        raise ValueError(_("one of {names}").format(names=f"{Severity.WARNING}, {Severity.CRITICAL}"))
    return Severity(raw)


def _armed(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise ValueError(_("true or false"))
    return raw


def _count(highest: int) -> Callable[[object], int]:
    def read(raw: object) -> int:
        number = readers.a_number(1, highest)(raw)
        if not isinstance(raw, int):
            raise ValueError(_("a whole number"))
        return int(number)

    return read


_READERS: Mapping[str, Callable[[object], Any]] = {
    "when": when,
    "severity": _severity,
    "keys": patterns,
    "do": deed,
    "armed": _armed,
    "max_per_hour": _count(60),
    "max_per_day": _count(200),
}
