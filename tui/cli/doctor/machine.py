"""Checks of the machine: programs and libraries, language and encoding, and aktop's files."""

import contextlib
import locale as system_locale
import os
import platform
import ssl
import sys
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

from tui import VERSION, locale
from tui.cli.doctor.check import Check, Health, fine_if, shown_path, without_home
from tui.config import paths
from tui.domain.text import inert
from tui.locale import _, _n, plural
from tui.outbound.config_check import checked
from tui.store.files import is_open_to_others, is_writable_by_others

_LIBRARIES = ("textual", "rich", "textual-plotext", "httpcore2", "msgspec", "tinydb")
_OPTIONAL = ("keyring", "apprise", "prometheus-client")
_LEAST_FREE = 16 << 20
"""Free bytes that aktop may need on the disk of its files."""


def versions() -> Iterator[Check]:
    """Versions of everything that runs."""
    libc = " ".join(part for part in platform.libc_ver() if part)
    system = " · ".join(part for part in (platform.system(), platform.release(), platform.machine(), libc) if part)
    yield Check("aktop", f"{VERSION} · Python {platform.python_version()} · {system}")
    found = [f"{name} {version}" for name in (*_LIBRARIES, *_OPTIONAL) if (version := _version(name))]
    yield Check(_n("libraries"), " · ".join([*found, ssl.OPENSSL_VERSION]))


def language(environ: Mapping[str, str]) -> Iterator[Check]:
    """Language and encoding."""
    names = [f"{name}={inert(environ[name])}" for name in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(name)]
    encoding = (getattr(sys.__stdout__, "encoding", None) or system_locale.getpreferredencoding(False)).lower()
    text = " · ".join([locale.chosen(), encoding, *names])
    is_utf8 = encoding.replace("-", "") == "utf8"
    mend = "" if is_utf8 else _("aktop needs UTF-8, for instance: export LC_ALL=C.UTF-8")
    yield Check(_n("language"), text, fine_if(is_utf8), mend)


def files(environ: Mapping[str, str]) -> Iterator[Check]:
    """Where files are kept, and who can access them."""
    yield from _configuration(environ)
    folder = paths.state_dir()
    if _is_missing(folder):
        yield Check(_n("state"), f"{shown_path(folder)} · {_('not there yet')}", Health.FINE)
        return
    if not folder.is_dir():
        yield Check(_n("state"), _("{path} is no folder").format(path=shown_path(folder)), Health.WRONG)
        return
    wrong = list(_wrong_with(folder))
    found = sorted(one for one in folder.rglob("*") if one.is_file())
    for one in found:
        wrong += _wrong_with(one)
    free = _free_bytes(folder)
    if free is not None and free < _LEAST_FREE:
        wrong.append(Check(_n("state"), _("the disk is full: {n} kB are free").format(n=free >> 10), Health.WRONG))
    aside = [one for one in found if ".unreadable-" in one.name]
    size = sum(_size(one) for one in found)
    count = plural("{n} file", "{n} files", len(found)).format(n=len(found))
    parts = [shown_path(folder), f"{count}, {size >> 10} kB"]
    parts += [_("{n} could not be read once and lie aside").format(n=len(aside))] if aside else []
    yield Check(_n("state"), " · ".join(parts), Health.NOTE if wrong or aside else Health.FINE)
    yield from wrong


def _configuration(environ: Mapping[str, str]) -> Iterator[Check]:
    path = paths.config_file()
    if _is_missing(path):
        yield Check(_n("configuration"), f"{shown_path(path)} · {_('not there yet')}", Health.FINE)
        return
    found = checked(path, environ)
    parts = [shown_path(path), f"{_('profiles')}: {len(found.profiles)}", f"{_('channels')}: {len(found.channels)}"]
    yield Check(_n("configuration"), " · ".join(parts), Health.NOTE if found.complaints else Health.FINE)
    for complaint in found.complaints:
        yield Check(_n("configuration"), without_home(complaint), Health.WRONG, "aktop config --edit")


def _is_missing(path: Path) -> bool:
    """Whether nothing is there yet: a path that leads through a file, say, is something else."""
    try:
        path.lstat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def _wrong_with(path: Path) -> Iterator[Check]:
    """What keeps aktop out of its own file, or lets others in."""
    try:
        owner = path.stat().st_uid
    except OSError as error:
        yield Check(_n("state"), f"{shown_path(path)}: {error.strerror}", Health.WRONG)
        return
    shown = shown_path(path)
    if owner != os.geteuid():
        text = _("{path} belongs to another user").format(path=shown)
        yield Check(_n("state"), text, Health.WRONG, f"sudo chown {os.geteuid()} {shown}")
    elif path.is_dir():
        if is_writable_by_others(path):
            text = _("others can put files of theirs into {path}").format(path=shown)
            yield Check(_n("state"), text, Health.WRONG, f"chmod 700 {shown}")
        elif not os.access(path, os.R_OK | os.W_OK | os.X_OK):
            yield Check(_n("state"), _("{path} cannot be used").format(path=shown), Health.WRONG, f"chmod 700 {shown}")
    elif is_open_to_others(path):
        yield Check(
            _n("state"), _("{path} can be read by others").format(path=shown), Health.WRONG, f"chmod 600 {shown}"
        )
    elif not os.access(path, os.R_OK | os.W_OK):
        yield Check(_n("state"), _("{path} cannot be used").format(path=shown), Health.WRONG, f"chmod 600 {shown}")


def _version(name: str) -> str:
    with contextlib.suppress(metadata.PackageNotFoundError):
        return metadata.version(name)
    return ""


def _free_bytes(folder: Path) -> int | None:
    try:
        found = os.statvfs(folder)
    except OSError:
        return None
    return found.f_bavail * found.f_frsize


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
