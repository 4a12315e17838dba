"""Compares what is wrong with an account with the notices given so far: the result is what to report now.

Pure. Past notices are the only memory, so nothing is reported twice or left out, whoever gave the last one and however
that aktop ended.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from tui.outbound.notice import WATCH, Notice, NoticeState
from tui.triage.findings import FindingKind
from tui.triage.severity import Severity

_STATES = {
    False: (NoticeState.BEGAN, NoticeState.OVER),
    True: (NoticeState.BLIND, NoticeState.SEEING),
}
"""The states of beginning and end; True is for the watching itself."""
GONE_AFTER = timedelta(hours=2)
"""An episode ends after this time without a trouble, for instance when what was known of it is lost."""


class Trouble(Struct, frozen=True):
    """Something that is wrong now."""

    id: str
    """Stays the same as long as it lasts."""
    kind: str
    severity: Severity
    """The worst so far."""
    since: datetime
    key_id: int | None = None
    """The key to blame."""
    causes: frozenset[int] = frozenset()
    """All keys blamed so far."""
    is_contained: bool = False


class Episode(Struct, frozen=True):
    """What was reported of one trouble, from its beginning."""

    id: str
    kind: str
    severity: Severity
    since: datetime
    told_at: datetime
    key_id: int | None = None
    causes: frozenset[int] = frozenset()
    states: frozenset[NoticeState] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether its end is still to be reported."""
        return not self.states & {NoticeState.OVER, NoticeState.SEEING}


Episodes = Mapping[str, Episode]
"""Episodes by id."""


class EpisodeNews(Struct, frozen=True):
    """Something to report about a trouble or, once that is over, about its episode."""

    state: NoticeState
    episode: str
    of: Trouble | Episode


def told_of(notices: Iterable[Notice]) -> dict[str, Episode]:
    """The episodes of some notices in order of time. What the guard did is not a trouble."""
    told: dict[str, Episode] = {}
    for notice in notices:
        if notice.state is NoticeState.ACTED:
            continue
        known = told.get(notice.episode)
        key = frozenset() if notice.key_id is None else frozenset({notice.key_id})
        if known is None or notice.state in (NoticeState.BEGAN, NoticeState.BLIND):
            told[notice.episode] = Episode(
                notice.episode,
                notice.kind,
                notice.severity,
                notice.since or notice.at,
                notice.at,
                notice.key_id,
                key,
                frozenset({notice.state}),
            )
            continue
        told[notice.episode] = replace(
            known,
            severity=max(known.severity, notice.severity, key=lambda one: one.rank),
            told_at=max(known.told_at, notice.at),
            key_id=notice.key_id if notice.key_id is not None else known.key_id,
            causes=known.causes | key,
            states=known.states | {notice.state},
        )
    return told


def news_of(
    told: Episodes,
    troubles: Iterable[Trouble],
    ended: frozenset[str],
    now: datetime,
    *,
    may_end: bool,
    looking_since: datetime,
) -> Iterator[EpisodeNews]:
    """What to report of the troubles of now. `ended` are episodes that are certainly over.

    Other episodes without a trouble end after a while of looking, but not while `may_end` says that not all was read.
    """
    alive: set[str] = set()
    # Exact ids go before mere likeness.
    for trouble in sorted(troubles, key=lambda one: one.id not in told):
        known = known_of(told, trouble)
        name = trouble.id if known is None else known.id
        if name in alive:
            continue  # for instance the spike of a key and that of its account, if one was reported
        alive.add(name)
        if known is None or not known.is_open:
            if not trouble.is_contained:
                yield EpisodeNews(_STATES[trouble.kind == WATCH][0], trouble.id, trouble)
            continue
        yield from _news_of_known(known, trouble)
    for episode in told.values():
        if not episode.is_open or episode.id in alive:
            continue
        unseen = now - max(episode.told_at, looking_since)
        if episode.id in ended or (may_end and unseen >= GONE_AFTER):
            yield EpisodeNews(_STATES[episode.kind == WATCH][1], episode.id, episode)


def _news_of_known(known: Episode, trouble: Trouble) -> Iterator[EpisodeNews]:
    if trouble.is_contained:
        if NoticeState.CONTAINED not in known.states:
            yield EpisodeNews(NoticeState.CONTAINED, known.id, trouble)
    elif NoticeState.CONTAINED in known.states:
        yield EpisodeNews(NoticeState.BEGAN, known.id, trouble)  # whoever was told that it is contained relies on that
    elif trouble.severity.rank > known.severity.rank:
        yield EpisodeNews(NoticeState.WORSE, known.id, trouble)
    elif trouble.key_id is not None and trouble.key_id not in known.causes:
        yield EpisodeNews(NoticeState.CAUSE, known.id, trouble)


def known_of(told: Episodes, trouble: Trouble) -> Episode | None:
    """The episode of a trouble: by id, otherwise the open one of the same kind and key.

    The id differs if an aktop found the trouble anew after losing what it knew.
    """
    own = told.get(trouble.id)
    if own is not None and own.is_open:
        return own
    same = (one for one in told.values() if one.is_open and one.kind == trouble.kind and _is_of_same(one, trouble))
    return next(same, own)


def _is_of_same(episode: Episode, trouble: Trouble) -> bool:
    """Whether both have the same key, or none; an account's spike matches that of a key identified later."""
    is_open = trouble.kind == FindingKind.SPIKE and None in (episode.key_id, trouble.key_id)
    return is_open or episode.key_id == trouble.key_id
