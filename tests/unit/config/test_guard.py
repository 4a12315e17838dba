"""The tables `[[guard]]`: what they mean, and what is told of one that can be read in two ways, or in none."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tui.config.file import BadSettings
from tui.config.guard import deed, guard_rules, patterns, when
from tui.config.settings import Settings
from tui.config.sources import load
from tui.config.tables import BadTable
from tui.triage.findings import FindingKind
from tui.triage.guard.rule import Condition, Deed, Doing, GuardMeasure, GuardRule, KeyPattern
from tui.triage.severity import Severity

TABLE: dict[str, Any] = {"when": "spike", "keys": ["batch-*"], "do": "disable"}
TEXT = '[[guard]]\nwhen = "spike"\nkeys = [{keys}]\ndo = "disable"\n'


def settings(tmp_path: Path, text: str, profile: str | None = None, **flags: object) -> Settings:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load(flags, {}, path, tmp_path / "state", profile)


def test_what_nobody_wrote_is_no_rule(tmp_path: Path) -> None:
    assert settings(tmp_path, "").guard == ()


def test_a_short_rule_is_not_armed_and_about_what_is_critical() -> None:
    (one,) = guard_rules([TABLE])
    assert one == GuardRule((KeyPattern("batch-*"),), Deed(Doing.DISABLE), FindingKind.SPIKE)
    assert (one.is_armed, one.severity, one.max_per_hour, one.max_per_day) == (False, Severity.CRITICAL, 1, 3)


def test_a_whole_rule() -> None:
    more = {"severity": "warning", "armed": True, "max_per_hour": 2, "max_per_day": 5, "do": "pause 90m"}
    table = TABLE | more | {"when": "slow_spend and burn_usd_per_h > 20.5", "keys": [45, "!prod-*"]}
    assert guard_rules([TABLE, table])[1] == GuardRule(
        (KeyPattern(key_id=45), KeyPattern("prod-*", is_excluding=True)),
        Deed(Doing.PAUSE, minutes=90),
        FindingKind.SLOW_SPEND,
        (Condition(GuardMeasure.BURN, Decimal("20.5")),),
        Severity.WARNING,
        True,
        2,
        5,
    )


@pytest.mark.parametrize(
    ("text", "kind", "conditions"),
    [
        ("spike", FindingKind.SPIKE, []),
        (" spike , key_today_usd>50 ", FindingKind.SPIKE, ["key_today_usd > 50"]),
        ("key_today_usd > $0.5 and spike", FindingKind.SPIKE, ["key_today_usd > 0.5"]),
        ("empty_in_h < 2, burn_usd_per_h > 20", None, ["empty_in_h < 2", "burn_usd_per_h > 20"]),
    ],
)
def test_on_what_a_rule_acts(text: str, kind: FindingKind | None, conditions: list[str]) -> None:
    found, some = when(text)
    assert (found, [str(one) for one in some]) == (kind, conditions)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        *((raw, "a kind among spike, ") for raw in (
            "", " ", 3, None, ["spike"], "spikes", "Spike", "spike or storm", "spike and", "and spike", "spike,,storm",
            "low_balance", "price", "plan", "not spike", "burn > 3", "burn_usd_per_h", "burn_usd_per_h 20",
            "burn_usd_per_h > 20 30", "spikeandstorm", "spike; storm", "x" * 500,
        )),
        ("spike and storm", "one kind of finding at most"),
        ("spike, spike", "one kind of finding at most"),
        ("burn_usd_per_h < 20", "burn_usd_per_h with >"),
        ("burn_usd_per_h >= 20", "burn_usd_per_h with >"),
        ("key_today_usd = 20", "key_today_usd with >"),
        ("empty_in_h > 2", "empty_in_h with <"),
        ("key_today_usd > 1, key_today_usd > 2", "key_today_usd once"),
        *((f"burn_usd_per_h > {number}", "a number above 0") for number in (
            "0", "-1", "nan", "inf", "1e9", "1_0", "20usd", "0x1", "٣", "99999999999",
        )),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_told(raw: object, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        when(raw)


def test_which_keys_a_rule_names() -> None:
    assert patterns(["a*", "!b?", "#45", 46, "!#47", "[x]"]) == (
        KeyPattern("a*"),
        KeyPattern("b?", is_excluding=True),
        KeyPattern(key_id=45),
        KeyPattern(key_id=46),
        KeyPattern(key_id=47, is_excluding=True),
        KeyPattern("[x]"),
    )


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        *((raw, "a list of names or ids") for raw in (
            "batch-*", None, 3, [], ["!prod-*"], [""], ["!"], ["!!a"], [" a"], [True], [-1], [0], [2.5], [["a"]],
            ["a\u200b"], ["a\nb"], ["\x1b[2J"],
        )),
        (["45"], 'write "#45" for the id'),
        (["a", "!45"], 'write "#45" for the id'),
    ],
)  # fmt: skip
def test_what_names_no_key_for_certain_is_told(raw: object, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        patterns(raw)


@pytest.mark.parametrize(
    ("raw", "minutes", "limit_usd"),
    [
        ("pause 60m", 60, None),
        ("pause 2h", 120, None),
        ("pause 5 min", 5, None),
        ("pause 120s", 2, None),
        ("limit-1d $0.5", None, "0.5"),
    ],
)
def test_what_a_rule_does(raw: str, minutes: int | None, limit_usd: str | None) -> None:
    found = deed(raw)
    assert (found.minutes, found.limit_usd) == (minutes, None if limit_usd is None else Decimal(limit_usd))


@pytest.mark.parametrize(
    "raw",
    ["", None, True, "enable", "Disable", "disable 60m", "pause", "pause 60", "pause 0m", "pause 90s", "pause 169h",
     "pause soon", "pause -5m",
     "limit-1d", "limit-1d 0", "limit-1d -5", "limit-1d nan", "limit 20", "limit-7d 20", "tell me", "disable, tell"],
)  # fmt: skip
def test_what_no_rule_can_do_is_told(raw: object) -> None:
    with pytest.raises(ValueError, match=r"one of disable|a pause of|a number above 0"):
        deed(raw)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"sevrity": "critical"}, "sevrity: unknown; expected one of when, severity, keys"),
        ({"severity": "info"}, "severity: expected one of warning, critical, got 'info'"),
        ({"armed": "true"}, "armed: expected true or false, got 'true'"),
        ({"armed": 1}, "armed: expected true or false"),
        ({"max_per_hour": 0}, "max_per_hour: expected a number from 1 to 60"),
        ({"max_per_day": 2.5}, "max_per_day: expected a whole number"),
        ({"max_per_day": "3"}, "max_per_day: expected a whole number"),
        ({"do": "delete"}, "do: expected one of disable, pause 60m, limit-1d 20, tell, got 'delete'"),
        ({"keys": []}, "keys: expected at least one key that it names"),
    ],
)
def test_a_wrong_member_is_named(change: dict[str, object], told: str) -> None:
    with pytest.raises(BadTable) as caught:
        guard_rules([TABLE, TABLE | change])
    assert str(caught.value).startswith(f"table 2: {told}")
    assert caught.value.number == 2


@pytest.mark.parametrize("member", sorted(TABLE))
def test_a_rule_needs_all_three(member: str) -> None:
    with pytest.raises(BadTable, match=f"table 1: {member}: missing"):
        guard_rules([{name: raw for name, raw in TABLE.items() if name != member}])


@pytest.mark.parametrize("raw", ["spike", {"when": "spike"}, [1]])
def test_tables_are_tables(raw: object) -> None:
    with pytest.raises(BadTable, match=r"\[\[guard\]\]"):
        guard_rules(raw)


def test_a_wrong_rule_is_told_with_its_line(tmp_path: Path) -> None:
    text = TEXT.format(keys='"a"') + "\n[[profile.x.guard]]\nwhen = 'spike'\nkeys = ['a']\ndo = 'stop'\n"
    with pytest.raises(BadSettings, match=r"config\.toml:6: guard: table 1: do: expected one of disable"):
        settings(tmp_path, text)


HERE, THERE = 'url = "https://a.example"\n', '[profile.p]\nurl = "https://b.example"\n'
OWN = '[[profile.p.guard]]\nwhen = "spike"\nkeys = ["#9"]\ndo = "disable"\n'


def test_rules_act_at_the_gateway_that_stands_beside_them(tmp_path: Path) -> None:
    rules, ids = TEXT.format(keys='"batch-*"'), TEXT.format(keys='"#45"')
    assert len(settings(tmp_path, HERE + rules).guard) == 1
    assert len(settings(tmp_path, rules + THERE, "p").guard) == 1
    assert len(settings(tmp_path, rules, url="https://c.example").guard) == 1
    for told in ({"profile": "p"}, {"url": "https://b.example"}):
        with pytest.raises(BadSettings, match=r"guard \(.*\) does not belong to the gateway https://b\.example"):
            settings(tmp_path, HERE + rules + THERE, **told)  # type: ignore[arg-type]
    with pytest.raises(BadSettings, match="names keys by id, which are of one account"):
        settings(tmp_path, ids + THERE, "p")
    assert settings(tmp_path, HERE + ids + THERE + OWN, "p").guard[0].keys == (KeyPattern(key_id=9),)
    with pytest.raises(BadSettings, match="does not belong"):
        settings(tmp_path, HERE + THERE + OWN, "p", url="https://c.example")
