"""The settings of a command line."""

import argparse
import os

from tui import locale
from tui.cli.parser import flags_of
from tui.config import paths
from tui.config.settings import Settings
from tui.config.sources import load
from tui.terminal import stream_encoding


def loaded(options: argparse.Namespace) -> Settings:
    """The settings for a command line; also sets their language. Raises BadSettings."""
    profile = getattr(options, "profile", None)
    settings = load(flags_of(options), os.environ, paths.config_file(), paths.state_dir(), profile)
    if settings.lang:
        # A screen is written in UTF-8 whatever the streams' encoding.
        locale.use(settings.lang if options.verb is None else stream_encoding.spoken(settings.lang))
    return settings
