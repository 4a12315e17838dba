"""Where aktop keeps things on this machine (XDG), and what a path means that a person wrote."""

import os
from pathlib import Path

import platformdirs


def config_file() -> Path:
    """The configuration file."""
    return platformdirs.user_config_path("aktop") / "config.toml"


def state_dir() -> Path:
    """The folder of sessions and journal, readable by its owner only."""
    return platformdirs.user_state_path("aktop")


def as_written(text: str) -> Path:
    """The file that somebody means: `~` is a home where there is that one, and else a letter like others."""
    return Path(os.path.expanduser(text.strip()))
