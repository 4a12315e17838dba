"""What to report of one account, in words: its incidents, its balance, and whether it can be watched."""

from collections.abc import Container, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from tui.account.context import AccountContext
from tui.config import rerun_command
from tui.domain.failure import SIGN_IN_HELPS, Failure
from tui.domain.text import inert
from tui.gateway.auth.sessions import FixedSession
from tui.monitor.burn import BASE_CALLS
from tui.monitor.questions import AskProfile
from tui.monitor.snapshot import Snapshot
from tui.outbound.episodes import Episode, EpisodeNews, Episodes, Trouble, known_of, news_of
from tui.outbound.notice import WATCH, Notice, NoticeState
from tui.present import failures, low_balance, notice_words
from tui.present.display_context import DisplayContext, context_of
from tui.triage.findings import FindingKind
from tui.triage.incident_figures import IncidentFigures, figures_of
from tui.triage.incident_history import IncidentRecord
from tui.triage.incidents import Incident, NoticeKind, Phase
from tui.triage.report import Report
from tui.triage.severity import Severity
from widgets.values import Emphasis

BLIND_AFTER = timedelta(minutes=10)
FIRST_LOOK_FOR = timedelta(minutes=2)
"""How long to wait for figures beyond a first look: a notice cannot be corrected afterwards."""
HIDDEN = "•••"


class WordedNotice(NamedTuple):
    """A notice, and its version without names and addresses."""

    notice: Notice
    private: Notice


