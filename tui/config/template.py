"""An initial configuration file, made from the settings: each explained and shown with its default."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tui.config.option import Option
from tui.config.settings import OPTIONS
from tui.locale import _

_PROFILE = """\
[profile.staging]
url = "https://staging.example"
read_only = true
tz = "UTC"
"""


def template(given: Mapping[str, object]) -> str:
    """The text of the file; settings in `given` are set in it, by name."""
    parts = [
        _lines(
            _("Settings of aktop. A line that begins with # is not in force: take the # away, and change it."),
            _("`aktop config` shows what holds and where it came from, `aktop config --check` what is wrong in here."),
        )
    ]
    parts += [_of(option, given.get(option.name)) for option in OPTIONS if not option.is_tables]
    default_profile = _("the profile to use where none is named")
    parts.append(_lines(default_profile) + _lines('default_profile = "staging"', mark="#"))
    # A TOML table takes in all that follows, so top-level settings come first.
    parts += [_of(option, None) for option in OPTIONS if option.is_tables]
    profile = _("another account: `aktop --profile staging`, `:` on the screen; every setting may stand in it")
    parts.append(_lines(profile) + _lines(*_PROFILE.splitlines(), mark="#"))
    return "\n".join(parts)


def _of(option: Option[Any], given: object) -> str:
    also = [_("default: none")] if option.default is None else []
    also += [option.flag_name] if option.flag is not None and option.flag_of is None else []
    also += [option.variable] if option.variable else []
    text = _(option.help) + (f"  ({', '.join(also)})" if also else "")
    if given is not None:
        return _lines(text) + f"{option.name} = {_toml(given)}\n"
    example = option.example or _toml(option.default)
    shown = example if option.is_tables else f"{option.name} = {example}"
    return _lines(text) + _lines(*shown.splitlines(), mark="#")


def _lines(*texts: str, mark: str = "# ") -> str:
    return "".join(f"{mark}{text}".rstrip() + "\n" for text in texts)


def _toml(value: object) -> str:
    """A value in TOML.

    >>> _toml(True), _toml(5.0), _toml(Decimal("0.50")), _toml("a\\"b")
    ('true', '5', '0.50', '"a\\\\"b"')
    """
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:g}"
        case int() | Decimal():
            return str(value)
        case ZoneInfo():
            return json.dumps(value.key)
        case _:
            # JSON escapes the same characters as a basic string of TOML.
            return json.dumps(str(value), ensure_ascii=False)
