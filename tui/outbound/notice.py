"""A notice: what is reported of an account while nobody looks, as one JSON object."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct, json

from tui.triage.severity import Severity

SCHEMA = 1
WATCH, GUARD = "watch", "guard"
"""Kinds besides those of findings: the watching itself, and acts of the guard."""


class NoticeState(StrEnum):
    """What has happened to the subject of a notice."""

    BEGAN = "began"
    WORSE = "worse"
    CAUSE = "cause"
    CONTAINED = "contained"
    OVER = "over"
    BLIND = "blind"
    SEEING = "seeing"
    ACTED = "acted"


class Notice(Struct, frozen=True, kw_only=True):
    """One piece of news, given once. Moments are aware, money is in USD; None means unknown.

    Its texts are inert and hold no secret. The schema may gain members; none changes its meaning.
    """

    schema: int = SCHEMA
    id: str
    """The same for the same news, even after a restart: a receiver can drop duplicates."""
    at: datetime
    state: NoticeState
    kind: str
    """A kind of finding, `watch` or `guard`."""
    severity: Severity
    episode: str
    """Shared by its beginning, its worsening and its end."""
    account: str
    """The profile, otherwise the account's name."""
    gateway: str
    key: str | None = None
    key_id: int | None = None
    share: float | None = None
    """The key's share of the excess, 0 to 1."""
    since: datetime | None = None
    excess_usd: float | None = None
    sentence: str
    advice: str = ""
    """What to do about it."""

    @property
    def is_end(self) -> bool:
        """Whether its episode needs nothing more."""
        return self.state in (NoticeState.OVER, NoticeState.SEEING)

    @property
    def text(self) -> str:
        """Sentence and advice, for a person."""
        ends = not self.advice or self.sentence.endswith((".", "!", "?", "…", "。", "！", "？"))
        return f"{self.sentence}{'' if ends else '.'} {self.advice}".rstrip()

    def encoded(self) -> bytes:
        """The JSON object."""
        return json.encode(self)
