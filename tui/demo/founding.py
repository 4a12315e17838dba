"""Creates the account as it is when the demo starts: every counter is computed from the drawn calls."""

import random
from collections import defaultdict

from tui.demo.account import Code, User
from tui.demo.calendar import DAY, HOUR, Hours, Moment, day_start
from tui.demo.catalogue import GROUPS
from tui.demo.clock import Clock
from tui.demo.errors import ErrorLog
from tui.demo.history import HISTORY_DAYS, Past
from tui.demo.keys import Key, escaped
from tui.demo.ledger import Ledger
from tui.demo.money import UNITS_PER_USD, Units, wallet_charge
from tui.demo.options import DemoOptions
from tui.demo.past_errors import draw_errors
from tui.demo.plan import CLIENTS, Client
from tui.demo.scenarios import open_scenario
from tui.demo.spending import last_call, next_moment, reached, spent
from tui.demo.strands import Strand
from tui.demo.subscription import Subscription
from tui.demo.world import World

USER_ID = 2
FIRST_ROW_ID, FIRST_ERROR_ID = 1, 1
TOPUP_STEP = 100 * UNITS_PER_USD
MIN_BALANCE = 24 * UNITS_PER_USD
LIMITS_SET_BEFORE = 2 * DAY
"""Spend limits were set this long before the start; windows count from then."""
CODES = {"DEMO-TOPUP-20": 20, "DEMO-TOPUP-50": 50}


def found_world(seed: int, scenario_name: str, clock: Clock, options: DemoOptions, email: str, password: str) -> World:
    """The whole account, the same for the same seed, scenario and clock."""
    now = clock.now()
    rng = random.Random(f"account/{seed}")
    hours = Hours.before(now, clock.zone, HISTORY_DAYS)
    scenario = open_scenario(scenario_name, hours)
    past = Past(seed, clock, hours, scenario)
    clients = (*CLIENTS, *scenario.newcomers)
    for key_id, client in enumerate(clients, 1):
        past.add_client(key_id, client)
    strands = [stream.strand for stream in past.streams]
    by_key: dict[int, list[Strand]] = defaultdict(list)
    for strand in strands:
        by_key[strand.trait.key_id].append(strand)
    keys = {key_id: _key(key_id, client, by_key[key_id], now, clock, rng) for key_id, client in enumerate(clients, 1)}
    ledger = Ledger(hours, strands, FIRST_ROW_ID)
    user = User(USER_ID, email, password, hours.begin - DAY, now, token_version=rng.getrandbits(62))
    _fill_wallet(user, ledger, hours, clock)
    errors = ErrorLog(FIRST_ERROR_ID)
    draw_errors(errors, rng, past.streams, keys, scenario, now)
    codes = {
        name: Code(1000 + place, name, value * UNITS_PER_USD, hours.begin)
        for place, (name, value) in enumerate(CODES.items())
    }
    subscription = _subscription(ledger, hours, clock)
    return World(clock, options, scenario, user, keys, ledger, errors, subscription, past.streams, codes, rng)


def _key(key_id: int, client: Client, strands: list[Strand], now: Moment, clock: Clock, rng: random.Random) -> Key:
    """A key with the counters that its calls left."""
    created = now - round(client.created_days * DAY) - rng.randrange(HOUR)
    secret = f"sk-{rng.getrandbits(256):064x}"
    key = Key(key_id, secret, escaped(client.name), created, created, client.group_id, client.status)
    key.allowed, key.denied = list(client.allowed), list(client.denied)
    key.quota, key.deleted = client.quota, client.deleted
    if client.expires_in_days is not None:
        key.expires = now + round(client.expires_in_days * DAY)
    limits = {"5h": client.limit_5h, "1d": client.limit_1d, "7d": client.limit_7d}
    if client.fills == "quota":
        _fill_quota(client, strands)
    if client.fills == "5h":
        limits["5h"] = _fill_window(strands, now)
    for name, limit in limits.items():
        key.windows[name].limit = limit
    if key.has_windows():
        _start_windows(key, strands, now, clock, rng)
    if key.quota:
        key.quota_used = spent(strands, 0, now)
    newest = last_call(strands)
    if newest is not None:
        key.last_used = newest.created - newest.duration_ms * 1000
        key.last_address = newest.address
        key.updated = newest.created + 12_000 if key.limited() else key.last_used
    return key


