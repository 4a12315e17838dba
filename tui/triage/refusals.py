"""Who refused a failed call, and by which limit, from the error list (contract 4.6).

The category comes first: a provider's message may sound like one of the gateway's.
"""

import re
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from tui.domain.usage import FailedCall


class Side(StrEnum):
    """Whose refusal it is. The values appear in JSON."""

    OWN = "own"
    """The key: its quota, a spend limit, its expiry."""
    WALLET = "wallet"
    PLAN = "plan"
    ACCOUNT = "account"
    """A limit of the gateway for all keys of the account: concurrency, requests per minute, a platform's quota."""
    UPSTREAM = "upstream"
    GATEWAY = "gateway"
    """The gateway itself failed."""
    CLIENT = "client"
    """The call was invalid, or its caller disconnected."""
    UNKNOWN = "unknown"

    @property
    def is_shared(self) -> bool:
        """Whether it affects any key that calls, so that no key is to blame."""
        return self in (Side.WALLET, Side.ACCOUNT, Side.UPSTREAM, Side.GATEWAY)

    @property
    def is_limit(self) -> bool:
        """Whether the gateway refuses before it calls the provider, and therefore never by chance."""
        return self in (Side.OWN, Side.WALLET, Side.PLAN)


class Limit(StrEnum):
    """The limit that refused. The values appear in JSON."""

    QUOTA = "quota"
    FIVE_HOURS = "5h"
    ONE_DAY = "1d"
    SEVEN_DAYS = "7d"
    EXPIRY = "expiry"
    DISABLED = "disabled"
    BALANCE = "balance"
    SUBSCRIPTION = "subscription"
    CONCURRENCY = "concurrency"
    REQUESTS_A_MINUTE = "rpm"
    PLATFORM = "platform"
    NO_PROVIDER = "no_provider"
    WENT_AWAY = "went_away"


class Refusal(Struct, frozen=True):
    """Whose refusal it is, and by which limit, if any."""

    side: Side
    limit: Limit | None = None


UNKNOWN = Refusal(Side.UNKNOWN)
EMPTY_WALLET = Refusal(Side.WALLET, Limit.BALANCE)

_SENTENCES: tuple[tuple[re.Pattern[str], Refusal], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), Refusal(side, limit))
    for pattern, side, limit in (
        (r"insufficient (account )?balance|余额不足", Side.WALLET, Limit.BALANCE),
        (r"5\s*(小时|h)(?P<other>\S*)\s*(限额|limit|usage limit)", Side.OWN, Limit.FIVE_HOURS),
        (r"api key (日|1\s*天)限额|api key (1d|daily)(?P<other>\S* .*)limit", Side.OWN, Limit.ONE_DAY),
        (r"api key (周|7\s*天)限额|api key (7d|weekly)(?P<other>\S* .*)limit", Side.OWN, Limit.SEVEN_DAYS),
        (r"api key (额度已用完|quota (is )?exhausted)", Side.OWN, Limit.QUOTA),
        (r"api key (已过期|(has |is )?expired)", Side.OWN, Limit.EXPIRY),
        (r"api key (已(停用|禁用)|is disabled)", Side.OWN, Limit.DISABLED),
        (r"(daily|weekly|monthly)(_| usage )limit[_ ]exceeded|no active subscription", Side.PLAN, Limit.SUBSCRIPTION),
        (r"requests-per-minute limit", Side.ACCOUNT, Limit.REQUESTS_A_MINUTE),
        (r"quota exhausted for this platform", Side.ACCOUNT, Limit.PLATFORM),
        (r"concurrency limit exceeded|too many pending requests", Side.ACCOUNT, Limit.CONCURRENCY),
        (r"no available accounts", Side.UPSTREAM, Limit.NO_PROVIDER),
    )
)
"""The gateway's own messages, used if the category is not enough: each belongs to one limit.

Text that varies within a message is the group `other`.
"""
_OF_CALLERS = frozenset({400, 404, 405, 413, 415, 422})
"""A provider's status codes for an invalid call; its other refusals are its own fault."""
_PROVIDERS_MONEY = re.compile(r"credit balance|billing|insufficient_quota|exceeded your current quota", re.IGNORECASE)
_WENT_AWAY = 499


def refusal_of(call: FailedCall) -> Refusal:
    """Who refused a call."""
    category, status_code, message = call.category, call.status_code, call.message
    if status_code == _WENT_AWAY:
        return Refusal(Side.CLIENT, Limit.WENT_AWAY)
    match category:
        case "upstream":
            is_callers = status_code in _OF_CALLERS and not _PROVIDERS_MONEY.search(message)
            return Refusal(Side.CLIENT if is_callers else Side.UPSTREAM)
        case "service_unavailable":
            return Refusal(Side.UPSTREAM, Limit.NO_PROVIDER)
        case "internal":
            return Refusal(Side.GATEWAY)
        case "invalid_request" | "cyber":
            return Refusal(Side.CLIENT)
    said = _said(message)
    if said is not None:
        return said
    if category == "rate_limit":
        return Refusal(Side.ACCOUNT, Limit.CONCURRENCY)
    if category in ("auth", "quota"):
        return UNKNOWN
    if status_code >= 500:
        return Refusal(Side.UPSTREAM)
    return Refusal(Side.CLIENT) if status_code in _OF_CALLERS or status_code == 401 else UNKNOWN


@lru_cache(maxsize=4096)
def _said(message: str) -> Refusal | None:
    return next((refusal for sentence, refusal in _SENTENCES if sentence.search(message)), None)


def telling_words(message: str) -> str:
    """The words of a message by which it is known whose refusal it is; what else it says is left out.

    >>> telling_words("lin's: api key 5小时限额已用完, ask lin")
    '5小时限额'
    >>> telling_words("API key daily budget of lin's team is over its limit")
    'API key daily limit'
    """
    every = (*(sentence for sentence, _refusal in _SENTENCES), _PROVIDERS_MONEY)
    found = (one.search(message) for one in every)
    return " ".join(_without_other(match) for match in found if match is not None)


def _without_other(match: re.Match[str]) -> str:
    if not match.groupdict().get("other"):
        return match[0]
    begin, end = match.span("other")
    return f"{match.string[match.start() : begin]} {match.string[end : match.end()]}"
