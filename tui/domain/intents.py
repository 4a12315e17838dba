"""What a person wants to change about a key or the account, before anything is sent."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from tui.domain.account import Profile
from tui.domain.keys import ApiKey, WindowName


class KeyAction(StrEnum):
    """What can be done to a key."""

    DISABLE = "disable"
    ENABLE = "enable"
    LIMIT = "limit"


class Limits(Struct, frozen=True):
    """Spend limits in USD. In a change, None keeps a limit and 0 removes it."""

    quota_usd: Decimal | None = None
    limit_5h_usd: Decimal | None = None
    limit_1d_usd: Decimal | None = None
    limit_7d_usd: Decimal | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return self == NO_LIMITS


NO_LIMITS = Limits()


class KeyIntent(Struct, frozen=True):
    """One change of one key, held by id: whatever the table does meanwhile, it means this key.

    `until` makes a disable a timed pause: aktop enables the key again at that time if it is still running.
    """

    key_id: int
    action: KeyAction
    limits: Limits = NO_LIMITS
    until: datetime | None = None


class KeyState(Struct, frozen=True):
    """What a change can change: the stored status and the four limits."""

    status: str
    limits: Limits


def state_of(key: ApiKey) -> KeyState:
    """The changeable state of a key."""
    return KeyState(
        key.stored_status,
        Limits(
            key.quota_usd,
            key.window(WindowName.FIVE_HOURS).limit_usd,
            key.window(WindowName.ONE_DAY).limit_usd,
            key.window(WindowName.SEVEN_DAYS).limit_usd,
        ),
    )


def wanted_state(before: KeyState, intent: KeyIntent) -> KeyState:
    """The state that an intent asks for."""
    if intent.action is KeyAction.DISABLE:
        return KeyState("inactive", before.limits)
    if intent.action is KeyAction.ENABLE:
        return KeyState("active", before.limits)
    old, new = before.limits, intent.limits
    return KeyState(
        before.status,
        Limits(
            old.quota_usd if new.quota_usd is None else new.quota_usd,
            old.limit_5h_usd if new.limit_5h_usd is None else new.limit_5h_usd,
            old.limit_1d_usd if new.limit_1d_usd is None else new.limit_1d_usd,
            old.limit_7d_usd if new.limit_7d_usd is None else new.limit_7d_usd,
        ),
    )


def limits_changed(before: KeyState, after: KeyState) -> Limits:
    """The limits of `after` that `before` does not have."""
    names = Limits.__struct_fields__
    changed = [name for name in names if getattr(before.limits, name) != getattr(after.limits, name)]
    return Limits(**{name: getattr(after.limits, name) for name in changed})


def restricts(before: KeyState, after: KeyState) -> bool:
    """Whether a change stops a key or lowers a limit of it.

    >>> active, stopped = KeyState("active", NO_LIMITS), KeyState("inactive", NO_LIMITS)
    >>> restricts(active, stopped), restricts(stopped, active)
    (True, False)
    """
    if after.status == "inactive" != before.status:
        return True
    names = Limits.__struct_fields__
    amounts = ((getattr(before.limits, name) or 0, getattr(after.limits, name) or 0) for name in names)
    return any(new and (not old or new < old) for old, new in amounts)


class Reminder(Struct, frozen=True):
    """The account's own low-balance threshold: USD, or percent if the account says so; 0 means the site's."""

    threshold: Decimal


def reminder_of(profile: Profile) -> Reminder:
    """The reminder as stored at the gateway."""
    return Reminder(profile.threshold or Decimal(0))
