"""Streams that cannot write everything: no traceback, and as much of it as they can."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tui.terminal import stream_encoding

ROOT = Path(__file__).parents[3]
NARROW = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def aktop(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "tui", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environ}, capture_output=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--lang", "zh", "--help"], 0),
        (["--lang", "zh", "no-such-verb"], 2),
        (["--lang", "zh", "status"], 2),
        (["--lang", "zh", "config"], 0),
        (["--demo", "--lang", "zh", "status"], 0),
        (["--demo", "calls", "--limit", "3"], 0),
    ],
)
def test_a_stream_that_knows_ascii_only(arguments: list[str], code: int) -> None:
    done = aktop(*arguments, **NARROW)
    said = (done.stdout + done.stderr).decode("ascii")
    assert done.returncode == code, said
    assert "Error" not in said
    assert "??" not in said.splitlines()[0]


def test_signs_get_what_comes_closest_and_names_a_question_mark_a_letter() -> None:
    text = ascii("■ $1 · ≈2 … ▁▄█ 网关 a\udcffb")
    code = f"from tui.terminal import stream_encoding; stream_encoding.bear(); print({text})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **NARROW}, capture_output=True, check=True
    )
    assert done.stdout == b"# $1 - ~2 ... _=# ?? a\xffb\n"


def test_the_language_is_one_that_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stream:
        encoding = "ascii"

    assert stream_encoding.spoken("zh") == "zh"
    monkeypatch.setattr(sys, "stderr", Stream())
    assert (stream_encoding.spoken("zh"), stream_encoding.spoken("en")) == ("en", "en")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["status", "--model", b"a\xff"], b"aktop: --model: expected a text in UTF-8, got 'a\\udcff'\n"),
        (["status", b"--key=a\x1b[31m"], b"aktop: --key: expected a text without control characters"),
        ([b"\x1b]0;title\x07"], b"aktop: argument: expected a text without control characters"),
        (["--key", "a\u202eb"], b"aktop: --key: expected a text without control characters, got 'a\\u202eb'"),
        (["no\u200bverb"], b"aktop: argument: expected a text without control characters, got 'no\\u200bverb'"),
        (["--proxy", b"socks5://me:hunter2@p\x01:1"], b"aktop: --proxy: expected a text without control characters"),
    ],
)
def test_arguments_that_are_no_text(arguments: list[str | bytes], said: bytes) -> None:
    command: list[str | bytes] = [sys.executable, "-m", "tui", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(said)
    assert b"\x1b" not in done.stderr
    assert b"hunter2" not in done.stderr
