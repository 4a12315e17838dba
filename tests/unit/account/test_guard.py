"""The guard at a gateway: what it does it does once, whatever is lost, killed, set or renamed meanwhile."""

import asyncio
import copy
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.present.shown import account
from tests.unit.samples import NOW, call, key
from tests.unit.triage.guard.moments import claim, incidents, report, rule
from tui.account.actions import Actions
from tui.account.guard.guard import Guard
from tui.account.guard.record import GuardRecord
from tui.demo.app import DemoGateway
from tui.demo.keys import INACTIVE
from tui.demo.options import DemoOptions
from tui.demo.serve import running
from tui.domain.capabilities import Capabilities, Capability, Lack
from tui.domain.failure import Failure, FailureKind
from tui.domain.intents import KeyAction, KeyIntent, state_of
from tui.domain.keys import KeyCost
from tui.gateway.errors import error_of
from tui.gateway.sub2api.client import GatewayClient
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.log import EVERYTHING, CallsRead
from tui.monitor.questions import AskKeyCosts, AskKeys, AskProfile
from tui.monitor.snapshot import Snapshot
from tui.store.journal import GUARD, Entry, Journal, Stage
from tui.store.locks import FileLock
from tui.triage.guard.act import DeedOutcome, GuardAct, Mode, Tick
from tui.triage.guard.decision import Doubt
from tui.triage.guard.rule import GuardRule

KEY = 2
NAME = "batch-nightly"
MINUTE = timedelta(minutes=1)
RULE = rule(keys=[NAME])
ALL = Capabilities()


class Killed(BaseException):
    """The process ends here."""


def gone(*_arguments: object, **_named: object) -> Any:
    raise error_of(Failure(FailureKind.UNREACHABLE, "gone"))


def killed(*_arguments: object, **_named: object) -> Any:
    raise Killed


class Machine:
    """A machine with guards on one account of the demo gateway, and clocks that a test sets."""

    def __init__(self, folder: Path, demo: DemoGateway, client: GatewayClient) -> None:
        self.folder, self.demo, self.client = folder, demo, client
        self.journal = Journal(folder / "journal.json")
        self.gateway = self.machine = NOW
        self.steady_s = 1000.0
        self.warned: list[str] = []
        self.cause = KEY

    @property
    def key(self) -> Any:
        return self.demo.world.keys[KEY]

    def tick(self) -> Tick:
        return Tick(self.gateway, self.machine, "boot", self.steady_s)

    def passes(self, span: timedelta) -> None:
        """Time passes by all clocks."""
        self.gateway += span
        self.machine += span
        self.steady_s += span.total_seconds()

    def guard(self, *rules: GuardRule, can: Capabilities = ALL) -> Guard:
        """Another guard of the account, as another aktop has one."""
        actions = self.actions(can)
        is_able = can.can(Capability.ACTIONS)
        rules = rules or (RULE,)
        return Guard(rules, self.client, actions, self.folder / "guard", self.tick, self.warned.append, can_act=is_able)

    def actions(self, can: Capabilities = ALL) -> Actions:
        return Actions(self.client, self.journal, lambda: self.gateway, lambda: None, can)

    async def seen(self) -> Snapshot:
        profile, keys = await self.client.profile(), await self.client.keys()
        return account((AskProfile(), profile), (AskKeys(), keys))

    async def step(self, guard: Guard, snapshot: Snapshot | None = None) -> tuple[GuardAct, ...]:
        self.key.last_used = None  # which the demo sets by another clock
        of = report(self.gateway, self.cause)
        return await guard.step(snapshot or await self.seen(), of, incidents(of))

    async def outcomes(self, guard: Guard, snapshot: Snapshot | None = None) -> list[DeedOutcome]:
        return [one.outcome for one in await self.step(guard, snapshot)]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[DemoGateway, str]]:
    demo = DemoGateway(options=DemoOptions(limits_on=False))
    with running(demo) as url:
        yield demo, url


