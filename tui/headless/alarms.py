"""What needs a person, for `status --check`."""

from datetime import datetime
from decimal import Decimal

from tui.domain.keys import KeyStatus
from tui.locale import _
from tui.monitor.burn import burn_of
from tui.monitor.questions import AskKeys, AskProfile, AskSite
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present import low_balance
from tui.present.header import VERY_SOON
from tui.present.keys import status_word
from tui.present.look import Look

_REFUSING = frozenset({KeyStatus.EXHAUSTED, KeyStatus.LIMITED})


def is_low(snapshot: Snapshot, look: Look, own_usd: Decimal | None) -> bool | None:
    """Whether the screen would show its low-balance banner; None when the threshold is not known."""
    profile = snapshot.data(AskProfile())
    if profile is None:
        return None
    alarm = low_balance.step(low_balance.Alarm(), snapshot, look, own_usd)
    threshold_known = own_usd is not None or snapshot.data(AskSite()) is not None
    return alarm.is_on if alarm.is_on or threshold_known else None


def reasons(snapshot: Snapshot, look: Look, own_usd: Decimal | None) -> list[str]:
    """Why a person is needed, one sentence each; none when all is well as far as is known."""
    found = []
    alarm = low_balance.step(low_balance.Alarm(), snapshot, look, own_usd)
    banner = low_balance.banner(alarm, snapshot, look, own_usd)
    if banner is not None:
        found.append("".join(cell.text for cell in banner.line))
    elif (at := _empty_soon(snapshot, look)) is not None:
        found.append(_("The balance is empty at {time}.").format(time=fmt.moment(at, look.now, look.zone)))
    for key in snapshot.data(AskKeys()) or ():
        status = key.status(look.now)
        if status in _REFUSING:
            found.append(_("Key {name} is {status}.").format(name=look.key_name(key), status=status_word(status)))
    return found


def _empty_soon(snapshot: Snapshot, look: Look) -> datetime | None:
    profile = snapshot.data(AskProfile())
    burn = burn_of(snapshot, profile.balance_usd if profile else None, look.now)
    at = burn.empty_at if burn else None
    return at if at is not None and at - look.now < VERY_SOON else None
