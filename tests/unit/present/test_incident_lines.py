"""An incident's line, its JSON and its notice tell the same of the same key: never another one's share or beginning."""

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.present.shown import LOOK, NOTHING_KNOWN, account, text
from tests.unit.samples import NOW, key
from tests.unit.triage.samples import finding_of as finding_sample
from tests.unit.triage.test_incidents import report, spike
from tests.unit.triage.test_rules import THIS_HOUR
from tui.domain.account import Profile
from tui.monitor.burn import Burn
from tui.monitor.questions import AskKeys, AskProfile
from tui.present import header
from tui.present.banner import news
from tui.present.contain import contain_lines, contain_sentence
from tui.present.finding_words import in_words
from tui.present.incident_lines import finding_line, line_of, over_words
from tui.present.last_known import last_known
from tui.present.low_balance import Alarm
from tui.present.triage import key_sentence, spike_sentence, steps, suspect_lines
from tui.triage.baselines import HOUR, HistoryDepth
from tui.triage.findings import Finding, FindingKind
from tui.triage.forecast import Forecast
from tui.triage.incident_figures import IncidentFigures, figures_of
from tui.triage.incidents import Incidents, advance
from tui.triage.joint_keys import JointKeys, Trait
from tui.triage.origins import NewOrigin, OriginKind
from tui.triage.report import Report
from tui.triage.rules.origin import KeyOrigins
from tui.triage.slow_spend import SlowSpend
from tui.triage.suspects import Suspect

ANA, CI, SLOW = 7, 8, 9
MINUTES = timedelta(minutes=10)


def two_at_once() -> Report:
    """ana has most of the excess, and began an hour before ci; a third key has slow spend."""
    found = report(NOW, spike(), keys={ANA: spike(), CI: spike()}, cause=ANA)
    slow = SlowSpend(SLOW, NOW - 9 * HOUR, NOW, 3.0, 1.0, 1.2, 20.0, 1.0, 14, cause=SLOW)
    begins = {None: NOW - HOUR, ANA: NOW - HOUR - MINUTES, CI: NOW - MINUTES}
    spikes = tuple(replace(one, since=begins[one.key_id]) for one in found.findings)
    told = Finding(kind=FindingKind.SLOW_SPEND, key_id=SLOW, since=slow.since, hit_at=NOW, evidence=slow, cause=SLOW)
    suspects = (Suspect(ANA, 40.0, 4.0, 0.75), Suspect(CI, 12.0, 0.0, 0.25), Suspect(SLOW, 5.0, 2.0, 0.0))
    return Report(NOW, (*spikes, told), since=NOW - HOUR, suspects=suspects, step=HistoryDepth.FULL)


def test_each_incident_has_its_own_key_beginning_cost_and_share() -> None:
    seen = two_at_once()
    incidents = advance(Incidents(), seen, NOW, True).open
    assert {figures_of(one, seen) for one in incidents.values()} == {
        IncidentFigures(ANA, NOW - HOUR - MINUTES, 36.0, 0.75),
        IncidentFigures(CI, NOW - MINUTES, 12.0, 0.25),
        IncidentFigures(SLOW, NOW - 9 * HOUR, 20.0, 0.0),
    }
    for one in incidents.values():
        figures, line = figures_of(one, seen), text(finding_line(one, seen, NOTHING_KNOWN, LOOK))
        assert f"#{figures.key_id}" in line
        assert f"${figures.excess_usd:.2f}" in line
        others = {ANA, CI, SLOW} - {figures.key_id}
        assert not any(f"#{other}" in line for other in others)


@pytest.mark.parametrize(
    ("told_min", "seen_min", "began_min"), [(0, 16, 16), (0, 60, 0), (16, 0, 0), (16, 20, 16), (0, -30, -30)]
)
def test_an_incident_that_was_told_by_the_hour_began_at_the_minute_that_its_calls_tell(
    told_min: int, seen_min: int, began_min: int
) -> None:
    """Its calls had not been read when it was told; else it never begins later than it was told to."""
    told, seen, began = (THIS_HOUR + timedelta(minutes=minutes) for minutes in (told_min, seen_min, began_min))
    found = report(NOW, keys={ANA: spike()})
    (incident,) = advance(Incidents(), found, NOW, True).open.values()
    later = replace(found, findings=tuple(replace(one, since=seen) for one in found.findings))
    assert figures_of(replace(incident, since=told), later).since == began


def test_an_incident_that_is_not_seen_has_no_cost() -> None:
    (incident,) = advance(Incidents(), report(NOW, keys={ANA: spike()}), NOW, True).open.values()
    assert figures_of(incident, Report(NOW)) == figures_of(incident, None)
    assert figures_of(incident, None) == IncidentFigures(ANA, incident.since)
    assert finding_line(incident, Report(NOW), NOTHING_KNOWN, LOOK) == ()


