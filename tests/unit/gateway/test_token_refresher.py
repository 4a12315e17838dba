"""The session over time: refreshing ahead, after, once, and what a refused refresh means."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx2 as httpx
import pytest

from tests.transports import answered_by
from tests.unit.gateway.gateways import (
    NOW,
    PROFILE,
    URL,
    Script,
    client_of,
    ok,
    refusal,
    signed_in,
    token,
    tokens_answer,
)
from tests.unit.samples import ClockAt
from tui.domain.failure import FailureKind
from tui.gateway.auth.sessions import FixedSession, MemorySession, Session
from tui.gateway.errors import GatewayError, SignInNeeded
from tui.gateway.sub2api.client import GatewayClient

EXPIRED = refusal(401, "TOKEN_EXPIRED", "Token has expired")


def client_time(seconds: float) -> datetime:
    return datetime.fromtimestamp(NOW + seconds, UTC)


async def kind_of(call: Awaitable[object]) -> FailureKind:
    with pytest.raises(GatewayError) as caught:
        await call
    return caught.value.failure.kind


async def test_an_expired_token_is_refreshed_once_for_all_who_wait() -> None:
    new = tokens_answer("new")
    script = Script(auth__refresh=new)

    async def answer(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        if request.url.path.endswith("/auth/refresh"):
            await asyncio.sleep(0.01)
            return script(request)
        script.requests.append(request)
        return ok(PROFILE) if request.headers["authorization"] == f"Bearer {new['access_token']}" else EXPIRED

    keeper = signed_in()
    client = client_of(answer, sessions=keeper)
    profiles = await asyncio.gather(*(client.profile() for _ in range(8)))
    assert len(profiles) == 8
    assert script.paths.count("auth/refresh") == 1
    assert script.bodies() == [{"refresh_token": "rt_old"}]
    session = keeper.current()
    assert session is not None
    assert (session.refresh_token, session.email) == ("rt_new", "lin@example.com")


async def test_a_token_near_its_end_is_refreshed_ahead() -> None:
    old = Session(token(expires=NOW + 60), "rt_old", None, None)
    keeper = MemorySession(Session(old.access_token, "rt_old", client_time(60)))
    script = Script(auth__refresh=tokens_answer("new"), user__profile=PROFILE)
    await client_of(script, sessions=keeper).profile()
    assert script.paths == ["auth/refresh", "user/profile"]


async def test_failing_ahead_costs_nothing_and_is_not_tried_at_once_again() -> None:
    keeper = MemorySession(Session(token(expires=NOW + 60), "rt_old", client_time(60)))
    script = Script(auth__refresh=refusal(503, "x"), user__profile=PROFILE)
    client = client_of(script, sessions=keeper)
    await client.profile()
    await client.profile()
    assert script.paths == ["auth/refresh", "user/profile", "user/profile"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusal(401, "REFRESH_TOKEN_INVALID"), FailureKind.SESSION_EXPIRED),
        (refusal(401, "REFRESH_TOKEN_EXPIRED"), FailureKind.SESSION_EXPIRED),
        (refusal(401, "TOKEN_REVOKED"), FailureKind.SESSION_REVOKED),
        (refusal(401, "SESSION_BINDING_MISMATCH"), FailureKind.SESSION_BOUND_ELSEWHERE),
        (refusal(403, "USER_NOT_ACTIVE"), FailureKind.ACCOUNT_DISABLED),
    ],
)
async def test_a_final_refusal_is_not_asked_for_again(answer: httpx.Response, kind: FailureKind) -> None:
    script = Script(auth__refresh=answer, user__profile=EXPIRED)
    client = client_of(script)
    assert await kind_of(client.profile()) is kind
    assert await kind_of(client.profile()) is kind
    assert script.paths.count("auth/refresh") == 1


async def test_trouble_at_the_gateway_keeps_the_session() -> None:
    script = Script(
        auth__refresh=[refusal(503, "SERVICE_UNAVAILABLE"), ok(tokens_answer("new"))],
        user__profile=[EXPIRED, EXPIRED, ok(PROFILE)],
    )
    keeper = signed_in()
    client = client_of(script, sessions=keeper)
    assert await kind_of(client.profile()) is FailureKind.DATABASE_DOWN
    session = keeper.current()
    assert session is not None
    assert session.refresh_token == "rt_old"
    assert (await client.profile()).id == 2


async def test_a_session_without_refresh_token_ends() -> None:
    script = Script(user__profile=EXPIRED)
    client = client_of(script, sessions=FixedSession(token()))
    with pytest.raises(SignInNeeded) as caught:
        await client.profile()
    assert caught.value.failure.kind is FailureKind.SESSION_EXPIRED
    assert script.paths == ["user/profile"]


async def test_without_a_session_nothing_is_sent() -> None:
    script = Script()
    assert await kind_of(client_of(script, sessions=MemorySession()).profile()) is FailureKind.NOT_SIGNED_IN
    assert script.requests == []


async def test_another_process_that_was_faster_is_believed() -> None:
    fresh = Session(token(name="theirs"), "rt_theirs", client_time(3600), None)

    class Shared(MemorySession):
        def reload(self) -> Session | None:
            self.replace(fresh)
            return fresh

    script = Script(user__profile=[EXPIRED, ok(PROFILE)])
    await client_of(script, sessions=Shared(Session(token(), "rt_old"))).profile()
    assert script.paths == ["user/profile", "user/profile"]
    assert script.requests[-1].headers["authorization"] == f"Bearer {fresh.access_token}"


async def test_the_new_pair_is_kept_before_it_is_used_and_under_the_lock() -> None:
    order: list[str] = []

    class Watching(MemorySession):
        def replace(self, session: Session) -> None:
            order.append("marked" if session.is_refresh_sent else "kept")
            super().replace(session)

        @asynccontextmanager
        async def exclusive(self) -> AsyncIterator[None]:
            order.append("locked")
            yield
            order.append("unlocked")

    def answer(request: httpx.Request) -> httpx.Response:
        order.append(request.url.path.rpartition("/")[2])
        if request.url.path.endswith("refresh"):
            return ok(tokens_answer("new"))
        return EXPIRED if order.count("profile") == 1 else ok(PROFILE)

    await client_of(answer, sessions=Watching(Session(token(), "rt_old"))).profile()
    assert order == ["profile", "locked", "marked", "refresh", "kept", "unlocked", "profile"]


async def test_who_gives_up_waiting_does_not_lose_the_single_use_token() -> None:
    asked = asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/auth/refresh"):
            return EXPIRED
        asked.set()
        await asyncio.sleep(0.02)
        return ok(tokens_answer("new"))

    keeper = signed_in()
    client = client_of(answer, sessions=keeper)
    waiting = asyncio.create_task(client.profile())
    await asked.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await client.aclose()
    session = keeper.current()
    assert session is not None
    assert session.refresh_token == "rt_new"


async def test_tokens_of_the_same_second_are_told_apart_by_their_refresh_token() -> None:
    same = token(expires=NOW + 60)

    class Shared(MemorySession):
        def reload(self) -> Session | None:
            self.replace(Session(same, "rt_theirs", client_time(86400)))
            return self.current()

    script = Script(user__profile=PROFILE)
    await client_of(script, sessions=Shared(Session(same, "rt_old", client_time(60)))).profile()
    assert script.paths == ["user/profile"]


async def test_signing_out_during_a_refresh_stays_signed_out() -> None:
    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/auth/refresh"):
            keeper.forget()
            return ok(tokens_answer("new"))
        return EXPIRED

    keeper = signed_in()
    assert await kind_of(client_of(answer, sessions=keeper).profile()) is FailureKind.NOT_SIGNED_IN
    assert keeper.current() is None


async def test_signing_in_during_a_refresh_wins() -> None:
    other = Session(token(name="other"), "rt_other")

    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/auth/refresh"):
            keeper.replace(other)
            return ok(tokens_answer("new"))
        return ok(PROFILE) if request.headers["authorization"] == f"Bearer {other.access_token}" else EXPIRED

    keeper = signed_in()
    assert (await client_of(answer, sessions=keeper).profile()).id == 2
    assert keeper.current() == other


async def test_a_limited_refresh_waits_as_long_as_it_was_told() -> None:
    limited = httpx.Response(429, json={"error": "rate limit exceeded", "message": "x"}, headers={"retry-after": "40"})
    now = [NOW]
    script = Script(
        auth__refresh=[limited, ok(tokens_answer("new"))], user__profile=[EXPIRED, EXPIRED, EXPIRED, ok(PROFILE)]
    )
    client = GatewayClient(URL, sessions=signed_in(), transport=answered_by(script), clock=ClockAt(lambda: now[0]))
    for waited_s in (0, 30):
        now[0] = NOW + waited_s
        with pytest.raises(GatewayError) as caught:
            await client.profile()
        assert caught.value.failure.kind is FailureKind.SIGN_IN_LIMITED
        assert caught.value.failure.retry_after_s == 40 - waited_s
    now[0] = NOW + 40
    assert (await client.profile()).id == 2
    assert script.paths.count("auth/refresh") == 2


LOST = refusal(401, "REFRESH_TOKEN_INVALID", "invalid refresh token")


async def test_a_renewal_whose_answer_was_lost_is_told_apart_from_one_that_was_refused() -> None:
    keeper = signed_in()
    refused = client_of(Script(user__profile=EXPIRED, auth__refresh=LOST), sessions=keeper)
    assert await kind_of(refused.profile()) is FailureKind.SESSION_EXPIRED
    session = keeper.current()
    assert session is not None
    assert not session.is_refresh_sent

    keeper = signed_in()
    cut_off = client_of(Script(user__profile=EXPIRED, auth__refresh=httpx.ReadError("gone")), sessions=keeper)
    assert await kind_of(cut_off.profile()) is FailureKind.UNREACHABLE
    session = keeper.current()
    assert session is not None
    assert session.is_refresh_sent
    later = client_of(Script(user__profile=EXPIRED, auth__refresh=LOST), sessions=keeper)
    assert await kind_of(later.profile()) is FailureKind.SESSION_LOST


@pytest.mark.parametrize("answer", [httpx.ConnectError("refused"), refusal(503, "SERVICE_UNAVAILABLE", "down")])
async def test_a_renewal_that_cannot_have_used_the_token_leaves_no_mark(answer: object) -> None:
    keeper = signed_in()
    client = client_of(Script(user__profile=EXPIRED, auth__refresh=answer), sessions=keeper)
    await kind_of(client.profile())
    session = keeper.current()
    assert session is not None
    assert not session.is_refresh_sent


async def test_a_sign_in_elsewhere_is_taken_up() -> None:
    class Shared(MemorySession):
        kept = Session(token(name="other"), "rt_other")

        def reload(self) -> Session | None:
            self.replace(self.kept)
            return self.kept

    revoked = refusal(401, "TOKEN_REVOKED", "Token has been revoked (password changed)")

    def answer(request: httpx.Request) -> httpx.Response:
        return ok(PROFILE) if request.headers["authorization"] == f"Bearer {Shared.kept.access_token}" else revoked

    assert await client_of(answer, sessions=Shared(Session(token(), "rt_old"))).profile()
    assert await client_of(answer, sessions=Shared(None)).profile()


async def test_a_revoked_session_without_a_newer_one_is_not_tried_twice() -> None:
    script = Script(user__profile=refusal(401, "TOKEN_REVOKED", "Token has been revoked (password changed)"))
    assert await kind_of(client_of(script, sessions=signed_in()).profile()) is FailureKind.SESSION_REVOKED
    assert script.paths == ["user/profile"]


async def test_a_session_from_elsewhere_that_has_ended_is_renewed_itself() -> None:
    theirs = Session(token(name="theirs"), "rt_theirs", client_time(-1))

    class Shared(MemorySession):
        def reload(self) -> Session | None:
            self.replace(theirs)
            return theirs

    script = Script(auth__refresh=tokens_answer("new"), user__profile=[EXPIRED, ok(PROFILE)])
    await client_of(script, sessions=Shared(Session(token(), "rt_old"))).profile()
    assert script.bodies() == [{"refresh_token": "rt_theirs"}]


async def test_a_final_refusal_holds_for_its_own_refresh_token_alone() -> None:
    script = Script(
        auth__refresh=[refusal(401, "REFRESH_TOKEN_EXPIRED"), ok(tokens_answer("new"))],
        user__profile=[EXPIRED, EXPIRED, ok(PROFILE)],
    )
    keeper = signed_in()
    client = client_of(script, sessions=keeper)
    assert await kind_of(client.profile()) is FailureKind.SESSION_EXPIRED
    keeper.replace(Session(token(name="again"), "rt_again"))
    assert await client.profile()


async def test_signing_in_during_a_refresh_that_fails_wins() -> None:
    other = Session(token(name="other"), "rt_other")

    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/auth/refresh"):
            keeper.replace(other)
            return refusal(503, "SERVICE_UNAVAILABLE")
        return EXPIRED

    keeper = signed_in()
    assert await kind_of(client_of(answer, sessions=keeper).profile()) is FailureKind.DATABASE_DOWN
    assert keeper.current() == other


async def test_a_token_given_by_hand_is_kept_once_it_works() -> None:
    keeper = MemorySession()
    client = client_of(Script(auth__me=refusal(401, "INVALID_TOKEN", "Invalid token")), sessions=keeper)
    assert await kind_of(client.use_token(token())) is FailureKind.NOT_SIGNED_IN
    assert keeper.current() is None
    client = client_of(Script(auth__me=PROFILE), sessions=keeper)
    await client.use_token(f" Bearer {token()} ")
    session = keeper.current()
    assert session is not None
    assert (session.access_token, session.refresh_token, session.email) == (token(), None, PROFILE["email"])


async def test_signing_out_says_whether_the_gateway_was_told() -> None:
    assert await client_of(Script(auth__logout={"message": "ok"}), sessions=signed_in()).logout() is None
    keeper = signed_in()
    untold = await client_of(Script(auth__logout=httpx.ConnectError("no")), sessions=keeper).logout()
    assert untold is not None
    assert untold.kind is FailureKind.UNREACHABLE
    assert keeper.current() is None
