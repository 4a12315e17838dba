"""Exit codes: part of the interface, for scripts."""

OK = 0
NEEDS_A_PERSON = 1
WRONG_USE = 2
NOT_SIGNED_IN = 3
UNREACHABLE = 4
NOT_APPLIED = 5
CANNOT_TELL = 6
"""Of what a check looks at, part could not be read, and what could be read needs nobody."""
HUNG_UP = 129
"""The terminal has vanished: 128 and the number of SIGHUP, as if the signal had been heard."""
INTERRUPTED = 130
BROKEN = 70
"""aktop itself is at fault (EX_SOFTWARE); not 1, which means that a person is needed."""