def grown_beyond_its_key() -> tuple[Incidents, Report]:
    """ana ran wild, and was reported; then many other keys, so that the incident is the account's by now."""
    alone = advance(Incidents(), report(NOW - HOUR, keys={ANA: spike()}), NOW - HOUR, True)
    found = report(NOW, spike(), keys={ANA: spike()})
    account, of_key = replace(found.findings[0], cause=None), found.findings[1]
    suspects = (Suspect(ANA, 32.0, 1.0, 0.3), *(Suspect(10 + n, 5.0, 0.0, 0.05) for n in range(14)))
    seen = Report(NOW, (account,), (of_key,), since=NOW - HOUR, suspects=suspects)
    return advance(alone, seen, NOW, True), seen


def test_what_goes_on_as_a_part_of_more_is_told_whole_and_after_it() -> None:
    incidents, seen = grown_beyond_its_key()
    told = [text(one.line) for one in news(seen, incidents, Alarm(), NOTHING_KNOWN, LOOK, None)]
    assert [line.split(":")[1].split("  ")[1] for line in told] == [
        "the account $2.00 above usual",
        "#7 $31.00 above usual, 30 % of the excess",
    ]


def test_the_bars_of_other_programs_name_no_key_where_it_is_many_keys_() -> None:
    incidents, seen = grown_beyond_its_key()
    known = account((AskProfile(), Profile(1, "", "lin", Decimal(160))))
    shown = last_known(known, seen, incidents, LOOK)
    assert shown is not None
    assert (shown.key_id, "the account $2.00 above usual" in shown.sentence) == (None, True)


@pytest.mark.parametrize(
    ("kind", "excess_usd", "end"),
    [
        (FindingKind.SPIKE, 12.345, ", $12.35 above usual"),
        (FindingKind.ORIGIN, 0.58, ", $0.58 from there"),
        (FindingKind.SPIKE, None, "of #7, since 04:00"),
        (FindingKind.SPIKE, 0.0, "of #7, since 04:00"),
    ],
)
def test_what_is_over_tells_its_cost(kind: FindingKind, excess_usd: float | None, end: str) -> None:
    (incident,) = advance(Incidents(), report(NOW, keys={ANA: spike()}), NOW, True).open.values()
    assert over_words(replace(incident, kind=kind), NOTHING_KNOWN, LOOK, excess_usd).endswith(end)


def test_a_low_balance_tells_what_is_left() -> None:
    forecast = Forecast(NOW + 30 * HOUR, NOW + 4 * HOUR, 24.0, 9.0)
    found = Finding(kind=FindingKind.LOW_BALANCE, since=NOW, hit_at=NOW, evidence=forecast)
    words = in_words(found, account((AskProfile(), Profile(1, "", "lin", Decimal("160.5")))), LOOK)
    assert words.sentence == "$160.50 left, empty ≈ 09:31 (4 h)"
    assert in_words(found, NOTHING_KNOWN, LOOK).sentence == "empty ≈ 09:31 (4 h)"


def test_a_low_balance_is_empty_no_later_than_the_header_says(monkeypatch: pytest.MonkeyPatch) -> None:
    burn = Burn(Decimal(80), timedelta(minutes=15), NOW + 2 * HOUR)
    monkeypatch.setattr(header, "burn_of", lambda *_: burn)
    forecast = Forecast(NOW + 30 * HOUR, NOW + 4 * HOUR, 24.0, 9.0)
    found = Finding(kind=FindingKind.LOW_BALANCE, since=NOW, hit_at=NOW, evidence=forecast)
    assert in_words(found, NOTHING_KNOWN, LOOK).sentence == "empty ≈ 07:31 (2 h)"
    assert header.current_empty_at(NOTHING_KNOWN, LOOK, Report(NOW, forecast=forecast)) == burn.empty_at
    usual = replace(found, evidence=replace(forecast, current_empty_at=None))
    assert in_words(usual, NOTHING_KNOWN, LOOK).sentence == "empty ≈ 11-25 11:31 (1 d 6 h)"
    assert header.current_empty_at(NOTHING_KNOWN, LOOK, Report(NOW, forecast=usual.evidence)) is None


MANY = tuple(Suspect(7 + n, 10.0, 0.0, share) for n, share in enumerate((0.2, 0.3, 0.1, 0.15)))
THIEF = JointKeys(Trait.ADDRESS, "45.155.205.99", "python-requests", tuple(range(7, 27)), 20, 40.0, 0.82, 60.0)
BY_PROGRAM = replace(THIEF, trait=Trait.PROGRAM, ip=None, new_keys=19)
UNUSED = replace(BY_PROGRAM, trait=Trait.UNUSED)


