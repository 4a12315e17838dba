"""What the rules of the guard would have done in the past, and what that would have saved."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil

from msgspec.structs import replace

from tui.account.backtest import JudgedMoment
from tui.monitor.burn import burn_of
from tui.monitor.questions import AskKeyCosts, AskKeys
from tui.monitor.replay import Records
from tui.triage.guard.act import DAY, Claim, DeedOutcome, Mode, PastAct, Tick
from tui.triage.guard.decision import Decision, GuardInputs, decide
from tui.triage.guard.rule import Doing, GuardRule
from tui.triage.incidents import Incidents


class PastGuard:
    """Follows judged moments in order. All rules count as armed, and an act does not end the incident: the key goes on
    as it did, which the act is compared with.
    """

    def __init__(self, rules: Sequence[GuardRule], records: Records) -> None:
        self._rules = tuple(replace(rule, is_armed=True) for rule in rules)
        self._records = records
        self._claims: list[Claim] = []
        self._acts: dict[str, PastAct] = {}

    def hear(self, moment: JudgedMoment) -> tuple[PastAct, ...]:
        """What would have been done at a moment."""
        self._follow(moment)
        found = tuple(self._act(one, moment.at) for one in decide(self._rules, self._inputs(moment)) if one.is_on)
        self._acts.update((one.act.id, one) for one in found)
        return found

    def acts(self) -> tuple[PastAct, ...]:
        """All acts so far, each with what it would have saved."""
        return tuple(replace(one, saved_usd=self._saved_usd(one)) for one in self._acts.values())

    def _inputs(self, moment: JudgedMoment) -> GuardInputs:
        snapshot, now = moment.snapshot, moment.at
        burn = burn_of(snapshot, None, now)
        return GuardInputs(
            moment.report,
            Incidents({one.identity: one for one in moment.incidents}),
            snapshot.data(AskKeys()) or (),
            _tick(now),
            {key_id: float(cost.today_usd) for key_id, cost in (snapshot.data(AskKeyCosts()) or {}).items()},
            None if burn is None else float(burn.usd_per_h),
            tuple(self._claims),
        )

    def _act(self, decision: Decision, now: datetime) -> PastAct:
        assert decision.key is not None
        outcome = DeedOutcome.TOLD if decision.mode is Mode.TELL else DeedOutcome.APPLIED
        act = replace(decision.act(str(len(self._claims)), decision.key, now), outcome=outcome)
        self._claims.append(Claim(act, _tick(now)))
        return PastAct(act, decision.number, act.excess_usd, now)

    def _follow(self, moment: JudgedMoment) -> None:
        """Update the acts with how their incidents went on."""
        open_ids = {one.id for one in moment.incidents}
        suspects = moment.report.suspects if moment.report.is_incident else ()
        for name, one in self._acts.items():
            act = one.act
            if not one.is_open:
                continue
            if act.episode not in open_ids or (act.until is not None and moment.at > act.until):
                self._acts[name] = replace(one, is_open=False)
                continue
            seen = next((suspect for suspect in suspects if suspect.key_id == act.key_id), None)
            if seen is not None and seen.excess_usd >= one.last_excess_usd:
                self._acts[name] = replace(one, last_excess_usd=seen.excess_usd, ended_at=moment.at)

    def _saved_usd(self, one: PastAct) -> float:
        act = one.act
        after_usd = max(0.0, one.last_excess_usd - act.excess_usd)
        if act.deed.doing is Doing.TELL:
            return 0.0
        if act.deed.limit_usd is None:
            return after_usd
        spent = (
            call.billed_number
            for call in self._records.calls
            if call.key_id == act.key_id and act.at < call.at <= one.ended_at
        )
        # A limit counts from when it is set, and again each day.
        allowed_usd = float(act.deed.limit_usd) * max(1, ceil((one.ended_at - act.at) / DAY))
        return min(after_usd, max(0.0, sum(spent) - allowed_usd))


def _tick(now: datetime) -> Tick:
    return Tick(now, now, "past", now.timestamp())