@pytest.fixture
async def machine(tmp_path: Path, served: tuple[DemoGateway, str]) -> AsyncIterator[Machine]:
    demo, url = served
    client = GatewayClient(url)
    await client.login(demo.email, demo.password)
    key = demo.world.keys[KEY]
    changed = ("name", "status", "quota", "windows", "deleted", "last_used")
    before = {name: copy.deepcopy(getattr(key, name)) for name in changed}
    yield Machine(tmp_path, demo, client)
    for name, value in before.items():
        setattr(key, name, value)
    await client.aclose()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The changes that were sent to the gateway."""
    found: list[Any] = []
    send = GatewayClient.update_key

    async def counted(self: GatewayClient, key_id: int, change: Any) -> Any:
        found.append((key_id, change))
        return await send(self, key_id, change)

    monkeypatch.setattr(GatewayClient, "update_key", counted)
    return found


def the_answer_is(monkeypatch: pytest.MonkeyPatch, then: Callable[..., Any], *, is_done: bool) -> None:
    """What follows a change that was done, or was not."""
    send = GatewayClient.update_key

    async def change(self: GatewayClient, *arguments: Any) -> Any:
        if is_done:
            await send(self, *arguments)
        return then()

    monkeypatch.setattr(GatewayClient, "update_key", change)


async def test_it_disables_the_key_once_and_writes_that_down(machine: Machine, sent: list[Any]) -> None:
    guard = machine.guard()
    (act,) = await machine.step(guard)
    assert (act.outcome, act.key_id, act.key_name, act.mode) == (DeedOutcome.APPLIED, KEY, NAME, Mode.ARMED)
    assert machine.key.status == INACTIVE
    ((_number, entry),) = machine.actions().written()
    assert (entry.by, entry.claim, entry.stage, entry.action) == (GUARD, act.id, Stage.DONE, "disable")
    machine.key.status = "active"  # somebody enables it on the web page, and the episode goes on
    for _ in range(3):
        machine.passes(90 * MINUTE)
        assert await machine.step(guard) == ()
        assert await machine.step(machine.guard(rule(keys=[NAME], max_per_hour=9, max_per_day=99))) == ()
    assert len(sent) == 1
    assert guard.acts(await machine.seen())[0].news_id == act.news_id


async def test_a_person_takes_it_back_as_anything_else(machine: Machine, sent: list[Any]) -> None:
    await machine.step(machine.guard())
    actions = machine.actions()
    undoable = actions.undoable()
    assert undoable is not None
    assert undoable[1].by == GUARD
    await actions.undo(*undoable)
    assert machine.key.status == "active"
    guard = machine.guard()
    assert await machine.step(guard) == ()
    assert {Doubt.TOUCHED, Doubt.ACTED} <= set(guard.decisions[0].doubts)
    assert len(sent) == 2


@pytest.mark.parametrize("one", [rule(keys=[NAME], armed=False), rule(keys=[NAME], do="tell")])
async def test_what_is_not_armed_is_told_once_an_episode(machine: Machine, sent: list[Any], one: GuardRule) -> None:
    read_only = Capabilities().without(Lack.READ_ONLY, Capability.ACTIONS)
    assert await machine.outcomes(machine.guard(one, can=read_only)) == [DeedOutcome.TOLD]
    assert await machine.outcomes(machine.guard(one)) == []
    assert sent == []
    assert await machine.outcomes(machine.guard()) == [DeedOutcome.APPLIED]


async def test_before_the_account_and_its_keys_are_known_nothing_is_done(machine: Machine, sent: list[Any]) -> None:
    guard, keys = machine.guard(), await machine.client.keys()
    for known in (account((AskKeys(), keys)), account((AskProfile(), await machine.client.profile()))):
        assert await machine.step(guard, known) == ()
        assert (guard.decisions, guard.acts(known)) == ((), ())
    of = report(machine.gateway, KEY)
    assert guard.look(account(), of, incidents(of)) == ()
    assert Doubt.NO_KEY in guard.look(known, of, incidents(of))[0].doubts
    assert sent == []


async def test_a_rule_that_waits_keeps_no_other_from_acting(machine: Machine, sent: list[Any]) -> None:
    assert await machine.outcomes(machine.guard(rule(keys=["other"]), RULE)) == [DeedOutcome.APPLIED]


async def test_rules_are_held_to_the_costs_and_the_burn_rate_that_were_read(machine: Machine) -> None:
    calls = CallsRead((call(1, ago_s=600, billed="10"),), EVERYTHING, 1, NOW)
    costs = {KEY: KeyCost(Decimal(60), None)}
    known = account((BASE_CALLS, calls), (AskKeyCosts(), costs), base=await machine.seen())
    of = report(machine.gateway, KEY)
    for when, doubts in {
        "spike and burn_usd_per_h > 39 and key_today_usd > 59": set(),
        "spike and burn_usd_per_h > 41": {Doubt.CONDITION},
        "spike and key_today_usd > 61": {Doubt.CONDITION},
    }.items():
        (decision,) = machine.guard(rule(keys=[NAME], when=when)).look(known, of, incidents(of))
        assert set(decision.doubts) == doubts


async def test_two_guards_at_once_are_one(machine: Machine, sent: list[Any]) -> None:
    snapshot = await machine.seen()
    guard = machine.guard()
    guards = (guard, guard, *(machine.guard() for _ in range(4)))
    found = await asyncio.gather(*(machine.step(one, snapshot) for one in guards))
    assert sum(map(len, found)) == 1
    found = await asyncio.gather(*(machine.step(machine.guard(), snapshot) for _ in range(5)))
    assert sum(map(len, found)) == 0
    assert len(sent) == 1


async def test_what_another_did_before_the_lock_was_taken_counts(
    machine: Machine, sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, other = GuardRecord.lock, claim(machine.tick(), key_id=KEY)

    def late(record: GuardRecord) -> FileLock:
        record.add(other)
        return lock(record)

    monkeypatch.setattr(GuardRecord, "lock", late)
    assert await machine.step(machine.guard()) == ()
    assert sent == []


async def test_read_only_sends_nothing(machine: Machine, sent: list[Any]) -> None:
    guard = machine.guard(can=Capabilities().without(Lack.READ_ONLY, Capability.ACTIONS))
    assert await machine.step(guard) == ()
    assert guard.decisions[0].doubts == (Doubt.READ_ONLY,)
    guard, known = machine.guard(), await machine.seen()
    lacking = replace(known, capabilities=Capabilities().without(Lack.READ_ONLY, Capability.ACTIONS))
    assert await machine.step(guard, lacking) == ()
    assert guard.decisions[0].doubts == (Doubt.READ_ONLY,)
    assert sent == []


# What is lost


@pytest.mark.parametrize(("is_done", "outcome"), [(True, DeedOutcome.APPLIED), (False, DeedOutcome.REFUSED)])
async def test_an_answer_that_was_lost_is_looked_up(
    machine: Machine, sent: list[Any], monkeypatch: pytest.MonkeyPatch, is_done: bool, outcome: DeedOutcome
) -> None:
    the_answer_is(monkeypatch, gone, is_done=is_done)
    assert await machine.outcomes(machine.guard()) == [outcome]
    assert await machine.outcomes(machine.guard()) == []
    assert len(sent) == is_done


async def test_a_gateway_that_is_away_after_the_act_is_asked_later(
    machine: Machine, sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    guard, snapshot = machine.guard(), await machine.seen()
    with monkeypatch.context() as away:
        away_now: list[bool] = []
        send, read = GatewayClient.update_key, GatewayClient.key

        async def lost(self: GatewayClient, *arguments: Any) -> Any:
            await send(self, *arguments)
            away_now.append(True)
            gone()

        async def looked_up(self: GatewayClient, *arguments: Any, **named: Any) -> Any:
            if not away_now:
                return await read(self, *arguments, **named)
            away_now.append(True)
            return gone()

        away.setattr(GatewayClient, "update_key", lost)
        away.setattr(GatewayClient, "key", looked_up)
        (act,) = await machine.step(guard, snapshot)
        assert (act.outcome, act.failure) == (DeedOutcome.ACTING, FailureKind.UNREACHABLE)
        assert guard.acts(snapshot)[0].failure is FailureKind.UNREACHABLE
        tried = len(away_now)
        for _ in range(5):
            assert await machine.step(guard, snapshot) == ()
            away_now.append(True)
        assert len(away_now) - tried - 5 == 1, "looked up once, and not at each look"
    machine.passes(MINUTE)
    (settled,) = await machine.step(guard, snapshot)
    assert (settled.id, settled.outcome) == (act.id, DeedOutcome.APPLIED)
    assert settled.news_id != act.news_id
    assert len(sent) == 1


async def test_a_key_that_cannot_be_read_is_acted_on_later(
    machine: Machine, sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    guard, snapshot = machine.guard(), await machine.seen()
    with monkeypatch.context() as away:
        away.setattr(GatewayClient, "key", gone)
        assert await machine.step(guard, snapshot) == ()
    assert await machine.outcomes(guard, snapshot) == [DeedOutcome.APPLIED]
    assert len(sent) == 1


KILLS: list[tuple[str, Callable[[pytest.MonkeyPatch], None], DeedOutcome, int]] = [
    ("before it is written", lambda at: at.setattr(Journal, "begin", killed), DeedOutcome.NOT_SENT, 0),
    ("before it is sent", lambda at: the_answer_is(at, killed, is_done=False), DeedOutcome.NOT_DONE, 0),
    ("after it was sent", lambda at: the_answer_is(at, killed, is_done=True), DeedOutcome.APPLIED, 1),
    ("before the outcome is written", lambda at: at.setattr(Journal, "finish", killed), DeedOutcome.APPLIED, 1),
    ("before the claim is settled", lambda at: at.setattr(GuardRecord, "settle", killed), DeedOutcome.APPLIED, 1),
]


@pytest.mark.parametrize(("at", "outcome", "count"), [one[1:] for one in KILLS], ids=[one[0] for one in KILLS])
async def test_one_that_is_killed_is_settled_by_the_next_and_not_repeated(
    machine: Machine,
    sent: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    at: Callable[[pytest.MonkeyPatch], None],
    outcome: DeedOutcome,
    count: int,
) -> None:
    snapshot = await machine.seen()
    await machine.step(machine.guard(rule(keys=[NAME], armed=False)))  # an act that is over
    with monkeypatch.context() as kill:
        at(kill)
        with pytest.raises(Killed):
            await machine.step(machine.guard(), snapshot)
    machine.passes(MINUTE)
    assert await machine.outcomes(machine.guard(), snapshot) == [outcome]
    for _ in range(3):
        machine.key.status = "active"
        machine.passes(120 * MINUTE)
        assert await machine.outcomes(machine.guard(rule(keys=[NAME], max_per_hour=9, max_per_day=9))) == []
    assert len(sent) == count


async def test_one_that_is_killed_before_its_claim_has_done_nothing(
    machine: Machine, sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as kill:
        kill.setattr(GuardRecord, "add", killed)
        with pytest.raises(Killed):
            await machine.step(machine.guard())
    assert await machine.outcomes(machine.guard()) == [DeedOutcome.APPLIED]
    assert len(sent) == 1


async def test_what_the_gateway_refuses_is_told_and_not_repeated(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> Any:
        raise error_of(Failure(FailureKind.SERVER_ERROR, "boom", status=500))

    the_answer_is(monkeypatch, refuse, is_done=False)
    (act,) = await machine.step(machine.guard())
    assert (act.outcome, act.failure, act.why) == (DeedOutcome.REFUSED, FailureKind.SERVER_ERROR, "boom")
    machine.passes(120 * MINUTE)
    assert await machine.step(machine.guard()) == ()


# Whose key it is


async def test_a_key_that_changed_since_it_was_judged_is_left_until_it_is_judged_again(
    machine: Machine, sent: list[Any]
) -> None:
    guard, snapshot = machine.guard(), await machine.seen()
    machine.key.set_quota(77)
    assert await machine.step(guard, snapshot) == ()
    assert guard.acts(snapshot) == ()
    assert await machine.outcomes(guard) == [DeedOutcome.APPLIED]
    assert len(sent) == 1


async def test_a_key_that_was_renamed_since_it_was_judged_is_another_key(machine: Machine, sent: list[Any]) -> None:
    snapshot = await machine.seen()
    machine.key.name = "prod-web"
    assert await machine.step(machine.guard(rule(keys=["*"])), snapshot) == ()
    assert sent == []


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_a_key_that_is_renamed_into_a_rule_is_not_acted_on(
    machine: Machine, sent: list[Any], is_restarted: bool
) -> None:
    machine.key.name = "prod-web"
    guard = machine.guard()
    assert await machine.step(guard) == ()
    machine.key.name = NAME
    guard = machine.guard() if is_restarted else guard
    for _ in range(3):
        machine.passes(MINUTE)
        assert await machine.step(guard) == ()
        assert guard.decisions[0].doubts == (Doubt.RENAMED,)
    assert sent == []


async def test_a_key_that_was_moved_to_another_group_meanwhile_is_not_acted_on(
    machine: Machine, sent: list[Any]
) -> None:
    snapshot = await machine.seen()
    moved = tuple(replace(one, group_id=999) if one.id == KEY else one for one in snapshot.data(AskKeys()) or ())
    assert await machine.step(machine.guard(), account((AskKeys(), moved), base=snapshot)) == ()
    assert sent == []


def test_another_group_is_as_good_as_another_name(tmp_path: Path) -> None:
    record = GuardRecord(tmp_path, "u", 1)
    for number, (name, group_id) in enumerate([("a", 1), ("a", 1), ("a", 2), ("b", 2), ("b", 2)]):
        record.look_at((key(7, name, group_id=group_id), key(8)), NOW + number * MINUTE)
        assert record.renamed_at() == ({7: NOW + min(number, 3) * MINUTE} if number > 1 else {})
    record.look_at((key(8),), NOW)
    record.look_at((key(7, "c", group_id=2),), NOW + timedelta(days=1))
    assert GuardRecord(tmp_path, "u", 1).renamed_at() == {7: NOW + timedelta(days=1)}
    assert GuardRecord(tmp_path, "u", 2).renamed_at() == {}


# Disarmed


async def test_disarmed_it_does_nothing_until_it_is_armed_again(machine: Machine, sent: list[Any]) -> None:
    guard = machine.guard()
    machine.guard().disarm()
    assert await machine.step(guard) == ()
    assert guard.decisions[0].doubts == (Doubt.DISARMED,)
    assert sent == []
    guard.arm()
    assert await machine.outcomes(guard) == [DeedOutcome.APPLIED]


async def test_disarmed_and_armed_here_whatever_the_disk_says(machine: Machine, sent: list[Any]) -> None:
    (machine.folder / "guard").write_text("in the way")
    guard = machine.guard()
    with pytest.raises(FileExistsError):
        guard.disarm()
    (machine.folder / "guard").unlink()
    assert not machine.guard().is_disarmed
    assert await machine.step(guard) == ()
    assert guard.decisions[0].doubts == (Doubt.DISARMED,)
    guard.arm()
    assert await machine.outcomes(guard) == [DeedOutcome.APPLIED]


@pytest.mark.parametrize(("when", "outcomes"), [(1, []), (2, [DeedOutcome.NOT_SENT])])
async def test_disarming_in_the_last_moment_is_in_time(
    machine: Machine, sent: list[Any], monkeypatch: pytest.MonkeyPatch, when: int, outcomes: list[DeedOutcome]
) -> None:
    """At the look before the claim, and at the last one before it is sent."""
    read, count = GatewayClient.key, 0

    async def disarming(self: GatewayClient, *arguments: Any, **named: Any) -> Any:
        nonlocal count
        count += 1
        if count == when:
            machine.guard().disarm()
        return await read(self, *arguments, **named)

    monkeypatch.setattr(GatewayClient, "key", disarming)
    guard, snapshot = machine.guard(), await machine.seen()
    assert await machine.outcomes(guard, snapshot) == outcomes
    assert [one.outcome for one in guard.acts(snapshot)] == outcomes
    assert sent == []


# Its record


async def test_without_a_record_it_does_nothing_and_says_so_once(machine: Machine, sent: list[Any]) -> None:
    (machine.folder / "guard").write_text("in the way")
    guard = machine.guard()
    assert await machine.step(guard) == await machine.step(guard) == ()
    assert len(machine.warned) == 1
    assert "the guard does nothing" in machine.warned[0]
    assert str(machine.folder / "guard") in machine.warned[0]
    assert sent == []


async def test_what_the_journal_cannot_hold_is_not_sent(machine: Machine, sent: list[Any]) -> None:
    (machine.folder / "journal.json").mkdir()
    (act,) = await machine.step(machine.guard())
    assert (act.outcome, "journal.json" in act.why) == (DeedOutcome.NOT_SENT, True)
    assert sent == []


@pytest.mark.parametrize("spoilt", [b"{", b"\x00" * 99, b'{"_default": {"1": {"claim": 3}}}'])
async def test_a_record_that_is_spoilt_stops_it_until_a_person_has_looked(
    machine: Machine, sent: list[Any], spoilt: bytes
) -> None:
    await machine.step(machine.guard())
    (path,) = [one for one in (machine.folder / "guard").glob("*.json") if "names" not in one.name]
    path.write_bytes(spoilt)
    (machine.folder / "journal.json").unlink()
    machine.key.status = "active"
    machine.passes(timedelta(days=9))
    guard = machine.guard()
    for _ in range(3):
        assert await machine.step(guard) == ()
        assert guard.decisions[0].doubts == (Doubt.NO_RECORD,)
        machine.passes(MINUTE)
    assert len(sent) == 1


async def test_the_journal_remembers_what_its_record_has_lost(machine: Machine, sent: list[Any]) -> None:
    await machine.step(machine.guard())
    for path in (machine.folder / "guard").iterdir():
        path.unlink()
    machine.key.status = "active"
    guard = machine.guard()
    assert await machine.step(guard) == ()
    assert set(guard.decisions[0].doubts) == {Doubt.ACTED, Doubt.HOUR_SPENT}
    assert len(sent) == 1


async def test_only_what_a_person_changed_since_it_began_counts_as_touched(machine: Machine) -> None:
    state = state_of(await machine.client.key(KEY))
    before, since = NOW - timedelta(days=2), NOW
    guard, url = machine.guard(rule(keys=[NAME], armed=False)), machine.client.base_url
    touched = []
    for at, key_id, stage in (
        (before, KEY, Stage.DONE),
        (since, KEY + 1, Stage.DONE),
        (since, KEY, Stage.FAILED),
        (since, KEY, Stage.UNKNOWN),
        (before, KEY, Stage.DONE),
    ):
        machine.journal.begin(Entry(at.isoformat(), url, key_id, "disable", state, state, stage))
        of = report(machine.gateway, KEY)
        (decision,) = guard.look(await machine.seen(), of, incidents(of))
        touched.append(Doubt.TOUCHED in decision.doubts)
    assert touched == [False, False, False, True, True]


async def test_an_act_counts_once_whoever_remembers_it_and_neither_its_end_nor_a_persons_act_does(
    machine: Machine, sent: list[Any]
) -> None:
    twice = {"max_per_hour": 2, "max_per_day": 2}
    await machine.actions().apply(KeyIntent(KEY + 1, KeyAction.DISABLE), await machine.client.key(KEY + 1))
    await machine.step(machine.guard(rule(keys=[NAME], do="pause 5m", **twice)))
    machine.passes(6 * MINUTE)
    await machine.step(machine.guard(rule(keys=["other"])))
    assert machine.key.status == "active"
    machine.cause = KEY + 2
    guard = machine.guard(rule(keys=[f"#{machine.cause}"], armed=True, **twice))
    of = report(machine.gateway, machine.cause)
    for _ in range(2):
        (decision,) = guard.look(await machine.seen(), of, incidents(of))
        assert Doubt.HOUR_SPENT not in decision.doubts
        for path in (machine.folder / "guard").glob("*.json"):
            path.unlink()
    await machine.actions().apply(KeyIntent(KEY + 1, KeyAction.ENABLE), await machine.client.key(KEY + 1))


# Pauses and limits

PAUSE = rule(keys=[NAME], do="pause 60m")


async def test_a_pause_ends_when_its_time_has_passed_and_not_when_a_clock_was_set(
    machine: Machine, sent: list[Any]
) -> None:
    (act,) = await machine.step(machine.guard(PAUSE))
    assert act.until == NOW + 60 * MINUTE
    machine.gateway += timedelta(days=2)
    machine.machine += timedelta(days=2)
    machine.steady_s += 59 * 60
    assert await machine.step(machine.guard(PAUSE)) == ()
    assert machine.key.status == INACTIVE
    machine.steady_s += 60
    (ended,) = await machine.step(machine.guard())  # whatever the rules say by then
    assert (ended.id, ended.outcome) == (act.id, DeedOutcome.ENDED)
    assert machine.key.status == "active"
    newest = machine.actions().written()[0][1]
    assert (newest.action, newest.by) == ("undo", GUARD)
    assert await machine.step(machine.guard(PAUSE)) == ()
    assert len(sent) == 2


async def test_a_pause_of_a_key_that_a_person_changed_is_not_ended(machine: Machine, sent: list[Any]) -> None:
    await machine.step(machine.guard(PAUSE))
    actions = machine.actions()
    for action in (KeyAction.ENABLE, KeyAction.DISABLE):
        await actions.apply(KeyIntent(KEY, action), await machine.client.key(KEY))
    machine.passes(61 * MINUTE)
    assert await machine.outcomes(machine.guard(PAUSE)) == [DeedOutcome.LEFT]
    assert machine.key.status == INACTIVE
    assert actions.pauses() == []
    assert len(sent) == 3


@pytest.mark.parametrize(
    ("change", "outcome", "count"),
    [
        (lambda key: setattr(key, "status", "active"), DeedOutcome.ENDED, 1),
        (lambda key: key.set_quota(77), DeedOutcome.LEFT, 1),
        (lambda key: setattr(key, "deleted", True), DeedOutcome.LEFT, 1),
        (lambda _key: None, DeedOutcome.ENDED, 2),
    ],
    ids=["enabled", "changed otherwise", "deleted", "left alone"],
)
async def test_a_paused_key_that_was_changed_on_the_web_page_is_not_touched(
    machine: Machine, sent: list[Any], change: Callable[[Any], None], outcome: DeedOutcome, count: int
) -> None:
    """What a person did before, to another key, or in vain, is no change of it."""
    state, url = state_of(await machine.client.key(KEY)), machine.client.base_url
    entry = Entry(NOW.isoformat(), url, KEY, "disable", state, state, Stage.DONE)
    machine.journal.begin(replace(entry, at=(NOW - timedelta(days=2)).isoformat()))
    await machine.step(machine.guard(PAUSE))
    machine.journal.begin(replace(entry, key_id=KEY + 1))
    machine.journal.begin(replace(entry, stage=Stage.FAILED))
    change(machine.key)
    machine.passes(61 * MINUTE)
    assert await machine.outcomes(machine.guard(rule(keys=["other"]))) == [outcome]
    assert await machine.outcomes(machine.guard(rule(keys=["other"]))) == []
    still_timed = [entry for _number, entry in machine.actions().pauses() if entry.by == GUARD]
    assert outcome is DeedOutcome.ENDED or still_timed == []
    assert len(sent) == count


async def test_the_end_of_a_pause_that_did_not_reach_the_gateway_is_tried_again_later(
    machine: Machine, sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    await machine.step(machine.guard(PAUSE))
    machine.passes(61 * MINUTE)
    guard, snapshot = machine.guard(PAUSE), await machine.seen()
    with monkeypatch.context() as away:
        away.setattr(GatewayClient, "key", gone)
        assert await machine.step(guard, snapshot) == ()
    assert await machine.step(guard, snapshot) == (), "not at each look"
    machine.passes(MINUTE)
    assert await machine.outcomes(guard, snapshot) == [DeedOutcome.ENDED]
    assert len(sent) == 2


async def test_a_pause_that_a_person_took_back_is_over(machine: Machine, sent: list[Any]) -> None:
    await machine.step(machine.guard(PAUSE))
    actions = machine.actions()
    undoable = actions.undoable()
    assert undoable is not None
    await actions.undo(*undoable)
    machine.passes(61 * MINUTE)
    assert await machine.outcomes(machine.guard(PAUSE)) == [DeedOutcome.ENDED]
    assert len(sent) == 2


async def test_a_pause_of_which_the_journal_tells_nothing_more_is_left(machine: Machine, sent: list[Any]) -> None:
    """Nobody can say any more whose doing the key's state is."""
    await machine.step(machine.guard(PAUSE))
    (machine.folder / "journal.json").unlink()
    machine.passes(61 * MINUTE)
    assert await machine.outcomes(machine.guard(PAUSE)) == [DeedOutcome.LEFT]
    assert machine.key.status == INACTIVE
    assert len(sent) == 1


