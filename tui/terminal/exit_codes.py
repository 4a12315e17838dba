"""Exit codes: part of the interface, for scripts."""

OK = 0
NEEDS_A_PERSON = 1
WRONG_USE = 2
NOT_SIGNED_IN = 3
UNREACHABLE = 4
NOT_APPLIED = 5
CANNOT_TELL = 6
"""A check could not read everything, and what it read needs nobody."""
HUNG_UP = 129
"""The terminal has vanished: 128 plus the number of SIGHUP, as if the signal had been received."""
INTERRUPTED = 130
BROKEN = 70
"""aktop itself failed (EX_SOFTWARE); not 1, which means that a person is needed."""
