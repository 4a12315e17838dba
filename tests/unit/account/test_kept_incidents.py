"""What triage remembers between runs."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.samples import NOW
from tests.unit.triage.test_prices import before, since
from tui.account.kept_incidents import MAX_ORIGINS, KeptIncidents, StoredIncidents
from tui.triage.findings import FindingKind
from tui.triage.incidents import Incident, Incidents, Phase, Planned
from tui.triage.origins import SeenOrigins, Sighting
from tui.triage.prices import KnownPrices, PriceLedger
from tui.triage.severity import Severity

SPIKE = Incident(FindingKind.SPIKE, 7, Phase.FIRING, Severity.CRITICAL, NOW, NOW, 7, True, frozenset({7}))
KEPT = KeptIncidents(
    Incidents({SPIKE.identity: SPIKE}),
    (Planned(7, FindingKind.SPIKE, 30, NOW + timedelta(days=9)), Planned(None, FindingKind.SLOW_SPEND, None, NOW)),
    {7: SeenOrigins(NOW, NOW, 3, {"192.0.2.1": Sighting(NOW, 1, 2, 0.5)}, {"curl": Sighting(NOW, 0, 3, 0.7)})},
)

OLD_FILE = """{"_default":{"1":{"episodes":[{"kind":"spike","key_id":7,"phase":"firing","severity":"critical",
"since":"2026-11-24T05:31:02+00:00","last_hit_at":"2026-11-24T05:31:02+00:00","cause":7,"was_told":true,
"told_causes":[7]}],"planned":[{"key_id":7,"kind":"spike","hour_of_week":30,"until":"2026-12-03T05:31:02+00:00"},
{"key_id":null,"kind":"leak","hour_of_week":null,"until":"2026-11-24T05:31:02+00:00"}],
"seen":{"7":{"since":"2026-11-24T05:31:02+00:00","until":"2026-11-24T05:31:02+00:00","calls":3,
"ips":{"192.0.2.1":["2026-11-24T05:31:02+00:00",1,2,0.5]},"programs":{"curl":["2026-11-24T05:31:02+00:00",0,3,0.7]}}}}}}
"""


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    store = StoredIncidents(tmp_path / "kept" / "one.json")
    assert store.read() is None
    store.write(KEPT)
    assert store.read() == KEPT
    assert (tmp_path / "kept" / "one.json").stat().st_mode & 0o777 == 0o600


def test_prices_come_back_as_they_were_learnt(tmp_path: Path) -> None:
    ledger = PriceLedger()
    ledger.take([*before(), *since(20, multiplier=1.6, times=2.0)])
    learnt = ledger.known(KnownPrices(), NOW)
    store = StoredIncidents(tmp_path / "one.json")
    store.write(KeptIncidents(prices=learnt))
    kept = store.read()
    assert kept is not None
    assert len(learnt.changes) == 2
    assert (kept.prices.rates, kept.prices.changes) == (learnt.rates, learnt.changes)
    whole = (tmp_path / "one.json").read_text()
    for part, member, spoilt in (
        ("prices", "before", 0),
        ("prices", "after", -1.0),
        ("prices", "since", "2026-11-24T05:31:02"),
        ("rates", "at", "2026-11-24T05:31:02"),
    ):
        document = json.loads(whole)
        document["_default"]["1"][part][0][member] = spoilt
        (tmp_path / "one.json").write_text(json.dumps(document))
        assert store.read() is None, f"{part}: {member}"


def test_the_origins_with_the_most_calls_are_kept(tmp_path: Path) -> None:
    ips = {f"192.0.2.{number}": Sighting(NOW, 0, number) for number in range(1, MAX_ORIGINS + 20)}
    store = StoredIncidents(tmp_path / "one.json")
    store.write(KeptIncidents(seen={7: SeenOrigins(NOW, NOW, 9, ips)}))
    kept = store.read()
    assert kept is not None
    assert min(one.calls for one in kept.seen[7].ips.values()) == 20


def test_a_key_that_went_round_is_known_by_all_its_addresses_after_a_restart(tmp_path: Path) -> None:
    """Fewer would tell another number, and less money, from one run to the next."""
    seen = {
        7: SeenOrigins(NOW, NOW, 900, {f"198.51.{n // 200}.{n % 200}": Sighting(NOW, 0, 1, 0.5) for n in range(900)})
    }
    store = StoredIncidents(tmp_path / "one.json")
    store.write(KeptIncidents(seen=seen))
    kept = store.read()
    assert kept is not None
    assert kept.seen == seen


def test_what_an_earlier_version_wrote_is_read_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text(OLD_FILE)
    store = StoredIncidents(path)
    assert store.read() == KEPT
    store.write(KEPT)
    assert "episodes" not in path.read_text()
    assert store.read() == KEPT


@pytest.mark.parametrize(
    ("part", "spoilt"),
    [
        ('"kind":"spike"', '"kind":"odd"'),
        ('"phase":"firing"', '"phase":"odd"'),
        ('"key_id":7', '"key_id":"7"'),
        ('"was_told":true', '"was_told":1'),
        ('"told_causes":[7]', '"told_causes":["7"]'),
        ('"hour_of_week":30,"until":"2026-12-03T05:31:02+00:00"', '"hour_of_week":30,"until":"2026-12-03T05:31:02"'),
        ('"last_hit_at":"2026-11-24T05:31:02+00:00"', '"last_hit_at":"2026-11-24T05:31:02"'),
        ('"calls":3', '"calls":-3'),
        ('"seen":{', '"sight":{'),
    ],
)
def test_what_another_version_or_a_hand_wrote_is_left_alone(tmp_path: Path, part: str, spoilt: str) -> None:
    path = tmp_path / "one.json"
    assert part in OLD_FILE
    path.write_text(OLD_FILE.replace(part, spoilt))
    assert StoredIncidents(path).read() is None


def test_what_an_earlier_version_kept_goes_on_under_its_new_names(tmp_path: Path) -> None:
    path, told = tmp_path / "one.json", NOW.isoformat()
    member = {"phase": "firing", "severity": "warning", "since": told, "last_hit_at": told, "cause": 7}
    rest = {**member, "key_id": 7, "was_told": True, "told_causes": [7]}
    planned = {"key_id": 7, "kind": "dearer", "hour_of_week": 30, "until": told}
    document = {
        "episodes": [{**rest, "kind": kind} for kind in ("leak", "dearer", "place")],
        "planned": [planned],
        "seen": {},
    }
    path.write_text(json.dumps({"_default": {"1": document}}))
    kept = StoredIncidents(path).read()
    assert kept is not None
    kinds = [FindingKind.SLOW_SPEND, FindingKind.UNIT_COST, FindingKind.ORIGIN]
    assert [one.kind for one in kept.incidents.open.values()] == kinds
    assert [one.kind for one in kept.planned] == [FindingKind.UNIT_COST]
