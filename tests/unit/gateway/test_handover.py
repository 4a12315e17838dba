"""A browser's session, as it is copied there and understood here."""

import json
import shutil
import subprocess

import pytest

from tui.gateway.auth.handover import (
    LONGEST,
    MARK,
    BadHandover,
    HandoverProblem,
    browser_session,
    console_line,
    is_handover,
    origin_of,
)

URL = "https://gw.example/ai"
SITE = "https://gw.example"
ACCESS, REFRESH = "eyJ.e30.x", "rt_" + "0123456789abcdef" * 4
GOOD: dict[str, object] = {"site": SITE, "auth_token": ACCESS, "refresh_token": REFRESH}


def copied(**changes: object) -> str:
    return f"{MARK} {json.dumps({**GOOD, **changes})}"


@pytest.mark.parametrize(
    "text",
    [
        copied(),
        copied().removeprefix(f"{MARK} "),
        f"  '{copied()}'\n",
        copied()[:90] + "\r\n" + copied()[90:],
        copied(more="of a later version"),
    ],
)
def test_what_is_understood(text: str) -> None:
    found = browser_session(text, URL)
    assert (found.access_token, found.refresh_token) == (ACCESS, REFRESH)
    assert ACCESS not in repr(found)
    assert REFRESH not in repr(found)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", HandoverProblem.UNREADABLE),
        (ACCESS, HandoverProblem.UNREADABLE),
        (copied()[:-20], HandoverProblem.UNREADABLE),
        (copied(site=7), HandoverProblem.UNREADABLE),
        ('{"auth_token": "x"}', HandoverProblem.UNREADABLE),
        ("[" * 1000 + "{" + "}", HandoverProblem.UNREADABLE),
        (copied(more="x" * LONGEST), HandoverProblem.UNREADABLE),
        (copied(site="https://gw.example.evil"), HandoverProblem.OTHER_SITE),
        (copied(site="http://gw.example"), HandoverProblem.OTHER_SITE),
        (copied(site="https://gw.example:8443"), HandoverProblem.OTHER_SITE),
        (copied(site="https://gw.example/"), HandoverProblem.OTHER_SITE),
        (copied(auth_token=None), HandoverProblem.NO_ACCESS_TOKEN),
        (copied(auth_token="a b"), HandoverProblem.NO_ACCESS_TOKEN),
        (copied(refresh_token=None), HandoverProblem.NO_REFRESH_TOKEN),
        (copied(refresh_token=ACCESS), HandoverProblem.NO_REFRESH_TOKEN),
        (copied(refresh_token="rt_a b"), HandoverProblem.NO_REFRESH_TOKEN),
        (copied(refresh_token="rt_\n"), HandoverProblem.NO_REFRESH_TOKEN),
    ],
)
def test_what_is_refused_and_never_quoted(text: str, problem: HandoverProblem) -> None:
    with pytest.raises(BadHandover) as caught:
        browser_session(text, URL)
    assert caught.value.problem is problem
    assert ACCESS not in f"{caught.value!r}{caught.value}"


def test_another_site_is_named_harmlessly() -> None:
    with pytest.raises(BadHandover) as caught:
        browser_session(copied(site="https://\x1b[2Jevil" + "x" * 500), URL)
    assert caught.value.site.startswith("https://[2Jevil")
    assert len(caught.value.site) == 100


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (copied(), True),
        (MARK, True),
        ('{"auth_token": "x"}', True),
        (ACCESS, False),
        ("rt_00", False),
        ("sk-1", False),
    ],
)
def test_a_session_is_told_from_a_token(text: str, is_one: bool) -> None:
    assert is_handover(text) is is_one


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://[::1]:8080", "https://gw.example", URL])
def test_the_site_is_what_a_browser_calls_it(url: str) -> None:
    assert url.startswith(origin_of(url))
    assert browser_session(copied(site=origin_of(url)), url).access_token == ACCESS


_STAGE = """
const location = {origin: %s}, localStorage = %s; let taken = null; const copy = text => { taken = text; };
console.log(JSON.stringify({said: %s, taken}));
"""


def in_a_console(url: str, origin: str, storage: dict[str, str]) -> tuple[str, str | None]:
    """What the line says and copies on a page."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node")
    script = _STAGE % (json.dumps(origin), json.dumps(storage), console_line(url))
    done = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    return found["said"], found["taken"]


SIGNED_IN = {"auth_token": ACCESS, "refresh_token": REFRESH, "auth_user": '{"email": "lin@example.com"}'}


def test_the_line_copies_on_its_own_site_and_says_what() -> None:
    said, taken = in_a_console(URL, SITE, SIGNED_IN)
    assert said == f"aktop: copied auth_token and refresh_token of lin@example.com at {SITE}"
    assert taken is not None
    assert browser_session(taken, URL).refresh_token == REFRESH
    assert ACCESS not in said


@pytest.mark.parametrize("origin", ["https://evil.example", "http://gw.example", "https://gw.example:8443"])
def test_the_line_copies_nothing_elsewhere(origin: str) -> None:
    said, taken = in_a_console(URL, origin, SIGNED_IN)
    assert (said, taken) == (f"aktop: this is {origin}, and nothing was copied", None)


def test_the_line_copies_nothing_where_nobody_is_signed_in() -> None:
    said, taken = in_a_console(URL, SITE, {})
    assert (said, taken) == ("aktop: nobody is signed in here, and nothing was copied", None)


def test_nothing_in_an_address_gets_into_the_line() -> None:
    assert json.dumps('https://a"+alert(1)+"') in console_line('https://a"+alert(1)+"')
