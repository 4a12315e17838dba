"""The metrics with their names, labels and meaning. Units follow Prometheus: USD, seconds, ratios.

The names are an interface that alert rules and dashboards rely on. None changes its meaning.
"""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct


class Sort(StrEnum):
    """The type of a metric."""

    GAUGE = "gauge"
    COUNTER = "counter"


class Family(Struct, frozen=True):
    """A metric. A counter's `name` has no `_total`, which the library appends."""

    name: str
    help: str
    labels: tuple[str, ...]
    sort: Sort = Sort.GAUGE


Samples = Mapping[tuple[str, ...], float]
"""The value of each series, by its label values."""
Figures = Mapping[Family, Samples]
"""All metrics of one account."""

_KEY = ("account", "key_id", "key")
_CALLS = (*_KEY, "group", "model")

UP = Family(
    "aktop_up", "Whether the last look at the account succeeded; all else is absent while it is 0.", ("account",)
)
ACCOUNT = Family("aktop_account_info", "Where the account is.", ("account", "gateway", "version"))
BALANCE = Family("aktop_balance_usd", "What is left in the wallet; may be negative.", ("account",))
THRESHOLD = Family("aktop_balance_threshold_usd", "The balance below which somebody wants to know.", ("account",))
WALLET = Family("aktop_wallet_billed_usd", "What calls cost the wallet.", ("account",), Sort.COUNTER)
TIME_TO_EMPTY = Family(
    "aktop_time_to_empty_seconds",
    "Until the wallet is empty: at the usual pace, at the current rate of an incident, or at the pace of the last "
    "quarter of an hour. Absent where that is farther than can be told.",
    ("account", "basis"),
)

KEY_BILLED = Family("aktop_key_billed_usd", "What calls were charged, to wallet or plan.", _CALLS, Sort.COUNTER)
KEY_REQUESTS = Family("aktop_key_requests", "Calls that were answered and billed.", _CALLS, Sort.COUNTER)
KEY_TOKENS = Family("aktop_key_tokens", "Tokens; input has no cached ones in it.", (*_CALLS, "kind"), Sort.COUNTER)
KEY_ERRORS = Family("aktop_key_errors", "Failed requests.", (*_KEY, "status", "category"), Sort.COUNTER)
COUNTED_FROM = Family(
    "aktop_counted_from_timestamp_seconds", "Since when the counters lack no call: later gaps move it.", ("account",)
)
KEY_STATUS = Family("aktop_key_info", "The state in which calls meet a key.", (*_KEY, "group", "status"))
KEY_IN_FLIGHT = Family("aktop_key_in_flight", "Requests that are being answered.", _KEY)
KEY_TODAY = Family("aktop_key_today_billed_usd", "Charged since the gateway's midnight, by its own sum.", _KEY)
KEY_QUOTA_USED = Family("aktop_key_quota_used_usd", "Used of a key's quota.", _KEY)
KEY_QUOTA_LIMIT = Family("aktop_key_quota_limit_usd", "A key's quota; absent where there is none.", _KEY)
KEY_WINDOW_USED = Family("aktop_key_window_used_usd", "Used of the limit of a window.", (*_KEY, "window"))
KEY_WINDOW_LIMIT = Family("aktop_key_window_limit_usd", "The limit of a window; absent without one.", (*_KEY, "window"))
KEY_EXPIRES = Family("aktop_key_expires_timestamp_seconds", "When a key expires.", _KEY)

_PLAN = ("account", "plan_id", "plan")
PLAN_USED = Family("aktop_plan_used_usd", "Used of a window of a plan.", (*_PLAN, "window"))
PLAN_LIMIT = Family("aktop_plan_limit_usd", "The limit of a window of a plan.", (*_PLAN, "window"))
PLAN_RESETS = Family("aktop_plan_resets_timestamp_seconds", "When a window of a plan starts anew.", (*_PLAN, "window"))
PLAN_EXPIRES = Family("aktop_plan_expires_timestamp_seconds", "When a plan ends.", _PLAN)

FINDING = Family(
    "aktop_finding",
    "1 while an incident needs a person. One that was seen is not over because nothing can be read.",
    ("account", "kind", "severity", "key_id"),
)
FINDING_SINCE = Family(
    "aktop_finding_since_timestamp_seconds", "When the incident began.", ("account", "kind", "key_id")
)
SUSPECT_SHARE = Family("aktop_suspect_excess_ratio", "The key's part of what an incident costs above the usual.", _KEY)
SUSPECT_USD = Family("aktop_suspect_excess_usd", "What a key cost above its usual since the incident began.", _KEY)
WHOLE = Family(
    "aktop_triage_whole", "Whether all that findings rest on was read: only then none means none.", ("account",)
)

BUDGET_USED = Family("aktop_request_budget_used", "Requests to the gateway in the last minute.", ("account", "tier"))
BUDGET_LIMIT = Family("aktop_request_budget_limit", "How many of them aktop allows itself.", ("account", "tier"))
BLOCKED = Family("aktop_request_budget_blocked_seconds", "How long the gateway asked to wait.", ("account",))
FEED_AT = Family("aktop_feed_last_success_timestamp_seconds", "When a feed was last read.", ("account", "feed"))
FEED_FAILING = Family("aktop_feed_failing", "1 while a feed cannot be read, and why.", ("account", "feed", "reason"))

OUTLIVES_BLINDNESS = frozenset({FINDING, FINDING_SINCE})
"""An incident that was seen goes on until somebody sees its end."""
