"""The Snapshot: everything known of the account at a moment, as one frozen value."""

from collections.abc import Mapping, Set
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from msgspec.structs import replace

from tui.domain.api_key_mode import ApiKeyTag
from tui.domain.capabilities import Capabilities
from tui.domain.keys import ApiKey
from tui.domain.memo import Memo
from tui.gateway.budget import BudgetUse
from tui.monitor.calls.log import CallView
from tui.monitor.feed import Feed
from tui.monitor.question import Question
from tui.monitor.questions import AskCalls, AskKeys, AskProfile, AskSite
from tui.monitor.refresh_policy import SETTLE

T = TypeVar("T")
UNHEARD: Feed[Any] = Feed()


class Snapshot(Struct, frozen=True, eq=False):
    """What is known: the last answer to each question, and the call logs. Equal to itself only.

    `zone` is the user's; `active_at` is when the account was last seen in use; `capabilities` say what its source can
    tell and do, as far as is known; `api_keys` are those of API-key mode. `memo` caches what is computed from this
    Snapshot and from those before and after it.
    """

    gateway_url: str
    zone: ZoneInfo
    feeds: Mapping[Question[Any], Feed[Any]] = field(default_factory=lambda: MappingProxyType({}))
    calls: Mapping[AskCalls, CallView] = field(default_factory=lambda: MappingProxyType({}))
    active_at: datetime | None = None
    budget: BudgetUse | None = None
    capabilities: Capabilities = Capabilities()
    api_keys: tuple[ApiKeyTag, ...] = ()
    halted: Mapping[int, datetime] = field(default_factory=lambda: MappingProxyType({}))
    """Keys that were seen to come to a halt – they cannot call, and none of their calls is in progress – and when."""
    memo: Memo = field(default_factory=Memo)

    def feed(self, question: Question[T]) -> Feed[T]:
        """The feed of a question."""
        return cast("Feed[T]", self.feeds.get(question, UNHEARD))

    def data(self, question: Question[T]) -> T | None:
        """The last answer to a question."""
        return self.feed(question).data

    @property
    def server_zone(self) -> ZoneInfo:
        """The zone in which the gateway's days begin; the user's own until the gateway reports it."""
        site, profile = self.data(AskSite()), self.data(AskProfile())
        return (site.zone() if site else None) or (profile.server_zone() if profile else None) or self.zone

    def knows_calls_of(self, key_id: int, question: AskCalls) -> bool:
        """Whether calls were read after a key had come to a halt: before, its last ones may be missing."""
        halted_at, read_at = self.halted.get(key_id), self.feed(question).fetched_at
        return read_at is not None and (halted_at is None or read_at >= halted_at)

    def key(self, key_id: int) -> ApiKey | None:
        """The key with that id, if the account still has it."""
        return next((key for key in self.data(AskKeys()) or () if key.id == key_id), None)

    def completed(self, later: "Snapshot", at: datetime, awaited: Set[Question[Any]]) -> "Snapshot":
        """This Snapshot plus what was first asked later, up to a moment, so that a held picture can be explored.

        What it shows stays as it is, and what was `awaited` when it was held stays missing.
        """
        unheard = {
            question: feed
            for question, feed in later.feeds.items()
            if question not in awaited and self.feed(question).is_waiting and not feed.is_waiting
        }
        if not unheard:
            return self
        views = ((q, later.calls[q]) for q in unheard if isinstance(q, AskCalls) and q in later.calls)
        calls = {q: view.until(at) for q, view in views}
        return replace(
            self,
            feeds=MappingProxyType({**self.feeds, **unheard}),
            calls=MappingProxyType({**self.calls, **calls}),
        )

    def was_used_since(self, key_id: int, moment: datetime | None) -> bool:
        """Whether a key may have been used since a moment; True if unknown."""
        key = self.key(key_id)
        return key is None or moment is None or used_since(key, moment)


def used_since(key: ApiKey, moment: datetime) -> bool:
    """Whether a key may have been used since a moment."""
    return key.last_used_at is not None and key.last_used_at + SETTLE > moment
