import doctest
from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.gateway.gateways import NOW, token
from tui.gateway.address import ConfigError
from tui.gateway.auth import sessions
from tui.gateway.auth.sessions import FixedSession, Session, clean_token, is_refresh_due, new_session, token_times

AT = datetime.fromtimestamp(NOW, UTC)


def test_doctests() -> None:
    assert doctest.testmod(sessions).failed == 0


def test_a_session_does_not_show_its_tokens() -> None:
    shown = repr(Session("eyJ-access", "rt_refresh", AT, "lin@example.com"))
    assert "access" not in shown
    assert "rt_" not in shown
    assert "lin@example.com" in shown


@pytest.mark.parametrize("text", ["", "   ", "two words", "Bearer", "ключ", "a\x00b"])
def test_not_a_token(text: str) -> None:
    if text == "Bearer":
        assert clean_token(text) == "Bearer"
        return
    with pytest.raises(ConfigError) as caught:
        clean_token(text)
    assert not text.strip() or text not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "x", "a.b.c", "a..c", "a.!!.c", "a.e30.c", "a.eyJleHAiOiJ4In0.c", "a.eyJleHAiOjFlMzAwfQ.c"]
)
def test_tokens_without_times(text: str) -> None:
    assert token_times(text) == (None, None)


def test_times_come_from_the_claims() -> None:
    assert token_times(token(issued=NOW, expires=NOW + 60)) == (AT, AT + timedelta(seconds=60))


def test_a_fixed_session_is_never_refreshed() -> None:
    keeper = FixedSession(f" Bearer {token(expires=NOW - 5)} ")
    session = keeper.current()
    assert session is not None
    assert session.expires_at == AT - timedelta(seconds=5)
    assert not is_refresh_due(session, AT)


def test_the_end_is_reckoned_by_our_own_clock() -> None:
    wrong_clock = AT + timedelta(days=400)
    session = new_session(token(expires=NOW + 60), "rt_x", 60, None, wrong_clock)
    assert session.expires_at == wrong_clock + timedelta(seconds=60)
    assert new_session(token(expires=NOW + 60), None, None, None, AT).expires_at == AT + timedelta(seconds=60)
    assert new_session("opaque", "", None, None, AT) == Session("opaque")
    for nonsense in (0, -5, 10**9):
        assert new_session("opaque", None, nonsense, None, AT).expires_at is None


@pytest.mark.parametrize(
    ("lifetime_s", "left_s", "due"),
    [(86400, 121, False), (86400, 120, True), (86400, -5, True), (60, 13, False), (60, 12, True)],
)
def test_when_a_refresh_is_due(lifetime_s: int, left_s: int, due: bool) -> None:
    access = token(issued=NOW, expires=NOW + lifetime_s)
    session = Session(access, "rt_x", AT + timedelta(seconds=lifetime_s))
    now = AT + timedelta(seconds=lifetime_s - left_s)
    assert is_refresh_due(session, now) is due
