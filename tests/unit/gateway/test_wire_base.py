import doctest
import importlib
import pkgutil
from decimal import Decimal

import msgspec
import pytest

from tui.gateway.api_key import wire as key_wire
from tui.gateway.sub2api import wire
from tui.gateway.sub2api.wire import base
from tui.gateway.sub2api.wire import calls as wire_calls
from tui.gateway.sub2api.wire.base import Misfit, each, maybe_text, name, text, usd


def test_doctests() -> None:
    assert doctest.testmod(base).failed == 0


@pytest.mark.parametrize(
    "sent", ["23.40916", "7.5e-07", "0.1", "-0.00000001", "1138.75", "258.9781469475", "1e-10", "0"]
)
def test_money_is_what_was_sent(sent: str) -> None:
    assert usd(float(sent)) == Decimal(sent)


def test_texts_are_harmless_shared_and_unescaped_once() -> None:
    assert text(None) == ""
    assert text("a\x1b[1m\tb") == "a[1m b"
    assert text("".join(["mod", "el"])) is text("".join(["mo", "del"]))
    assert text("x" * 1000 + "\x07") == "x" * 1000
    assert maybe_text("") is None
    assert name("&amp;lt; &#34;x&#34; &#27;") == '&lt; "x" &#27;'


def test_a_misfit_says_which_row() -> None:
    def convert(row: int) -> int:
        if row == 3:
            raise Misfit("date")
        return row

    assert each("data.items", [1, 2], convert) == (1, 2)
    with pytest.raises(Misfit) as caught:
        each("data.items", [1, 2, 3], convert)
    assert caught.value.field == "data.items[2].date"


MAY_BE_NEGATIVE = {
    # A wallet can be overdrawn (contract 3.1), a correction can take money away (7.6), -1 is "no limit" (6.1).
    "ProfileRow.balance",
    "ProfileRow.total_recharged",
    "RedeemRow.value",
    "RedeemRow.validity_days",
    "UsageRow.balance",
    "UsageRow.remaining",
    # Nothing or less means: none, unlimited, the site's (3.1, 3.2); an old gateway stores a quota of -3 (9.2).
    "ProfileRow.concurrency",
    "ProfileRow.balance_notify_threshold",
    "SettingsRow.balance_low_notify_threshold",
    "KeyRow.quota",
    *(f"KeyRow.rate_limit_{span}" for span in ("5h", "1d", "7d")),
    *(
        f"{row}.{span}_limit_usd"
        for row in ("GroupRow", "KeySubscriptionRow")
        for span in ("daily", "weekly", "monthly")
    ),
    "WindowRow.limit_usd",
    "KeyWindowRow.limit",
    "QuotaRow.limit",
    # Looked at before they are used, or names of kinds.
    "SignInRow.expires_in",
    "TokensRow.expires_in",
    "WindowRow.resets_in_seconds",
    "CallRow.billing_type",
    "FailedRow.request_type",
}


def test_only_what_can_be_less_than_nothing_may_come_as_less_than_nothing() -> None:
    signed = set()
    named = (importlib.import_module(f"{wire.__name__}.{found.name}") for found in pkgutil.iter_modules(wire.__path__))
    for module in (*named, key_wire):
        rows = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, base.WireStruct)]
        for row in rows:
            info = msgspec.inspect.type_info(row)
            assert isinstance(info, msgspec.inspect.StructType)
            for field in info.fields:
                kinds = field.type.types if isinstance(field.type, msgspec.inspect.UnionType) else (field.type,)
                for kind in kinds:
                    number = isinstance(kind, msgspec.inspect.IntType | msgspec.inspect.FloatType)
                    if number and (kind.ge is None or kind.ge < 0) and not field.name.endswith("id"):
                        signed.add(f"{row.__name__}.{field.name}")
    signed -= {f"CallRow.{name}" for name in wire_calls._NEVER_NEGATIVE}  # these are looked at row by row
    assert signed - {"Envelope.code"} == MAY_BE_NEGATIVE


@pytest.mark.parametrize(
    ("decoder", "sent", "place"),
    [
        ("sums.STATS", '{"total_requests":-1}', "total_requests"),
        ("sums.SNAPSHOT", '{"trend":[{"date":"2026-11-01","requests":1,"input_tokens":-5}]}', "trend[0].input_tokens"),
        ("keys.KEY_COSTS", '{"stats":{"7":{"today_actual_cost":-0.5}}}', "today_actual_cost"),
        ("keys.KEY_DAYS", '{"items":[{"date":"2026-11-01","requests":-1}]}', "items[0].requests"),
    ],
)
def test_a_sum_of_less_than_nothing_is_refused_by_name(decoder: str, sent: str, place: str) -> None:
    module, name = decoder.split(".")
    decode = getattr(importlib.import_module(f"{wire.__name__}.{module}"), name).decode
    with pytest.raises(msgspec.ValidationError) as caught:
        decode(f'{{"code":0,"data":{sent}}}'.encode())
    assert place in str(caught.value)
    assert ">= 0" in str(caught.value)
