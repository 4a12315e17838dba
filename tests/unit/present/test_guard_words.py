"""The guard in words: every refusal and every outcome has its own, and none says more than is known."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW
from tests.unit.triage.guard.moments import claim, decided, inputs, rule
from tui.present import guard_words as words
from tui.present.display_context import DisplayContext
from tui.triage.guard.act import DeedOutcome, GuardAct, Mode, PastAct
from tui.triage.guard.decision import Doubt
from tui.triage.guard.rule import Deed, Doing, GuardRule

LOOK = DisplayContext(NOW, ZoneInfo("UTC"))
ACT = replace(claim().act, key_id=7, key_name="batch-nightly", share=0.95, excess_usd=38.0, at=NOW)


@pytest.mark.parametrize(
    ("rules", "is_disarmed", "told"),
    [
        ((), False, ""),
        ((rule(),), False, "guard 1 rule, armed"),
        ((rule(), rule()), False, "guard 2 rules, armed"),
        ((rule(), rule(armed=False)), False, "guard 2 rules, 1 armed"),
        ((rule(), rule(armed=False)), True, "guard 2 rules, disarmed"),
        ((rule(armed=False),), True, "guard 1 rule, not armed"),
    ],
)
def test_its_state_in_a_few_words(rules: tuple[GuardRule, ...], is_disarmed: bool, told: str) -> None:
    assert words.state_text(rules, is_disarmed=is_disarmed) == told
    assert "".join(cell.text for cell in words.state_part(rules, is_disarmed=is_disarmed)) == told


def test_every_refusal_says_something_of_its_own() -> None:
    told = {words.doubt_text(why, decided()) for why in Doubt}
    assert len(told) == len(Doubt)
    assert all(told)


def test_a_share_that_is_too_small_is_told_with_its_figure() -> None:
    one = replace(decided(), share=0.79)
    assert words.doubt_text(Doubt.SHARE, one) == "its share of the excess is 79 %, and not 80 %"


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (ACT, "guard: disabled batch-nightly ("),
        (replace(ACT, deed=Deed(Doing.PAUSE, minutes=60), until=NOW + timedelta(hours=1)),
         "guard: disabled batch-nightly until 06:31, when it is enabled again by itself ("),
        (replace(ACT, deed=rule(do="limit-1d 20").deed), "guard: limited batch-nightly to $20.00 a day ("),
        (replace(ACT, mode=Mode.UNARMED, outcome=DeedOutcome.TOLD), "guard, not armed: would disable batch-nightly ("),
        (replace(ACT, mode=Mode.TELL, outcome=DeedOutcome.TOLD), "guard: a rule about batch-nightly holds ("),
        (replace(ACT, outcome=DeedOutcome.ACTING), "nobody knows whether that was done; it is looked up"),
        (replace(ACT, outcome=DeedOutcome.REFUSED, why="boom"), "the gateway did not do it (boom)"),
        (replace(ACT, outcome=DeedOutcome.NOT_SENT), "nothing was sent (broken off before)"),
        (replace(ACT, outcome=DeedOutcome.NOT_DONE), "not done, for the key was changed meanwhile"),
        (replace(ACT, outcome=DeedOutcome.ENDED), "guard: the pause of batch-nightly is over: it works again"),
        (replace(ACT, outcome=DeedOutcome.LEFT), "it is left as it is"),
    ],
)  # fmt: skip
def test_what_it_did(act: GuardAct, told: str) -> None:
    assert told in words.act_sentence(act, LOOK)
    hidden = words.act_sentence(act, replace(LOOK, privacy=True))
    assert "batch-nightly" not in hidden
    assert "#7" in hidden


def test_what_an_act_rests_on() -> None:
    assert words.act_sentence(ACT, LOOK).endswith("(spike since 04:31, 95 % of the excess, $38.00 above usual)")


@pytest.mark.parametrize("outcome", list(DeedOutcome))
def test_what_to_do_about_it(outcome: DeedOutcome) -> None:
    told = words.act_advice(replace(ACT, outcome=outcome), "ENABLE", "DISABLE")
    if outcome is DeedOutcome.APPLIED:
        assert "`ENABLE`" in told
        assert "DISABLE" not in told
    elif outcome in (DeedOutcome.ENDED, DeedOutcome.LEFT):
        assert told == ""
    else:
        assert "`DISABLE`" in told


def test_the_past_and_what_it_would_have_saved() -> None:
    past = PastAct(ACT, 2, 60.0, NOW + timedelta(hours=1), saved_usd=22.0)
    total, line = words.past_lines((past,), LOOK)
    assert total == "The guard would have acted 1 time, and saved $22.00:"
    assert line.strip() == (
        "rule 2, 2026-11-24 05:31: disable batch-nightly, which would have saved $22.00 until 2026-11-24 06:31"
    )
    assert words.past_lines((), LOOK) == ("The guard would have done nothing.",)


def test_names_of_keys_are_hidden_where_they_are_to_be() -> None:
    assert "batch" not in words.rule_line(1, rule(), replace(LOOK, privacy=True))
    told = words.rule_line(1, rule(do="pause 60m"), LOOK)
    assert told.startswith("1  when spike, critical at least: disable batch-*, !prod-* for 60 min; at most 1 an hour")
    assert inputs().keys
