"""The page of a key: its facts, and what is not known."""

from datetime import timedelta

import pytest

from tests.unit.present.shown import LOOK, PRIVATE, lines
from tests.unit.samples import NOW, key
from tui.domain.keys import ApiKey
from tui.present import key_page

USED = key(in_flight=3, last_used_at=NOW - timedelta(minutes=5), last_used_ip="192.0.2.1")


def told(one: ApiKey) -> str:
    """Limits and facts, with a gap before and after each."""
    return f"{lines(key_page.limits(one, LOOK))}   "


@pytest.mark.parametrize(
    ("one", "facts"),
    [
        (USED, ("in flight 3   ", "last used 5 min from 192.0.2.1   ")),
        (key(in_flight=0), ("in flight 0   ", "last used never   ")),
        (key(in_flight=None), ("in flight –   ", "last used –   ")),
    ],
    ids=["in use", "unused", "older gateway"],
)
def test_what_an_older_gateway_does_not_tell_is_not_passed_off_as_none(one: ApiKey, facts: tuple[str, ...]) -> None:
    assert [fact for fact in facts if fact not in told(one)] == []


def test_a_key_that_never_expires_says_so() -> None:
    assert "expires never   " in told(key())
    assert "expires never" not in told(key(expires_at=NOW + timedelta(days=2)))


def test_privacy_hides_the_address() -> None:
    used = key(last_used_at=NOW, last_used_ip="192.0.2.1", ip_whitelist=("198.51.100.7",))
    shown = lines(key_page.limits(used, PRIVATE))
    assert "192.0.2.1" not in shown
    assert "198.51.100.7" not in shown