class Reporter:
    """Compares an account with what was reported of it. `blind_after` is the longest acceptable silence."""

    def __init__(self, account: AccountContext, blind_after: timedelta = BLIND_AFTER) -> None:
        self._account = account
        self._blind_after = blind_after
        self._began = account.services.clock.now()
        self._alarm: low_balance.Alarm | None = None
        self._looking_closer_since: datetime | None = None

    def told(self, before: Episodes, taken: Container[str]) -> list[WordedNotice]:
        """The notices due after a judgement. `taken` are the ids of past notices."""
        now, tracker = self._account.services.clock.now(), self._account.tracker
        snapshot, report = self._account.monitor.snapshot, tracker.report
        state = _State(snapshot, report, context_of(snapshot, now))
        troubles, ended = dict[str, Trouble](), set[str]()
        blindness = self._blindness(snapshot, now)
        if blindness is not None:
            troubles[blindness.id] = blindness
        else:
            ended |= _open_of(before, WATCH)
        looks_closer = self._looks_closer(report, now)
        balance = None if looks_closer else self._balance(before, state, troubles)
        if balance is False:
            ended |= _open_of(before, FindingKind.LOW_BALANCE)
        open_now = () if looks_closer else tracker.incidents.open.values()
        incidents = {one.id: one for one in open_now}
        for incident in incidents.values():
            trouble = self._trouble(incident, report)
            known = known_of(before, trouble)
            # A killed aktop may have reported what this one has not; what was contained since is not reported anew.
            was_told = incident.was_told or (known is not None and known.is_open)
            if incident.kind is FindingKind.LOW_BALANCE or not was_told:
                continue
            if incident.phase is Phase.PLANNED:
                ended |= _ids(known)
            else:
                troubles[trouble.id] = trouble
        for notice in tracker.incidents.notices:
            if notice.told is NoticeKind.OVER:
                incidents.setdefault(notice.incident.id, notice.incident)
                ended |= _ids(known_of(before, self._trouble(notice.incident, report)))
        may_end = blindness is None and report is not None and report.is_whole
        found = news_of(before, troubles.values(), frozenset(ended), now, may_end=may_end, looking_since=self._began)
        return list(self._worded(found, incidents, state, taken))

    def _looks_closer(self, report: Report | None, now: datetime) -> bool:
        """Whether a closer look at the findings is under way."""
        if report is None or not report.is_first_look:
            self._looking_closer_since = None
            return report is None
        if self._looking_closer_since is None:
            self._looking_closer_since = now
        return now - self._looking_closer_since < FIRST_LOOK_FOR

    def _blindness(self, snapshot: Snapshot, now: datetime) -> Trouble | None:
        """The trouble that nothing was heard for too long despite polling."""
        feeds = snapshot.feed(AskProfile()), snapshot.feed(BASE_CALLS)
        heard_at = min(feed.fetched_at or self._began for feed in feeds)
        failure = _failure(snapshot)
        if failure is None or now - heard_at < self._blind_after:
            return None
        # Without a session calls go on unseen; if the gateway is down there are none.
        severity = Severity.CRITICAL if failure.kind in SIGN_IN_HELPS else Severity.WARNING
        return Trouble(f"{WATCH}-blind-{heard_at:%Y%m%dT%H%M}", WATCH, severity, heard_at)

    def _balance(self, before: Episodes, state: "_State", troubles: dict[str, Trouble]) -> bool | None:
        """Whether the balance is low, which becomes a trouble; None if unknown, or if another finding covers it."""
        snapshot, report = state.snapshot, state.report
        if snapshot.data(AskProfile()) is None or snapshot.feed(AskProfile()).failure is not None or report is None:
            return None
        if self._alarm is None:
            self._alarm = low_balance.Alarm(is_on=bool(_open_of(before, FindingKind.LOW_BALANCE)))
        own_usd = self._account.services.settings.low_balance_usd
        self._alarm = low_balance.step(self._alarm, snapshot, state.look, report, own_usd)
        line = low_balance.news(self._alarm, snapshot, state.look, report, own_usd)
        if not line:
            return False
        first = report.comes_first
        if first is not None and self._account.tracker.incidents.of(*first.identity) is not None:
            return None  # refused calls say more
        severity = Severity.CRITICAL if line[0].emphasis is Emphasis.CRITICAL else Severity.WARNING
        name = f"{FindingKind.LOW_BALANCE}-account-{state.look.now:%Y%m%dT%H%M}"
        troubles[name] = Trouble(name, FindingKind.LOW_BALANCE, severity, state.look.now)
        return True

    def _trouble(self, incident: Incident, report: Report | None) -> Trouble:
        record = self._record(incident.id)
        found = report.findings if report is not None else ()
        is_stopped = any(one.identity == incident.identity and one.is_contained for one in found)
        is_contained = is_stopped or (record is not None and record.contained_at is not None)
        return Trouble(
            incident.id,
            incident.kind,
            incident.severity,
            incident.since,
            incident.blamed,
            incident.told_causes,
            is_contained,
        )

    def _record(self, incident_id: str) -> IncidentRecord | None:
        return next((one for one in self._account.tracker.records if one.id == incident_id), None)

    def _worded(
        self, found: Iterator[EpisodeNews], incidents: dict[str, Incident], state: "_State", taken: Container[str]
    ) -> Iterator[WordedNotice]:
        for news in found:
            number, name = 1, f"{news.episode}-{news.state}"
            if news.state is NoticeState.CAUSE:
                name += f"-{news.of.key_id}"
            while (unique := name if number == 1 else f"{name}-{number}") in taken:
                number += 1
            incident = incidents.get(news.of.id) or _as_incident(news.of)
            yield WordedNotice(
                self._notice(unique, news, incident, state),
                self._notice(unique, news, incident, state.in_private()),
            )

    def _notice(self, name: str, news: EpisodeNews, incident: Incident | None, state: "_State") -> Notice:
        services, of, look = self._account.services, news.of, state.look
        record = self._record(news.of.id)
        figures = IncidentFigures(of.key_id, of.since)
        if incident is not None and news.state is not NoticeState.OVER:
            figures = figures_of(incident, state.report)
        excess_usd = figures.excess_usd
        if excess_usd is None and record is not None:
            excess_usd = record.excess_usd
        words = rerun_command.command
        login = words(services.settings, "login")
        disable = words(services.settings, "key", "disable", str(of.key_id), "--yes", names=rerun_command.AS_ACCOUNT)
        triage = words(services.settings, "triage", names=rerun_command.AS_ACCOUNT)
        failure, advice = _failure(state.snapshot), ""
        if news.state is NoticeState.BLIND and failure is not None:
            is_by_hand = isinstance(services.client.sessions, FixedSession)
            advice = failures.how_to_sign_in(failure, login, is_by_hand=is_by_hand)
        elif news.state not in (NoticeState.OVER, NoticeState.SEEING, NoticeState.CONTAINED):
            advice = notice_words.advice(of.kind, of.key_id, disable, triage)
        key = state.snapshot.key(of.key_id) if of.key_id is not None else None
        key_name = key.name if key is not None else record.key_name if record is not None else None
        return Notice(
            id=name,
            at=look.now,
            state=news.state,
            kind=of.kind,
            severity=of.severity,
            episode=news.episode,
            account=HIDDEN if look.privacy else account_label(self._account),
            gateway="" if look.privacy else services.client.base_url,
            key=None if look.privacy else key_name,
            key_id=of.key_id,
            share=round(figures.share, 4) if figures.share is not None else None,
            since=figures.since,
            excess_usd=round(excess_usd, 6) if excess_usd is not None else None,
            sentence=inert(self._sentence(news, incident, excess_usd, state)),
            advice=inert(advice),
        )

    def _sentence(self, news: EpisodeNews, incident: Incident | None, excess_usd: float | None, state: "_State") -> str:
        snapshot, report, look = state.snapshot, state.report, state.look
        if news.state is NoticeState.BLIND:
            return notice_words.blind_sentence(news.of.severity, _failure(snapshot), news.of.since, look)
        if news.state is NoticeState.SEEING:
            return notice_words.seeing_sentence(look.now - news.of.since)
        if news.of.kind == FindingKind.LOW_BALANCE:
            if news.state is NoticeState.OVER:
                return notice_words.balance_over_sentence(snapshot)
            own_usd = self._account.services.settings.low_balance_usd
            assert self._alarm is not None
            return notice_words.plain(low_balance.news(self._alarm, snapshot, look, report, own_usd))
        assert incident is not None
        if news.state is NoticeState.OVER and incident.phase is Phase.PLANNED:
            return notice_words.planned_sentence(incident, snapshot, look)
        if news.state is NoticeState.OVER:
            return notice_words.over_sentence(incident, excess_usd, snapshot, look)
        if news.state is NoticeState.CONTAINED:
            return notice_words.contained_sentence(incident, excess_usd, snapshot, look)
        assert report is not None
        return notice_words.seen_sentence(incident, report, snapshot, look)


class _State(NamedTuple):
    snapshot: Snapshot
    report: Report | None
    look: DisplayContext

    def in_private(self) -> "_State":
        return self._replace(look=replace(self.look, privacy=True))


def account_label(account: AccountContext) -> str:
    """The account's name outside this machine: its profile, otherwise its own name."""
    if account.services.settings.profile:
        return account.services.settings.profile
    profile = account.monitor.snapshot.data(AskProfile())
    return (profile.username or profile.email) if profile is not None else ""


def _failure(snapshot: Snapshot) -> Failure | None:
    """What prevents the account from being watched."""
    return snapshot.feed(AskProfile()).failure or snapshot.feed(BASE_CALLS).failure


def _open_of(told: Episodes, kind: str) -> set[str]:
    return {one.id for one in told.values() if one.is_open and one.kind == kind}


def _ids(episode: Episode | None) -> set[str]:
    return set() if episode is None else {episode.id}


def _as_incident(of: Trouble | Episode) -> Incident | None:
    """An incident rebuilt from an episode when nothing else is known of it."""
    if of.kind not in frozenset(FindingKind):
        return None
    return Incident(FindingKind(of.kind), of.key_id, Phase.COOLING, of.severity, of.since, of.since, of.key_id)
