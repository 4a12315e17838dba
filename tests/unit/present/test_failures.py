"""What aktop finds out by itself, in words."""

from datetime import timedelta

import pytest

from tests.unit.samples import NOW
from tui.domain.failure import (
    CHALLENGED,
    DAMAGED_ROWS,
    NO_RENEWAL,
    PROXY_DOWN,
    REDIRECTED,
    RENEWAL_REFUSED,
    SPEAKS_HTTP,
    SPEAKS_TLS,
    STACKED_ENCODING,
    SYSTEM_SETTINGS,
    TOO_LARGE,
    UNPROMISED_LIST,
    UNTRUSTED,
    WRONG_CERTIFICATE,
    Detail,
    Failure,
    FailureKind,
    ListDetail,
    ListProblem,
    ProxyDetail,
    ProxyProblem,
    RedirectDetail,
)
from tui.present.failures import detail, sentence, short, told, until_retry, with_retry

PROXY = "socks5://p:1080"


def failed(found: Detail) -> Failure:
    return Failure(FailureKind.UNREACHABLE, symbol=PROXY_DOWN, detail=found)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            ProxyDetail(PROXY, "ALL_PROXY", ProxyProblem.NO_CONNECTION, "Connection refused"),
            "socks5://p:1080 from ALL_PROXY: Connection refused",
        ),
        (ProxyDetail(PROXY, "", ProxyProblem.NO_ANSWER), "socks5://p:1080: no answer in time"),
        (
            ProxyDetail(PROXY, SYSTEM_SETTINGS, ProxyProblem.UNKNOWN_NAME),
            "socks5://p:1080 from the system's settings: its name is not known",
        ),
        (ProxyDetail(PROXY, "", ProxyProblem.REFUSED, code=5), "socks5://p:1080: the host refuses the connection"),
        (ProxyDetail(PROXY, "", ProxyProblem.REFUSED, code=77), "socks5://p:1080: it refuses with code 77"),
        (ProxyDetail(PROXY, "", ProxyProblem.REFUSED, "407 No"), "socks5://p:1080: 407 No"),
        (RedirectDetail(None), "it redirects to an unreadable address"),
        (RedirectDetail(""), "it redirects to nowhere"),
        (RedirectDetail("https://a/b"), "it redirects to https://a/b"),
        (
            RedirectDetail("https://a/b", "https://a"),
            "it redirects to https://a/b; if that is the gateway, give --url https://a",
        ),
        (ListDetail(ListProblem.TOO_MANY_ROWS, 20, 21), "a page of 21 rows where 20 were asked for"),
        (ListDetail(ListProblem.ENDLESS), "its pages repeat themselves without an end"),
        (ListDetail(ListProblem.KEYS_ENDLESS, 9000), "more than 9000 keys, and no end"),
        (ListDetail(ListProblem.KEYS_MISSING, 3, 1), "3 keys by its own count, 1 of them sent"),
        (ListDetail(ListProblem.RECORDS_MISSING, 1, 0), "1 record by its own count, 0 sent"),
    ],
)
def test_each_finding_has_words(found: Detail, words: str) -> None:
    assert detail(failed(found)) == words


@pytest.mark.parametrize("problem", ProxyProblem)
def test_every_problem_of_a_proxy_is_worded(problem: ProxyProblem) -> None:
    said = sentence(failed(ProxyDetail(PROXY, "AKTOP_PROXY", problem, "told")))
    assert said.startswith("The proxy cannot be reached (socks5://p:1080 from AKTOP_PROXY: ")
    assert "None" not in said


def test_each_problem_of_a_proxy_has_words_of_its_own() -> None:
    worded = set(ProxyProblem) - {ProxyProblem.REFUSED, ProxyProblem.NO_CONNECTION}
    assert len({detail(failed(ProxyDetail(PROXY, "", problem, "told"))) for problem in worded}) == len(worded)


def test_what_a_gateway_said_stands_as_it_is() -> None:
    assert detail(Failure(FailureKind.FORBIDDEN, "no such luck")) == "no such luck"


def test_each_kind_of_failure_has_words_and_a_sentence_of_its_own() -> None:
    for word in (short, sentence):
        assert len({word(Failure(kind)) for kind in FailureKind}) == len(FailureKind)
    assert all(sentence(Failure(kind))[-1] in ".!" for kind in FailureKind)


TOLD = {
    *(FailureKind.NOT_A_GATEWAY, FailureKind.SERVER_ERROR, FailureKind.RATE_LIMITED, FailureKind.KEY_SPENT),
    *(FailureKind.FORBIDDEN, FailureKind.NOT_FOUND, FailureKind.INVALID, FailureKind.UNREACHABLE),
    FailureKind.BAD_ANSWER,
}


@pytest.mark.parametrize("kind", FailureKind)
def test_what_the_gateway_said_is_told_where_it_may_help(kind: FailureKind) -> None:
    assert ("(so it says)" in sentence(Failure(kind, "so it says"))) is (kind in TOLD)
    assert "()" not in sentence(Failure(kind))


