"""The gateway version that aktop was tested with."""

import re

TESTED = "0.1.179"
"""The newest version of Sub2API that aktop was tested with."""
_NUMBERS = re.compile(r"v?(\d+(?:\.\d+)*)(?:[-+. ].*)?", re.IGNORECASE)


def is_newer_than_tested(version: str) -> bool:
    """Whether a gateway is newer than the tested version; False if its version is not a number.

    >>> [is_newer_than_tested(version) for version in ("0.1.180", "v0.2", "0.1.179", "0.1.83.1", "dev", "")]
    [True, True, False, False, False, False]
    """
    found = _NUMBERS.fullmatch(version.strip())
    return found is not None and _parts(found[1]) > _parts(TESTED)


def _parts(numbers: str) -> list[int]:
    return [int(part) for part in numbers.split(".")]
