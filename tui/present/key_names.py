"""The name of a key given only its id, and whether the key was deleted."""

from tui.domain.keys import ApiKey
from tui.locale import _
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.by_key import last_names
from tui.monitor.questions import AskKeys
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext


def key_name(key_id: int, snapshot: Snapshot, look: DisplayContext, last_name: str | None = None) -> str:
    """The name of a key; for a deleted one its last known name beside its id."""
    key = snapshot.key(key_id)
    if key is not None:
        return look.key_name(key)
    number = f"#{key_id}"
    last_name = last_name or _name_in_calls(key_id, snapshot)
    if snapshot.data(AskKeys()) is None:
        # # It is not known yet whether the key exists.
        return look.name(last_name, number) if last_name else number
    deleted = _("deleted {id}").format(id=number)
    return deleted if look.privacy or not last_name else f"{deleted} {last_name}"


def _name_in_calls(key_id: int, snapshot: Snapshot) -> str | None:
    view = snapshot.calls.get(BASE_CALLS)
    return last_names(view.log).get(key_id) if view is not None else None


def copied_text(key: ApiKey) -> str:
    """The clipboard text of a key."""
    return f"{key.id} {key.name}"
