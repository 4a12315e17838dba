"""What a source of figures can tell and do, and why not. Callers check this, never which source it is."""

from enum import StrEnum

from msgspec import Struct


class Capability(StrEnum):
    """Something that a source may be able to tell or do."""

    ACCOUNT = "account"
    """Whose account it is."""
    BALANCE = "balance"
    PLANS = "plans"
    KEYS = "keys"
    """The list of the account's keys."""
    CALLS = "calls"
    """Single calls, and figures for any range."""
    SUMS = "sums"
    """Sums of whole days, by time, model and group."""
    FILTERS = "filters"
    """Sums of some calls only, such as those of one key."""
    KEY_DAYS = "key_days"
    """Daily usage of one key."""
    ERRORS = "errors"
    LIMITS = "limits"
    """What a key may spend in five hours, a day and a week."""
    ACTIONS = "actions"
    """Changes to keys and to the account."""
    LIVE = "live"
    """The source is not a recording: it can be queried again."""


class Lack(StrEnum):
    """Why a source cannot tell or do something."""

    API_KEY_MODE = "api_key_mode"
    """There is no account, only API keys, each reporting about itself."""
    OLD_GATEWAY = "old_gateway"
    """The gateway's version lacks it."""
    ERRORS_HIDDEN = "errors_hidden"
    """The operator shows users no errors."""
    SIMPLE_MODE = "simple_mode"
    """The site does not bill."""
    READ_ONLY = "read_only"
    """aktop runs read-only."""
    NOT_RECORDED = "not_recorded"
    """There are only call records, and they do not include it."""
    RECORDING = "recording"
    """It is a recording: nothing is requested, and nothing can be changed."""


class Capabilities(Struct, frozen=True):
    """What a source can tell and do: everything except what it lacks."""

    lacks: tuple[tuple[Capability, Lack], ...] = ()

    def can(self, capability: Capability) -> bool:
        """Whether the source can."""
        return self.why_not(capability) is None

    def why_not(self, capability: Capability) -> Lack | None:
        """Why the source cannot; None if it can."""
        return next((lack for lacked, lack in self.lacks if lacked is capability), None)

    def without(self, lack: Lack, *capabilities: Capability) -> "Capabilities":
        """The same without some capabilities; those already lacking keep their reason.

        >>> Capabilities().without(Lack.READ_ONLY, Capability.ACTIONS).why_not(Capability.ACTIONS)
        <Lack.READ_ONLY: 'read_only'>
        """
        more = tuple((capability, lack) for capability in capabilities if self.can(capability))
        return Capabilities(self.lacks + more) if more else self

    def regained(self, lack: Lack, *capabilities: Capability) -> "Capabilities":
        """The same once a lack no longer applies to some capabilities, or to any if none is named."""
        freed = capabilities or tuple(Capability)
        left = tuple((lacked, why) for lacked, why in self.lacks if why is not lack or lacked not in freed)
        return self if left == self.lacks else Capabilities(left)


API_KEY_MODE = Capabilities().without(
    Lack.API_KEY_MODE,
    Capability.ACCOUNT,
    Capability.KEYS,
    Capability.CALLS,
    Capability.SUMS,
    Capability.FILTERS,
    Capability.ERRORS,
    Capability.ACTIONS,
)
"""A key alone reports its balance or plan, its limits, and its own days and models."""
