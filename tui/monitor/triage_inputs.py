"""From a Snapshot to the inputs of triage."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from tui.domain.capabilities import Capability, Lack
from tui.domain.clock import CLOCK_AHEAD, floor_hour, floor_minute
from tui.domain.failure import Failure
from tui.domain.keys import KeyCost
from tui.domain.memo import Memo, memoize_last, memoize_recent
from tui.domain.scope import RangeName, Scope
from tui.domain.usage import Call
from tui.monitor.burn import BASE_CALLS, stopped_keys
from tui.monitor.calls.by_key import last_calls
from tui.monitor.calls.hours import HourUses
from tui.monitor.calls.log import CallLog, CallView
from tui.monitor.calls.rollups import facets_of
from tui.monitor.feed import Feed
from tui.monitor.histories import current_account, current_histories, deleted_keys, is_account_current
from tui.monitor.question import Question
from tui.monitor.questions import (
    HISTORY_DAYS,
    AskAccountHistory,
    AskCalls,
    AskKeyCosts,
    AskKeyHistory,
    AskKeys,
    AskPlans,
    AskProfile,
)
from tui.monitor.recent_use import (
    begin_of,
    dear_from,
    hour_uses,
    is_hour_whole,
    running_by_key,
    running_of_all,
    told_of,
)
from tui.monitor.scoped import draws_on_wallet, errors_of, errors_question, has_plans
from tui.monitor.snapshot import Snapshot
from tui.monitor.uses import RECENT_SPANS, UsualUses, recent_uses, uses_since
from tui.triage.baselines import week_usd
from tui.triage.find import find
from tui.triage.gaps import Gap, Input
from tui.triage.inputs import Inputs
from tui.triage.origins import SeenOrigins, learn
from tui.triage.plans import PlanUsage
from tui.triage.prices import KnownPrices, PriceLedger
from tui.triage.report import Report
from tui.triage.spikes import RunningHour
from tui.triage.suspects import first_look

TRIAGE_CALLS = AskCalls(back_to=RangeName.H24)
"""The call records behind a verdict with its cause. A forecast needs the running hour only: `BASE_CALLS`."""
DAY = timedelta(hours=24)
MIN_HOUR_USD, MIN_HOUR_SHARE = 0.10, 0.001
"""No rule flags a key whose dearest hour of the last day is below this amount and this share of the account's week:
rules for keys need more, and slow spend needs a twentieth of a week in a day.
"""
TEN_MINUTES = timedelta(minutes=10)
RECENT_CALLS = timedelta(minutes=60)
MAX_RECENT_CALLS = 5000
"""For a key with thirty calls a second this is three minutes, typical of its whole hour."""
MIN_PACE = timedelta(seconds=30)
_TOLD_BY = {
    Input.ERRORS: Capability.ERRORS,
    Input.PLANS: Capability.PLANS,
    Input.KEY_HISTORIES: Capability.FILTERS,
}
"""The capability behind an input, if some sources lack it."""
NOWHERE: Mapping[int, SeenOrigins] = MappingProxyType({})
NO_PRICES = KnownPrices()


def triage_questions(snapshot: Snapshot, now: datetime, awaited: Collection[int] = ()) -> tuple[Question[Any], ...]:
    """What triage needs, most telling first: costs, account, errors, then keys by suspicion.

    Histories of `awaited` keys, which a verdict waits for, come before the others.
    """
    costs = snapshot.data(AskKeyCosts()) or {}
    used = [
        key
        for key in snapshot.data(AskKeys()) or ()
        if key.bills_wallet and key.last_used_at is not None and now - key.last_used_at < _SPAN
    ]
    excess = _excess_usd(snapshot.memo, costs, _day_part(snapshot, now))
    used.sort(key=lambda key: (key.id in awaited, excess.get(key.id, 0.0)), reverse=True)
    histories = (AskKeyHistory(key.id, key.id in awaited) for key in used)
    plans = (AskPlans(),) if has_plans(snapshot) else ()
    errors = errors_question(Scope(), snapshot, now)
    return (AskKeyCosts(), TRIAGE_CALLS, AskAccountHistory(), errors, *plans, *histories)


def needed_histories(snapshot: Snapshot, now: datetime) -> tuple[AskKeyHistory, ...]:
    """The histories without which something may go unseen: those of keys with enough recent wallet cost."""
    view, start = snapshot.calls.get(BASE_CALLS), floor_minute(now - DAY)
    used = [
        key
        for key in snapshot.data(AskKeys()) or ()
        if key.bills_wallet and key.last_used_at is not None and key.last_used_at >= start
    ]
    if view is not None and view.covers(start):
        dearest = _dearest_hours(view, now)
        account = current_account(snapshot, now)
        week = week_usd(account, floor_hour(now)) if account is not None else 0.0
        least_usd = max(MIN_HOUR_USD, MIN_HOUR_SHARE * week)
        used = [key for key in used if dearest.get(key.id, 0.0) >= least_usd]
    return tuple(AskKeyHistory(key.id) for key in used)


def _dearest_hours(view: CallView, now: datetime) -> dict[int, float]:
    """Wallet cost of the dearest hour of the last day, by key, in USD."""
    *over, running = hour_uses(view, now).values() or ({},)
    dearest = dict(_dearest_of(view.log.memo, tuple(over)))
    for key_id, use in running.items():
        dearest[key_id] = max(use.usd, dearest.get(key_id, 0.0))
    return dearest


@memoize_last()
def _dearest_of(_memo: Memo, hours: tuple[HourUses, ...]) -> dict[int, float]:
    """Cached: an unchanged past hour is the very same object."""
    dearest: dict[int, float] = {}
    for uses in hours:
        for key_id, use in uses.items():
            dearest[key_id] = max(use.usd, dearest.get(key_id, 0.0))
    return dearest


_SPAN = timedelta(days=HISTORY_DAYS)


@memoize_last()
def _excess_usd(_memo: Memo, costs: Mapping[int, KeyCost], day_part: float) -> dict[int, float]:
    return {one.key_id: one.excess_usd for one in first_look(costs, day_part)}


def report_of(snapshot: Snapshot, now: datetime, calls: AskCalls = TRIAGE_CALLS) -> Report:
    """What triage finds in a Snapshot, with call records as deep as `calls` wants them."""
    return find(inputs_of(snapshot, now, calls=calls))


def inputs_of(
    snapshot: Snapshot,
    now: datetime,
    seen: Mapping[int, SeenOrigins] = NOWHERE,
    prices: KnownPrices = NO_PRICES,
    *,
    calls: AskCalls = TRIAGE_CALLS,
) -> Inputs:
    """Collect what is known. `seen` and `prices` are kept knowledge of where keys were used and what they were charged
    before the call records begin.
    """
    view = snapshot.calls.get(BASE_CALLS)
    profile = snapshot.data(AskProfile())
    histories = current_histories(snapshot, now)
    account = current_account(snapshot, now)
    costs = {key_id: history.cost for key_id, history in histories.items()}
    running, is_whole = running_by_key(view, costs, now), is_hour_whole(view, now)
    told_usd = 0.0 if is_whole else told_of(account, floor_hour(now))
    needed = needed_histories(snapshot, now)
    awaited = tuple(question.key_id for question in needed if question.key_id not in histories)
    recent_calls, recent_from = _recent_calls(view, now)
    are_old = snapshot.feed(BASE_CALLS).failure is not None
    is_reading = calls.wants_more(view, now, snapshot.zone)
    has_wallet = snapshot.capabilities.can(Capability.BALANCE) and draws_on_wallet(snapshot, now)
    return Inputs(
        now=now,
        account=account,
        keys=costs,
        running=running_of_all(running, told_usd) or (RunningHour() if is_whole else None),
        running_by_key=running,
        costs=_wallet_costs(snapshot),
        day_part=_day_part(snapshot, now),
        uses_since=lambda key_ids, since: uses_since(view, key_ids, since, now, is_reading=is_reading),
        usual_uses=UsualUses(histories, snapshot, now),
        recent_calls=recent_calls,
        failed=errors_of(Scope(), snapshot, now),
        failed_from=_failed_from(snapshot, now),
        balance_usd=float(profile.balance_usd) if profile is not None and has_wallet else None,
        zone=snapshot.zone,
        # If calls cannot be read any more, the absence of newer ones means nothing.
        recent_from=None if are_old else recent_from,
        recent_uses=tuple(recent_uses(view, span, now, is_reading=is_reading) for span in RECENT_SPANS),
        # In half of the records, an address in daily use looks new.
        seen=seen if is_reading else seen_origins(view, now, seen),
        prices=prices if is_reading else known_prices(view, now, prices),
        key_names={key.id: key.name for key in snapshot.data(AskKeys()) or ()},
        plans=tuple(_plan_uses(snapshot, view, now)),
        paces=None if are_old else _paces(view, now),
        awaits_calls=view is None and snapshot.feed(BASE_CALLS).is_waiting,
        is_hour_whole=is_whole,
        gaps=tuple(_gaps(snapshot, now, calls, len(needed), awaited)),
        awaited=awaited,
        hour_uses=hour_uses(view, now),
        stopped={**dict(_stopped(snapshot, now)), **deleted_keys(snapshot, now)},
        deleted=frozenset(deleted_keys(snapshot, now)),
        begin_of=lambda key_id, since: begin_of(view, key_id, since, now),
        dear_from=lambda key_id, hour: dear_from(view, key_id, hour, now),
        memo=snapshot.memo,
    )


def _failed_from(snapshot: Snapshot, now: datetime) -> datetime | None:
    """Since when no failed call is missing; None if all of the days are here."""
    page = snapshot.data(errors_question(Scope(), snapshot, now))
    is_cut = page is not None and page.total > len(page.items) > 0
    return page.items[-1].at if page is not None and is_cut else None


def _stopped(snapshot: Snapshot, now: datetime) -> Iterator[tuple[int, datetime]]:
    """Keys that can no longer call, with their last call, once calls were read after they had come to a halt.

    While keys or calls cannot be read, those that could not call stay stopped as long as they do not call.
    """
    keys, calls, view = snapshot.feed(AskKeys()), snapshot.feed(BASE_CALLS), snapshot.calls.get(BASE_CALLS)
    if view is None or keys.data is None:
        return
    feeds = (calls,) if keys.failure is None else (calls, keys)
    stopped = stopped_keys(snapshot, now)
    for key in keys.data:
        if key.id not in stopped or not snapshot.knows_calls_of(key.id, BASE_CALLS):
            continue
        last = last_calls(view.log).get(key.id, key.last_used_at)
        if last is not None and all(feed.fetched_at is not None and feed.fetched_at > last for feed in feeds):
            yield key.id, last


def _gaps(snapshot: Snapshot, now: datetime, calls: AskCalls, needed: int, awaited: Sequence[int]) -> Iterator[Gap]:
    """The inputs that are missing, old or incomplete."""
    asked: tuple[tuple[Input, Question[Any]], ...] = (
        (Input.PROFILE, AskProfile()),
        (Input.KEYS, AskKeys()),
        (Input.KEY_COSTS, AskKeyCosts()),
        (Input.ERRORS, errors_question(Scope(), snapshot, now)),
    )
    for name, question in (*asked, *(((Input.PLANS, AskPlans()),) if has_plans(snapshot) else ())):
        feed = snapshot.feed(question)
        if feed.data is None or feed.failure is not None:
            yield Gap(name, feed.failure, _read_at(feed), lack=_lack_of(name, feed.failure, snapshot))
    yield from _gap_in_calls(snapshot, now, calls)
    feed = snapshot.feed(AskAccountHistory())
    if not is_account_current(snapshot, now):
        yield Gap(Input.HISTORY, feed.failure, _read_at(feed))
    if awaited:
        failed = (snapshot.feed(AskKeyHistory(key_id)).failure for key_id in awaited)
        failure = next((one for one in failed if one is not None), None)
        lack = _lack_of(Input.KEY_HISTORIES, failure, snapshot)
        yield Gap(Input.KEY_HISTORIES, failure, done=needed - len(awaited), total=needed, lack=lack)


def _lack_of(name: Input, failure: Failure | None, snapshot: Snapshot) -> Lack | None:
    """Why an input that was asked for is not available at all."""
    capability = _TOLD_BY.get(name)
    return snapshot.capabilities.why_not(capability) if failure is not None and capability is not None else None


def _gap_in_calls(snapshot: Snapshot, now: datetime, calls: AskCalls) -> Iterator[Gap]:
    feed, view = snapshot.feed(calls), snapshot.calls.get(calls)
    if view is None or view.covered_from is None:
        yield Gap(Input.CALLS, feed.failure)
        return
    is_reading = calls.wants_more(view, now, snapshot.zone)
    if feed.failure is not None or is_reading:
        done, total = (view.count, view.total) if is_reading else (None, None)
        yield Gap(Input.CALLS, feed.failure, feed.fetched_at if feed.failure is not None else None, done, total)


def _read_at(feed: Feed[Any]) -> datetime | None:
    return feed.fetched_at if feed.data is not None else None


def seen_origins(
    view: CallView | None, now: datetime, seen: Mapping[int, SeenOrigins] = NOWHERE
) -> Mapping[int, SeenOrigins]:
    """Where keys were used, from kept knowledge and call records; worth keeping in turn."""
    if view is None or view.covered_from is None:
        return seen
    until = now + CLOCK_AHEAD
    if seen:
        latest = max(one.until for one in seen.values())
        return learn(seen, view.log.between(max(latest, view.covered_from), until))
    # All but the newest rows are read only six times an hour: there may be a hundred thousand of them.
    settled = now - timedelta(minutes=now.minute % 10, seconds=now.second, microseconds=now.microsecond)
    count = view.log.count_since(view.covered_from) - view.log.count_since(settled)
    known = _settled_origins(view.log, count, view.covered_from, settled)
    return learn(known, view.log.between(settled, until))


@memoize_recent(2)
def _settled_origins(log: CallLog, _count: int, covered_from: datetime, until: datetime) -> Mapping[int, SeenOrigins]:
    return learn({}, log.between(covered_from, until))


def known_prices(view: CallView | None, now: datetime, known: KnownPrices = NO_PRICES) -> KnownPrices:
    """What is known of prices, from kept knowledge and call records; worth keeping in turn."""
    if view is None or view.covered_from is None:
        return known
    return _ledger_of(view.log).known(known, now)


def _ledger_of(log: CallLog) -> PriceLedger:
    """The prices of a log. Each row is counted once as the log grows; an older version is counted anew."""
    count, ledger = log.memo.kept.get(PriceLedger) or (0, PriceLedger())
    if count > len(log):
        count, ledger = 0, PriceLedger()
        ledger.take(log.heard_after(0))
        return ledger
    ledger.take(log.heard_after(count))
    log.memo.kept[PriceLedger] = len(log), ledger
    return ledger


def _recent_calls(view: CallView | None, now: datetime) -> tuple[tuple[Call, ...] | None, datetime | None]:
    """The calls of the last hour, or the newest of them, and since when none is missing."""
    if view is None:
        return None, None
    found = view.log.between(now - RECENT_CALLS, now)
    newest = tuple(found[-MAX_RECENT_CALLS:])
    if view.covered_from is None:
        return newest, None
    return newest, newest[0].at if len(newest) < len(found) else max(view.covered_from, now - RECENT_CALLS)


def _paces(view: CallView | None, now: datetime) -> dict[int, float] | None:
    """Wallet cost of each key in USD per hour over the last ten minutes, or as far back as call records go."""
    if view is None or view.covered_from is None:
        return None
    start = floor_minute(now - TEN_MINUTES)
    if view.covers(start):
        spent = _wallet_usd(view.log, start, now + CLOCK_AHEAD)
    else:
        start = view.covered_from
        spent = _spent((call.key_id, call.billed_number) for call in view.log.between(start, now) if call.is_wallet)
    if now - start < MIN_PACE:
        return None
    hours = (now - start) / timedelta(hours=1)
    return {key_id: usd / hours for key_id, usd in spent.items()}


def _spent(costs: Iterable[tuple[int, float]]) -> dict[int, float]:
    """Total cost by key, in USD."""
    spent: dict[int, float] = {}
    for key_id, usd in costs:
        spent[key_id] = spent.get(key_id, 0.0) + usd
    return spent


def _plan_uses(snapshot: Snapshot, view: CallView | None, now: datetime) -> Iterator[PlanUsage]:
    """Each window of each plan, with its keys' cost in the last hour as far as call records tell."""
    plans = snapshot.data(AskPlans()) or ()
    recent = facets_of(view.log, now - RECENT_CALLS, now + CLOCK_AHEAD) if plans and view is not None else ()
    spent = _spent((facet.key_id, float(tally.billed_usd)) for facet, tally in recent if not facet.is_wallet)
    for plan in plans:
        members = {key.id for key in snapshot.data(AskKeys()) or () if key.group and key.group.name == plan.group_name}
        hour_usd = {key_id: usd for key_id, usd in spent.items() if key_id in members}
        for window in plan.windows:
            limit_usd, used_usd = float(window.limit_usd), float(window.used_usd)
            yield PlanUsage(plan.group_name, window.name, used_usd, limit_usd, window.resets_at, hour_usd)


def _day_part(snapshot: Snapshot, now: datetime) -> float:
    """The part of the server's day that is over, 0 to 1."""
    local = now.astimezone(snapshot.server_zone)
    return (local.hour * 60 + local.minute) / (24 * 60)


def _wallet_costs(snapshot: Snapshot) -> dict[int, Any] | None:
    costs = snapshot.data(AskKeyCosts())
    if costs is None:
        return None
    by_plan = {key.id for key in snapshot.data(AskKeys()) or () if not key.bills_wallet}
    return {key_id: cost for key_id, cost in costs.items() if key_id not in by_plan}


def _wallet_usd(log: CallLog, start: datetime, end: datetime) -> dict[int, float]:
    """Wallet cost of a span of whole minutes, by key, in USD."""
    return _spent(
        (facet.key_id, float(tally.billed_usd)) for facet, tally in facets_of(log, start, end) if facet.is_wallet
    )
