"""Keys with most of their calls failing, even if the errors are too few or too different for a storm."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from tui.domain.usage import Call, FailedCall
from tui.triage.refusals import Refusal, Side, refusal_of
from tui.triage.storms import LIFTED_CALLS, typical_of

MIN_CALLS = 15
BADGE_SHARE = 0.2
"""From this share on a suspect is marked as failing."""
SLOT, MIN_SLOTS = timedelta(minutes=5), 6
"""Provider errors are reported if they occur in half of an hour's slots: hiccups are normal."""
FINDING_SHARE = 0.5
"""From this share on it is a finding of its own."""


class CallOutcomes(Struct, frozen=True):
    """How a key's recent calls ended: the number of successes, and the failures."""

    succeeded: int = 0
    failures: tuple[FailedCall, ...] = ()
    passed: int = 0
    """The successes since the last failure."""

    @property
    def calls(self) -> int:
        """The number of all calls."""
        return self.succeeded + len(self.failures)

    def fails_at_least(self, share: float) -> bool:
        """Whether enough calls are known and at least this share of them failed."""
        return self.calls >= MIN_CALLS and len(self.failures) >= share * self.calls


class Failing(Struct, frozen=True):
    """Keys with most of their calls failing: one key, or several with the same trouble that is no key's fault."""

    keys: tuple[int, ...]
    """The key with the most failures first."""
    calls: int
    failed: int
    since: datetime
    last_at: datetime
    """When the last call failed."""
    typical: FailedCall
    """The newest call of the most common failure."""
    refusal: Refusal
    """Whose refusal most failures are."""

    @property
    def key_id(self) -> int | None:
        """The key; None if the account is to blame."""
        return None if len(self.keys) > 1 or self.refusal.side is Side.WALLET else self.keys[0]

    @property
    def outlives_key(self) -> bool:
        """Whether it goes on after the key can no longer call: what a limit refuses, or what any key meets."""
        return self.refusal.side.is_limit or self.refusal.side.is_shared


def ids_by_name(names: Mapping[int, str]) -> dict[str, int]:
    """The ids of keys by their names, of which errors tell nothing else; names that several keys share lead nowhere.

    >>> ids_by_name({1: "ci", 2: "batch", 3: "ci"})
    {'batch': 2}
    """
    shared = Counter(names.values())
    return {name: key_id for key_id, name in names.items() if shared[name] == 1}


def outcomes(
    calls: Iterable[Call], failed: Iterable[FailedCall], names: Mapping[int, str], known_from: datetime
) -> dict[int, CallOutcomes]:
    """Count how the calls since a moment ended, by key; keys that share a name are left out."""
    ids = ids_by_name(names)
    failures: dict[int, list[FailedCall]] = {}
    for error in failed:
        key_id = ids.get(error.key_name)
        if key_id is not None and error.at >= known_from:
            failures.setdefault(key_id, []).append(error)
    last = {key_id: max(error.at for error in found) for key_id, found in failures.items()}
    succeeded, passed = Counter[int](), Counter[int]()
    for call in calls:
        succeeded[call.key_id] += 1
        passed[call.key_id] += call.key_id in last and call.at > last[call.key_id]
    return {
        key_id: CallOutcomes(succeeded[key_id], tuple(failures.get(key_id, ())), passed[key_id])
        for key_id in ids.values()
    }


def find_failing(ended: Mapping[int, CallOutcomes]) -> tuple[Failing, ...]:
    """The keys with at least half of their calls failing, most failures first.

    Provider errors are reported once they last, refusals by a limit until it lets calls pass again.
    """
    groups: dict[Side | int, list[int]] = {}
    for key_id, one in ended.items():
        if one.fails_at_least(FINDING_SHARE):
            side = refusal_of(typical_of(one.failures)).side
            if side.is_limit and one.passed >= LIFTED_CALLS:
                continue
            groups.setdefault(side if side.is_shared else key_id, []).append(key_id)
    found = (_failing(sorted(keys, key=lambda key: -len(ended[key].failures)), ended) for keys in groups.values())
    return tuple(sorted((one for one in found if one is not None), key=lambda one: -one.failed))


def _failing(keys: Sequence[int], ended: Mapping[int, CallOutcomes]) -> Failing | None:
    failures = [error for key_id in keys for error in ended[key_id].failures]
    typical = typical_of(failures)
    refusal = refusal_of(typical)
    since = min(error.at for error in failures)
    slots = {(error.at - since) // SLOT for error in failures}
    if refusal.side in (Side.UPSTREAM, Side.GATEWAY) and len(slots) < MIN_SLOTS:
        return None
    calls = sum(ended[key_id].calls for key_id in keys)
    return Failing(tuple(keys), calls, len(failures), since, max(error.at for error in failures), typical, refusal)
