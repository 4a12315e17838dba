"""Redacts recordings: never a secret or an e-mail address, and on request no names and addresses.

Every text that a response can hold has a kind here; a test finds those without.
"""

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from enum import Enum, auto
from functools import cache
from string import ascii_lowercase
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tui.domain.account import Plan, PlanWindow, Profile, Site
from tui.domain.api_key_mode import ApiKeyPrice, ApiKeyTag, OwnLimits, OwnPlan
from tui.domain.call import Media
from tui.domain.failure import Failure, ProxyDetail, RedirectDetail
from tui.domain.keys import ApiKey, Group
from tui.domain.scope import DayRange, Filters
from tui.domain.usage import (
    Breakdown,
    Call,
    DamagedRow,
    DayUsage,
    FailedCall,
    FailedCallDetail,
    Slice,
)
from tui.monitor.questions import AskErrors
from tui.triage.origins import network, program
from tui.triage.refusals import telling_words
from tui.triage.storms import plain_message


class TextKind(Enum):
    """The kind of a text, which decides who may read it."""

    PLAIN = auto()
    """The gateway's own words, and names of models."""
    SECRET = auto()
    """Part of a secret, or worth as much."""
    EMAIL = auto()
    PERSON = auto()
    KEY = auto()
    GROUP = auto()
    SITE = auto()
    ADDRESS = auto()
    PROGRAM = auto()
    ID = auto()
    SAID = auto()
    """Free text that may contain anything: only the words that identify a refusal are known to be harmless."""


_STAND_INS = {
    TextKind.PERSON: "person",
    TextKind.KEY: "key",
    TextKind.GROUP: "group",
    TextKind.SITE: "site",
    TextKind.ADDRESS: "address",
    TextKind.PROGRAM: "program",
    TextKind.ID: "id",
    TextKind.SAID: "message",
}
_ALIKE: Mapping[TextKind, Callable[[str], str | None]] = {
    TextKind.ADDRESS: network,
    TextKind.PROGRAM: program,
    TextKind.SAID: plain_message,
}
"""Texts that are equal for triage share a stand-in."""
_P, _K, _G, _A, _S = TextKind.PLAIN, TextKind.KEY, TextKind.GROUP, TextKind.ADDRESS, TextKind.SAID
KINDS: Mapping[type, Mapping[str, TextKind]] = {
    Site: {
        "name": TextKind.SITE,
        "version": _P,
        "time_zone": _P,
        "captcha": _P,
        "recharge_url": TextKind.SECRET,
    },
    Profile: {
        "email": TextKind.EMAIL,
        "username": TextKind.PERSON,
        "status": _P,
        "threshold_type": _P,
        "run_mode": _P,
    },
    Plan: {"group_name": _G},
    PlanWindow: {"name": _P},
    ApiKey: {
        "name": _K,
        "masked_secret": TextKind.SECRET,
        "stored_status": _P,
        "last_used_ip": _A,
        "ip_whitelist": _A,
        "ip_blacklist": _A,
    },
    Group: {"name": _G, "platform": _P},
    Call: {
        "key_name": _K,
        "model": _P,
        "request_type": _P,
        "group_name": _G,
        "billing_mode": _P,
        "endpoint": _P,
        "reasoning_effort": _P,
        "service_tier": _P,
        "ip": _A,
        "user_agent": TextKind.PROGRAM,
        "request_id": TextKind.ID,
        "session_id": TextKind.ID,
    },
    Media: {"size": _P, "kind": _P},
    FailedCall: {
        "model": _P,
        "endpoint": _P,
        "category": _P,
        "message": _S,
        "key_name": _K,
        "platform": _P,
        "ip": _A,
        "group_name": _G,
        "user_agent": TextKind.PROGRAM,
        "request_type": _P,
    },
    FailedCallDetail: {"body": _S},
    Slice: {"id": _P, "name": _P},
    DayUsage: {"day": _P},
    DamagedRow: {"field": _P},
    Failure: {"message": _S, "symbol": _P, "field": _P},
    ProxyDetail: {"address": _A, "origin": _P, "told": _S},
    RedirectDetail: {"to": TextKind.SECRET, "gateway_url": TextKind.SECRET},
    Filters: {"model": _P, "request_type": _P, "billing_mode": _P},
    DayRange: {"name": _P},
    ApiKeyTag: {"masked": TextKind.SECRET, "label": _K},
    OwnPlan: {"name": _G},
    OwnLimits: {"stored_status": _P},
    ApiKeyPrice: {"peak_hours": _P, "peak_zone": _P},
    AskErrors: {"category": _P},
}
"""The text fields of each type."""
HIDDEN = "…"
_SECRETS = re.compile(
    r"\b(?:sk|pk|rk|ak)-[\w*….-]{7,}|\b(?:key|token)-[A-Za-z-]*\d[\w*….-]{7,}|\beyJ[\w-]{8,}\.[\w.-]+"
    r"|\bAIza[\w*….-]{8,}|(?i:\bbearer\s+)\S+|://[^/\s@]+@"
    r"|\b(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[A-Za-z0-9_-]{40,}|\b[A-Za-z0-9]{40,}"
)
"""What looks like one, also in parts, as in "sk-proj-****4f9c". Long names of words are none."""
_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")


