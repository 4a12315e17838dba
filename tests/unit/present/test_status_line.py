"""The line for the bars of other programs, as somebody formats it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW
from tui.present.status_line import UnknownField, formatted
from tui.store.last_known import LastKnown

UTC = ZoneInfo("UTC")


@pytest.mark.parametrize("form", ["{burn", "{nobody}", "{balance:>9}", "{balance!r}", "{}"])
def test_what_cannot_be_filled_in_is_an_error_and_not_left_out(form: str) -> None:
    with pytest.raises(UnknownField):
        formatted(form, LastKnown(NOW, balance_usd=3.0), NOW, UTC)


def test_braces_that_are_meant_are_shown() -> None:
    assert formatted("{{{balance}}} now", LastKnown(NOW, balance_usd=3.0), NOW, UTC) == "{$3.00} now"


def test_what_is_over_leaves_no_time_and_trouble_comes_before_a_severity() -> None:
    known = LastKnown(NOW, "critical", empty_at=NOW + timedelta(hours=2), key_id=7)
    form = "{sign}{severity} {key}{key_id} {empty}, {left}"
    assert formatted(form, known, NOW, UTC) == "■ critical 7 07:31, 2 h"
    assert formatted(form, known, NOW + timedelta(hours=2), UTC) == "■ critical 7 07:31, "
    assert formatted("{sign}{trouble}", LastKnown(NOW, "critical", trouble="not reached"), NOW, UTC) == "✕ not reached"
    assert formatted("{severity}{key}{key_id}{burn}{balance}{empty}", LastKnown(NOW), NOW, UTC) == ""
