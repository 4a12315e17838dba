import doctest

import pytest

from tui.gateway import address
from tui.gateway.address import ConfigError, normalised_base_url, require_safe


def test_doctests() -> None:
    assert doctest.testmod(address).failed == 0


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("https://gw.example.com", "https://gw.example.com"),
        ("gw.example.com:8443", "https://gw.example.com:8443"),
        ("127.0.0.1:28080", "http://127.0.0.1:28080"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("http://localhost:80/", "http://localhost"),
        ("https://gw.example.com/api/v1", "https://gw.example.com"),
        ("https://gw.example.com/api/v1/auth/me", "https://gw.example.com"),
        ("https://gw.example.com/v1/", "https://gw.example.com"),
        ("https://gw.example.com/ai/v1", "https://gw.example.com/ai"),
        ("https://gw.example.com/ai/", "https://gw.example.com/ai"),
        ("https://gw.example.com//ai//", "https://gw.example.com/ai"),
        ("https://gw.example.com/usage?page=2", "https://gw.example.com"),
        ("https://gw.example.com/admin/users", "https://gw.example.com"),
        ("https://gw.example.com/login#x", "https://gw.example.com"),
        ("网关.example:9000", "https://网关.example:9000"),
        ("https://gw.example.com/ai/keys", "https://gw.example.com/ai"),
        ("https://gw.example.com/ai/admin/users?x=1", "https://gw.example.com/ai"),
        ("https://gw.example.com/v1/messages", "https://gw.example.com"),
        ("https://gw.example.com/ai/v1/chat/completions", "https://gw.example.com/ai"),
        ("https://gw.example.com/v1/responses", "https://gw.example.com"),
        ("https://gw.example.com/responses", "https://gw.example.com"),
        ("https://gw.example.com/v1beta/models", "https://gw.example.com"),
        ("https://gw.example.com/v1beta/models/gemini-3-pro:generateContent?key=x", "https://gw.example.com"),
        ("https://gw.example.com/antigravity", "https://gw.example.com"),
        ("https://gw.example.com/antigravity/v1/messages", "https://gw.example.com"),
        ("https://gw.example.com/backend-api/codex", "https://gw.example.com"),
        ('"https://gw.example.com"', "https://gw.example.com"),
        ("'gw.example.com'", "https://gw.example.com"),
        ("<https://gw.example.com/ai>", "https://gw.example.com/ai"),
        ("“https://gw.example.com”", "https://gw.example.com"),
        ("https://gw.example.com/,", "https://gw.example.com"),
        ("https://gw.example.com。", "https://gw.example.com"),
        ("https://gw.example.com/v1。", "https://gw.example.com"),
        ("网关地址：https://gw.example.com，密钥见下", "https://gw.example.com"),
        ("https：//gw.example.com", "https://gw.example.com"),
        ("gw.example.com。", "https://gw.example.com"),
        ("gw.example.com.", "https://gw.example.com"),
        ("export ANTHROPIC_BASE_URL=https://gw.example.com", "https://gw.example.com"),
        ("export AKTOP_URL=gw.example.com:8443", "https://gw.example.com:8443"),
        ('$env:OPENAI_BASE_URL = "https://gw.example.com/v1"', "https://gw.example.com"),
        ("set ANTHROPIC_BASE_URL=https://gw.example.com", "https://gw.example.com"),
        ('"ANTHROPIC_BASE_URL": "https://gw.example.com",', "https://gw.example.com"),
        ('base_url = "https://gw.example.com/v1"', "https://gw.example.com"),
        ("curl https://gw.example.com/v1/models -H 'x-api-key: sk-1'", "https://gw.example.com"),
        ("[panel](https://gw.example.com/dashboard)", "https://gw.example.com"),
        ("https://gw.example.com/api/v1 https://gw.example.com/login", "https://gw.example.com"),
        ("\u200bhttps://gw.example.com\u200b/ai\ufeff", "https://gw.example.com/ai"),
        ("::1", "http://[::1]"),
        ("2001:db8::5", "https://[2001:db8::5]"),
        ("https://[2001:DB8::5]:8443/v1", "https://[2001:db8::5]:8443"),
    ],
)
def test_normalised(typed: str, expected: str) -> None:
    assert normalised_base_url(typed) == expected
    assert normalised_base_url(expected) == expected


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "  ",
            "https://",
            "ftp://gw.example.com",
            "gw.example.com:99999",
            "gw.example.com:x",
            "[::1",
            "https://[::1",
            "https://[zz]",
            "a b.com",
        ),
        *("https://a.example https://b.example", "http://gw\x01.example.com", "https://gw.example.com/\x1b[31m"),
        *("gw\udcff.example", "https://gw.example.com/\x00", "export X="),
    ],
)
def test_not_an_address(typed: str) -> None:
    with pytest.raises(ConfigError):
        normalised_base_url(typed)


def test_credentials_in_it_are_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigError) as caught:
        normalised_base_url("https://lin:hunter2@gw.example.com")
    assert "hunter2" not in str(caught.value)


def test_clear_text_only_to_this_machine() -> None:
    require_safe("http://127.0.0.1:8080", allow_http=False)
    require_safe("https://gw.example.com", allow_http=False)
    require_safe("http://gw.example.com", allow_http=True)
    with pytest.raises(ConfigError):
        require_safe("http://gw.example.com", allow_http=False)
    with pytest.raises(ConfigError):
        require_safe("http://192.168.1.5", allow_http=False)
