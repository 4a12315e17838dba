"""Sessions: a short-lived access token, and perhaps a refresh token that works exactly once (contract 2.3)."""

import base64
import binascii
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

import msgspec

from tui.gateway.address import ConfigError, ConfigProblem

_AHEAD = timedelta(seconds=120)
_AHEAD_PART = 0.2


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in account. The tokens are hidden from its repr."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    email: str | None = None
    is_refresh_sent: bool = False
    """The refresh token was sent but no answer came: the gateway may have used it up (contract 2.3)."""


class SessionKeeper(Protocol):
    """Keeps the session between requests, and perhaps between runs."""

    def current(self) -> Session | None:
        """The session to use now."""

    def reload(self) -> Session | None:
        """The stored session, read again: another process may have rotated it."""

    def replace(self, session: Session) -> None:
        """Store a new session, safely written before this returns."""

    def forget(self) -> None:
        """Drop the session."""

    def exclusive(self) -> AbstractAsyncContextManager[None]:
        """Held while a refresh token is in use, so that no other process uses it too."""


class MemorySession:
    """A session that lives as long as the process."""

    def __init__(self, session: Session | None = None) -> None:
        self._session = session

    def current(self) -> Session | None:
        """The session to use now."""
        return self._session

    def reload(self) -> Session | None:
        """The same session: nobody else can change it."""
        return self._session

    def replace(self, session: Session) -> None:
        """Store a new session."""
        self._session = session

    def forget(self) -> None:
        """Drop the session."""
        self._session = None

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[None]:
        """There is nobody to exclude."""
        yield


class FixedSession(MemorySession):
    """A session from an access token given by hand: never refreshed, never written to disk."""

    def __init__(self, access_token: str) -> None:
        token = clean_token(access_token)
        super().__init__(Session(token, None, token_times(token)[1]))


def clean_token(text: str) -> str:
    """An access token as people paste it. Raises ConfigError if it cannot be one.

    >>> clean_token(" Bearer eyJ.e30.x\\n")
    'eyJ.e30.x'
    """
    words = text.split()
    if len(words) == 2 and words[0].lower() == "bearer":
        words = words[1:]
    if len(words) != 1 or not words[0].isascii() or not words[0].isprintable():
        raise ConfigError(ConfigProblem.NO_TOKEN)
    return words[0]


class _Claims(msgspec.Struct):
    iat: float | None = None
    exp: float | None = None
    user_id: int | None = None


def token_times(access_token: str) -> tuple[datetime | None, datetime | None]:
    """When a token was issued and when it expires, by its own claims; None if it has none."""
    claims = _claims(access_token)
    try:
        return _moment(claims.iat), _moment(claims.exp)
    except (ValueError, OverflowError, OSError):
        return None, None


def account_of(session: Session) -> str | None:
    """What identifies an account at its gateway, however it signed in; None if nothing does."""
    user_id = _claims(session.access_token).user_id
    return session.email if user_id is None else str(user_id)


def _claims(access_token: str) -> _Claims:
    parts = access_token.split(".")
    try:
        return (
            msgspec.json.decode(base64.urlsafe_b64decode(parts[1] + "=="), type=_Claims)
            if len(parts) == 3
            else _Claims()
        )
    except (msgspec.DecodeError, UnicodeDecodeError, binascii.Error, ValueError):
        return _Claims()


def new_session(
    access_token: str, refresh_token: str | None, expires_in_s: float | None, email: str | None, now: datetime
) -> Session:
    """A session from the gateway's answer. It expires by our own clock, which may be wrong, if a lifetime was sent."""
    expires_at = token_times(access_token)[1]
    if expires_in_s is not None and 0 < expires_in_s < 10**9:
        expires_at = now + timedelta(seconds=expires_in_s)
    return Session(access_token, refresh_token or None, expires_at, email)


def is_refresh_due(session: Session, now: datetime) -> bool:
    """Whether to refresh before the next request: 2 minutes ahead, or in the last fifth of a shorter lifetime."""
    if session.refresh_token is None or session.expires_at is None or now < session.expires_at - _AHEAD:
        return False
    issued, expires = token_times(session.access_token)
    ahead = _AHEAD if issued is None or expires is None else min(_AHEAD, (expires - issued) * _AHEAD_PART)
    return now >= session.expires_at - ahead


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