def _fill_quota(client: Client, strands: list[Strand]) -> None:
    """End the traffic with the call that used up the quota."""
    for strand in strands:
        end = reached(strand, 0, round(client.quota * UNITS_PER_USD))
        if end is not None:
            strand.cut(end + 1)


def _fill_window(strands: list[Strand], now: Moment) -> float:
    """A limit that the running 5-hour window reached some calls ago; the traffic ends with it."""
    begin = _five_hours(strands, now)
    used = spent(strands, begin, now)
    limit = max(1, used * 20 * 3 // 4 // UNITS_PER_USD) * UNITS_PER_USD // 20
    for strand in strands:
        end = reached(strand, begin, limit)
        if end is not None:
            strand.cut(end + 1)
    return limit / UNITS_PER_USD


def _five_hours(strands: list[Strand], now: Moment) -> Moment:
    """The start of the last 5-hour window: the first call after the previous one had lapsed."""
    start = next_moment(strands, now - LIMITS_SET_BEFORE)
    if start is None:
        return now
    while start + 5 * HOUR <= now:
        following = next_moment(strands, start + 5 * HOUR)
        if following is None:
            break
        start = following
    return start


def _start_windows(key: Key, strands: list[Strand], now: Moment, clock: Clock, rng: random.Random) -> None:
    newest = last_call(strands)
    if newest is None:
        return
    starts = {
        "5h": _five_hours(strands, now),
        "1d": day_start(newest.created, clock.zone),
        "7d": day_start(now - rng.randint(1, 6) * DAY, clock.zone),
    }
    for name, window in key.windows.items():
        window.start = starts[name]
        window.used = spent(strands, starts[name], min(now, starts[name] + window.span))


def _fill_wallet(user: User, ledger: Ledger, hours: Hours, clock: Clock) -> None:
    """Top-ups of the past month: one whenever a day would have emptied the wallet; the rest is the balance."""
    wallet = [strand for strand in ledger.strands if not strand.trait.group.subscription]
    when, balance = hours.begin - DAY // 2, 0
    while when < hours.end:
        cost = wallet_charge(spent(wallet, when, min(hours.end, when + DAY)))
        needed = cost + MIN_BALANCE - balance
        if needed > 0:
            last = when + DAY >= hours.end
            value = _topup(needed, last)
            _use_code(user, value, when + 9 * HOUR % DAY if not last else when + 60_000_000)
            balance += value
        balance -= cost
        when += DAY
    user.balance, user.updated, user.last_active = balance, hours.end, hours.end - 90_000_000
    surplus = (balance - MIN_BALANCE) // (10 * UNITS_PER_USD) * 10 * UNITS_PER_USD
    if surplus > 0:
        user.balance -= surplus
        user.recharged -= surplus
        _trim_codes(user.codes, surplus)


def _topup(needed: Units, last: bool) -> Units:
    step = 10 * UNITS_PER_USD if last else TOPUP_STEP
    return -(-needed // step) * step


def _use_code(user: User, value: Units, when: Moment) -> None:
    number = len(user.codes) + 1
    user.codes.append(Code(number, f"TOPUP-{value // UNITS_PER_USD}-{number:02d}", value, when - HOUR, when))
    user.recharged += value


def _trim_codes(codes: list[Code], surplus: Units) -> None:
    """Reduce the newest top-ups so that their sum is what the wallet ever held."""
    for code in reversed(codes):
        taken = min(surplus, code.value - 10 * UNITS_PER_USD)
        code.value -= taken
        code.code = f"TOPUP-{code.value // UNITS_PER_USD}-{code.id:02d}"
        surplus -= taken
        if surplus == 0:
            return


def _subscription(ledger: Ledger, hours: Hours, clock: Clock) -> Subscription:
    """The subscription with the current use of its windows."""
    group = next(group for group in GROUPS.values() if group.subscription)
    strands = [strand for strand in ledger.strands if strand.trait.group.id == group.id]
    now = hours.end
    subscription = Subscription.to(group, hours.begin - 2 * HOUR, now + 12 * DAY)
    today = day_start(now, clock.zone)
    starts = {
        "daily": today,
        "weekly": day_start(today - 4 * DAY, clock.zone),
        "monthly": day_start(today - 25 * DAY, clock.zone),
    }
    for name, window in subscription.windows.items():
        window.start = starts[name]
        window.used = spent(strands, starts[name], now)
    newest = last_call(strands)
    subscription.updated = newest.created if newest else now
    return subscription
