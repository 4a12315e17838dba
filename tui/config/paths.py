"""aktop's files on this machine (XDG), and paths that a person wrote."""

import os
from pathlib import Path

import platformdirs


def config_file() -> Path:
    """The configuration file."""
    return platformdirs.user_config_path("aktop") / "config.toml"


def state_dir() -> Path:
    """The folder of sessions and journal, readable only by its owner."""
    return platformdirs.user_state_path("aktop")


def as_written(text: str) -> Path:
    """The file that a person means; `~` expands if that home exists, otherwise it is an ordinary character."""
    return Path(os.path.expanduser(text.strip()))
