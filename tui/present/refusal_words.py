"""Failing calls in words: the failure, whose limit it is, and what helps."""

from datetime import timedelta
from decimal import Decimal
from typing import assert_never

from tui.domain.keys import WindowName
from tui.domain.text import inert
from tui.domain.usage import FailedCall
from tui.locale import _, plural
from tui.monitor.questions import AskKeys
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present.clauses import of
from tui.present.display_context import DisplayContext
from tui.present.errors import key_id_of
from tui.present.key_names import key_name
from tui.triage.failing import Failing
from tui.triage.refusals import Limit, Refusal, Side
from tui.triage.storms import Storm
from widgets.layout import fit

MESSAGE_CELLS = 48
STILL = timedelta(minutes=10)
"""A client that was refused this recently is still trying."""
_WINDOWS = {Limit.FIVE_HOURS: WindowName.FIVE_HOURS, Limit.ONE_DAY: WindowName.ONE_DAY,
            Limit.SEVEN_DAYS: WindowName.SEVEN_DAYS}  # fmt: skip


def storm_head(storm: Storm) -> str:
    """The head of a storm's line."""
    match storm.refusal.side:
        case Side.WALLET | Side.OWN | Side.PLAN | Side.ACCOUNT:
            return _("REFUSED")
        case Side.UPSTREAM | Side.GATEWAY:
            return _("OUTAGE")
        case Side.CLIENT | Side.UNKNOWN:
            return _("ERROR LOOP") if storm.is_loop else _("ERROR STORM")
        case _:
            assert_never(storm.refusal.side)


def goes_on(storm: Storm, look: DisplayContext) -> bool:
    """Whether calls failed a moment ago."""
    return look.now - storm.newest.at < STILL


def storm_sentence(storm: Storm, snapshot: Snapshot, look: DisplayContext) -> str:
    """A storm: the failure, its keys, how often in what time, and what helps, or since when it is over."""
    number = fmt.count(len(storm.calls))
    told = _story(storm, snapshot).format(
        n=f"≥ {number}" if storm.is_at_least else number,
        span=fmt.span(storm.length),
        keys=keys_text(storm, snapshot, look),
        whose=side_word(storm.refusal.side),
        limit=limit_words(storm.refusal, key_id_of(storm.typical, snapshot), snapshot),
        what=message(storm.typical),
    )
    if storm.refusal.side is Side.WALLET:
        return told
    if not goes_on(storm, look):
        last = fmt.moment(storm.newest.at, look.now, look.zone)
        return _("{told}; none since {last}").format(told=told, last=last)
    if storm.refusal.side is Side.OWN:
        return _("{told}; the client still tries: {way}").format(told=told, way=way_out(storm.refusal.limit))
    return told


def _story(storm: Storm, snapshot: Snapshot) -> str:
    side, n = storm.refusal.side, len(storm.calls)
    match side:
        case Side.WALLET:
            if all(key.bills_wallet for key in snapshot.data(AskKeys()) or ()):
                return plural(
                    "wallet empty: every call is refused ({n} call, {keys}, {span}); recharge",
                    "wallet empty: every call is refused ({n} calls, {keys}, {span}); recharge",
                    n,
                )
            return plural(
                "wallet empty: every call that it pays is refused ({n} call, {keys}, {span}); recharge",
                "wallet empty: every call that it pays is refused ({n} calls, {keys}, {span}); recharge",
                n,
            )
        case Side.OWN:
            return plural(
                "{keys}: {n} refusal by its own {limit} in {span}",
                "{keys}: {n} refusals by its own {limit} in {span}",
                n,
            )
        case Side.PLAN:
            return plural(
                "{keys}: {n} refusal by the limit of their plan in {span}",
                "{keys}: {n} refusals by the limit of their plan in {span}",
                n,
            )
        case Side.ACCOUNT:
            return plural(
                "{keys}: {n} refusal by the account's {limit} in {span}",
                "{keys}: {n} refusals by the account's {limit} in {span}",
                n,
            )
        case Side.UPSTREAM | Side.GATEWAY:
            return plural(
                "{whose}: {what}, {keys}, {n} error in {span}", "{whose}: {what}, {keys}, {n} errors in {span}", n
            )
        case Side.CLIENT | Side.UNKNOWN:
            if storm.refusal.limit is Limit.WENT_AWAY:
                return plural(
                    "{keys}: the client went away {n} time in {span}",
                    "{keys}: the client went away {n} times in {span}",
                    n,
                )
            return plural("{keys}: {n} error in {span}, {what}", "{keys}: {n} errors in {span}, {what}", n)
        case _:
            assert_never(side)


