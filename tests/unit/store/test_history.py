"""The kept histories: what is written comes back, the later reading stays, a broken file costs nothing else."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from tests.unit.samples import NOW
from tui.domain.usage import HourlyCost, KeyHistory, Slice, Sums
from tui.store import history
from tui.store.history import KeptHistory, StoredHistory

HOUR = timedelta(hours=1)
SUMS = Sums(3, 10, 20, 30, 40, Decimal("0.5"), Decimal("0.4"))
MODELS = (
    Slice("opus", "opus", 3, 100, Decimal("0.5"), Decimal("0.4"), SUMS),
    Slice("mini", "mini", 1, 7, Decimal(0), Decimal(0)),
)
ONE = KeptHistory(7, KeyHistory(HourlyCost(NOW, (0.0, 1.25, 0.0, 0.000001)), MODELS), NOW)
OLD_FILE = """{"_default":{"7":{"read_at":"2026-11-24T05:31:02+00:00","start":"2026-11-24T05:31:02+00:00","hours":4,
"usd":[[1,1.25],[3,1e-06]],"models":[{"name":"opus","requests":3,"tokens":100,"kinds":[10,20,30,40],
"standard_usd":"0.5","billed_usd":"0.4"},{"name":"mini","requests":1,"tokens":7,"kinds":null,"standard_usd":"0",
"billed_usd":"0"}]}}}"""


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    store = StoredHistory(tmp_path / "kept" / "one.json")
    assert store.read() == ()
    store.write([ONE])
    assert store.read() == (ONE,)
    assert (tmp_path / "kept" / "one.json").stat().st_mode & 0o777 == 0o600


def test_what_an_earlier_version_wrote_is_read(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(OLD_FILE)
    assert StoredHistory(tmp_path / "one.json").read() == (ONE,)


def test_of_each_key_the_later_reading_stays(tmp_path: Path) -> None:
    store = StoredHistory(tmp_path / "one.json")
    later = KeptHistory(7, KeyHistory(HourlyCost(NOW, (9.0,)), ()), NOW + HOUR)
    other = KeptHistory(8, ONE.history, NOW)
    store.write([later, other])
    store.write([ONE])
    assert set(store.read()) == {later, other}
    latest = KeptHistory(7, KeyHistory(HourlyCost(NOW, (0.0, 9.0), (0, 4)), ()), NOW + 2 * HOUR)
    store.write([latest])
    assert set(store.read()) == {latest, other}


def test_only_hours_with_a_cost_or_calls_take_room(tmp_path: Path) -> None:
    store = StoredHistory(tmp_path / "one.json")
    empty = KeptHistory(7, KeyHistory(HourlyCost(NOW, (0.0,) * 500, (0,) * 500), ()), NOW)
    store.write([empty])
    assert store.read() == (empty,)
    assert (tmp_path / "one.json").stat().st_size < 300


def test_only_so_many_keys_are_kept(tmp_path: Path) -> None:
    store = StoredHistory(tmp_path / "one.json")
    store.write(KeptHistory(number, ONE.history, NOW + HOUR * number) for number in range(history.MAX_KEYS + 5))
    assert {one.key_id for one in store.read()} == set(range(5, history.MAX_KEYS + 5))


def test_what_does_not_fit_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    store = StoredHistory(path)
    store.write([ONE])
    tables = json.loads(path.read_text())
    tables["_default"]["9"] = {"read_at": "yesterday"}
    for number, spoilt in enumerate(
        [
            {"usd": [[99, 1]]},
            {"usd": [[1, 1], [4, 1]]},
            {"usd": [[-1, 1]]},
            {"usd": [[1, -1]]},
            {"hours": 10**15},
            {"start": "2026-11-24T05:31:02"},
            {"models": [{**tables["_default"]["7"]["models"][0], "billed_usd": "NaN"}]},
            {"models": [{**tables["_default"]["7"]["models"][0], "standard_usd": "Infinity"}]},
            {"models": [{**tables["_default"]["7"]["models"][0], "kinds": [1, 2]}]},
        ],
        10,
    ):
        tables["_default"][str(number)] = {**tables["_default"]["7"], **spoilt}
    path.write_text(json.dumps(tables))
    assert store.read() == (ONE,)