async def test_a_pause_that_was_made_to_last_is_left(machine: Machine, sent: list[Any]) -> None:
    await machine.step(machine.guard(PAUSE))
    ((number, _entry),) = machine.actions().written()
    machine.actions().leave_disabled(number)
    machine.passes(61 * MINUTE)
    assert await machine.outcomes(machine.guard(PAUSE)) == [DeedOutcome.LEFT]
    assert machine.key.status == INACTIVE
    assert len(sent) == 1


async def test_a_pause_whose_end_was_lost_has_ended(
    machine: Machine, sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    await machine.step(machine.guard(PAUSE))
    machine.passes(61 * MINUTE)
    with monkeypatch.context() as kill:
        the_answer_is(kill, killed, is_done=True)
        with pytest.raises(Killed):
            await machine.step(machine.guard(PAUSE))
    assert await machine.outcomes(machine.guard(PAUSE)) == [DeedOutcome.ENDED]
    assert machine.key.status == "active"
    assert len(sent) == 2


async def test_a_limit_is_set_and_the_key_goes_on(machine: Machine, sent: list[Any]) -> None:
    (act,) = await machine.step(machine.guard(rule(keys=["#2"], do="limit-1d 20")))
    assert (act.outcome, machine.key.status) == (DeedOutcome.APPLIED, "active")
    ((_key_id, change),) = sent
    assert (change.status, str(change.limit_1d_usd)) == (None, "20")
