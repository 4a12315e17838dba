"""What a monitor knows of an account, as samples. Unknown and outdated figures are absent."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct

from tui.domain.account import Plan, Profile, Site, low_balance_threshold
from tui.domain.capabilities import Capability
from tui.domain.keys import ApiKey
from tui.domain.scope import Scope
from tui.monitor.burn import BASE_CALLS, burn_of
from tui.monitor.feed import Feed
from tui.monitor.question import Question
from tui.monitor.questions import AskAccountHistory, AskKeyCosts, AskKeys, AskPlans, AskProfile, AskSite
from tui.monitor.scoped import draws_on_wallet, errors_question
from tui.monitor.snapshot import Snapshot
from tui.outbound.metrics import families as f
from tui.outbound.metrics.bounds import OTHER, OTHER_KEY
from tui.outbound.metrics.counters import UNKNOWN_KEY, CallsKey, Counters
from tui.outbound.metrics.families import Family, Figures
from tui.triage.incidents import Incidents
from tui.triage.report import Report

PATIENCE = timedelta(minutes=2)
"""How long a figure is still exposed after its last successful read."""
MAX_SUSPECTS = 5


class View(Struct, frozen=True):
    """How figures are exposed."""

    account: str
    """The account's label."""
    has_names: bool = True
    """Whether to expose names of keys, groups and plans, and the gateway's address."""
    own_usd: Decimal | None = None
    """The low-balance threshold of the settings."""
    patience: timedelta = PATIENCE
    machine_ahead: timedelta = timedelta(0)
    """How far this machine's clock is ahead of the gateway's: timestamps are exposed in this machine's time."""


Found = tuple[Family, tuple[str, ...], float]
"""A sample with its labels, without the account."""


def figures_of(
    snapshot: Snapshot, report: Report | None, incidents: Incidents, counters: Counters, now: datetime, view: View
) -> Figures:
    """All figures at a moment."""
    account = snapshot.feed(AskProfile())
    found = [*_feeds(snapshot, now, view), *_incidents(incidents, view)]
    if not account.is_waiting:
        is_up = account.data is not None and account.failure is None and _is_fresh(account, now, view)
        found.append((f.UP, (), float(is_up)))
    if account.data is not None and _is_fresh(account, now, view):
        found += _account(snapshot, account.data, now, view)
        found += _keys(snapshot, counters, now, view)
        found += _counters(snapshot, counters, now, view)
        found += _plans(snapshot, now, view)
        found += _findings(report, snapshot, counters, now, view)
    return gathered(view.account, found)


def gathered(account: str, found: Iterable[Found]) -> Figures:
    """Samples by metric. Equal labels are summed, for instance two keys without a series."""
    figures: dict[Family, dict[tuple[str, ...], float]] = {}
    for family, labels, value in found:
        samples = figures.setdefault(family, {})
        labels = (account, *labels)
        samples[labels] = samples.get(labels, 0.0) + value
    return figures


def blind(figures: Figures, account: str) -> Figures:
    """What is left after a long silence: that the account is down, and the incidents that were seen."""
    kept = {family: samples for family, samples in figures.items() if family in f.OUTLIVES_BLINDNESS}
    return {f.UP: {(account,): 0.0}, **kept}


def _is_fresh(feed: Feed[Any], now: datetime, view: View) -> bool:
    """Whether the last answer is recent enough to count as current."""
    return feed.fetched_at is not None and now - feed.fetched_at <= view.patience


def _stands(feed: Feed[Any], now: datetime, view: View) -> bool:
    """The same for questions asked only after a change: their answer stands until it can no longer be read."""
    return feed.data is not None and (feed.failure is None or _is_fresh(feed, now, view))


def _unix(moment: datetime, view: View) -> float:
    return round((moment + view.machine_ahead).timestamp(), 3)


