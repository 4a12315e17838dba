"""What aktop finds out by itself, in words."""

import pytest

from tui.domain.failure import (
    PROXY_DOWN,
    SYSTEM_SETTINGS,
    Detail,
    Failure,
    FailureKind,
    ListDetail,
    ListProblem,
    ProxyDetail,
    ProxyProblem,
    RedirectDetail,
)
from tui.present.failures import detail, sentence

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
