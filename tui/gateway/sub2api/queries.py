"""A scope as the gateway's query parameters (contract 5.1, 5.11)."""

from collections.abc import Set
from datetime import date

from tui.domain.failure import Failure, FailureKind
from tui.domain.scope import Filters
from tui.gateway.errors import GatewayError, error_of

Days = tuple[date, date]
Params = dict[str, str]


def usage_params(days: Days | None, filters: Filters, zone: str | None) -> Params:
    """Parameters of the usage endpoints. `days` are whole days of `zone` (otherwise the server's), both included.

    Raises INVALID for filters that the gateway would silently ignore.
    """
    if filters.group_id is not None and filters.group_id <= 0:
        raise unfilterable("group_id", "the gateway cannot filter for calls without a group")
    if filters.model is not None and not filters.model.strip():
        raise unfilterable("model", "the gateway cannot filter for calls without a model")
    named = {
        "api_key_id": filters.key_id,
        "model": filters.model,
        "group_id": filters.group_id,
        "request_type": filters.request_type,
        "billing_type": filters.billing_type,
        "billing_mode": filters.billing_mode,
    }
    return day_params(days, zone) | {key: str(value) for key, value in named.items() if value is not None}


def require_only(filters: Filters, known: Set[str]) -> None:
    """Raise INVALID for filters other than the known ones, which an older gateway would silently ignore."""
    for name in filters.__struct_fields__:
        if name not in known and getattr(filters, name) is not None:
            raise unfilterable(name, "this gateway is too old for this filter")


def error_params(
    days: Days | None, filters: Filters, zone: str | None, category: str | None, status_code: int | None
) -> Params:
    """Parameters of the error list, which has fewer filters: key, part of a model's name, category, status.

    Raises INVALID for the category `other`, which the gateway would ignore.
    """
    if category == "other":
        raise unfilterable("category", "the gateway cannot filter for the category other")
    named = {
        "api_key_id": filters.key_id,
        "model": filters.model or None,
        "category": category or None,
        "status_code": status_code,
    }
    return day_params(days, zone) | {key: str(value) for key, value in named.items() if value is not None}


def day_params(days: Days | None, zone: str | None) -> Params:
    """The range and its zone.

    >>> day_params((date(2026, 11, 1), date(2026, 11, 2)), "Europe/Berlin")
    {'start_date': '2026-11-01', 'end_date': '2026-11-02', 'timezone': 'Europe/Berlin'}
    """
    params = {} if days is None else {"start_date": days[0].isoformat(), "end_date": days[1].isoformat()}
    return params | ({"timezone": zone} if zone else {})


def page_params(page: int, page_size: int, sort_by: str = "", ascending: bool = False) -> Params:
    """Paging parameters. The gateway takes 1 to 1000 rows and silently turns anything else into 20."""
    params = {"page": str(max(1, page)), "page_size": str(min(max(1, page_size), 1000))}
    return params | ({"sort_by": sort_by, "sort_order": "asc" if ascending else "desc"} if sort_by else {})


def flag(value: bool) -> str:
    """A Boolean as the gateway parses it."""
    return "true" if value else "false"


def unfilterable(field: str, message: str) -> GatewayError:
    """The error for a filter that would be ignored."""
    return error_of(Failure(FailureKind.INVALID, message, field=field))