def failing_sentence(one: Failing, snapshot: Snapshot, look: DisplayContext) -> str:
    """Keys with most of their calls failing, and who refuses them."""
    key_id = one.keys[0]
    keys = key_name(key_id, snapshot, look) if len(one.keys) == 1 else _number_of_keys(len(one.keys))
    side = one.refusal.side
    match side:
        case Side.WALLET:
            why = _("wallet empty, recharge")
        case Side.OWN:
            why = _("refused by its own {limit}: {way}").format(
                limit=limit_words(one.refusal, key_id, snapshot), way=way_out(one.refusal.limit)
            )
        case Side.PLAN:
            why = _("refused by the limit of their plan")
        case Side.ACCOUNT:
            why = _("refused by the account's {limit}").format(limit=limit_words(one.refusal, None, snapshot))
        case Side.UPSTREAM | Side.GATEWAY:
            why = of(side_word(side), message(one.typical))
        case Side.CLIENT | Side.UNKNOWN:
            why = message(one.typical)
        case _:
            assert_never(side)
    told = plural(
        "{keys}: {failed} of {n} call failed, mostly {why}",
        "{keys}: {failed} of {n} calls failed, mostly {why}",
        one.calls,
    )
    return told.format(keys=keys, failed=fmt.count(one.failed), n=fmt.count(one.calls), why=why)


def keys_text(storm: Storm, snapshot: Snapshot, look: DisplayContext) -> str:
    """The name of a storm's key, or the number of keys."""
    names, typical = storm.names, storm.typical
    if len(names) > 1:
        return _number_of_keys(len(names))
    key_id = key_id_of(typical, snapshot)
    if key_id is not None:
        return key_name(key_id, snapshot, look)
    if not names[0]:
        return _("an unknown key")
    name = look.name(names[0])
    return _("deleted {id}").format(id=name) if typical.key_deleted else name


def message(call: FailedCall) -> str:
    """The response to a failed call, cut: status and text, or the category if there is none."""
    told = " ".join(inert(call.message).split()) or call.category
    return f"{call.status_code} {fit(told, MESSAGE_CELLS).rstrip()}"


def limit_words(refusal: Refusal, key_id: int | None, snapshot: Snapshot) -> str:
    """A limit, with its amount if known."""
    limit = refusal.limit
    key = snapshot.key(key_id) if key_id is not None else None
    usd: Decimal | None = None
    if key is not None and limit in _WINDOWS:
        usd = key.window(_WINDOWS[limit]).limit_usd
    elif key is not None and limit is Limit.QUOTA:
        usd = key.quota_usd
    name = _limit_name(limit)
    return _("{limit} ({amount})").format(limit=name, amount=fmt.usd(usd)) if usd else name


def way_out(limit: Limit | None) -> str:
    """What helps if a limit of a key or a plan refuses calls."""
    ways = {
        Limit.EXPIRY: _("let it expire later or stop the client"),
        Limit.DISABLED: _("stop the client"),
        Limit.SUBSCRIPTION: _("wait for the plan's next window, or stop the client"),
    }
    return ways.get(limit, _("raise it or stop the client")) if limit else _("stop the client")


def side_word(side: Side) -> str:
    """Whose refusal it is."""
    match side:
        case Side.OWN:
            return _("its own limit")
        case Side.WALLET:
            return _("the wallet")
        case Side.PLAN:
            return _("the plan")
        case Side.ACCOUNT:
            return _("a limit of the account")
        case Side.UPSTREAM:
            return _("upstream")
        case Side.GATEWAY:
            return _("gateway")
        case Side.CLIENT:
            return _("the client")
        case Side.UNKNOWN:
            return _("not known")
        case _:
            assert_never(side)


def _limit_name(limit: Limit | None) -> str:
    names = {
        Limit.QUOTA: _("quota"),
        Limit.FIVE_HOURS: _("5 h limit"),
        Limit.ONE_DAY: _("1 d limit"),
        Limit.SEVEN_DAYS: _("7 d limit"),
        Limit.EXPIRY: _("expiry"),
        Limit.DISABLED: _("being disabled"),
        Limit.CONCURRENCY: _("limit of calls at once"),
        Limit.REQUESTS_A_MINUTE: _("limit of calls a minute"),
        Limit.PLATFORM: _("quota for the platform"),
    }
    return names.get(limit, _("limit")) if limit is not None else _("limit")


def _number_of_keys(number: int) -> str:
    return plural("{n} key", "{n} keys", number).format(n=fmt.count(number))
