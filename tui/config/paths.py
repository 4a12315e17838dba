"""Where aktop keeps things on this machine (XDG)."""

from pathlib import Path

import platformdirs


def config_file() -> Path:
    """The configuration file."""
    return platformdirs.user_config_path("aktop") / "config.toml"


def state_dir() -> Path:
    """The folder of sessions and journal, readable by its owner only."""
    return platformdirs.user_state_path("aktop")
