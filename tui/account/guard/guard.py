"""Carries out the rules of the guard: at most once per episode, whatever crashes, gets lost or runs in parallel.

An act is claimed on disk before anything is sent, and counts from then on. A claim without an outcome is looked up,
never repeated. One guard per account acts at a time, under a lock that the system frees when its holder dies.
"""

import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Self

from msgspec.structs import replace

from tui.account.actions import Actions, Agent, ReadOnly, Withheld, is_as_seen
from tui.account.guard.record import DisarmedFlag, GuardRecord, guard_folder
from tui.account.services import Services
from tui.config.complaints import file_complaint
from tui.domain.capabilities import Capability
from tui.domain.clock import SystemClock
from tui.domain.failure import FailureKind
from tui.domain.intents import KeyAction, KeyIntent, Limits, state_of
from tui.domain.keys import ApiKey
from tui.domain.outcomes import Applied, Changed, Outcome, Refused, Unknown, Unwritten
from tui.gateway.errors import GatewayError, Unreachable
from tui.gateway.sub2api.client import GatewayClient
from tui.locale import _
from tui.monitor.burn import burn_of
from tui.monitor.questions import AskKeyCosts, AskKeys, AskProfile
from tui.monitor.snapshot import Snapshot
from tui.store.journal import GUARD, Entry, Stage
from tui.triage.findings import FindingKind
from tui.triage.guard.act import Claim, DeedOutcome, GuardAct, Mode, Tick, acts_of
from tui.triage.guard.decision import Decision, GuardInputs, decide, is_held
from tui.triage.guard.rule import Deed, Doing, GuardRule
from tui.triage.incidents import Incidents
from tui.triage.report import Report
from tui.triage.severity import Severity

AGAIN_AFTER_S = 30.0
"""The delay before an unsuccessful look-up is retried."""
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_UNDO = "undo"


@lru_cache(maxsize=1)
def _boot() -> str:
    """Identifies this boot of the machine; empty if the system does not say."""
    with suppress(OSError):
        return _BOOT_ID.read_text(encoding="ascii").strip()
    return ""


def tick_of(clock: SystemClock) -> Tick:
    """This moment by all available clocks."""
    return Tick(clock.now(), datetime.now(UTC), _boot(), clock.steady_s())


