"""`python -m tests`: the one check – format, lint, types, catalogs, tests – the same by hand and in CI.

The whole runs on all cores, twice as many tests at once: most of them wait for something. `--coverage` tells how much
of each file was run; other arguments go to pytest: `python -m tests tests/unit -k money`.

Tests are collected beside the checks, so that they are compiled once and not by each process. Bytecode is written even
where the environment says otherwise: every aktop that a test starts would compile itself anew.
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
    """Run every check, then the tests; stop where one fails."""
    given = [argument for argument in sys.argv[1:] if argument != "--coverage"]
    collecting = ("pytest", "--collect-only", "-qq", "-n", "0", *given)
    started = [(check, _start(check, stdout=subprocess.PIPE)) for check in (*CHECKS, collecting)]
    failed = [check for check, process in started if _failed(check, process)]
    if failed:
        return 1
    chosen = given or ["-n", str(AT_ONCE), "--dist", "worksteal"]
    if len(given) < len(sys.argv) - 1:
        chosen += COVERAGE
    print("· pytest", flush=True)
    return _start(("pytest", *chosen)).wait()


def _start(module: tuple[str, ...], stdout: int | None = None) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    return subprocess.Popen(
        [sys.executable, "-m", *module], env=environment, stdout=stdout, stderr=stdout and subprocess.STDOUT, text=True
    )


def _failed(check: tuple[str, ...], process: subprocess.Popen[str]) -> bool:
    """Wait for a check, and show what it says if it found something."""
    said, _ = process.communicate()
    print(f"· {' '.join(check)}", flush=True)
    if process.returncode:
        print(said, flush=True)
    return process.returncode != 0


if __name__ == "__main__":
    sys.exit(main())
