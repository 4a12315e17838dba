"""From the parsed command line to what a verb does, and from what goes wrong to an exit code and a sentence."""

import argparse
import asyncio
import inspect
import os
from importlib import import_module

from tui import locale
from tui.account.screen_start import OpenScreen
from tui.cli.demo_options import demo_account
from tui.cli.exit_code import exit_code_of
from tui.cli.output import WrongUse
from tui.cli.output import say as say
from tui.cli.parser import flags_of
from tui.cli.screen import screen
from tui.config import paths, rerun_command
from tui.config.complaints import complaint, file_complaint
from tui.config.file import BadSettings
from tui.config.settings import Settings, load
from tui.gateway.address import ConfigError
from tui.gateway.errors import GatewayError
from tui.locale import _
from tui.present import failures
from tui.terminal import exit_codes, stream_encoding


def run(options: argparse.Namespace, open_screen: OpenScreen) -> int:
    """Do what the command line asks for; what goes wrong becomes a sentence and an exit code."""
    try:
        settings = load(
            flags_of(options), os.environ, paths.config_file(), paths.state_dir(), getattr(options, "profile", None)
        )
    except BadSettings as error:
        say(f"aktop: {error}")
        return exit_codes.WRONG_USE
    try:
        if settings.lang:
            # A screen is written in UTF-8 whatever the streams say.
            locale.use(settings.lang if options.verb is None else stream_encoding.spoken(settings.lang))
        return _verb(options, settings, open_screen)
    except (BadSettings, ConfigError, WrongUse) as error:
        say(f"aktop: {complaint(error)}")
        return exit_codes.WRONG_USE
    except GatewayError as error:
        is_by_hand = bool(settings.token_file or os.environ.get("AKTOP_TOKEN"))
        login = rerun_command.command(settings, "login")
        say(f"aktop: {failures.told(error.failure, login, is_by_hand=is_by_hand)}")
        return exit_code_of(error.failure)
    except BrokenPipeError:
        raise
    except OSError as error:
        told = f"{error.filename}: {file_complaint(error)}" if error.filename and error.strerror else error
        say(_("aktop: a file cannot be used: {error}").format(error=told))
        return exit_codes.WRONG_USE


def _verb(options: argparse.Namespace, settings: Settings, open_screen: OpenScreen) -> int:
    demo = demo_account(options)
    if options.verb is None:
        return screen(options, settings, demo, flags_of(options), open_screen)
    module, _colon, function = options.run.partition(":")
    done = getattr(import_module(f"tui.cli.{module}"), function)(options, settings, demo)
    code: int = asyncio.run(done) if inspect.iscoroutine(done) else done
    return code
