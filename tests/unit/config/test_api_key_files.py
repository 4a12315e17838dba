"""Where API keys come from, and to which gateway they may go."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from tui.account.profiles import Profiles
from tui.config.api_key_files import MAX_KEYS, NamedKey, found_keys, named_keys
from tui.config.file import BadSettings
from tui.config.settings import Settings
from tui.config.sources import load

ONE, TWO = "sk-1111111111aaaa", "sk-2222222222bbbb"


def settings(tmp_path: Path, environ: Mapping[str, str] | None = None, **flags: object) -> Settings:
    return load(flags, environ or {}, tmp_path / "config.toml", tmp_path / "state")


def key_file(tmp_path: Path, text: str, mode: int = 0o600) -> str:
    path = tmp_path / "keys"
    path.write_bytes(text.encode("latin-1"))
    os.chmod(path, mode)
    return str(path)


def test_a_file_with_names_comments_and_a_key_twice(tmp_path: Path) -> None:
    path = key_file(tmp_path, f"# production\n\n{ONE}  nightly \x1b[31mbatch\n  {TWO}\n{ONE}\n")
    warnings: list[str] = []
    found = named_keys(settings(tmp_path, api_key_file=path), {"AKTOP_API_KEYS": "sk-other-other"}, warnings.append)
    assert found == (NamedKey(ONE, "nightly [31mbatch"), NamedKey(TWO))
    assert not warnings
    assert ONE not in repr(found)


def test_a_file_that_others_can_read_is_pointed_out(tmp_path: Path) -> None:
    warnings: list[str] = []
    named_keys(settings(tmp_path, api_key_file=key_file(tmp_path, ONE, 0o644)), {}, warnings.append)
    assert "chmod 600" in warnings[0]


@pytest.mark.parametrize("text", ["", "# nothing\n", f"{ONE}\nshort\n", "sk-k\xe4se-k\xe4se-k\xe4se\n"])
def test_a_file_without_usable_keys_is_refused_and_not_quoted(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadSettings) as caught:
        named_keys(settings(tmp_path, api_key_file=key_file(tmp_path, text)), {})
    assert "keys" in str(caught.value)
    assert ONE not in str(caught.value)
    assert "short" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="no-such-file"):
        named_keys(settings(tmp_path, api_key_file=str(tmp_path / "no-such-file")), {})


def test_too_many_keys_are_refused(tmp_path: Path) -> None:
    text = "\n".join(f"sk-{number:020}" for number in range(MAX_KEYS + 1))
    with pytest.raises(BadSettings, match=str(MAX_KEYS)):
        named_keys(settings(tmp_path, api_key_file=key_file(tmp_path, text)), {})


def test_keys_in_the_environment(tmp_path: Path) -> None:
    found = named_keys(settings(tmp_path, url="https://gw.example"), {"AKTOP_API_KEYS": f"{ONE}, {TWO}\n"})
    assert found == (NamedKey(ONE), NamedKey(TWO))


def test_keys_of_the_start_do_not_go_along_to_another_profile(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('url = "https://gw.example"\n[profile.other]\nurl = "https://other.example"\n')
    for flags, environ in (
        ({"url": "https://gw.example", "api_key_file": key_file(tmp_path, ONE)}, {}),
        ({}, {"AKTOP_API_KEYS": TWO}),
    ):
        start = load(flags, environ, config, tmp_path / "state")
        profiles = Profiles(start, flags, environ)
        assert [key.base_url for key in profiles.open(start).api_keys] == ["https://gw.example"]
        assert profiles.open(profiles.settings("other")).api_keys == ()


FOUND = {
    "ANTHROPIC_AUTH_TOKEN": ONE,
    "ANTHROPIC_BASE_URL": "https://gw.example/",
    "OPENAI_API_KEY": TWO,
    "OPENAI_BASE_URL": "https://ai.example/v1",
}


@pytest.mark.parametrize(
    ("environ", "only_for", "expected"),
    [
        (FOUND, None, [("ANTHROPIC_AUTH_TOKEN", "https://gw.example"), ("OPENAI_API_KEY", "https://ai.example")]),
        (FOUND, "https://ai.example", [("OPENAI_API_KEY", "https://ai.example")]),
        (FOUND, "https://other.example", []),
        (FOUND | {"ANTHROPIC_API_KEY": ONE}, "gw.example", [("ANTHROPIC_AUTH_TOKEN", "https://gw.example")]),
        ({"OPENAI_API_KEY": TWO}, None, []),
        ({"OPENAI_API_KEY": TWO}, "https://ai.example", []),
        (FOUND | {"OPENAI_BASE_URL": "https://api.openai.com/v1", "ANTHROPIC_BASE_URL": ""}, None, []),
        (FOUND | {"OPENAI_BASE_URL": "ftp://x", "ANTHROPIC_AUTH_TOKEN": "short"}, None, []),
    ],
)
def test_found_keys_stay_with_the_base_url_they_came_with(
    environ: dict[str, str], only_for: str | None, expected: list[tuple[str, str]]
) -> None:
    found = found_keys(environ, only_for)
    assert [(key.variable, key.base_url) for key in found] == expected
    assert all(secret not in repr(found) for secret in (ONE, TWO))
