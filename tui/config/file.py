"""The configuration file, and the line on which a setting stands."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tui.config.complaints import file_complaint
from tui.domain.text import inert
from tui.locale import _
from tui.store.files import MAX_BYTES, read_regular, text_of


class BadSettings(Exception):
    """An unusable setting; the message names file, line and key, and says what was expected."""


class ConfigFile(NamedTuple):
    """The configuration file as read; `text` is kept to find line numbers."""

    path: Path
    text: str
    top: Mapping[str, Any]
    profiles: Mapping[str, Mapping[str, Any]]
    default_profile: str | None
    complaints: tuple[str, ...] = ()
    """What is wrong with the profiles; those that are not tables are left out."""


def read_file(path: Path) -> ConfigFile:
    """Read the file; a missing one counts as empty. Raises BadSettings if it is not TOML."""
    try:
        text = text_of(read_regular(path, MAX_BYTES))
    except FileNotFoundError:
        return ConfigFile(path, "", {}, {}, None)
    except (OSError, UnicodeDecodeError) as error:
        why = file_complaint(error) if isinstance(error, OSError) else error
        raise BadSettings(_("{path}: cannot be read: {error}").format(path=path, error=why)) from None
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(_syntax_error(path, text, str(error))) from None
    profiles, complaints = content.pop("profile", {}), []
    default_profile = content.pop("default_profile", None)
    if not isinstance(profiles, dict) or not all(isinstance(table, dict) for table in profiles.values()):
        where = place_of(path, text, None, "profile")
        complaints.append(_("{where}: expected tables such as [profile.prod]").format(where=where))
        named = profiles.items() if isinstance(profiles, dict) else ()
        profiles = {name: table for name, table in named if isinstance(table, dict)}
    if default_profile is not None and (not isinstance(default_profile, str) or default_profile not in profiles):
        where = place_of(path, text, None, "default_profile")
        sentence = _("{where}: expected the name of a profile, and there is no [profile.{name}]")
        complaints.append(sentence.format(where=where, name=default_profile))
        default_profile = None
    return ConfigFile(path, text, content, profiles, default_profile, tuple(complaints))


def _syntax_error(path: Path, text: str, message: str) -> str:
    """The parser's message with its line number where editors expect it."""
    match = re.search(r" \(at line (\d+), column \d+\)$", message)
    if match is None:
        return f"{path}: {message}"
    what = message[: match.start()]
    if what == "Cannot overwrite a value":
        line = text.splitlines()[int(match[1]) - 1]
        what = _("{name} is set a second time").format(name=inert(line.partition("=")[0].strip()))
    return f"{path}:{match[1]}: {what}"


def place_of(path: Path, text: str, profile: str | None, key: str, occurrence: int = 1) -> str:
    """File and line of a key. The parser does not keep lines, so the key is searched for in its table.

    `occurrence` is the number of the table if there are several with one name.
    """
    table, header = "", re.compile(r"\s*\[+\s*([^\]]+?)\s*\]+")
    wanted = _bare(key if profile is None else f"profile.{profile}.{key}")
    found: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        if match := header.match(line):
            here = table = _bare(match[1])
        else:
            name = _bare(line.partition("=")[0]) if "=" in line else ""
            here = ".".join(part for part in (table, name) if part) if name else ""
        if here == wanted:
            found.append(number)
    return f"{path}:{found[:occurrence][-1]}: {key}" if found else f"{path}: {key}"


def _bare(name: str) -> str:
    """A key or table name without quotes and blanks."""
    return name.replace('"', "").replace("'", "").replace(" ", "").replace("\t", "")