class Redactor:
    """Redacts values for a recording. The same name always has the same stand-in."""

    def __init__(self, *, is_private: bool) -> None:
        self.is_private = is_private
        """Whether names and addresses are redacted too."""
        self._stand_ins: dict[TextKind, dict[str, str]] = {kind: {} for kind in TextKind}
        self._harmless: dict[str, str] = {}

    def value(self, value: Any) -> Any:
        """The redacted value; the same object if nothing was redacted."""
        if isinstance(value, str):
            return value if isinstance(value, Enum) else self._without_secrets(value)
        if isinstance(value, tuple):
            return _changed_tuple(value, self.value)
        if isinstance(value, Mapping):
            return {name: self.value(one) for name, one in value.items()}
        if isinstance(value, frozenset):
            return frozenset(map(self.value, value))
        if isinstance(value, Call):
            return Call(**self._members(value, CALL_MEMBERS))
        if isinstance(value, Struct):
            return self._struct(value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            names = [one.name for one in dataclasses.fields(value)]
            return dataclasses.replace(value, **self._members(value, names))
        return value

    def text(self, text: str, kind: TextKind) -> str:
        """A redacted text of a kind."""
        if kind is TextKind.EMAIL or (kind is TextKind.SECRET and text):
            return "" if kind is TextKind.EMAIL else HIDDEN
        if not text or kind is TextKind.PLAIN or not self.is_private:
            return self._without_secrets(text)
        return self._said(text) if kind is TextKind.SAID else self._stand_in(text, kind)

    def _stand_in(self, text: str, kind: TextKind) -> str:
        known, numeral = self._stand_ins[kind], _letters if kind is TextKind.SAID else str
        alike = _ALIKE[kind](text) if kind in _ALIKE else text
        return known.setdefault(alike or text, f"{_STAND_INS[kind]}-{numeral(len(known) + 1)}")

    def _said(self, text: str) -> str:
        """What triage needs of it: whose refusal it is, and which other messages are equal."""
        stand_in = self._stand_in(text, TextKind.SAID)
        telling = self._without_secrets(telling_words(text))
        return f"{telling} ({stand_in})" if telling else stand_in

    def _struct(self, value: Struct) -> Struct:
        changed = {
            name: after
            for name, after in self._members(value, value.__struct_fields__).items()
            if after is not getattr(value, name)
        }
        if isinstance(value, Profile) and not value.username:
            changed["username"] = f"#{value.id}"
        if isinstance(value, Breakdown) and self.is_private:
            changed["groups"] = tuple(replace(one, name=self.text(one.name, TextKind.GROUP)) for one in value.groups)
        return replace(value, **changed) if changed else value

    def _members(self, value: object, names: Iterable[str]) -> dict[str, Any]:
        kinds = KINDS.get(type(value), {})
        return {name: self._member(getattr(value, name), kinds.get(name)) for name in names}

    def _member(self, value: Any, kind: TextKind | None) -> Any:
        if kind is None:
            return self.value(value)
        if isinstance(value, str):
            return self.text(value, kind)
        return tuple(self.text(one, kind) for one in value) if isinstance(value, tuple) else value

    def _without_secrets(self, text: str) -> str:
        known = self._harmless.get(text)
        if known is None:
            known = _EMAIL.sub(HIDDEN, _SECRETS.sub(HIDDEN, text))
            if len(self._harmless) < 10_000:
                self._harmless[text] = known
        return known


def _letters(number: int) -> str:
    """A number in letters, because triage ignores digits in a message.

    >>> _letters(1), _letters(26), _letters(27)
    ('a', 'z', 'aa')
    """
    before, last = divmod(number - 1, len(ascii_lowercase))
    return (_letters(before) if before else "") + ascii_lowercase[last]


def _changed_tuple(value: tuple[Any, ...], change: Callable[[Any], Any]) -> tuple[Any, ...]:
    after = [change(one) for one in value]
    if all(one is other for one, other in zip(value, after, strict=True)):
        return value
    return type(value)(*after) if hasattr(value, "_fields") else tuple(after)


@cache
def _call_members() -> tuple[str, ...]:
    code = Call.__init__.__code__
    return code.co_varnames[1 : code.co_argcount]


CALL_MEMBERS = _call_members()
"""The fields of a call, in order."""


def unclassified(types: Iterable[type]) -> list[str]:
    """The text fields without a kind, in these types and those nested in them."""
    found, left, seen = [], list(types), set[Any]()
    while left:
        kind = left.pop()
        if kind in seen:
            continue
        seen.add(kind)
        for name, told in _texts_of(kind, left):
            if told and name not in KINDS.get(kind, {}):
                found.append(f"{kind.__name__}.{name}")
    return found


def _texts_of(kind: Any, left: list[Any]) -> Iterable[tuple[str, bool]]:
    """The fields of a type, and whether they contain texts; nested types are added to `left`."""
    try:
        info = msgspec.inspect.type_info(kind)
    except TypeError:
        return
    for member in getattr(info, "fields", ()):
        inner = list(_within(member.type))
        left.extend(one.cls for one in inner if hasattr(one, "cls") and not isinstance(one, msgspec.inspect.EnumType))
        yield member.name, any(isinstance(one, msgspec.inspect.StrType) for one in inner)


def _within(info: Any) -> Iterable[Any]:
    yield info
    for name in ("types", "item_types"):
        for one in getattr(info, name, ()):
            yield from _within(one)
    for name in ("item_type", "key_type", "value_type"):
        one = getattr(info, name, None)
        if one is not None:
            yield from _within(one)
