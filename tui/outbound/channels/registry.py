"""Creates channels from settings."""

from collections.abc import Iterable, Mapping

from tui.config.alerts import AlertSettings, ChannelKind
from tui.config.file import BadSettings
from tui.outbound.channels.channel import Channel
from tui.terminal.notify import TerminalVoice


def channels_of(
    settings: Iterable[AlertSettings], environ: Mapping[str, str], voice: TerminalVoice | None = None
) -> tuple[Channel, ...]:
    """The channels in order; nothing is sent. Raises BadSettings for a secret that cannot be read.

    `voice` speaks to the terminal, if there is one.
    """
    settings = tuple(settings)
    return tuple(channel_of(one, environ, voice, secret_variables(settings)) for one in settings)


def channel_of(
    settings: AlertSettings,
    environ: Mapping[str, str],
    voice: TerminalVoice | None = None,
    hidden: frozenset[str] = frozenset(),
) -> Channel:
    """One channel. `hidden` are variables to keep from programs. Raises BadSettings."""
    # Imported where used: without a webhook, nobody waits for HTTP.
    try:
        match settings.kind:
            case ChannelKind.COMMAND:
                from tui.outbound.channels.command import CommandChannel

                return CommandChannel(settings, environ, hidden)
            case ChannelKind.APPRISE:
                from tui.outbound.channels.apprise import AppriseChannel

                return AppriseChannel(settings, environ, hidden)
            case ChannelKind.WEBHOOK:
                from tui.outbound.channels.webhook import WebhookChannel

                return WebhookChannel(settings, environ)
            case ChannelKind.ALERTMANAGER:
                from tui.outbound.channels.alertmanager import AlertmanagerChannel

                return AlertmanagerChannel(settings, environ)
            case ChannelKind.TERMINAL:
                from tui.outbound.channels.terminal import TerminalChannel

                return TerminalChannel(settings, voice)
    except BadSettings as error:
        raise BadSettings(f"alerts: {settings.name}: {error}") from None


def secret_variables(settings: Iterable[AlertSettings]) -> frozenset[str]:
    """The variables that hold secrets of channels."""
    names = ((one.url_variable, one.secret_variable, one.token_variable) for one in settings)
    return frozenset(name for each in names for name in each if name is not None)
