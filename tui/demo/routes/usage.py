"""Call records and their statistics (contract 5.1-5.10)."""

import asyncio
from collections.abc import Callable
from typing import Any

from tui.demo import listing, params, statistics
from tui.demo.binding import Body, Field
from tui.demo.calendar import FAR, SECOND, UTC_ZONE, Moment, stamp
from tui.demo.exchange import Exchange
from tui.demo.ledger import Selection
from tui.demo.listing import Range, Run
from tui.demo.measures import actual_of, unpack
from tui.demo.money import usd
from tui.demo.row_views import RowPage, row_view
from tui.demo.strands import Trait
from tui.demo.wire import Answer, handler_error, page_data, success

REQUEST_TYPES = ("unknown", "sync", "stream", "ws_v2", "cyber", "live")
BILLING_MODES = ("token", "per_request", "image", "video")
MAX_KEYS = 100
ROWS_AT_ONCE = 100
"""Rows created at once before other tasks get their turn."""
BATCH = Body("BatchAPIKeysUsageRequest", (Field("api_key_ids", "APIKeyIDs", "[]int64", ("required",)),))


def filtered(x: Exchange) -> Selection:
    """The strands that pass the common filters."""
    query, world = x.query, x.state.world
    tests: list[Callable[[Trait], bool]] = []
    key_id = params.number(query, "api_key_id")
    if key_id is not None:
        if world.key(key_id) is None:
            raise handler_error(404, "api key not found", "API_KEY_NOT_FOUND")
        tests.append(lambda trait: trait.key_id == key_id)
    group_id = params.number(query, "group_id")
    if group_id is not None and group_id > 0:
        tests.append(lambda trait: trait.group.id == group_id)
    model = query.get("model", "").strip()
    if model:
        tests.append(lambda trait: trait.model.name == model)
    tests += _kinds(query)
    return world.ledger.select(lambda trait: all(test(trait) for test in tests))


def _kinds(query: dict[str, str]) -> list[Callable[[Trait], bool]]:
    """The filters by request type, streaming and billing."""
    tests: list[Callable[[Trait], bool]] = []
    request_type = query.get("request_type", "").strip().lower()
    if request_type:
        if request_type not in REQUEST_TYPES:
            raise handler_error(400, f"invalid request_type, allowed values: {', '.join(REQUEST_TYPES)}")
        tests.append(lambda trait: trait.request_type == request_type)
    else:
        stream = params.flag(query, "stream")
        if stream is not None:
            tests.append(lambda trait: trait.streamed == stream)
    billing_type = params.number(query, "billing_type", bits=8)
    if billing_type is not None:
        tests.append(lambda trait: trait.billing_type == billing_type)
    mode = query.get("billing_mode", "").strip()
    if mode:
        if mode not in BILLING_MODES:
            raise handler_error(400, "Invalid billing_mode")
        tests.append(lambda trait: mode == "token")
    return tests


async def rows(x: Exchange) -> Answer:
    """A page of call records, newest first by default."""
    paging = params.paging(x.query)
    selection = filtered(x)
    span = params.open_range(x.query, x.state.world.clock.zone)
    ledger = x.state.world.ledger
    sort = x.query.get("sort_by", "").strip().lower() or "created_at"
    if sort == "model":
        runs = listing.runs_by_model(ledger, selection, span)
    else:
        runs = [Run(ledger, selection, span, by_id=sort != "created_at")]
    total = sum(map(len, runs))
    items: list[dict[str, Any]] = []
    page = RowPage(x.state.views)
    falling = params.falling(x.query)
    for start in range(0, paging.size, ROWS_AT_ONCE):
        calls = listing.page(runs, paging.offset + start, min(ROWS_AT_ONCE, paging.size - start), falling=falling)
        if not calls:
            break
        items += [page.row(call) for call in calls]
        await asyncio.sleep(0)
    return success(page_data(items, total, paging.page, paging.size))


async def row(x: Exchange) -> Answer:
    """One call record."""
    call_id = x.number("id")
    if call_id is None:
        raise handler_error(400, "Invalid usage ID")
    call = x.state.world.ledger.find(call_id)
    if call is None:
        raise handler_error(404, "usage log not found", "USAGE_LOG_NOT_FOUND")
    return success(row_view(x.state.world, call))


def _asked(x: Exchange) -> tuple[Selection, params.NamedRange]:
    return filtered(x), params.closed_range(x.query, x.state.world.clock.zone, x.state.now())


async def stats(x: Exchange) -> Answer:
    """Totals of a range."""
    selection, named = _asked(x)
    return success(statistics.totals(selection, named.span))


async def trend(x: Exchange) -> Answer:
    """Buckets of a range; an unknown granularity is echoed and means days."""
    selection, named = _asked(x)
    granularity = x.query.get("granularity", "") or "day"
    return success(
        {
            "trend": _trend(x, selection, named.span, granularity),
            "start_date": named.start_date,
            "end_date": named.end_date,
            "granularity": granularity,
        }
    )


async def models(x: Exchange) -> Answer:
    """The split of a range by model."""
    selection, named = _asked(x)
    if x.query.get("model_source", "").strip() not in ("", "requested"):
        raise handler_error(400, "Invalid model_source, user usage only supports requested")
    split = statistics.models(selection, named.span)
    return success({"models": split, "start_date": named.start_date, "end_date": named.end_date})