@pytest.mark.parametrize(
    ("joint", "told"),
    [
        (None, "no single cause, most by #8 30 %, #7 20 %, #10 15 %"),
        (THIEF, "20 newly used keys from 45.155.205.99 by python-requests, 82 % of the excess"),
        (replace(THIEF, new_keys=19, program=None), "20 keys from 45.155.205.99, 82 % of the excess"),
        (replace(BY_PROGRAM, new_keys=20), "20 newly used keys by python-requests, 82 % of the excess"),
        (BY_PROGRAM, "20 keys by python-requests, new to them, 82 % of the excess"),
        (replace(UNUSED, new_keys=20), "20 newly used keys, 82 % of the excess"),
        (UNUSED, "20 keys, unused for a week before, 82 % of the excess"),
    ],
)
def test_an_incident_of_many_keys_says_what_they_share(joint: JointKeys | None, told: str) -> None:
    """It is the account's: its notice, the sentence about keys, and no key to stop."""
    found = replace(report(NOW, spike()).findings[0], cause=None)
    seen = Report(NOW, (found,), since=NOW - HOUR, suspects=MANY, joint=joint)
    (incident,) = advance(Incidents(), seen, NOW, True).open.values()
    line = text(finding_line(incident, seen, NOTHING_KNOWN, LOOK))
    assert line.endswith(f"the account $2.00 above usual: {told}")
    assert key_sentence(seen, NOTHING_KNOWN, LOOK) == told
    assert contain_sentence(seen, NOTHING_KNOWN, LOOK).startswith("no single key: mark those to stop in the key table")


def test_the_largest_share_is_shown_though_its_key_has_stopped() -> None:
    found = replace(report(NOW, spike()).findings[0], cause=None)
    burning = tuple(Suspect(20 + n, 1.0, 0.0, 0.1) for n in range(4))
    stopped = Suspect(9, 6.0, 0.0, 0.6, is_calm=True, is_stopped=True)
    seen = Report(NOW, (found,), since=NOW - HOUR, suspects=(*burning, stopped))
    lines = [text(line).split() for line in suspect_lines(seen, NOTHING_KNOWN, LOOK)]
    assert [line[0] for line in lines[1:]] == ["#20", "#21", "#9"]


def test_beside_an_address_that_is_calm_again_the_key_that_burns_comes_first() -> None:
    found = replace(report(NOW, spike()).findings[0], cause=7)
    stopped = replace(THIEF, key_ids=(8, 9, 10), new_keys=3, pace_usd_per_h=0.0)
    seen = Report(NOW, (found,), since=NOW - HOUR, suspects=MANY, joint=stopped)
    told = key_sentence(seen, NOTHING_KNOWN, LOOK)
    assert told == "#7 now, 20 % of the excess; calm again: 3 newly used keys from 45.155.205.99 by python-requests"
    lines = [text(line) for line in suspect_lines(seen, NOTHING_KNOWN, LOOK)]
    assert [line.split()[0] for line in lines[1:]] == ["#7", "3"]
    assert lines[2].endswith("$40.00    82 %  calm again")
    many = replace(seen, suspects=(*MANY, *(Suspect(20 + n, 1.0, 0.0, 0.01) for n in range(5))))
    assert len(suspect_lines(many, NOTHING_KNOWN, LOOK)) == 4, "a heading and three"
    burning = replace(seen, joint=replace(stopped, pace_usd_per_h=9.0))
    assert key_sentence(burning, NOTHING_KNOWN, LOOK).endswith(
        "; 3 newly used keys from 45.155.205.99 by python-requests, 82 % of the excess"
    )
    assert text(suspect_lines(burning, NOTHING_KNOWN, LOOK)[2]).endswith("newly used")


ALL = replace(THIEF, key_ids=(7, 8, 9, 10), new_keys=4)


@pytest.mark.parametrize(
    ("joint", "pace_usd_per_h", "state", "sentence", "first_line"),
    [
        (ALL, 9.0, "found", "disable 4 keys at once, or limit each", "D  Disable 4 keys: one, two, three and 1 more"),
        (None, 9.0, "found", "no single key: mark those", "no single key: mark those"),
        (replace(ALL, pace_usd_per_h=0.0), 0.0, "clear", "its keys are calm again", "Nothing to contain."),
    ],
    ids=["one address", "no address", "calm again"],
)
def test_the_last_step_says_how_to_stop_many(
    joint: JointKeys | None, pace_usd_per_h: float, state: str, sentence: str, first_line: str
) -> None:
    known = account((AskKeys(), tuple(key(7 + n, name) for n, name in enumerate(("one", "two", "three", "four")))))
    found = replace(report(NOW, spike()).findings[0], cause=None)
    suspects = tuple(replace(one, pace_usd_per_h=pace_usd_per_h) for one in MANY)
    seen = Report(NOW, (found,), since=NOW - HOUR, suspects=suspects, joint=joint)
    step = steps(seen, known, LOOK)[-1]
    assert (step.state.value, step.sentence.startswith(sentence)) == (state, True)
    assert text(contain_lines(None, seen, known, LOOK)[0]).startswith(first_line)