class Guard:
    """The guard of one account. `tick` returns the moment; `warn` is called once if the record cannot be kept."""

    def __init__(
        self,
        rules: Sequence[GuardRule],
        client: GatewayClient,
        actions: Actions,
        folder: Path,
        tick: Callable[[], Tick],
        warn: Callable[[str], None] = lambda _text: None,
        *,
        can_act: bool = True,
        is_demo: bool = False,
    ) -> None:
        self.rules = tuple(rules)
        self.decisions: tuple[Decision, ...] = ()
        """The latest decisions."""
        self._client = client
        self._flag = DisarmedFlag(folder, client.base_url)
        self._is_held = False
        self._actions = actions
        self._folder = folder
        self._tick = tick
        self._warn = warn
        self._can_act = can_act
        self._is_demo = is_demo
        self._has_warned = False
        self._tried_s: dict[str, float] = {}

    @classmethod
    def of(cls, services: Services, actions: Actions, warn: Callable[[str], None] = lambda _text: None) -> Self:
        """The guard for these services."""
        return cls(
            services.settings.guard,
            services.client,
            actions,
            guard_folder(services.settings.state_dir),
            lambda: tick_of(services.clock),
            warn,
            can_act=services.capabilities.can(Capability.ACTIONS),
            is_demo=services.is_demo,
        )

    @property
    def is_disarmed(self) -> bool:
        """Whether it must not act, as set here or in another aktop."""
        return self._is_held or self._flag.is_set

    def disarm(self) -> None:
        """Stop acting, here in any case. Raises OSError if other aktops cannot be told through the disk."""
        self._is_held = True
        self._flag.set()

    def arm(self) -> None:
        """Act again. Raises OSError, and stays disarmed, if other aktops would still see the flag."""
        self._flag.clear()
        self._is_held = False

    async def step(self, snapshot: Snapshot, report: Report, incidents: Incidents) -> tuple[GuardAct, ...]:
        """Act on a judgement; return the new outcomes only.

        What an aktop that died has done is news to the next one: `news_id` says what was already reported.
        """
        record = self._record(snapshot)
        keys = snapshot.data(AskKeys())
        if record is None or keys is None:
            return ()
        try:
            if self.rules:
                record.look_at(keys, self._tick().gateway)
            self.decisions = self._decide(record, snapshot, report, incidents)
            if not any(one.is_on for one in self.decisions) and not self._is_owing(record):
                return ()
            with record.lock():
                return tuple([act async for act in self._work(record, snapshot, report, incidents)])
        except TimeoutError:
            return ()  # a guard of this account is acting already
        except OSError as error:
            if not self._has_warned:
                self._has_warned = True
                text = _("the guard does nothing: its record cannot be kept ({reason}: {path})")
                self._warn(text.format(reason=file_complaint(error), path=error.filename or self._folder))
            return ()

    def look(self, snapshot: Snapshot, report: Report, incidents: Incidents) -> tuple[Decision, ...]:
        """What the rules would do now, and their doubts; nothing is done or written."""
        record = self._record(snapshot)
        return () if record is None else self._decide(record, snapshot, report, incidents)

    def acts(self, snapshot: Snapshot) -> tuple[GuardAct, ...]:
        """All remembered acts, latest first. Raises OSError."""
        record = self._record(snapshot)
        return () if record is None else acts_of(record.claims())

    def _record(self, snapshot: Snapshot) -> GuardRecord | None:
        profile = snapshot.data(AskProfile())
        if profile is None:
            return None
        return GuardRecord(self._folder, self._client.base_url, profile.id, is_demo=self._is_demo)

    # Deciding

    def _decide(
        self, record: GuardRecord, snapshot: Snapshot, report: Report, incidents: Incidents
    ) -> tuple[Decision, ...]:
        return decide(self.rules, self._inputs(record, snapshot, report, incidents)) if self.rules else ()

    def _inputs(self, record: GuardRecord, snapshot: Snapshot, report: Report, incidents: Incidents) -> GuardInputs:
        tick = self._tick()
        try:
            claims, renamed_at, has_record = record.claims(), record.renamed_at(), True
        except OSError:
            claims, renamed_at, has_record = (), {}, False
        written = self._actions.written()
        return GuardInputs(
            report,
            incidents,
            snapshot.data(AskKeys()) or (),
            tick,
            {key_id: float(cost.today_usd) for key_id, cost in (snapshot.data(AskKeyCosts()) or {}).items()},
            _burn_usd_per_h(snapshot, tick.gateway),
            (*_claims_of(written, claims), *claims),
            renamed_at,
            _touched_at(written),
            can_act=self._can_act and snapshot.capabilities.can(Capability.ACTIONS),
            is_disarmed=self.is_disarmed,
            has_record=has_record,
        )

    # Acting

    def _is_owing(self, record: GuardRecord) -> bool:
        """Whether earlier acts are unfinished."""
        claims, tick = record.claims(), self._tick()
        return any(one.act.is_open or _is_over(one, tick) for one in claims)

    async def _work(
        self, record: GuardRecord, snapshot: Snapshot, report: Report, incidents: Incidents
    ) -> AsyncIterator[GuardAct]:
        for claim in record.claims():
            act = claim.act
            settled = None
            if act.is_open and self._may_try(act):
                settled = await self._settled(act)
            elif _is_over(claim, self._tick()) and self._may_try(act):
                settled = await self._ended(act)
            if settled is not None:
                record.settle(settled)
                yield settled
        # Decide again under the lock, when no other guard can act any more.
        self.decisions = self._decide(record, snapshot, report, incidents)
        for decision in self.decisions:
            if decision.is_on:
                done = await self._carried_out(record, decision)
                if done is not None:
                    yield done

    def _may_try(self, act: GuardAct) -> bool:
        now_s = self._tick().steady_s
        tried_s = self._tried_s.get(act.id)
        if tried_s is not None and 0 <= now_s - tried_s < AGAIN_AFTER_S:
            return False
        self._tried_s[act.id] = now_s
        return True

    async def _carried_out(self, record: GuardRecord, decision: Decision) -> GuardAct | None:
        """Claim an act and do it; None, without a claim, if the key cannot be read or is not as it was judged."""
        judged = decision.key
        assert judged is not None
        if decision.mode is not Mode.ARMED:
            act = replace(self._act(decision, judged), outcome=DeedOutcome.TOLD)
            record.add(Claim(act, self._tick()))
            return act
        try:
            key = await self._client.key(judged.id, urgent=True)
        except GatewayError:
            return None
        if not is_as_seen(key, judged) or self.is_disarmed:
            return None
        act = self._act(decision, key)
        record.add(Claim(act, self._tick()))
        agent = Agent(GUARD, act.id, lambda: not self.is_disarmed)
        try:
            outcome = await self._actions.apply(_intent(act), key, agent)
        except (ReadOnly, Withheld):
            act = replace(act, outcome=DeedOutcome.NOT_SENT)
        else:
            act = _after(act, outcome)
        record.settle(act)
        return act

    def _act(self, decision: Decision, key: ApiKey) -> GuardAct:
        return decision.act(secrets.token_hex(8), key, self._tick().gateway)

    async def _settled(self, act: GuardAct) -> GuardAct | None:
        """An act whose unknown outcome is now known; None while it cannot be determined."""
        found = self._entry(act)
        outcome: DeedOutcome | None
        if found is not None and found[1].stage in (Stage.DONE, Stage.FAILED):
            outcome = DeedOutcome.APPLIED if found[1].stage is Stage.DONE else DeedOutcome.NOT_DONE
        elif found is not None:
            outcome = _settled_outcome(await self._actions.settle(*found))
        else:
            outcome = await self._looked_up(act)
        return None if outcome is None else self._now_known(act, outcome)

    async def _looked_up(self, act: GuardAct) -> DeedOutcome | None:
        """The outcome by the key's state, since the journal, written before anything is sent, does not have the act."""
        try:
            key = await self._client.key(act.key_id, urgent=True)
        except Unreachable:
            return None
        except GatewayError:
            return DeedOutcome.NOT_DONE
        return DeedOutcome.APPLIED if is_held(key, act.deed, self._tick().gateway) else DeedOutcome.NOT_SENT

    async def _ended(self, act: GuardAct) -> GuardAct | None:
        """End a pause of the guard's own, unless somebody has changed the key since; None to retry later."""
        found = self._entry(act)
        if found is None or found[1].until is None:
            return self._now_known(act, DeedOutcome.LEFT)
        number, entry = found
        if entry.undone:
            return self._now_known(act, DeedOutcome.ENDED)
        later = (one for other, one in self._actions.written() if other > number and one.key_id == act.key_id)
        if any(one.stage is not Stage.FAILED and one.claim != act.id for one in later):
            self._actions.leave_disabled(number)
            return self._now_known(act, DeedOutcome.LEFT)
        try:
            outcome = await self._actions.undo(number, entry, agent=Agent(GUARD, act.id, lambda: True), is_unasked=True)
        except (ReadOnly, Withheld):
            return None
        if isinstance(outcome, Applied):
            return self._now_known(act, DeedOutcome.ENDED)
        if isinstance(outcome, Changed) and state_of(outcome.key) == entry.before:
            return self._now_known(act, DeedOutcome.ENDED)
        if isinstance(outcome, Changed) or _is_gone(outcome):
            self._actions.leave_disabled(number)
            return self._now_known(act, DeedOutcome.LEFT)
        return None

    def _entry(self, act: GuardAct) -> tuple[int, Entry] | None:
        """The journal's entry of an act."""
        found = ((number, one) for number, one in self._actions.written() if one.claim == act.id)
        return next(((number, one) for number, one in found if one.action != _UNDO), None)

    def _now_known(self, act: GuardAct, outcome: DeedOutcome) -> GuardAct:
        return replace(act, outcome=outcome, settled_at=self._tick().gateway)


