"""aktop with its profiles, as the command line starts it, on embedded gateways that are signed in to like real ones."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from textual import events
from textual.widgets import Input

from tests.flows.conftest import Running
from tui.account.profiles import Profiles
from tui.app.aktop import AktopApp
from tui.config.sources import load
from tui.demo.app import DemoGateway
from tui.domain.scope import Scope

MOST_TYPED = 20


def doors_of(tmp_path: Path, profile: str | None = None, **flags: object) -> Profiles:
    """The profiles of a sealed machine."""
    flags = {"tz": "Asia/Shanghai", **flags}
    return Profiles(load(flags, {}, tmp_path / "config.toml", tmp_path / "state", profile), flags, {})


@asynccontextmanager
async def begun(
    profiles: Profiles, demo: DemoGateway, *, sign_in: bool = True, size: tuple[int, int] = (120, 36)
) -> AsyncIterator[Running]:
    """aktop on a screen, in the account of the start."""
    opened = profiles.open(profiles.start) if profiles.start.url else None
    if opened is not None and sign_in:
        await opened.client.login(demo.email, demo.password)
    app = AktopApp(opened, Scope(), profiles)
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            yield Running(app, pilot, demo)
    finally:
        await app.entrance.close()


def write_profiles(tmp_path: Path, profiles: Mapping[str, Mapping[str, str]]) -> None:
    """A configuration file of profiles; values are TOML."""
    lines = []
    for name, members in profiles.items():
        lines += [f"[profile.{name}]", *(f"{key} = {value}" for key, value in members.items())]
    (tmp_path / "config.toml").write_text("\n".join(lines) + "\n")


async def type_text(run: Running, text: str) -> None:
    """Type into what has the focus; what nobody types, such as a token, is pasted."""
    if len(text) <= MOST_TYPED:
        await run.press(*("space" if char == " " else char for char in text))
        return
    field = run.app.focused
    assert isinstance(field, Input)
    run.app.post_message(events.Paste(text))
    await run.until(lambda: field.value.endswith(text), "pasted")