def _account(snapshot: Snapshot, profile: Profile, now: datetime, view: View) -> Iterator[Found]:
    site = snapshot.data(AskSite()) or Site()
    yield f.ACCOUNT, (snapshot.gateway_url if view.has_names else "", site.version), 1.0
    if snapshot.capabilities.can(Capability.BALANCE):
        yield f.BALANCE, (), float(profile.balance_usd)
        threshold = low_balance_threshold(site, profile, view.own_usd)
        if threshold is not None:
            yield f.THRESHOLD, (), float(threshold.usd)
        burn = burn_of(snapshot, profile.balance_usd, now) if _stands(snapshot.feed(BASE_CALLS), now, view) else None
        if burn is not None and burn.empty_at is not None and draws_on_wallet(snapshot, now):
            yield f.TIME_TO_EMPTY, ("recent",), _seconds(burn.empty_at - now)
    budget = snapshot.budget
    if budget is not None:
        yield f.BLOCKED, (), budget.blocked_for_s
        for tier, used, allowed in (
            ("global", budget.global_used, budget.global_allowed),
            ("heavy", budget.heavy_used, budget.heavy_allowed),
        ):
            yield f.BUDGET_USED, (tier,), used
            if allowed:
                yield f.BUDGET_LIMIT, (tier,), allowed


def _keys(snapshot: Snapshot, counters: Counters, now: datetime, view: View) -> Iterator[Found]:
    if not _is_fresh(snapshot.feed(AskKeys()), now, view):
        return
    costs = snapshot.data(AskKeyCosts()) if _stands(snapshot.feed(AskKeyCosts()), now, view) else None
    for key in snapshot.data(AskKeys()) or ():
        is_own = key.id in counters.keys
        name = _key(key.id if is_own else OTHER_KEY, counters, view)
        if key.in_flight is not None:
            yield f.KEY_IN_FLIGHT, name, key.in_flight
        if costs is not None and key.id in costs:
            yield f.KEY_TODAY, name, float(costs[key.id].today_usd)
        if is_own:
            yield from _limits(key, name, now, view)


def _limits(key: ApiKey, name: tuple[str, str], now: datetime, view: View) -> Iterator[Found]:
    group = key.group.name if key.group is not None and view.has_names else str(key.group_id or "")
    yield f.KEY_STATUS, (*name, group, key.status(now).value), 1.0
    if key.quota_usd > 0:
        yield f.KEY_QUOTA_LIMIT, name, float(key.quota_usd)
        yield f.KEY_QUOTA_USED, name, float(key.quota_used_usd)
    for window in key.windows:
        if window.limit_usd > 0:
            yield f.KEY_WINDOW_LIMIT, (*name, window.name.value), float(window.limit_usd)
            yield f.KEY_WINDOW_USED, (*name, window.name.value), float(window.used_at(now))
    if key.expires_at is not None:
        yield f.KEY_EXPIRES, name, _unix(key.expires_at, view)


def _counters(snapshot: Snapshot, counters: Counters, now: datetime, view: View) -> Iterator[Found]:
    """No counters while their records cannot be read: what they miss would look like a jump afterwards."""
    if counters.is_counting and _stands(snapshot.feed(BASE_CALLS), now, view):
        assert counters.whole_from is not None
        groups = _group_names(snapshot) if view.has_names else {}
        yield f.COUNTED_FROM, (), _unix(counters.whole_from, view)
        yield f.WALLET, (), float(counters.wallet_usd)
        for series, total in counters.shown_calls():
            labels = _call_labels(series, groups, counters, view)
            yield f.KEY_BILLED, labels, float(total.billed_usd)
            yield f.KEY_REQUESTS, labels, total.requests
            yield f.KEY_TOKENS, (*labels, "input"), total.input_tokens
            yield f.KEY_TOKENS, (*labels, "output"), total.output_tokens
            yield f.KEY_TOKENS, (*labels, "cache_creation"), total.cache_creation_tokens
            yield f.KEY_TOKENS, (*labels, "cache_read"), total.cache_read_tokens
    if counters.counts_errors and _stands(snapshot.feed(errors_question(Scope(), snapshot, now)), now, view):
        for (key_id, name, status, category), failed in counters.shown_errors():
            whose = ("", name if view.has_names else "") if key_id == UNKNOWN_KEY else _key(key_id, counters, view)
            yield f.KEY_ERRORS, (*whose, status, category), failed.requests