async def snapshot(x: Exchange) -> Answer:
    """Trend, models and groups of one range in one answer; an unrequested section is absent."""
    selection, named = _asked(x)
    wanted = {
        "trend": _include(x, "include_trend", usual=True),
        "models": _include(x, "include_model_stats", usual=True),
        "groups": _include(x, "include_group_stats", usual=False),
    }
    granularity = "hour" if x.query.get("granularity", "") == "hour" else "day"
    found: dict[str, Any] = {
        "generated_at": _whole_second(x.state.now()),
        "start_date": named.start_date,
        "end_date": named.end_date,
        "granularity": granularity,
    }
    if wanted["trend"]:
        found["trend"] = _trend(x, selection, named.span, granularity)
    if wanted["models"]:
        found["models"] = statistics.models(selection, named.span)
    if wanted["groups"]:
        found["groups"] = statistics.groups(selection, named.span)
    return success(found)


def _trend(x: Exchange, selection: Selection, span: Range, granularity: str) -> list[dict[str, Any]]:
    return statistics.trend(selection, span, granularity, x.state.world.clock.zone, x.state.now())


def _include(x: Exchange, name: str, *, usual: bool) -> bool:
    value = params.flag(x.query, name)
    return usual if value is None else value


def _whole_second(now: Moment) -> str:
    return stamp(now // SECOND * SECOND, UTC_ZONE)


async def dashboard(x: Exchange) -> Answer:
    """Totals and today's figures of the whole account."""
    world, now = x.state.world, x.state.now()
    everything = world.ledger.select(lambda trait: True)
    always, today = Range(0, FAR), Range(world.clock.today(), FAR)
    keys = world.living_keys()
    found: dict[str, Any] = {
        "total_api_keys": len(keys),
        "active_api_keys": sum(key.status == "active" for key in keys),
    }
    total = unpack(everything.between(always.begin, always.end))
    for part, each in (("total", total), ("today", unpack(everything.between(today.begin, today.end)))):
        shown = statistics.sums(each)
        shown["tokens"] = shown.pop("total_tokens")
        found |= {f"{part}_{name}": value for name, value in shown.items()}
    found["average_duration_ms"] = statistics.average_ms(total)
    found["rpm"], found["tpm"] = statistics.recent(everything, now)
    platforms = _platforms(everything, always, today)
    return success(found | ({"by_platform": platforms} if platforms else {}))


def _platforms(everything: Selection, always: Range, today: Range) -> list[dict[str, Any]]:
    """Platforms with any cost, dearest first."""
    totals = statistics.by(everything, always, lambda trait: trait.group.platform)
    todays = statistics.by(everything, today, lambda trait: trait.group.platform)
    none = unpack(0)
    return [
        {
            "platform": name,
            "total_requests": each.calls,
            "total_tokens": each.total_tokens,
            "total_actual_cost": usd(each.actual_cost),
            "today_requests": todays.get(name, none).calls,
            "today_tokens": todays.get(name, none).total_tokens,
            "today_actual_cost": usd(todays.get(name, none).actual_cost),
        }
        for name, each in sorted(totals.items(), key=lambda item: -item[1].actual_cost)
    ]


async def keys_batch(x: Exchange) -> Answer:
    """The cost of several keys today and in the last 30 days."""
    wanted = x.bind(BATCH)["api_key_ids"]
    if len(wanted) > MAX_KEYS:
        raise handler_error(400, f"Too many API key IDs (maximum {MAX_KEYS} allowed)")
    world, now = x.state.world, x.state.now()
    owned = [key_id for key_id in dict.fromkeys(wanted) if world.key(key_id) is not None]
    return success({"stats": {str(key_id): _key_costs(x, key_id, now) for key_id in owned}})


def _key_costs(x: Exchange, key_id: int, now: Moment) -> dict[str, Any]:
    world = x.state.world
    selection = world.ledger.select(lambda trait: trait.key_id == key_id)
    return {
        "api_key_id": key_id,
        "today_actual_cost": usd(actual_of(selection.between(world.clock.today(), FAR))),
        "total_actual_cost": usd(actual_of(selection.between(statistics.month_ago(now), FAR))),
    }


async def key_daily(x: Exchange) -> Answer:
    """The days of one key."""
    world = x.state.world
    key_id = x.number("id")
    if key_id is None:
        raise handler_error(400, "Invalid API key ID")
    days = days_asked(x)
    if days is None:
        raise handler_error(400, "Invalid days, allowed range is 1-90")
    if world.key(key_id) is None:
        raise handler_error(404, "api key not found", "API_KEY_NOT_FOUND")
    selection = world.ledger.select(lambda trait: trait.key_id == key_id)
    zone = params.zone_of(x.query, world.clock.zone)
    return success(statistics.daily(selection, days, zone, world.clock.zone, x.state.now()))


def days_asked(x: Exchange) -> int | None:
    """The `days` parameter: 30 unless given; None if it is not an integer from 1 to 90."""
    text = x.query.get("days", "")
    days = params.integer(text) if text else 30
    return days if days is not None and 1 <= days <= 90 else None
