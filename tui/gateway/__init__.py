"""The wire: one typed method per endpoint, sessions, the request budget."""

import sys

if "httpx" not in sys.modules:
    # httpx's own command line, which nobody calls here: where click is installed it loads a syntax highlighter and
    # progress bars, a fifth of the time until the first figure. httpx does without it where it cannot be loaded.
    sys.modules["httpx._main"] = None  # type: ignore[assignment]
    # Tells trio from asyncio, and here it is always asyncio: where it is not installed, httpcore (behind a proxy)
    # searches the whole path for it four times a request.
    sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]