def _intent(act: GuardAct) -> KeyIntent:
    deed = act.deed
    if deed.doing is Doing.LIMIT_1D:
        return KeyIntent(act.key_id, KeyAction.LIMIT, Limits(limit_1d_usd=deed.limit_usd))
    assert deed.doing in (Doing.DISABLE, Doing.PAUSE)
    return KeyIntent(act.key_id, KeyAction.DISABLE, until=act.until)


def _after(act: GuardAct, outcome: Outcome) -> GuardAct:
    match outcome:
        case Applied():
            return replace(act, outcome=DeedOutcome.APPLIED)
        case Changed():
            return replace(act, outcome=DeedOutcome.CHANGED)
        case Refused(failure) | Unknown(failure, is_as_before=True):
            return replace(act, outcome=DeedOutcome.REFUSED, failure=failure.kind, why=failure.message)
        case Unwritten(reason):
            return replace(act, outcome=DeedOutcome.NOT_SENT, why=reason)
        case Unknown(failure):
            return replace(act, failure=failure.kind, why=failure.message)


def _is_gone(outcome: Outcome) -> bool:
    return isinstance(outcome, Refused) and outcome.failure.kind is FailureKind.NOT_FOUND


def _settled_outcome(outcome: Outcome) -> DeedOutcome | None:
    if isinstance(outcome, Unknown):
        return None
    return DeedOutcome.APPLIED if isinstance(outcome, Applied) else DeedOutcome.NOT_DONE


