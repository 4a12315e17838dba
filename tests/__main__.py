"""`python -m tests`: the one check – format, lint, types, catalogs, tests – the same by hand and in CI.

The whole runs on all cores, twice as many tests at once: most of them wait for something. `--coverage` tells how much
of each file was run; other arguments go to pytest: `python -m tests tests/unit -k money`.
"""

import os
import subprocess
import sys

CHECKS = (
    ("ruff", "format", "--check", "--quiet", "."),
    ("ruff", "check", "--quiet", "."),
    ("mypy",),
)
AT_ONCE = 2 * (os.cpu_count() or 1)
# Not always: it takes twice the time.
COVERAGE = ["--cov=tui", "--cov=widgets", "--cov-report=term:skip-covered"]


def main() -> int:
    """Run every check, then the tests; stop at the first that fails."""
    for check in CHECKS:
        print(f"· {' '.join(check)}", flush=True)
        if subprocess.run([sys.executable, "-m", *check], check=False).returncode:
            return 1
    print("· pytest", flush=True)
    given = [argument for argument in sys.argv[1:] if argument != "--coverage"]
    chosen = given or ["-n", str(AT_ONCE), "--dist", "worksteal"]
    if len(given) < len(sys.argv) - 1:
        chosen += COVERAGE
    return subprocess.run([sys.executable, "-m", "pytest", *chosen], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
