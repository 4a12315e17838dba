"""`python -m tests.survival.confined HOW COMMAND …`: runs a command with less than a user has.

`full`: no file can be written, as on a full disk. `bound`: the modes of files hold for root too, so that a test of them
says something wherever it runs.
"""

import ctypes
import os
import resource
import sys

_DROP_FROM_BOUNDING_SET = 24
_PASSING_MODES = (1, 2, 3)
"""CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER."""


def main() -> None:
    """Confine this process, and become the command."""
    how, *command = sys.argv[1:]
    if how == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    elif os.geteuid() == 0:
        for capability in _PASSING_MODES:
            ctypes.CDLL(None).prctl(_DROP_FROM_BOUNDING_SET, capability, 0, 0, 0)
    os.execv(command[0], command)  # the command line is the test's own


if __name__ == "__main__":
    main()
