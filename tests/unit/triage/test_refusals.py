"""Who said no: the gateway's sentences as a running server sent them, and what only sounds like them."""

import pytest

from tests.unit.samples import failed
from tui.triage.refusals import EMPTY_WALLET, UNKNOWN, Limit, Refusal, Side, refusal_of

OWN, PLAN, ACCOUNT = Side.OWN, Side.PLAN, Side.ACCOUNT
AT_ONCE, NO_PROVIDER = Refusal(ACCOUNT, Limit.CONCURRENCY), Refusal(Side.UPSTREAM, Limit.NO_PROVIDER)
UPSTREAM, CLIENT = Refusal(Side.UPSTREAM), Refusal(Side.CLIENT)
DAILY = 'error: code=429 reason="DAILY_LIMIT_EXCEEDED" message="daily usage limit exceeded" metadata=map[]'


@pytest.mark.parametrize(
    ("status", "category", "message", "refusal"),
    [
        (403, "other", "Insufficient account balance", EMPTY_WALLET),
        (403, "quota", "insufficient balance", EMPTY_WALLET),
        (429, "other", "API key 额度已用完", Refusal(OWN, Limit.QUOTA)),
        (429, "other", "api key 5小时限额已用完", Refusal(OWN, Limit.FIVE_HOURS)),
        (429, "other", "api key 日限额已用完", Refusal(OWN, Limit.ONE_DAY)),
        (429, "other", "api key 7天限额已用完", Refusal(OWN, Limit.SEVEN_DAYS)),
        (403, "auth", "API key 已过期", Refusal(OWN, Limit.EXPIRY)),
        (401, "auth", "API key is disabled", Refusal(OWN, Limit.DISABLED)),
        (429, "other", DAILY, Refusal(PLAN, Limit.SUBSCRIPTION)),
        (403, "quota", "daily usage limit exceeded", Refusal(PLAN, Limit.SUBSCRIPTION)),
        (403, "quota", "weekly usage limit exceeded", Refusal(PLAN, Limit.SUBSCRIPTION)),
        (403, "other", "No active subscription found for this group", Refusal(PLAN, Limit.SUBSCRIPTION)),
        (429, "other", "user requests-per-minute limit exceeded", Refusal(ACCOUNT, Limit.REQUESTS_A_MINUTE)),
        (429, "other", "Daily usage quota exhausted for this platform.", Refusal(ACCOUNT, Limit.PLATFORM)),
        (429, "rate_limit", "Concurrency limit exceeded for user, please retry later", AT_ONCE),
        (429, "rate_limit", "Too many pending requests, please retry later", AT_ONCE),
        (503, "service_unavailable", "No available accounts: no available accounts", NO_PROVIDER),
        (529, "upstream", "Upstream service overloaded, please retry later", UPSTREAM),
        (429, "upstream", "Upstream rate limit exceeded, please retry later", UPSTREAM),
        (401, "upstream", "invalid x-api-key", UPSTREAM),
        (500, "upstream", "Upstream service temporarily unavailable", UPSTREAM),
        (400, "upstream", "messages.12.content.0: tool_use ids must be unique", CLIENT),
        (400, "invalid_request", "prompt is too long: 207311 tokens > 200000 maximum", CLIENT),
        (404, "other", "model not found", CLIENT),
        (499, "upstream", "context canceled", Refusal(CLIENT.side, Limit.WENT_AWAY)),
        (500, "internal", "internal error", Refusal(Side.GATEWAY)),
        (504, "other", "gateway timeout", UPSTREAM),
    ],
)
def test_a_sentence_tells_whose_limit_it_is(status: int, category: str, message: str, refusal: Refusal) -> None:
    assert refusal_of(failed(1, status=status, category=category, message=message)) == refusal


@pytest.mark.parametrize(
    ("status", "category", "message", "refusal"),
    [
        (400, "upstream", "Your credit balance is too low to access the API", UPSTREAM),
        (403, "upstream", "Insufficient account balance", UPSTREAM),
        (429, "upstream", "api key 日限额已用完", UPSTREAM),
        (400, "invalid_request", "insufficient balance", CLIENT),
        (429, "other", "slow down", UNKNOWN),
        (403, "quota", "something new", UNKNOWN),
        (403, "other", "", UNKNOWN),
    ],
)
def test_what_only_sounds_like_it_is_not_taken_for_it(
    status: int, category: str, message: str, refusal: Refusal
) -> None:
    assert refusal_of(failed(1, status=status, category=category, message=message)) == refusal