def _is_over(claim: Claim, tick: Tick) -> bool:
    """Whether the time of a pause has passed, by the steady clock if there is one."""
    act = claim.act
    length = act.deed.length
    return act.outcome is DeedOutcome.APPLIED and length is not None and tick.since(claim.tick) >= length


def _burn_usd_per_h(snapshot: Snapshot, now: datetime) -> float | None:
    profile = snapshot.data(AskProfile())
    # The balance changes no rate, but with it this is the call that the header makes, whose result is kept.
    burn = burn_of(snapshot, profile.balance_usd if profile is not None else None, now)
    return None if burn is None else float(burn.usd_per_h)


def _touched_at(written: Sequence[tuple[int, Entry]]) -> Mapping[int, datetime]:
    """When a person last changed each key (0: the reminder); failures change nothing."""
    touched: dict[int, datetime] = {}
    for _number, entry in written:
        if entry.by != GUARD and entry.stage is not Stage.FAILED:
            at = datetime.fromisoformat(entry.at)
            touched[entry.key_id] = max(at, touched.get(entry.key_id, at))
    return touched


def _claims_of(written: Sequence[tuple[int, Entry]], claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Acts that only the journal knows, for instance because the guard's record was deleted: they count as well."""
    known = {one.act.id for one in claims}
    found = []
    for _number, entry in reversed(written):
        if entry.by != GUARD or entry.action == _UNDO or entry.claim in known:
            continue
        at = datetime.fromisoformat(entry.at)
        act = GuardAct(
            entry.claim,
            Mode.ARMED,
            "",
            Deed(Doing.DISABLE),
            "",
            FindingKind.SPIKE,
            Severity.CRITICAL,
            at,
            entry.key_id,
            "",
            0.0,
            0.0,
            at,
            outcome=DeedOutcome.APPLIED,
        )
        found.append(Claim(act, Tick(at, at)))
    return tuple(found)
