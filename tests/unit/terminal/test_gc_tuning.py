"""When garbage is looked for: not under a key, and not never."""

import gc

import pytest

from tui.terminal.gc_tuning import COLLECT_EVERY_S, MANY_CLOSED, MAX_CLOSED, IdleCollector


@pytest.mark.parametrize(
    ("closed", "passed_s", "idle_s", "looks"),
    [
        (0, 1.0, 5.0, False),
        (MANY_CLOSED - 1, 1.0, 5.0, False),
        (MANY_CLOSED, 1.0, 5.0, True),
        (MANY_CLOSED, 1.0, 0.1, False),
        (MAX_CLOSED, 1.0, 0.0, True),
        (0, COLLECT_EVERY_S, 5.0, True),
        (0, COLLECT_EVERY_S, 0.1, False),
    ],
)
def test_it_looks_when_nobody_would_feel_it(
    monkeypatch: pytest.MonkeyPatch, closed: int, passed_s: float, idle_s: float, looks: bool
) -> None:
    at, looked = [0.0], []
    monkeypatch.setattr(gc, "collect", lambda: looked.append(at[0]))
    collector = IdleCollector(lambda: at[0])
    for _ in range(closed):
        collector.screen_closed()
    at[0] = passed_s
    collector.tick(idle_s)
    assert bool(looked) is looks
    collector.tick(idle_s)
    assert len(looked) == int(looks), "once is enough"
