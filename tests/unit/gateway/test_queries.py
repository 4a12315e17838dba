import doctest

import pytest

from tui.domain.failure import FailureKind
from tui.domain.scope import NO_FILTERS, Filters
from tui.gateway.errors import GatewayError
from tui.gateway.sub2api import queries
from tui.gateway.sub2api.queries import page_params, require_only, usage_params


def test_doctests() -> None:
    assert doctest.testmod(queries).failed == 0


def test_nothing_asked_for_is_nothing_sent() -> None:
    assert usage_params(None, NO_FILTERS, None) == {}


def test_every_filter_of_the_domain_is_sent() -> None:
    assert len(usage_params(None, Filters(1, "m", 1, "sync", 0, "token"), None)) == len(Filters.__struct_fields__)


@pytest.mark.parametrize(
    ("page", "size", "expected"),
    [(1, 20, ("1", "20")), (0, 0, ("1", "1")), (2, 1001, ("2", "1000")), (-3, -1, ("1", "1"))],
)
def test_pages_stay_within_what_the_gateway_takes_as_said(page: int, size: int, expected: tuple[str, str]) -> None:
    params = page_params(page, size)
    assert (params["page"], params["page_size"]) == expected


def test_filters_that_an_old_gateway_does_not_know() -> None:
    require_only(Filters(key_id=1), {"key_id"})
    with pytest.raises(GatewayError) as caught:
        require_only(Filters(key_id=1, billing_type=0), {"key_id"})
    assert (caught.value.failure.kind, caught.value.failure.field) == (FailureKind.INVALID, "billing_type")
