"""Keys most of whose calls fail, also where the errors are too few or too different for a storm."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from tui.domain.usage import Call, FailedCall

MIN_CALLS = 15
BADGE_SHARE = 0.2
"""From this part on a suspect is marked as failing."""
FINDING_SHARE = 0.5
"""From this part on it is a finding by itself."""


class CallOutcomes(Struct, frozen=True):
    """How the calls of a key ended of late: how many succeeded, and those that failed."""

    succeeded: int = 0
    failures: tuple[FailedCall, ...] = ()

    @property
    def calls(self) -> int:
        """All of them."""
        return self.succeeded + len(self.failures)

    def fails_at_least(self, share: float) -> bool:
        """Whether enough calls are known, and that part of them failed."""
        return self.calls >= MIN_CALLS and len(self.failures) >= share * self.calls


class Failing(Struct, frozen=True):
    """A key most of whose calls fail."""

    key_id: int
    calls: int
    failed: int
    since: datetime
    status_code: int
    """That of most failures, as is the category."""
    category: str


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
    """How calls ended since a moment, by key; of keys that share a name nothing is told."""
    ids = ids_by_name(names)
    succeeded = Counter(call.key_id for call in calls)
    failures: dict[int, list[FailedCall]] = {}
    for error in failed:
        key_id = ids.get(error.key_name)
        if key_id is not None and error.at >= known_from:
            failures.setdefault(key_id, []).append(error)
    return {key_id: CallOutcomes(succeeded[key_id], tuple(failures.get(key_id, ()))) for key_id in ids.values()}


def find_failing(ended: Mapping[int, CallOutcomes]) -> tuple[Failing, ...]:
    """The keys of whose calls half or more failed, the one with the most failures first."""
    found = [_failing(key_id, one) for key_id, one in ended.items() if one.fails_at_least(FINDING_SHARE)]
    return tuple(sorted(found, key=lambda one: -one.failed))


def _failing(key_id: int, one: CallOutcomes) -> Failing:
    kinds = Counter((error.status_code, error.category) for error in one.failures)
    since = min(error.at for error in one.failures)
    return Failing(key_id, one.calls, len(one.failures), since, *kinds.most_common(1)[0][0])
