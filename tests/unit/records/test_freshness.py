"""The sources of a status: which there are, how old each is, and what a verdict lacks."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.present.shown import account, failing
from tests.unit.samples import NOW, key
from tui.domain.account import Profile, Site
from tui.domain.api_key_mode import ApiKeyReport, ApiKeyTag
from tui.domain.capabilities import API_KEY_MODE, Capabilities, Capability, Lack
from tui.domain.failure import Failure, FailureKind
from tui.domain.scope import Filters, RangeName, Scope
from tui.monitor.api_key_mode import AskApiKeyReport, days_of
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.log import EVERYTHING, CallsRead
from tui.monitor.questions import AskBreakdown, AskKeys, AskProfile, AskSite, AskTotals
from tui.monitor.scoped import errors_question, questions_of
from tui.monitor.snapshot import Snapshot
from tui.records.freshness import failed_feeds, feeds_json, feeds_of, missing_feeds_json, missing_json, state_word
from tui.triage.gaps import Gap, Input

TODAY, HOUR = Scope(RangeName.TODAY, Filters(key_id=7)), Scope(RangeName.H1)
DOWN = Failure(FailureKind.UNREACHABLE, "gone")
PROFILE = Profile(1, "a@b.c", "lin", Decimal(9))
MONEY = account((AskProfile(), PROFILE), (AskKeys(), (key(7),)), at=NOW - timedelta(minutes=1))
CALLS = account((BASE_CALLS, CallsRead((), EVERYTHING, 0, NOW)), base=MONEY)


def test_only_what_was_asked_is_a_source() -> None:
    assert set(feeds_of(account(), HOUR, NOW)) == set()
    assert set(feeds_of(MONEY, HOUR, NOW)) == {"profile", "keys"}


def test_a_sliding_range_is_made_of_calls_and_whole_days_of_the_gateways_sums() -> None:
    assert set(feeds_of(CALLS, HOUR, NOW)) == {"profile", "keys", "calls", "totals", "trend", "models"}
    asked: list[Any] = list(questions_of(TODAY, CALLS, NOW))
    summed = account(*((one, object()) for one in asked if isinstance(one, AskTotals | AskBreakdown)), base=CALLS)
    feeds = feeds_of(summed, TODAY, NOW)
    assert set(feeds) >= {"totals", "trend", "models", "calls"}
    totals = next(one for one in asked if isinstance(one, AskTotals) and one.filters == TODAY.filters)
    assert feeds["totals"] is summed.feed(totals)
    assert feeds["trend"] is feeds["models"]


def test_keys_alone_are_a_source_each() -> None:
    tags = (ApiKeyTag(0, "sk-1"), ApiKeyTag(1, "sk-2"))
    snapshot = replace(account(), capabilities=API_KEY_MODE, api_keys=tags)
    week = Scope(RangeName.D7)
    snapshot = account((AskApiKeyReport(1, days_of(week, snapshot, NOW)), ApiKeyReport()), base=snapshot)
    feeds = feeds_of(snapshot, week, NOW)
    assert {name: feed.fetched_at for name, feed in feeds.items()} == {"settings": None, "key_1": None, "key_2": NOW}


def test_a_failure_is_told_with_its_age_and_a_gateway_that_hides_errors_has_none() -> None:
    snapshot = failing(failing(MONEY, AskProfile(), DOWN), errors_question(HOUR, MONEY, NOW), DOWN)
    feeds = feeds_of(snapshot, HOUR, NOW)
    told = feeds_json(feeds, snapshot)
    assert told["profile"] == {"fetched_at": "2026-11-24T05:30:02+00:00", "error": "unreachable", "detail": "gone"}
    assert told["keys"] == {"fetched_at": "2026-11-24T05:30:02+00:00", "error": None, "detail": None}
    assert failed_feeds(feeds, Capabilities()) == {"profile": DOWN, "errors": DOWN}
    hidden = Capabilities().without(Lack.ERRORS_HIDDEN, Capability.ERRORS)
    assert failed_feeds(feeds, hidden) == {"profile": DOWN}


def test_what_a_verdict_lacks_is_named_with_how_much_of_it_is_here() -> None:
    gap = Gap(Input.HISTORY, failure=DOWN, as_of=NOW, done=3, total=8)
    assert missing_json([gap], MONEY.zone) == [
        {
            "input": Input.HISTORY.value,
            "error": "unreachable",
            "detail": "gone",
            "as_of": "2026-11-24T05:31:02+00:00",
            "read": 3,
            "of_at_most": 8,
        }
    ]


def test_of_keys_alone_what_failed_is_missing_but_not_the_settings() -> None:
    def down(snapshot: Snapshot) -> Snapshot:
        return failing(failing(snapshot, AskSite(), DOWN), AskProfile(), DOWN)

    feeds = feeds_of(down(account((AskSite(), Site()), base=MONEY)), HOUR, NOW)
    assert missing_feeds_json(feeds, MONEY.zone) == [
        {
            "input": "profile",
            "error": "unreachable",
            "detail": "gone",
            "as_of": "2026-11-24T05:30:02+00:00",
            "read": None,
            "of_at_most": None,
        }
    ]


@pytest.mark.parametrize(
    ("is_firing", "is_whole", "word"),
    [(True, True, "firing"), (True, False, "firing"), (False, True, "clear"), (False, False, "unknown")],
)
def test_the_result_of_a_check_in_a_word(is_firing: bool, is_whole: bool, word: str) -> None:
    assert state_word(is_firing=is_firing, is_whole=is_whole) == word
