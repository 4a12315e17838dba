"""Runs a parsed command line, and turns failures into exit codes and sentences."""

import argparse
import asyncio
import os
from collections.abc import Callable, Coroutine
from importlib import import_module
from typing import Any

from tui.account.screen_start import OpenScreen
from tui.cli.demo_options import demo_account, refuse_replay
from tui.cli.exit_code import exit_code_of
from tui.cli.loading import loaded
from tui.cli.output import Unwritable, WrongUse, flush
from tui.cli.output import say as say
from tui.cli.parser import flags_of
from tui.cli.screen import screen
from tui.config import rerun_command
from tui.config.complaints import complaint, file_complaint
from tui.config.file import BadSettings
from tui.config.settings import Settings
from tui.gateway.address import ConfigError
from tui.gateway.errors import GatewayError
from tui.locale import _
from tui.present import failures, shown_keys
from tui.terminal import exit_codes
from tui.terminal.streams import OUTPUT, write_nowhere


def run(options: argparse.Namespace, open_screen: OpenScreen) -> int:
    """Run the verb; failures become a sentence and an exit code."""
    settings: Settings | None = None
    try:
        if not getattr(options, "needs_settings", True):
            demo_account(options)  # rejects demo flags, which make no sense here
            return _done(_function(options)(options))
        settings = loaded(options)
        if settings.keys is not None:
            shown_keys.use(settings.keys)
        return _verb(options, settings, open_screen)
    except (BadSettings, ConfigError, WrongUse) as error:
        say(f"aktop: {complaint(error)}")
        return exit_codes.WRONG_USE
    except GatewayError as error:
        assert settings is not None, "whoever asks a gateway has read who is asked"
        is_by_hand = bool(settings.token_file or os.environ.get("AKTOP_TOKEN"))
        login = rerun_command.command(settings, "login")
        say(f"aktop: {failures.told(error.failure, login, is_by_hand=is_by_hand)}")
        return exit_code_of(error.failure)
    except Unwritable as error:
        write_nowhere(OUTPUT)
        say(f"aktop: {error}")
        return exit_codes.WRONG_USE
    except BrokenPipeError:
        raise
    except OSError as error:
        told = f"{error.filename}: {file_complaint(error)}" if error.filename and error.strerror else error
        say(_("aktop: a file cannot be used: {error}").format(error=told))
        return exit_codes.WRONG_USE


def _verb(options: argparse.Namespace, settings: Settings, open_screen: OpenScreen) -> int:
    demo = demo_account(options)
    if options.replay is not None or options.at is not None:
        refuse_replay(options, demo)
    if options.verb is None:
        return screen(options, settings, demo, flags_of(options), open_screen)
    return _done(_function(options)(options, settings, demo))


def _function(options: argparse.Namespace) -> Callable[..., Any]:
    module, _colon, name = options.run.partition(":")
    function: Callable[..., Any] = getattr(import_module(f"tui.cli.{module}"), name)
    return function


def _done(outcome: int | Coroutine[Any, Any, int]) -> int:
    try:
        code = outcome if isinstance(outcome, int) else asyncio.run(outcome)
        flush()
        return code
    except ExceptionGroup as group:  # of tasks that ended together: the first failure is the one to tell
        raise _first_of(group) from group


def _first_of(error: Exception) -> Exception:
    return _first_of(error.exceptions[0]) if isinstance(error, ExceptionGroup) else error
