"""Binds request bodies to typed fields as the gateway does, with the Go validator's words (contract 1.3, 10).

`null` and absent leave a field at None. Names match in any case. Unknown fields are ignored.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tui.demo import json_body
from tui.demo.wire import RefusedError, handler_error

EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+")
GO_NAMES = {str: "string", bool: "bool", dict: "object", list: "array"}
INT64 = 1 << 63


@dataclass(frozen=True, slots=True)
class Field:
    """A member of a request: its JSON name, its name in Go, its Go type, and the validator's rules."""

    name: str
    go: str
    type: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """A request type."""

    name: str
    fields: tuple[Field, ...]


def invalid(message: str) -> RefusedError:
    """A binding failure."""
    return handler_error(400, f"Invalid request: {message}")


def bind(raw: bytes, body: Body) -> dict[str, Any]:
    """The body's fields by JSON name. Raises RefusedError with the gateway's message."""
    try:
        value = json_body.parse(raw)
    except json_body.SyntaxFault as fault:
        raise invalid(str(fault)) from None
    if value is None:
        value = {}
    if not isinstance(value, dict):
        raise invalid(f"json: cannot unmarshal {_kind(value)} into Go value of type handler.{body.name}")
    sent = {name.lower(): each for name, each in value.items()}
    bound = {each.name: _convert(sent.get(each.name), each, each.type, body) for each in body.fields}
    failures = [text for each in body.fields if (text := _failure(bound[each.name], each, body))]
    if failures:
        raise invalid("\n".join(failures))
    return bound


def _convert(value: Any, member: Field, wanted: str, body: Body) -> Any:
    if value is None:
        return None
    if wanted.startswith("[]"):
        if isinstance(value, list):
            empty: Any = "" if wanted == "[]string" else 0
            return [_default(_convert(each, member, wanted[2:], body), empty) for each in value]
    elif (wanted == "string" and type(value) is str) or (wanted == "bool" and isinstance(value, bool)):
        return value
    elif isinstance(value, json_body.Number):
        number = _number(value, wanted)
        if number is not None:
            return number
    kind = _kind(value)
    if isinstance(value, json_body.Number) and wanted in ("int64", "int", "float64"):
        kind = f"number {value}"
    raise invalid(f"json: cannot unmarshal {kind} into Go struct field {body.name}.{member.name} of type {wanted}")


def _number(spelled: str, wanted: str) -> int | float | None:
    if wanted in ("int64", "int"):
        return int(spelled) if re.fullmatch(r"-?\d+", spelled) and -INT64 <= int(spelled) < INT64 else None
    if wanted == "float64":
        number = float(spelled)
        return number if math.isfinite(number) else None
    return None


def _default(value: Any, empty: Any) -> Any:
    return empty if value is None else value


def _kind(value: Any) -> str:
    return "number" if isinstance(value, json_body.Number) else GO_NAMES[type(value)]


def _failure(value: Any, member: Field, body: Body) -> str:
    """The first rule that a value breaks, in the validator's words."""
    for rule in member.rules:
        tag, _, wanted = rule.partition("=")
        if tag == "omitempty":
            if value is None or value == "":
                return ""
        elif not _holds(value, tag, wanted):
            return f"Key: '{body.name}.{member.go}' Error:Field validation for '{member.go}' failed on the '{tag}' tag"
    return ""


def _holds(value: Any, tag: str, wanted: str) -> bool:
    if tag == "required":
        return value is not None and value != ""
    if tag == "email":
        return bool(EMAIL.fullmatch(value or ""))
    if tag == "len":
        return len(value or "") == int(wanted)
    if tag == "min":
        return len(value or "") >= int(wanted)
    if tag == "oneof":
        return value in wanted.split()
    raise ValueError(f"unknown rule {tag}")


def non_negative(values: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    """Whether none of the given numbers is negative."""
    return all(values[name] is None or values[name] >= 0 for name in names)
