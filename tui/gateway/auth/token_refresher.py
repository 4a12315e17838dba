"""Keeps the session usable: refreshes before and after expiry, one refresh at a time (contract 2.3)."""

import asyncio
import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime

from msgspec.structs import replace

from tui.domain.failure import NO_RENEWAL, NOTHING_SENT, RENEWAL_REFUSED, Failure, FailureKind
from tui.gateway.auth.sessions import Session, SessionKeeper, is_refresh_due, new_session
from tui.gateway.budget import Tier
from tui.gateway.errors import GatewayError, error_of
from tui.gateway.http.api_request import API, ApiArea, ApiRequest, encoded
from tui.gateway.http.api_response import ApiResponse, decode, require_success
from tui.gateway.http.transport import Transport
from tui.gateway.sub2api.wire.account import TOKENS

_BETWEEN_TRIES_S = 30.0
_FINAL = frozenset(
    {
        FailureKind.SESSION_EXPIRED,
        FailureKind.SESSION_LOST,
        FailureKind.SESSION_REVOKED,
        FailureKind.SESSION_BOUND_ELSEWHERE,
        FailureKind.ACCOUNT_DISABLED,
        FailureKind.BACKEND_MODE,
    }
)
_CONSUMING = frozenset({FailureKind.ACCOUNT_DISABLED, FailureKind.BACKEND_MODE})
"""Refusals of a renewal that use up its token (contract 2.3)."""


class TokenRefresher:
    """Provides the session for requests. `clock` returns seconds since 1970."""

    def __init__(self, keeper: SessionKeeper, transport: Transport, clock: Callable[[], float]) -> None:
        self.keeper = keeper
        self._transport = transport
        self._clock = clock
        self._refreshing: asyncio.Task[Session] | None = None
        self._refused: tuple[str, Failure] | None = None
        self._wait: tuple[float, Failure] | None = None
        self._not_ahead_before = 0.0

    async def session(self) -> Session:
        """The session to use, refreshed first if it is about to expire. Raises SignInNeeded if there is none."""
        # Another process may have signed in again.
        session = self.keeper.current() or self.keeper.reload()
        if session is None:
            raise error_of(Failure(FailureKind.NOT_SIGNED_IN))
        if not is_refresh_due(session, self.now()) or self._clock() < self._not_ahead_before:
            return session
        # A failure ahead of time costs nothing: the current token may still be good.
        self._not_ahead_before = self._clock() + _BETWEEN_TRIES_S
        try:
            return await self.renewed(session)
        except GatewayError:
            return session

    async def renewed(self, stale: Session) -> Session:
        """A session newer than `stale`. Concurrent callers wait for the same refresh."""
        current = self.keeper.current()
        if current is not None and _is_newer(current, stale):
            return current
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._renew(stale))
            self._refreshing.add_done_callback(_look)
        # A caller cancelled while waiting must not cancel the refresh: its token works only once.
        return await asyncio.shield(self._refreshing)

    def another(self, refused: Session) -> Session | None:
        """A session stored after the refused one, by a sign-in elsewhere."""
        kept = self.keeper.reload()
        return kept if kept is not None and _is_newer(kept, refused) else None

    async def settled(self) -> None:
        """Wait for a refresh in flight, whose answer would be lost otherwise."""
        if self._refreshing is not None and not self._refreshing.done():
            await asyncio.wait([self._refreshing])

    def now(self) -> datetime:
        """The wall clock."""
        return datetime.fromtimestamp(self._clock(), UTC)

    async def _renew(self, stale: Session) -> Session:
        async with self.keeper.exclusive():
            kept = self.keeper.reload()
            if kept is None:
                raise error_of(Failure(FailureKind.NOT_SIGNED_IN))
            if _is_newer(kept, stale) and not self._has_ended(kept):
                return kept
            if kept.refresh_token is None:
                raise error_of(Failure(FailureKind.SESSION_EXPIRED, symbol=NO_RENEWAL))
            self._require_a_chance(kept.refresh_token)
            session = await self._rotated(kept, kept.refresh_token)
            return self._kept(session, kept)

    def _require_a_chance(self, refresh_token: str) -> None:
        """Refuse to retry a token that was refused for good, or before the gateway's wait is over."""
        if self._refused is not None and self._refused[0] == refresh_token:
            raise error_of(self._refused[1])
        if self._wait is not None and (left_s := self._wait[0] - self._clock()) > 0:
            raise error_of(replace(self._wait[1], retry_after_s=left_s))

    def _kept(self, session: Session, before: Session) -> Session:
        """Store the new session, unless somebody signed out or in meanwhile."""
        current = self.keeper.current()
        if current is None:
            raise error_of(Failure(FailureKind.NOT_SIGNED_IN))
        if _is_newer(current, before):
            return current
        self.keeper.replace(session)
        return session

    async def _rotated(self, kept: Session, refresh_token: str) -> Session:
        """The next token pair. Stores first that the token was sent, so that a later reader knows it may be used up."""
        body = encoded({"refresh_token": refresh_token})
        ask = ApiRequest("POST", f"{API}/auth/refresh", Tier.PUBLIC, ApiArea.SIGN_IN, body=body)
        self.keeper.replace(dataclasses.replace(kept, is_refresh_sent=True))
        try:
            answer = await self._transport.send(ask, None)
        except GatewayError as error:
            if error.failure.kind is FailureKind.UNREACHABLE and error.failure.symbol in NOTHING_SENT:
                self._unmark(kept)
            raise
        self._require_accepted(answer, kept, refresh_token)
        tokens = decode(TOKENS, answer)
        return new_session(tokens.access_token, tokens.refresh_token, tokens.expires_in, kept.email, self.now())

    def _require_accepted(self, answer: ApiResponse, kept: Session, refresh_token: str) -> None:
        try:
            require_success(answer, ApiArea.SIGN_IN)
        except GatewayError as error:
            failure = error.failure
            if failure.symbol == "REFRESH_TOKEN_INVALID" and kept.is_refresh_sent:
                failure = replace(failure, kind=FailureKind.SESSION_LOST)
            else:
                self._unmark(kept)
            if failure.kind in _CONSUMING:
                failure = replace(failure, symbol=RENEWAL_REFUSED)
            if failure.kind in _FINAL:
                self._refused = (refresh_token, failure)
            elif failure.retry_after_s is not None:
                self._wait = (self._clock() + failure.retry_after_s, failure)
            raise error_of(failure) from None

    def _unmark(self, kept: Session) -> None:
        """The gateway has answered, so nothing was lost."""
        current = self.keeper.current()
        if current is not None and not _is_newer(current, kept):
            self.keeper.replace(kept)

    def _has_ended(self, session: Session) -> bool:
        return session.expires_at is not None and session.expires_at <= self.now()


def _is_newer(session: Session, stale: Session) -> bool:
    """Whether the session is another one. Access tokens of the same second are equal; refresh tokens never are."""
    return (session.access_token, session.refresh_token) != (stale.access_token, stale.refresh_token)


def _look(task: "asyncio.Task[Session]") -> None:
    """Retrieve a failure that nobody awaits any more."""
    if not task.cancelled():
        task.exception()
