"""What failed, and whose limit it is, in words."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.present.shown import LOOK, PRIVATE, account, text
from tests.unit.samples import NOW, key
from tests.unit.triage.test_storms import DAY_FULL, NO_MONEY, _row, known, overloaded, refused
from tui.domain.account import Profile
from tui.domain.keys import Group, SpendWindow, WindowName
from tui.domain.usage import FailedCall
from tui.monitor.questions import AskKeys, AskProfile
from tui.present import low_balance, triage
from tui.present.banner import news
from tui.present.finding_words import in_words
from tui.records.json_values import json_line
from tui.records.triage_json import triage_json
from tui.triage.find import find
from tui.triage.incidents import Incidents, advance
from tui.triage.report import Report

FULL_DAY = SpendWindow(WindowName.ONE_DAY, Decimal(20), Decimal(21), None)
KEYS = (replace(key(7, "laptop"), windows=(FULL_DAY,), quota_usd=Decimal(50)), key(8, "ci"), key(9, "batch"))
KNOWN = account((AskKeys(), KEYS))


def report(failures: list[FailedCall], **more: Any) -> Report:
    """What is found by failures alone."""
    return find(known(failures, **more))


@pytest.mark.parametrize(
    ("failures", "head", "sentence"),
    [
        (
            refused(60, 6, DAY_FULL),
            "REFUSED",
            "laptop: 60 refusals by its own 1 d limit ($20.00) in 5 min; the client still tries: "
            "raise it or stop the client",
        ),
        (
            refused(60, 6, "API key 额度已用完"),
            "REFUSED",
            "laptop: 60 refusals by its own quota ($50.00) in 5 min; the client still tries: "
            "raise it or stop the client",
        ),
        (
            refused(60, 6, "API key 已过期", category="auth", status=403),
            "REFUSED",
            "laptop: 60 refusals by its own expiry in 5 min; the client still tries: "
            "let it expire later or stop the client",
        ),
        (
            refused(60, 6, NO_MONEY, names=["laptop", "ci"], status=403),
            "REFUSED",
            "wallet empty: every call is refused (60 calls, 2 keys, 5 min); recharge",
        ),
        (
            refused(60, 6, "No active subscription found for this group", status=403),
            "REFUSED",
            "laptop: 60 refusals by the limit of their plan in 5 min",
        ),
        (
            refused(60, 6, "Too many pending requests", names=["laptop", "ci"], category="rate_limit"),
            "REFUSED",
            "2 keys: 60 refusals by the account's limit of calls at once in 5 min",
        ),
        (overloaded(120, 3), "OUTAGE", "upstream: 529 Overloaded, 3 keys, 120 errors in 5 min"),
        (
            refused(120, 3, "broken", names=["laptop", "ci"], category="internal", status=500),
            "OUTAGE",
            "gateway: 500 broken, 2 keys, 120 errors in 5 min",
        ),
        (
            refused(60, 6, "prompt is too long", category="invalid_request", status=400),
            "ERROR LOOP",
            "laptop: 60 errors in 5 min, 400 prompt is too long",
        ),
        (refused(60, 6, "", status=499), "ERROR LOOP", "laptop: the client went away 60 times in 5 min"),
        (refused(60, 6, "", names=[""]), "ERROR LOOP", "an unknown key: 60 errors in 5 min, 429 other"),
    ],
)
def test_a_storm_says_what_failed_and_whose_limit_it_is(failures: list[FailedCall], head: str, sentence: str) -> None:
    (found,) = report(failures).findings
    words = in_words(found, KNOWN, LOOK)
    assert (words.head, words.sentence) == (head, sentence)
    assert "laptop" not in in_words(found, KNOWN, PRIVATE).sentence


def test_what_was_cut_off_is_counted_at_least_and_what_is_over_says_since_when() -> None:
    failures = refused(60, 6, DAY_FULL)
    (cut,) = report(failures, failed_from=failures[-1].at).findings
    assert "≥ 60 refusals" in in_words(cut, KNOWN, LOOK).sentence
    (over,) = report(refused(60, 6, DAY_FULL, ago_s=660)).findings
    assert "; none since 05:20" in in_words(over, KNOWN, LOOK).sentence
    assert "still tries" not in in_words(over, KNOWN, LOOK).sentence


def test_an_empty_wallet_refuses_what_it_pays() -> None:
    plan = replace(KEYS[1], group=Group(1, "max", is_subscription=True))
    (found,) = report(refused(6, 6, NO_MONEY, status=403)).findings
    sentence = in_words(found, account((AskKeys(), (KEYS[0], plan))), LOOK).sentence
    assert sentence.startswith("wallet empty: every call that it pays is refused")


def test_outside_text_is_cut_and_obeyed_by_nobody() -> None:
    (found,) = report(refused(60, 6, "\x1b[31m{key} " + "x" * 900, category="invalid_request", status=400)).findings
    sentence = in_words(found, KNOWN, LOOK).sentence
    assert "\x1b" not in sentence
    assert "{key}" in sentence
    assert len(sentence) < 120


@pytest.mark.parametrize(
    ("failures", "why"),
    [
        (refused(30, 100, DAY_FULL), "refused by its own 1 d limit ($20.00): raise it or stop the client"),
        (overloaded(30, 100, ["laptop"]), "upstream: 529 Overloaded"),
        (refused(30, 100, "prompt is too long", category="invalid_request", status=400), "400 prompt is too long"),
    ],
)
def test_failing_calls_say_the_same(failures: list[FailedCall], why: str) -> None:
    now_and_then = [_row(n, ago_s=n // 2 * 200 + 30 + n % 2 * 30) for n in range(30)]
    (found,) = find(known(failures, now_and_then)).findings
    assert in_words(found, KNOWN, LOOK).sentence == f"laptop: 30 of 60 calls failed, mostly {why}"


@pytest.mark.parametrize(
    ("failures", "state", "sentence"),
    [
        (refused(6, 6, NO_MONEY, status=403), "found", "recharge the wallet: nothing works before"),
        (refused(60, 6, DAY_FULL), "found", "raise it or stop the client"),
        (refused(60, 6, DAY_FULL, ago_s=660), "clear", "nothing to contain"),
        (overloaded(120, 3), "clear", "nothing to contain"),
        (refused(60, 6, "too long", category="invalid_request"), "found", "laptop: disable, or a limit for the day"),
    ],
)
def test_the_last_step_stops_no_key_that_a_limit_refuses(failures: list[FailedCall], state: str, sentence: str) -> None:
    step = triage.steps(report(failures), KNOWN, LOOK)[-1]
    assert (step.state.value, step.sentence) == (state, sentence)


def test_an_empty_wallet_stands_first_in_the_banner_and_once() -> None:
    empty = account((AskProfile(), Profile(1, "a", "a@b.example", Decimal(-1))), base=KNOWN)
    found = report([*refused(60, 6, DAY_FULL, names=["batch"]), *refused(6, 60, NO_MONEY)], balance_usd=-1.0)
    alarm = low_balance.step(low_balance.Alarm(), empty, LOOK, found)
    told = [text(one.line) for one in news(found, advance(Incidents(), found, NOW, True), alarm, empty, LOOK, None)]
    assert told[0].startswith("■ REFUSED  wallet empty: every call is refused")
    assert "batch: 60 refusals" in told[1]
    assert len(told) == 2
    quiet = list(news(None, Incidents(), alarm, empty, LOOK, None))
    assert "LOW BALANCE" in text(quiet[0].line)


def test_json_tells_whose_refusal_it_is_and_what_was_answered() -> None:
    failures = refused(60, 6, DAY_FULL)
    found = report(failures, failed_from=failures[-1].at)
    for ago, state in ((timedelta(0), "firing"), (timedelta(minutes=11), "cooling")):
        incidents = advance(advance(Incidents(), found, NOW, True), found, NOW + ago, True)
        told = triage_json(found, incidents, (), KNOWN, LOOK)
        (storm,) = told["findings"]  # type: ignore[misc]
        assert json_line(told)
        wanted = {
            "refusal": "own",
            "limit": "1d",
            "status_code": 429,
            "message": DAY_FULL,
            "keys": ["laptop"],
            "state": state,
        }
        assert {name: storm[name] for name in wanted} == wanted
        assert storm["figures"]["is_at_least"] is True
