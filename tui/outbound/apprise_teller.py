"""A process that has Apprise send one message, and prints the result for each address by its number.

It is run as a file, with the message as JSON on its input, and imports nothing of aktop.
"""

import json
import logging
import os
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

_MOST_AT_ONCE = 8


def main() -> None:
    """Send to all addresses at once, so that none waits for another."""
    message = json.load(sys.stdin)
    answers = os.dup(1)
    os.dup2(2, 1)  # keep output of services out of the results
    logging.disable()
    with ThreadPoolExecutor(_MOST_AT_ONCE) as threads:
        telling = {threads.submit(_told, url, message): number for number, url in message["urls"].items()}
        for one in as_completed(telling):
            outcome = "failed" if one.exception() is not None else one.result()
            os.write(answers, f"{telling[one]} {outcome}\n".encode())


def _told(url: str, message: dict[str, Any]) -> str:
    import apprise

    asset = apprise.AppriseAsset(app_id="aktop", async_mode=False)
    service = apprise.Apprise.instantiate(url, asset=asset)
    if service is None:
        return "unknown"
    if not service.verify_certificate:
        return "unverified"
    if service.overflow_mode is apprise.OverflowMode.UPSTREAM:
        # Most services refuse what is too long for them, such as a digest, instead of cutting it.
        service.overflow_mode = apprise.OverflowMode.SPLIT
    alone = apprise.Apprise(asset=asset)
    alone.add(service)
    is_told = alone.notify(
        title=message["title"], body=message["body"], notify_type=message["type"], body_format="text"
    )
    return "told" if is_told else "failed"


if __name__ == "__main__":
    main()
