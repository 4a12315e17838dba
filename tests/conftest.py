"""Every test is sealed from the machine: its settings, its language, its zone, its network proxies."""

import gc
import os
import signal
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import configuration, settings

from tests.founding import found_light, found_or_copy
from tui import locale

configuration.set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "aktop-hypothesis")
settings.register_profile("gate", max_examples=60, derandomize=True, database=None, deadline=None)
settings.load_profile("gate")
for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    # What a shell starts in the background, or nohup, ignores these, and so would each aktop that a test sends them.
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, handler)


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay to the end: to search them for cycles again took a quarter of the time."""
    # Loaded within a test, while a thread of it loads another, its parsing may end with a SystemError in Python 3.11.
    import_module("hypothesis.strategies._internal.regex")
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True)
def kept_environment() -> Iterator[None]:
    """Whatever a run of aktop takes out of the environment of this process is put back."""
    before = dict(os.environ)
    yield
    if os.environ != before:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(autouse=True)
def copied_accounts(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Each embedded gateway has an account of its own, which need not be drawn anew.

    Most tests read the whole of it each time: it is a light one, unless the test is marked.
    """
    is_full = request.node.get_closest_marker("full_account") is not None
    monkeypatch.setattr("tui.demo.app.found_world", found_or_copy if is_full else found_light)


@pytest.fixture(autouse=True)
def sealed(
    kept_environment: None,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """An empty home, an English locale, UTC, and nothing of aktop's environment.

    A folder for each of thousands of tests would take longer than most of them do: the home of those that have none is
    a name of their own.
    """
    nowhere = tmp_path_factory.getbasetemp() / "homes" / uuid4().hex
    home: Path = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else nowhere
    for name in list(os.environ):
        if name.startswith("AKTOP_") and not name.startswith("AKTOP_REAL"):
            monkeypatch.delenv(name)
    for name in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "NO_PROXY",
        "no_proxy",
        "NO_COLOR",
        "LC_ALL",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TZ", "UTC")
    locale.use("en")
    yield
    locale.use("en")