@pytest.mark.parametrize(
    ("failure", "fragment"),
    [
        (Failure(FailureKind.NOT_A_GATEWAY, symbol=CHALLENGED), "Cloudflare wants to see a browser"),
        (
            Failure(FailureKind.NOT_A_GATEWAY, symbol=REDIRECTED, detail=RedirectDetail("https://a/b")),
            "not at this address: it redirects to https://a/b.",
        ),
        (Failure(FailureKind.SIGN_IN_LIMITED, symbol="TOTP_TOO_MANY_ATTEMPTS"), "a quarter of an hour"),
        (Failure(FailureKind.UNREACHABLE, "h", UNTRUSTED), "an authority that is not trusted here (h)"),
        (Failure(FailureKind.UNREACHABLE, "h", WRONG_CERTIFICATE), "not good for this address (h)"),
        (Failure(FailureKind.UNREACHABLE, "h", SPEAKS_HTTP), "no https at this port (h)"),
        (Failure(FailureKind.UNREACHABLE, "h", SPEAKS_TLS), "This port speaks https"),
        (Failure(FailureKind.BAD_ANSWER, "m", STACKED_ENCODING), "compressed more than once (m)"),
        (Failure(FailureKind.BAD_ANSWER, "m", TOO_LARGE), "given up (m)"),
        (Failure(FailureKind.BAD_ANSWER, "m", DAMAGED_ROWS), "impossible figures are in no sum here (m)"),
        (Failure(FailureKind.BAD_ANSWER, "m", UNPROMISED_LIST), "contradicts itself (m)"),
        (Failure(FailureKind.BAD_ANSWER, "m", field="data.id"), "cannot be read (data.id)"),
        (Failure(FailureKind.NOT_SIGNED_IN, symbol="INVALID_TOKEN"), "this access token"),
        (Failure(FailureKind.NOT_SIGNED_IN, symbol="OTHER"), "this session"),
        (Failure(FailureKind.BACKEND_MODE, symbol=RENEWAL_REFUSED), "when the session was to be renewed"),
        (Failure(FailureKind.ACCOUNT_DISABLED, symbol=RENEWAL_REFUSED), "when the session was to be renewed"),
        (Failure(FailureKind.SESSION_EXPIRED, symbol="REFRESH_TOKEN_INVALID"), "renewed by another program"),
        (Failure(FailureKind.SESSION_EXPIRED, symbol="REFRESH_TOKEN_EXPIRED"), "not used for longer"),
        (Failure(FailureKind.SESSION_EXPIRED, symbol=NO_RENEWAL), "no renewal token"),
        (Failure(FailureKind.SESSION_EXPIRED, status=400), "begin it again"),
    ],
)
def test_a_sentence_says_what_is_known_of_the_cause(failure: Failure, fragment: str) -> None:
    assert fragment in sentence(failure)


@pytest.mark.parametrize(
    ("symbol", "words"),
    [
        (PROXY_DOWN, "no way through the proxy"),
        (UNTRUSTED, "certificate not trusted"),
        (WRONG_CERTIFICATE, "certificate not trusted"),
        (DAMAGED_ROWS, "damaged records left out"),
        (UNPROMISED_LIST, "the list contradicts itself"),
    ],
)
def test_a_few_words_name_the_cause_where_it_is_known(symbol: str, words: str) -> None:
    assert short(Failure(FailureKind.UNREACHABLE, symbol=symbol)) == words


@pytest.mark.parametrize(
    ("kind", "is_by_hand", "words"),
    [
        (FailureKind.SESSION_EXPIRED, False, "The session has expired. Run: aktop login"),
        (FailureKind.SESSION_EXPIRED, True, "leave them out and run: aktop login"),
        (FailureKind.RATE_LIMITED, False, "Try again later."),
        (FailureKind.ERRORS_HIDDEN, False, "This gateway does not share its error list with users."),
    ],
)
def test_a_verb_says_what_helps(kind: FailureKind, is_by_hand: bool, words: str) -> None:
    assert told(Failure(kind), "aktop login", is_by_hand=is_by_hand).endswith(words)


@pytest.mark.parametrize(
    ("left_s", "shown_s"),
    [(None, None), (0, None), (0.5, 2), (3.9, 2), (9.9, 8), (10, 10), (59.9, 50), (180, 180), (180.5, None)],
)
def test_the_next_try_is_told_in_steps_that_do_not_flicker(left_s: float | None, shown_s: float | None) -> None:
    away = Failure(FailureKind.UNREACHABLE)
    retry_at = None if left_s is None else NOW + timedelta(seconds=left_s)
    shown = None if shown_s is None else timedelta(seconds=shown_s)
    assert until_retry(away, retry_at, NOW) == shown
    assert ("next try in" in with_retry(away, retry_at, NOW)) is (shown is not None)
    assert until_retry(Failure(FailureKind.SESSION_EXPIRED), NOW + timedelta(seconds=9), NOW) is None