def test_privacy_hides_the_address_that_keys_share() -> None:
    found = replace(report(NOW, spike()).findings[0], cause=None)
    seen = Report(NOW, (found,), since=NOW - HOUR, suspects=MANY, joint=THIEF)
    told = key_sentence(seen, NOTHING_KNOWN, replace(LOOK, privacy=True))
    assert THIEF.ip not in told


@pytest.mark.parametrize(("others", "end"), [(0, ""), (1, "; 1 more key since then"), (5, "; 5 more keys since then")])
def test_dearer_calls_of_other_keys_for_the_same_cause_are_counted(others: int, end: str) -> None:
    found = finding_sample(FindingKind.UNIT_COST)
    alone = in_words(found, NOTHING_KNOWN, LOOK).sentence
    several = replace(found, evidence=replace(found.evidence, others=others))
    assert in_words(several, NOTHING_KNOWN, LOOK).sentence == alone + end


OTHERS = ("198.51.100.7", "198.51.100.8", "198.51.100.9")


def test_a_line_about_a_key_that_a_stranger_uses_names_it_once() -> None:
    known = account((AskKeys(), (key(7, "a-name"),)))
    origin = NewOrigin(7, OriginKind.IP, "45.155.205.99", NOW, 1200, 3.5, ("192.0.2.1",), 90, HOUR)
    program = replace(origin, kind=OriginKind.PROGRAM, value="curl")
    for origins, told in (
        ((origin, program), "from a new address, 45.155.205.99: 1 200 calls, $3.50; new as well: curl"),
        ((replace(program, calls=1),), "by a new program, curl: 1 call, $3.50"),
        (
            (replace(origin, others=("198.51.100.7",)), replace(program, others=("wget",))),
            "from 2 new addresses, 45.155.205.99, 198.51.100.7: 1 200 calls, $3.50; new as well: curl, wget",
        ),
        (
            (replace(origin, others=OTHERS), replace(program, others=("wget", "httpie"))),
            "from 4 new addresses, 45.155.205.99, 198.51.100.7 …: 1 200 calls, $3.50; new as well: 3 programs",
        ),
        (
            (replace(program, others=("wget", "httpie")), replace(origin, others=OTHERS)),
            "by 3 new programs, curl, wget …: 1 200 calls, $3.50; new as well: 4 addresses",
        ),
    ):
        found = replace(finding_sample(FindingKind.ORIGIN), key_id=7, cause=7, evidence=KeyOrigins(origins))
        whole = replace(report(NOW, spike()).findings[0], cause=7)
        seen = Report(NOW, (whole, found), since=NOW - HOUR, suspects=(Suspect(7, 10.0, 0.0, 1.0),))
        first = next(
            one for one in advance(Incidents(), seen, NOW, True).open.values() if one.kind is FindingKind.SPIKE
        )
        line = text(finding_line(first, seen, known, LOOK))
        assert (line.count("a-name"), line.endswith(f"above usual: {told}")) == (1, True), line
        assert in_words(found, known, LOOK).sentence == f"a-name {told}"
        assert spike_sentence(seen, known, LOOK).startswith(f"a-name {told}; ")


@pytest.mark.parametrize(
    ("changes", "told"),
    [({}, ""), ({"is_new": True}, "newly used"), ({"is_dormant": True}, "unused for a week before")],
)
def test_a_line_says_that_a_key_was_not_in_use_and_that_a_stranger_uses_it(changes: dict[str, bool], told: str) -> None:
    """Whatever it is found for: a thief looks like larger calls."""
    suspect = replace(Suspect(7, 10.0, 0.0, 1.0), **changes)
    origin = NewOrigin(7, OriginKind.IP, "45.155.205.99", NOW, 12, 3.5, ("192.0.2.1",), 90, HOUR)
    strange = replace(finding_sample(FindingKind.ORIGIN), key_id=7, cause=7, evidence=KeyOrigins((origin,)))
    whole = replace(report(NOW, spike()).findings[0], key_id=7, cause=7)
    rise = replace(finding_sample(FindingKind.UNIT_COST), key_id=7, cause=7)
    seen = Report(NOW, (whole, rise, strange), since=NOW - HOUR, suspects=(suspect,))
    lines = [text(line_of(one, seen, NOTHING_KNOWN, LOOK)) for one in seen.findings]
    assert [told in line for line in lines[:2]] == [True, True]
    assert [line.count("from a new address, 45.155.205.99: 12 calls") for line in lines] == [1, 1, 1]
    assert any("newly" in line or "unused" in line for line in lines) is bool(told)
