"""The channels in an account's settings, each with the person's wishes."""

from collections.abc import Mapping

from tui.config.alerts import AlertSettings, ChannelKind
from tui.config.settings import Settings
from tui.outbound.channels.registry import channels_of
from tui.outbound.delivery import ChannelInUse
from tui.outbound.dispatch import Wishes


def channels_in_use(settings: Settings, environ: Mapping[str, str]) -> tuple[ChannelInUse, ...]:
    """The channels other than the terminal. Raises BadSettings if one cannot be opened."""
    away = tuple(one for one in settings.alerts if one.kind is not ChannelKind.TERMINAL)
    opened = channels_of(away, environ)
    return tuple(ChannelInUse(one.name, channel, wishes_of(one)) for one, channel in zip(away, opened, strict=True))


def wishes_of(settings: AlertSettings) -> Wishes:
    """A person's wishes for a channel."""
    return Wishes(settings.least, settings.quiet, settings.max_per_hour, settings.privacy)
