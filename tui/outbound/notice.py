"""A notice: what is told of an account while nobody looks, as one JSON object."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct, json

from tui.triage.severity import Severity

SCHEMA = 1
WATCH, GUARD = "watch", "guard"
"""Kinds beside those of findings: of the watching itself, and of what the guard did."""


class NoticeState(StrEnum):
    """What has happened to what a notice is about."""

    BEGAN = "began"
    WORSE = "worse"
    CAUSE = "cause"
    CONTAINED = "contained"
    OVER = "over"
    BLIND = "blind"
    SEEING = "seeing"
    ACTED = "acted"


class Notice(Struct, frozen=True, kw_only=True):
    """One thing that is told once. Moments are aware, money is in USD; what is not known is None.

    Its texts are inert, and hold no secret. New members may follow under the same schema; none changes its meaning.
    """

    schema: int = SCHEMA
    id: str
    """The same for the same news, also after a restart: who has seen it need not act on it again."""
    at: datetime
    state: NoticeState
    kind: str
    """A kind of finding, `watch` or `guard`."""
    severity: Severity
    episode: str
    """What its beginning, its worsening and its end have in common."""
    account: str
    """The profile, else the name of the account."""
    gateway: str
    key: str | None = None
    key_id: int | None = None
    share: float | None = None
    """The key's part of the excess, 0 to 1."""
    since: datetime | None = None
    excess_usd: float | None = None
    sentence: str
    advice: str = ""
    """What to do about it."""

    @property
    def is_end(self) -> bool:
        """Whether nothing more is to be done about its episode."""
        return self.state in (NoticeState.OVER, NoticeState.SEEING)

    @property
    def text(self) -> str:
        """Sentence and advice, for a person."""
        ends = not self.advice or self.sentence.endswith((".", "!", "?", "…", "。", "！", "？"))
        return f"{self.sentence}{'' if ends else '.'} {self.advice}".rstrip()

    def encoded(self) -> bytes:
        """The JSON object."""
        return json.encode(self)
