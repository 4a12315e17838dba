"""Failed requests: list and detail, behind the site's gate (contract 5.11, 5.12)."""

from collections.abc import Callable
from typing import Any

from tui.demo import params
from tui.demo.errors import ErrorRow, in_category
from tui.demo.exchange import Exchange
from tui.demo.wire import Answer, handler_error, page_data, success

LARGEST_PAGE = 100
SORTS: dict[str, Callable[[ErrorRow], Any]] = {
    "created_at": lambda row: row.created,
    "model": lambda row: row.model,
    "status_code": lambda row: row.status,
}


async def listing(x: Exchange) -> Answer:
    """A page of failed requests."""
    _check_gate(x)
    paging = params.paging(x.query, LARGEST_PAGE)
    wanted = _filter(x)
    rows = [row for row in x.state.world.errors.rows if wanted(row)]
    sort = x.query.get("sort_by", "").strip().lower()
    falling = params.falling(x.query)
    if sort in ("model", "status_code"):
        rows.sort(key=lambda row: (SORTS[sort](row), row.id), reverse=falling)
    elif falling:
        rows.reverse()
    shown = rows[paging.offset : paging.offset + paging.size]
    return success(page_data([item(x, row) for row in shown], len(rows), paging.page, paging.size))


async def detail(x: Exchange) -> Answer:
    """One failed request with its response body."""
    _check_gate(x)
    row_id = x.number("id")
    if row_id is None or row_id <= 0:
        raise handler_error(400, "Invalid id")
    row = x.state.world.errors.find(row_id)
    if row is None:
        raise handler_error(404, "ops error log not found", "OPS_ERROR_NOT_FOUND")
    found = item(x, row) | {"error_body": row.body}
    if row.failure.upstream_status is not None:
        found["upstream_status_code"] = row.failure.upstream_status
    return success(found)


def _check_gate(x: Exchange) -> None:
    if not x.state.options.error_view:
        raise handler_error(403, "Error requests view is disabled")


def _filter(x: Exchange) -> Callable[[ErrorRow], bool]:
    query = x.query
    span = params.open_range(query, x.state.world.clock.zone)
    key_id = params.number(query, "api_key_id", least=0)
    status = params.number(query, "status_code", least=0)
    model = query.get("model", "").strip().lower()
    category = query.get("category", "").strip()

    def wanted(row: ErrorRow) -> bool:
        return (
            span.begin <= row.created < span.end
            and (not key_id or row.key_id == key_id)
            and (status is None or row.status == status)
            and model in row.model.lower()
            and in_category(row, category)
        )

    return wanted


def item(x: Exchange, row: ErrorRow) -> dict[str, Any]:
    """A failed request as the list shows it."""
    key = x.state.world.keys.get(row.key_id)
    found: dict[str, Any] = {
        "id": row.id,
        "created_at": x.state.world.clock.stamp(row.created),
        "model": row.model,
        "inbound_endpoint": row.endpoint,
        "status_code": row.status,
        "category": row.failure.category,
        "platform": row.platform,
        "message": row.failure.message,
        "key_name": key.name if key else "",
        "key_deleted": key.deleted if key else False,
        "stream": row.stream,
    }
    optional = {"client_ip": row.address, "group_name": row.group_name, "user_agent": row.agent}
    found |= {name: value for name, value in optional.items() if value}
    if row.failure.named:
        found["request_type"] = 2 if row.stream else 1
    return found
