"""Hand-over of a browser's session: the console line that copies it, and parsing what is pasted (contract 2.3).

If sign-in needs a captcha, a person signs in with a browser instead. An access token alone expires after a day; with
its refresh token aktop renews the session as if it had signed in itself. The refresh token works only once: whoever
renews first keeps the session, and the other is signed out.
"""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

import msgspec

from tui.domain.text import inert
from tui.gateway.address import ConfigError
from tui.gateway.auth.sessions import clean_token

MARK = "aktop-session"
"""The prefix that identifies a copied session."""
LONGEST = 64 * 1024
_REFRESH_PREFIX = "rt_"
_MOST_SHOWN = 100
_LINE = (
    "location.origin!={site}?'aktop: this is '+location.origin+', and nothing was copied'"
    ":!localStorage.refresh_token?'aktop: nobody is signed in here, and nothing was copied'"
    ":(copy('{mark} '+JSON.stringify({{site:{site},auth_token:localStorage.auth_token,"
    "refresh_token:localStorage.refresh_token}})),"
    "'aktop: copied auth_token and refresh_token of '"
    "+(JSON.parse(localStorage.auth_user||'{{}}').email||'this account')+' at '+{site})"
)
"""Defines no function: `copy` belongs to the console, and only code typed there can call it."""


class HandoverProblem(StrEnum):
    """Why a pasted text is not a session of this gateway."""

    UNREADABLE = "not what the line copies, or not all of it"
    OTHER_SITE = "the session of another site"
    NO_ACCESS_TOKEN = "no access token"  # noqa: S105 - what is missing, not a token
    NO_REFRESH_TOKEN = "no refresh token"  # noqa: S105 - as above


class BadHandover(ValueError):
    """A pasted text that cannot be used; never holds the text. `site` is its origin, if that is another site."""

    def __init__(self, problem: HandoverProblem, site: str = "") -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.site = site


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """Both tokens of a browser's session, hidden from its repr."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)


class _Copied(msgspec.Struct):
    site: str
    auth_token: str | None = None
    refresh_token: str | None = None


def console_line(base_url: str) -> str:
    """The line to paste into the browser's console. On another site it copies nothing; it says what it copied."""
    return _LINE.format(site=json.dumps(origin_of(base_url)), mark=MARK)


def origin_of(base_url: str) -> str:
    """The origin of a gateway as a browser names it: all pages of an origin share one local storage.

    >>> origin_of("https://gw.example/ai"), origin_of("http://bücher.example:8080")
    ('https://gw.example', 'http://xn--bcher-kva.example:8080')
    """
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    with suppress(UnicodeError):
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port is not None else "")


def is_handover(text: str) -> bool:
    """Whether a pasted text is meant as a whole session rather than an access token."""
    return MARK in text or "{" in text


def browser_session(text: str, base_url: str) -> BrowserSession:
    """The session that a person pasted. Raises BadHandover if it is not one of this gateway."""
    copied = _copied(text)
    if copied.site != origin_of(base_url):
        raise BadHandover(HandoverProblem.OTHER_SITE, inert(copied.site)[:_MOST_SHOWN])
    try:
        access = clean_token(copied.auth_token or "")
    except ConfigError:
        raise BadHandover(HandoverProblem.NO_ACCESS_TOKEN) from None
    refresh = copied.refresh_token or ""
    if not refresh.startswith(_REFRESH_PREFIX) or not refresh.isascii() or not refresh.isprintable() or " " in refresh:
        raise BadHandover(HandoverProblem.NO_REFRESH_TOKEN)
    return BrowserSession(access, refresh)


def _copied(text: str) -> _Copied:
    """The JSON in the text, even if a terminal or a mail program broke it into lines."""
    whole = "".join(text.splitlines()) if len(text) <= LONGEST else ""
    begin, end = whole.find("{"), whole.rfind("}")
    try:
        return msgspec.json.decode(whole[begin : end + 1] if begin >= 0 else "", type=_Copied)
    except (msgspec.MsgspecError, UnicodeError):
        raise BadHandover(HandoverProblem.UNREADABLE) from None
