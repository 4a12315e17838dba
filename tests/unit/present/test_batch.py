"""Before several keys are changed at once: what becomes of each, and what it means for all."""

import pytest

from tests.unit.present.shown import LOOK, lines, text
from tests.unit.samples import key, window
from tui.domain.intents import KeyAction
from tui.domain.keys import ApiKey
from tui.present import batch

ON, OFF, OLD = key(1, "on"), key(2, "off", stored_status="inactive"), key(3, "old", stored_status="disabled")
FULL = key(4, "full", quota_usd=10, quota_used_usd=9)


@pytest.mark.parametrize(
    ("keys", "wanted", "verb"),
    [
        ((ON, FULL), [KeyAction.DISABLE, KeyAction.DISABLE], "Disable 2 keys"),
        ((ON, OFF, OLD), [KeyAction.DISABLE, None, None], "Disable 1 key"),
        ((OFF, OLD), [KeyAction.ENABLE, KeyAction.ENABLE], "Enable 2 keys"),
    ],
    ids=["all work", "one works", "none works"],
)
def test_those_that_work_are_disabled_and_only_if_none_does_all_are_enabled(
    keys: tuple[ApiKey, ...], wanted: list[KeyAction | None], verb: str
) -> None:
    intents = batch.switch_intents(keys)
    assert [one.action if one is not None else None for one in intents] == wanted
    model = batch.switch_model(intents)
    assert (model.verb, "u undoes this." in lines(model.after)) == (verb, True)


def test_each_key_says_what_becomes_of_it() -> None:
    (change,) = batch.step_rows(ON, batch.after_of(ON, batch.switch_intents([ON])[0]), LOOK)
    assert text(change) == "on#1statusactive→inactive"
    (same,) = batch.step_rows(OFF, batch.after_of(OFF, None), LOOK)
    assert text(same) == "off#2stays inactive"
    (moved,) = batch.step_rows(ON, batch.after_of(ON, batch.switch_intents([ON])[0]), LOOK, is_changed=True)
    assert text(moved).endswith("▲ changed since")


@pytest.mark.parametrize(
    ("typed", "noted", "is_ready"),
    [
        ({"quota": "5"}, "■ refuses 1 of 2 at once", True),
        ({"quota": "20"}, None, True),
        ({"quota": "much"}, "▲ ", False),
        ({}, None, False),
    ],
)
def test_limits_say_whom_they_refuse_at_once(typed: dict[str, str], noted: str | None, is_ready: bool) -> None:
    keys = [key(1, "on", windows={"1d": window(0, 0)}), FULL]
    names = dict(zip(("quota",), batch.FIELDS, strict=False))
    values = {names[name]: value for name, value in typed.items()}
    found = batch.check_limits(keys, values, LOOK, {})
    told = [cell.text for cell in found.notes.values()]
    assert found.ready is is_ready
    assert (told[0].startswith(noted) if noted else not told) is True
