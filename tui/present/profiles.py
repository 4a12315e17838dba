"""Profiles in words: the name, the gateway, the account."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from tui.domain.account import Site
from tui.gateway.tested import TESTED, is_newer_than_tested
from tui.locale import _
from tui.present.format import UNKNOWN
from widgets.layout import truncate
from widgets.values import Cell, Emphasis, Line, Row

SITE_WIDTH = 40
"""Longer site names are cut."""


class Named(Protocol):
    """Settings that name an account."""

    @property
    def url(self) -> str | None: ...

    @property
    def email(self) -> str | None: ...

    @property
    def read_only(self) -> bool: ...


def host(url: str | None) -> str:
    """The host of a gateway, without possible secrets in its address."""
    if not url:
        return UNKNOWN
    return url.partition("://")[2].rpartition("@")[2].rstrip("/") or url.rpartition("@")[2]


def site_text(site: Site | None) -> str:
    """A gateway's own name and version; nothing if unknown.

    >>> site_text(Site("Sub2API", "0.1.179")), site_text(None)
    ('Sub2API 0.1.179', '')
    """
    return f"{truncate(site.name, SITE_WIDTH)} {site.version}".strip() if site is not None else ""


def newer_note(site: Site | None) -> str:
    """Warns of a gateway newer than those aktop was tested with; nothing otherwise, or if the version is unknown."""
    if site is None or not is_newer_than_tested(site.version):
        return ""
    return _("newer than what aktop was tested with, {version}").format(version=TESTED)


def title(name: str) -> str:
    """The name of a profile; the settings that aktop was started with have none."""
    return name or _("(as started)")


def profile_rows(found: Sequence[tuple[str, Named]], current: str | None) -> tuple[Row, ...]:
    """A row per profile, with a mark on the one on screen."""
    return tuple(
        Row(
            name,
            (
                Cell(("● " if name == current else "  ") + title(name), Emphasis.STRONG),
                Cell(host(settings.url)),
                Cell(settings.email or "", Emphasis.MUTED),
                Cell(_("read-only") if settings.read_only else "", Emphasis.WARNING),
            ),
        )
        for name, settings in found
    )


def choose_title() -> str:
    """The title of the choice of a profile."""
    return _("Profiles")


def no_match() -> str:
    """No profile matches."""
    return _("no profile matches")


def none_yet(config_path: Path) -> tuple[Line, ...]:
    """How to write a profile."""
    return (
        (Cell(_("No profiles yet. In {path}:").format(path=config_path)),),
        (Cell("  [profile.staging]"),),
        (Cell('  url = "https://staging.example"'),),
    )
