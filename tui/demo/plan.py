"""The account's programs: their keys, the models that they call, how often and with how many tokens.

A `Habit` is a steady stream of similar calls; a `Client` is the program behind one key, with its habits and limits.
"""

import math
from dataclasses import dataclass

OFFICE, NIGHTLY, CUSTOMERS, STEADY = "office", "nightly", "customers", "steady"


@dataclass(frozen=True, slots=True)
class Habit:
    """A stream of similar calls; token counts are medians, spread log-normally."""

    model: str
    calls_per_hour: float
    """Mean over the week."""
    context: int
    """Total input of a call, cached or not, in tokens."""
    cached: float
    """Share of the context that is read from the cache."""
    output: int
    streamed: float = 1.0
    """Share of calls that stream."""
    spread: float = 0.5
    """How much contexts vary; 0 repeats the same call."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Where calls come from, as recorded in rows."""

    agent: str
    addresses: tuple[str, ...]
    endpoint: str = "/v1/messages"
    sessions: str = ""
    """Prefix of the session ids that the program sends; empty = it sends none."""


@dataclass(frozen=True, slots=True)
class Client:
    """One key and the program behind it. Money is USD; days count back from the start of the demo."""

    name: str
    """As the user typed it; it is stored HTML-escaped."""
    group_id: int | None
    caller: Caller
    habits: tuple[Habit, ...] = ()
    rhythm: str = OFFICE
    created_days: float = 30.5
    last_day: float = 0.0
    """Days since the last call."""
    status: str = "active"
    quota: float = 0.0
    limit_5h: float = 0.0
    limit_1d: float = 0.0
    limit_7d: float = 0.0
    fills: str = ""
    """The limit that was reached and ended the traffic: "quota" or "5h"."""
    expires_in_days: float | None = None
    deleted: bool = False
    allowed: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    error_share: float = 0.004


CLAUDE_CODE = "claude-cli/2.0.61 (external, cli)"
OFFICE_ADDRESS = "203.0.113.9"

CLIENTS = (
    Client(
        "laptop", 2, Caller(CLAUDE_CODE, (OFFICE_ADDRESS, "203.0.113.77"), sessions="lin"),
        (Habit("claude-sonnet-4-5", 8, 34_000, 0.86, 520), Habit("claude-opus-4-5", 2, 30_000, 0.85, 640)),
        quota=500,
    ),
    Client(
        "batch-nightly", 2, Caller("python-httpx/0.28.1", ("198.51.100.20",)),
        (
            Habit("claude-sonnet-4-5", 11, 7_500, 0.35, 420, streamed=0.0),
            Habit("claude-haiku-4-5", 9, 7_500, 0.35, 380, streamed=0.0),
        ),
        rhythm=NIGHTLY, limit_7d=400,
    ),
    Client(
        "ci & release", 2, Caller("anthropic-sdk-python/0.76.0", ("198.51.100.7", "198.51.100.8")),
        (Habit("claude-haiku-4-5", 12, 14_000, 0.35, 350, streamed=0.0),), limit_5h=50,
    ),
    Client(
        "客服机器人-生产环境", 4, Caller("OpenAI/Python 2.9.0", ("192.0.2.44",), "/v1/chat/completions"),
        (Habit("gpt-5-mini", 18, 4_200, 0.55, 320), Habit("gpt-5.2", 3, 4_000, 0.5, 420)),
        rhythm=CUSTOMERS, quota=200,
    ),
    Client(
        "research-long-context-experiments-2026", 5,
        Caller("google-genai-sdk/1.52.0", ("203.0.113.31",), "/v1beta/models"),
        (Habit("gemini-3-pro-preview", 1.7, 130_000, 0.35, 2_300, streamed=0.5),),
    ),
    Client(
        "team-max", 3, Caller(CLAUDE_CODE, ("203.0.113.40", "203.0.113.41", "203.0.113.52"), sessions="team"),
        (Habit("claude-opus-4-5", 8, 24_000, 0.93, 420), Habit("claude-sonnet-4-5", 8, 22_000, 0.93, 400)),
    ),
    Client(
        "assistant-backend", 2, Caller("anthropic-sdk-typescript/0.71.2", ("192.0.2.80", "192.0.2.81")),
        (Habit("claude-haiku-4-5", 60, 60_000, 0.90, 330, streamed=0.6),),
        rhythm=STEADY, limit_1d=60, limit_7d=250,
    ),
    Client(
        "old-prototype", 2, Caller("python-requests/2.32.5", (OFFICE_ADDRESS,)),
        (Habit("claude-sonnet-4-5", 3, 9_000, 0.2, 500, streamed=0.0),), status="inactive", last_day=9,
    ),
    Client(
        "trial", 4, Caller("codex_cli_rs/0.63.0", (OFFICE_ADDRESS,), "/v1/responses"),
        (Habit("gpt-5.2", 4, 2_600, 0.5, 620),), created_days=12.2, quota=5, fills="quota", status="quota_exhausted",
    ),
    Client(
        "contractor (ended)", 2, Caller(CLAUDE_CODE, ("198.51.100.90",), sessions="c"),
        (Habit("claude-sonnet-4-5", 5, 16_000, 0.8, 420),), expires_in_days=-3, last_day=3.02, created_days=25.3,
    ),
    Client(
        "locked-to-office", 2, Caller("node", (OFFICE_ADDRESS,)),
        (Habit("claude-haiku-4-5", 4, 8_000, 0.5, 300),),
        expires_in_days=20, allowed=("203.0.113.0/24",), denied=("203.0.113.66",),
    ),
    Client(
        "nightly-eval", 2, Caller("inspect-ai/0.3.150", ("198.51.100.31",)),
        (Habit("claude-sonnet-4-5", 6, 14_000, 0.3, 1_100, streamed=0.0),), rhythm=STEADY, fills="5h",
    ),
    Client("never-used", 2, Caller("", ()), created_days=6.4),
    Client("no-group", None, Caller("", ()), created_days=2.1),
    Client(
        "summer-hackathon", 2, Caller(CLAUDE_CODE, ("198.51.100.140",)),
        (Habit("claude-sonnet-4-5", 5, 12_000, 0.75, 450),), deleted=True, last_day=6,
    ),
)  # fmt: skip


def rhythm_factor(rhythm: str, hour: int, weekday: int) -> float:
    """How much busier than its mean a stream is at this local hour (Monday is 0); the weekly mean is about 1."""
    weekend = weekday >= 5
    if rhythm == OFFICE:
        day = 2.9 * math.exp(-(((hour - 14.5) / 4.2) ** 2)) + 0.06
        return day * (0.3 if weekend else 1.27)
    if rhythm == NIGHTLY:
        return (2.6 if 1 <= hour < 7 else 0.42) * (1.0 if not weekend else 0.95)
    if rhythm == CUSTOMERS:
        day = 0.25 + 1.55 * math.exp(-(((hour - 15.0) / 5.5) ** 2))
        return day * (0.8 if weekend else 1.12)
    return 1.0