def _call_labels(series: CallsKey, groups: Mapping[str, str], counters: Counters, view: View) -> tuple[str, ...]:
    key_id, group, model = series
    return *_key(key_id, counters, view), groups.get(group, group), model


def _key(key_id: int, counters: Counters, view: View) -> tuple[str, str]:
    """Id and name of a key."""
    if key_id == OTHER_KEY:
        return OTHER, OTHER if view.has_names else ""
    return str(key_id), counters.names.get(key_id, "") if view.has_names else ""


def _group_names(snapshot: Snapshot) -> dict[str, str]:
    groups = (key.group for key in snapshot.data(AskKeys()) or ())
    return {str(group.id): group.name for group in groups if group is not None and group.name}


def _plans(snapshot: Snapshot, now: datetime, view: View) -> Iterator[Found]:
    plans: tuple[Plan, ...] = snapshot.data(AskPlans()) or ()
    for plan in plans if _stands(snapshot.feed(AskPlans()), now, view) else ():
        name = str(plan.id), plan.group_name if view.has_names else ""
        if plan.expires_at is not None:
            yield f.PLAN_EXPIRES, name, _unix(plan.expires_at, view)
        for window in plan.windows:
            yield f.PLAN_LIMIT, (*name, window.name), float(window.limit_usd)
            yield f.PLAN_USED, (*name, window.name), float(window.used_at(now))
            if window.resets_at is not None and window.resets_at > now:
                yield f.PLAN_RESETS, (*name, window.name), _unix(window.resets_at, view)


def _incidents(incidents: Incidents, view: View) -> Iterator[Found]:
    for one in incidents.firing:
        whose = str(one.key_id) if one.key_id is not None else ""
        yield f.FINDING, (one.kind.value, one.severity.value, whose), 1.0
        yield f.FINDING_SINCE, (one.kind.value, whose), _unix(one.since, view)


def _findings(
    report: Report | None, snapshot: Snapshot, counters: Counters, now: datetime, view: View
) -> Iterator[Found]:
    if report is None or not snapshot.capabilities.can(Capability.CALLS):
        return
    yield f.WHOLE, (), float(report.is_whole)
    for basis, empty_at in (("usual", report.usual_empty_at), ("current", report.current_empty_at)):
        if empty_at is not None:
            yield f.TIME_TO_EMPTY, (basis,), _seconds(empty_at - now)
    for suspect in report.suspects[:MAX_SUSPECTS] if report.is_incident else ():
        name = _key(suspect.key_id if suspect.key_id in counters.keys else OTHER_KEY, counters, view)
        yield f.SUSPECT_SHARE, name, suspect.share
        yield f.SUSPECT_USD, name, max(0.0, suspect.actual_usd - suspect.expected_usd)


def _seconds(span: timedelta) -> float:
    return max(0.0, span.total_seconds())


def _feeds(snapshot: Snapshot, now: datetime, view: View) -> Iterator[Found]:
    """How fresh each feed is, and why one cannot be read."""
    asked: tuple[tuple[str, Question[Any]], ...] = (
        ("site", AskSite()),
        ("keys", AskKeys()),
        ("key_costs", AskKeyCosts()),
        ("calls", BASE_CALLS),
        ("errors", errors_question(Scope(), snapshot, now)),
        ("plans", AskPlans()),
        ("account_history", AskAccountHistory()),
    )
    for name, feed in (("account", snapshot.feed(AskProfile())), *((name, snapshot.feed(one)) for name, one in asked)):
        if feed.fetched_at is not None:
            yield f.FEED_AT, (name,), _unix(feed.fetched_at, view)
        if feed.failure is not None:
            yield f.FEED_FAILING, (name, feed.failure.kind.value), 1.0
