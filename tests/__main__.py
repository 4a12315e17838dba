"""`python -m tests`: the one check – format, lint, types, catalogs, tests – the same by hand and in CI.

The whole runs on all cores. Arguments go to pytest: `python -m tests tests/unit -k money`.
"""

import subprocess
import sys

CHECKS = (
    ("ruff", "format", "--check", "--quiet", "."),
    ("ruff", "check", "--quiet", "."),
    ("mypy",),
)


def main() -> int:
    """Run every check, then the tests; stop at the first that fails."""
    for check in CHECKS:
        print(f"· {' '.join(check)}", flush=True)
        if subprocess.run([sys.executable, "-m", *check], check=False).returncode:
            return 1
    print("· pytest", flush=True)
    chosen = sys.argv[1:] or ["-n", "auto"]
    return subprocess.run([sys.executable, "-m", "pytest", *chosen], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
