"""The banner draws the eye once for what is new, and is still after that."""

from textual import on

from tests.unit.widgets.hosts import Host, PaintCounter, text_of
from widgets import banner as banner_module
from widgets.banner import FLASHES, Banner
from widgets.dialog_values import BannerNotice
from widgets.values import Cell, Emphasis


class BannerHost(Host):
    def __init__(self, banner: Banner) -> None:
        super().__init__(banner)
        self.bells = 0
        self.pressed: list[BannerNotice] = []

    def bell(self) -> None:
        self.bells += 1

    @on(Banner.Clicked)
    def _pressed(self, message: Banner.Clicked) -> None:
        self.pressed.append(message.notice)


def notice(notice_id: str = "spike", words: str = "■ SPIKE", severity: Emphasis = Emphasis.CRITICAL) -> BannerNotice:
    return BannerNotice(notice_id, (Cell(words, severity),), severity)


def is_shown(banner: Banner) -> bool:
    return bool(banner.display)


def run_out(banner: Banner) -> int:
    """Let all flashes pass at once, and return how many changes were seen."""
    changes = 0
    while banner._timer is not None:
        banner._tick()
        changes += 1
    return changes


async def test_it_is_hidden_without_a_notice() -> None:
    banner = Banner()
    async with BannerHost(banner).run_test(size=(40, 3)) as pilot:
        assert not is_shown(banner)
        banner.notice = notice()
        await pilot.pause()
        assert is_shown(banner)
        assert text_of(banner) == [" ■ SPIKE"]
        banner.notice = None
        await pilot.pause()
        assert not is_shown(banner)
        assert banner._timer is None


async def test_a_notice_given_before_the_screen_flashes_when_it_is_there() -> None:
    banner = Banner()
    banner.notice = notice()
    host = BannerHost(banner)
    async with host.run_test(size=(40, 3)) as pilot:
        await pilot.pause()
        assert is_shown(banner)
        assert host.bells == 1
        run_out(banner)


async def test_a_new_notice_flashes_and_stops() -> None:
    banner = Banner()
    async with BannerHost(banner).run_test(size=(40, 3)) as pilot:
        banner.notice = notice()
        await pilot.pause()
        assert banner.has_class("-flash")
        assert all(segment.style and segment.style.reverse for segment in banner.render_line(0))
        assert run_out(banner) == 2 * FLASHES - 1
        assert not banner.has_class("-flash")
        await pilot.pause()
        counter = PaintCounter(banner)
        banner.notice = notice()
        await pilot.pause()
        assert counter.painted == []


async def test_other_words_of_the_same_notice_do_not_flash_or_ring() -> None:
    banner = Banner()
    host = BannerHost(banner)
    async with host.run_test(size=(40, 3)) as pilot:
        banner.notice = notice()
        run_out(banner)
        banner.notice = notice(words="■ SPIKE ×7")
        assert banner._timer is None
        banner.notice = None
        banner.notice = notice()
        assert banner._timer is None
        assert host.bells == 1
        await pilot.pause()


async def test_the_bell_rings_for_critical_only_once_each() -> None:
    banner = Banner()
    host = BannerHost(banner)
    async with host.run_test(size=(40, 3)):
        banner.notice = notice("a", severity=Emphasis.WARNING)
        assert host.bells == 0
        assert banner._timer is not None
        banner.notice = notice("b")
        banner.notice = notice("c")
        banner.notice = notice("b")
        assert host.bells == 2


async def test_the_memory_of_seen_notices_is_bounded() -> None:
    banner = Banner()
    async with BannerHost(banner).run_test(size=(40, 3)):
        for number in range(banner_module.REMEMBERED + 10):
            banner.notice = notice(str(number), severity=Emphasis.WARNING)
        assert len(banner._seen) == banner_module.REMEMBERED


async def test_a_click_is_told() -> None:
    banner = Banner()
    host = BannerHost(banner)
    async with host.run_test(size=(40, 3)) as pilot:
        banner.notice = notice()
        await pilot.pause()
        await pilot.click(banner)
        assert host.pressed == [notice()]


async def test_a_hint_is_shown_whole_or_not_at_all() -> None:
    banner = Banner()
    async with BannerHost(banner).run_test(size=(20, 3)) as pilot:
        for hint, shown in (("  T triage", " ■ SPIKE   T triage"), ("  T triage  a seen", " ■ SPIKE")):
            banner.notice = BannerNotice(hint, (Cell("■ SPIKE"),), hint=(Cell(hint),))
            await pilot.pause()
            assert text_of(banner) == [shown]
