"""The filter language of the call list: what is read, what passes, where it is wrong."""

import contextlib
import doctest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.samples import call
from tui.domain.usage import Call
from tui.present import call_filter
from tui.present.call_filter import BadFilter, completed, completions, parse

NAMES = {7: "batch-nightly", 8: "客服机器人"}
BATCH = call(
    1,
    billed="0.080396",
    key_id=7,
    model="claude-opus-4-5",
    ip="203.0.113.9",
    duration_ms=31_000,
    first_token_ms=610,
    input_tokens=12_000,
    endpoint="/v1/messages",
    user_agent="python httpx/0.28",
    group_name="claude-pro",
    request_id="req_a0005",
    billing_mode="token",
    reasoning_effort="high",
)
CHAT = call(
    2, billed="0.001775", key_id=8, model="gpt-5-mini", request_type="sync", billing_type=1, duration_ms=None, ip=None
)


def passing(text: str) -> list[int]:
    """The ids of the two calls that pass."""
    shown = parse(text, NAMES)
    return [one.id for one in (BATCH, CHAT) if shown.passes(one)]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", [1, 2]),
        ("key:batch", [1]),
        ("KEY:BATCH", [1]),
        ("key=batch", []),
        ("key=batch-nightly", [1]),
        ("key:客服", [2]),
        ("model~opus", [1]),
        ("!model~opus", [2]),
        ("!!model~opus", [1]),
        ("cost>0.05", [1]),
        ("cost>$.05", [1]),
        ("cost=0.080396", [1]),
        ("cost:0.001775", [2]),
        ("cost<=0.001775", [2]),
        ("dur>30s", [1]),
        ("dur>0.5m", [1]),
        ("dur>=31000ms", [1]),
        ("dur<1m", [1]),
        ("!dur<1m", [2]),
        ("first<1", [1]),
        ("tok>10k", [1]),
        ("tok<1k", [2]),
        ("in=12k", [1]),
        ("ip:203.0.113.9", [1]),
        ('ip=""', [2]),
        ("type:stream", [1]),
        ("paid:plan", [2]),
        ("paid=wallet", [1]),
        ("group:pro", [1]),
        ("effort:high mode:token endpoint:messages", [1]),
        ("id=2", [2]),
        ("request:a0005", [1]),
        ('agent:"python httpx"', [1]),
        ('"python httpx"', [1]),
        ("opus", [1]),
        ("!opus", [2]),
        ("5", [1, 2]),
        ("key:batch cost>0.05 dur>30s", [1]),
        ("key:batch model:mini", []),
    ],
)
def test_what_passes(text: str, ids: list[int]) -> None:
    assert passing(text) == ids


@pytest.mark.parametrize(
    ("text", "pointed_at", "says"),
    [
        ("cost>five", "five", "no amount for cost"),
        ("cost>5s", "5s", "no amount"),
        ("tok>10q", "10q", "tok>10k"),
        ("cost>", "cost>", "cost>0.05"),
        ("cost~1", "~", "is a number"),
        ("key>a", ">", "no size"),
        ("key:", "key:", "contains what"),
        ("colour:red", "colour", "no field colour"),
        ("model:opus paid:cash", "cash", "wallet, plan"),
        ('key:"two', '"two', "does not end"),
        ("!", "!", "which word"),
        ("key:batch http://x", "http", "no field http"),
    ],
)
def test_where_it_is_wrong(text: str, pointed_at: str, says: str) -> None:
    with pytest.raises(BadFilter, match=says) as caught:
        parse(text)
    assert text[caught.value.start : caught.value.end] == pointed_at


@pytest.mark.parametrize(
    "text",
    ['key:batch cost>0.05 dur>30s !"two words"', "tok>=1.5k", "dur<250ms", 'model:"a\\"b"', 'ip=""', "cost=0", "!opus"],
)
def test_what_is_written_reads_as_itself(text: str) -> None:
    assert parse(text).text == text


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("", ()),
        ("cost>1 ", ()),
        ("c", ("cost>", "cacher>", "cachew>", "cachehour>")),
        ("!mod", ("!model:", "!mode:")),
        ("model:so", ("model:claude-sonnet",)),
        ("model=claude-opus", ()),
        ("paid:", ("paid:wallet", "paid:plan")),
        ("key:my", ('key:"my laptop"',)),
        ("cost>0", ()),
    ],
)
def test_completion_offers_fields_and_then_known_values(text: str, offered: tuple[str, ...]) -> None:
    known = {"model": ["claude-sonnet", "claude-opus"], "key": ["my laptop"]}
    assert completions(text, known) == offered
    for one in offered:
        assert completed(text, one).endswith(one)


@settings(max_examples=500)
@given(st.text('key:~=<>!"\\ 0.5ksm-/测', max_size=14) | st.text(max_size=14))
def test_nothing_that_is_typed_breaks_it(text: str) -> None:
    completions(text, {})
    with contextlib.suppress(BadFilter):
        again = parse(text).text
        assert parse(again).text == again


def test_examples() -> None:
    assert doctest.testmod(call_filter).failed == 0


def test_the_unknown_is_neither_large_nor_small() -> None:
    nothing: Call = call(3, duration_ms=None)
    assert not parse("dur>0").passes(nothing)
    assert not parse("dur<1m").passes(nothing)
