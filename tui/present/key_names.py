"""What a key is called where only its id is at hand; that it was deleted is said."""

from tui.domain.keys import ApiKey
from tui.locale import _
from tui.monitor.questions import AskKeys
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext


def key_name(key_id: int, snapshot: Snapshot, look: DisplayContext, last_name: str | None = None) -> str:
    """What a key is called. Of a deleted one that is what it was called last, if anybody knows, beside its id."""
    key = snapshot.key(key_id)
    if key is not None:
        return look.key_name(key)
    number = f"#{key_id}"
    if snapshot.data(AskKeys()) is None:
        # Whether it is there nobody knows yet.
        return look.name(last_name, number) if last_name else number
    deleted = _("deleted {id}").format(id=number)
    return deleted if look.privacy or not last_name else f"{deleted} {last_name}"


def copied_text(key: ApiKey) -> str:
    """What stands for a key on the clipboard."""
    return f"{key.id} {key.name}"
