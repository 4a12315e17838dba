"""Key list, key page, creation, change, deletion (contract 4)."""

import asyncio
from collections.abc import Callable
from typing import Any

from tui.demo import keyring, params
from tui.demo.calendar import FAR, SECOND, Moment
from tui.demo.exchange import Exchange
from tui.demo.keys import Key
from tui.demo.state import Replay, State
from tui.demo.wire import Answer, RefusedError, handler_error, page_data, success

LONGEST_SEARCH = 100
RETRY_AFTER = 5 * SECOND
SORTS: dict[str, Callable[[Key], Any]] = {
    "created_at": lambda key: key.created,
    "name": lambda key: key.name,
    "status": lambda key: key.status,
    "expires_at": lambda key: _nulls_last(key.expires),
    "last_used_at": lambda key: _nulls_last(key.last_used),
    "id": lambda key: key.id,
    "current_concurrency": lambda key: key.running,
}


def _nulls_last(when: Moment | None) -> Moment:
    """PostgreSQL's order: nulls are larger than everything."""
    return FAR if when is None else when


async def listing(x: Exchange) -> Answer:
    """A page of keys."""
    if x.state.options.trouble.redis:
        await asyncio.sleep(x.state.options.trouble.redis_delay_s * 0.7)
    paging = params.paging(x.query)
    found = [key for key in x.state.world.living_keys() if _wanted(key, x.query)]
    sort = SORTS.get(x.query.get("sort_by", "").strip().lower() or "created_at", SORTS["id"])
    found.sort(key=lambda key: (sort(key), key.id), reverse=params.falling(x.query))
    views = x.state.views
    shown = found[paging.offset : paging.offset + paging.size]
    items = [views.key(key, last_used_ip=key.last_address) | views.key_group(key) for key in shown]
    return success(page_data(items, len(found), paging.page, paging.size))


def _wanted(key: Key, query: dict[str, str]) -> bool:
    search = query.get("search", "").strip().encode()[:LONGEST_SEARCH].decode("utf-8", "replace").lower()
    if search and search not in key.name.lower() and search not in key.secret.lower():
        return False
    status = query.get("status", "")
    if status and key.status != status:
        return False
    group_id = params.integer(query.get("group_id", ""))
    return group_id is None or (key.group_id or 0) == group_id


async def get(x: Exchange) -> Answer:
    """One key, with its owner."""
    return success(_full(x.state, _find(x)))


async def create(x: Exchange) -> Answer:
    """A new key; the same Idempotency-Key and body get the same answer again."""
    name = x.headers.get("idempotency-key", "").strip()
    if not name:
        return _create(x)
    if len(name) > 128 or not all(33 <= ord(character) <= 126 for character in name):
        raise handler_error(400, "idempotency key is invalid", "IDEMPOTENCY_KEY_INVALID")
    x.bind(keyring.CREATE)
    known = x.state.replays.get(name)
    if known is not None:
        replayed = _replay(x, known)
        if replayed is not None:
            return replayed
    try:
        answer = _create(x)
    except RefusedError:
        x.state.replays[name] = Replay(x.body, None, x.state.now() + RETRY_AFTER)
        raise
    x.state.replays[name] = Replay(x.body, answer.body)
    return answer


def _replay(x: Exchange, known: Replay) -> Answer | None:
    """The stored answer; None if a failed attempt may be retried."""
    if known.body != x.body:
        raise handler_error(409, "idempotency key reused with different payload", "IDEMPOTENCY_KEY_CONFLICT")
    if known.answer is not None:
        return Answer(200, known.answer, headers={"X-Idempotency-Replayed": "true"})
    left = known.retry_from - x.state.now()
    if left > 0:
        wait = str(max(1, left // SECOND))
        message = "idempotent request is in retry backoff window"
        raise handler_error(409, message, "IDEMPOTENCY_RETRY_BACKOFF", {"retry_after": wait}, {"Retry-After": wait})
    return None


def _create(x: Exchange) -> Answer:
    sent = x.bind(keyring.CREATE)
    key = keyring.create(x.state.world, sent, x.state.now())
    views = x.state.views
    echo = {"created_at": views.precise(key.created), "updated_at": views.precise(key.updated)}
    if key.expires is not None:
        echo["expires_at"] = views.precise(key.expires)
    return success(views.key(key, current_concurrency=0, **_lists(sent), **echo))


async def update(x: Exchange) -> Answer:
    """Apply an update; the answer echoes an expiry digit by digit, and embeds the previous group."""
    key_id = x.number("id")
    if key_id is None:
        raise handler_error(400, "Invalid key ID")
    sent = x.bind(keyring.UPDATE)
    expires = keyring.check_update(sent)
    key = x.state.world.key(key_id)
    if key is None:
        raise keyring.missing()
    group, before = x.state.views.key_group(key), key.updated
    keyring.update(x.state.world, key, sent, expires, x.state.now())
    x.state.key_caches.pop(key.id, None)
    shown = _full(x.state, key) | {"current_concurrency": 0} | _lists(sent)
    shown.pop("group", None)
    echo = {"expires_at": sent["expires_at"]} if sent["expires_at"] else {}
    if key.updated != before:
        echo["updated_at"] = x.state.views.precise(key.updated)
    return success(shown | group | echo)


async def delete(x: Exchange) -> Answer:
    """Delete the key; its rows stay."""
    key = _find(x)
    key.deleted = True
    return success({"message": "API key deleted successfully"})


def _find(x: Exchange) -> Key:
    key_id = x.number("id")
    if key_id is None:
        raise handler_error(400, "Invalid key ID")
    key = x.state.world.key(key_id)
    if key is None:
        raise keyring.missing()
    return key


def _full(state: State, key: Key) -> dict[str, Any]:
    return state.views.key(key) | {"user": state.views.user()} | state.views.key_group(key)


def _lists(sent: dict[str, Any]) -> dict[str, Any]:
    """`[]` is echoed by the write that sent it; afterwards it is null."""
    return {name: sent[name] for name in ("ip_whitelist", "ip_blacklist") if sent[name] is not None}
