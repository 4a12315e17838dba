"""Incidents, notices and the guard's acts as members of JSON: unknown is null, never 0."""

from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from tests.unit.present.shown import LOOK, UTC, account
from tests.unit.samples import NOW, key
from tests.unit.triage.guard.moments import BATCH, claim, decided, rule
from tests.unit.triage.test_incident_history import kept
from tui.account.backtest import Told
from tui.domain.failure import FailureKind
from tui.domain.intents import state_of
from tui.present.incident_history import KnownIncident
from tui.records.guard_json import act_members, decision_members, past_members, rules_members
from tui.records.incidents_json import incident_members
from tui.records.told_json import told_members
from tui.store.journal import GUARD, Entry, Stage
from tui.triage.findings import FindingKind
from tui.triage.guard.act import PastAct
from tui.triage.incidents import NoticeKind, Phase
from tui.triage.rule import Term, Unit
from tui.triage.severity import Severity

AT, HOUR = "2026-11-24T05:31:02+00:00", timedelta(hours=1)
ENTRY = Entry(AT, "https://gateway.example", 7, "disable", state_of(key()), state_of(key()), Stage.DONE, by=GUARD)


def test_an_incident_that_is_over_and_of_which_little_is_known() -> None:
    assert incident_members(KnownIncident(kept(ago=2 * HOUR)), account(), LOOK) == {
        "id": "1",
        "kind": "spike",
        "state": "over",
        "severity": None,
        "since": "2026-11-24T03:31:02+00:00",
        "until": "2026-11-24T04:31:02+00:00",
        "as_of": "2026-11-24T04:31:02+00:00",
        "lasted_s": 3600,
        "key_id": 7,
        "key": None,
        "excess_usd": None,
        "sentence": None,
        "figures": {},
        "contained_at": None,
        "planned": None,
        "done": [],
        "is_looked_back": False,
    }


def test_an_incident_that_goes_on_with_what_was_done() -> None:
    terms = (Term("actual", 1.23456789, Unit.USD), Term("since", NOW, Unit.TIME), Term("model", "opus", Unit.WORD))
    record = replace(kept(ago=HOUR), phase=Phase.PLANNED, until=None, severity=Severity.WARNING, excess_usd=1.23456789)
    record = replace(record, terms=terms, contained_at=NOW, planned_at=NOW, planned_until=NOW + HOUR, cause=8)
    told = incident_members(KnownIncident(record, (ENTRY, replace(ENTRY, by="", undone=True))), account(), LOOK)
    assert (told["state"], told["severity"], told["until"], told["excess_usd"]) == (
        "planned",
        "warning",
        None,
        Decimal("1.234568"),
    )
    assert told["figures"] == {"actual": 1.234568, "since": AT, "model": "opus"}
    assert (told["contained_at"], told["planned"]) == (AT, {"at": AT, "until": "2026-11-24T06:31:02+00:00"})
    done = {"at": AT, "after_s": 3600, "key_id": 7, "action": "disable", "by": GUARD, "stage": "done", "undone": False}
    assert told["done"] == [done, {**done, "by": "person", "undone": True}]


def test_a_notice_of_the_past() -> None:
    told = Told(NOW, FindingKind.SPIKE, Severity.CRITICAL, NoticeKind.BEGAN, "batch", 2, 0.123456, NOW - HOUR, 1.5)
    members = told_members(told, "It runs away.", UTC)
    assert (members["share"], members["excess_usd"], members["since"], members["sentence"]) == (
        0.1235,
        Decimal("1.5"),
        "2026-11-24T04:31:02+00:00",
        "It runs away.",
    )
    unknown = told_members(replace(told, key=None, key_id=None, share=None, excess_usd=None), "", UTC)
    assert [unknown[name] for name in ("key", "key_id", "share", "excess_usd")] == [None] * 4


def test_a_rule_and_its_decision() -> None:
    (written,) = rules_members([rule(max_per_hour=2)])
    assert (written["number"], written["keys"], written["do"], written["armed"], written["max_per_hour"]) == (
        1,
        ["batch-*", "!prod-*"],
        "disable",
        True,
        2,
    )
    decision = decided()
    told = decision_members(decision, UTC)
    assert (told["acts"], told["why_not"], told["key"], told["share"]) == (True, [], BATCH.name, 0.95)
    nobody = decision_members(replace(decision, key=None, share=None, excess_usd=None), UTC)
    assert [nobody[name] for name in ("key", "share", "excess_usd")] == [None] * 3


def test_an_act_and_what_one_of_the_past_would_have_saved() -> None:
    act = replace(claim(share=0.987654).act, failure=FailureKind.FORBIDDEN, until=NOW)
    told = act_members(act, UTC)
    assert (told["share"], told["failure"], told["until"], told["do"]) == (0.9877, "forbidden", AT, "disable")
    assert act_members(claim().act, UTC)["failure"] is None
    past = past_members(PastAct(act, 1, 9.0, NOW, saved_usd=2.5), UTC)
    assert (past["state"], past["ended"], past["saved_usd"]) == ("acted", AT, Decimal("2.5"))
    assert not {"id", "outcome", "failure"} & past.keys()
