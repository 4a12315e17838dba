"""What the demo site sells: models at their list prices, and groups of provider accounts with their multipliers."""

from dataclasses import dataclass

from tui.demo.money import Units


@dataclass(frozen=True, slots=True)
class Model:
    """A model and its list price, in units of 1e-10 USD per token (USD per million × 10 000)."""

    name: str
    title: str
    released: str
    input_price: Units
    output_price: Units
    cache_creation_price: Units
    cache_read_price: Units


def _model(name: str, title: str, released: str, *usd_per_million: float) -> Model:
    prices = [round(price * 10_000) for price in usd_per_million]
    return Model(name, title, released, *prices)


MODELS = {
    model.name: model
    for model in (
        _model("claude-opus-4-5", "Claude Opus 4.5", "2025-11-01", 5, 25, 6.25, 0.5),
        _model("claude-sonnet-4-5", "Claude Sonnet 4.5", "2025-09-29", 3, 15, 3.75, 0.3),
        _model("claude-haiku-4-5", "Claude Haiku 4.5", "2025-10-15", 1, 5, 1.25, 0.1),
        _model("gpt-5.2", "GPT-5.2", "2025-12-11", 1.75, 14, 0, 0.175),
        _model("gpt-5-mini", "GPT-5 Mini", "2025-08-07", 0.25, 2, 0, 0.025),
        _model("gemini-3-pro-preview", "Gemini 3 Pro Preview", "2025-11-18", 2, 12, 2, 0.2),
    )
}

PLATFORM_MODELS = {
    "anthropic": ("claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5"),
    "openai": ("gpt-5.2", "gpt-5-mini"),
    "gemini": ("gemini-3-pro-preview",),
}


@dataclass(frozen=True, slots=True)
class Group:
    """A group of provider accounts that keys are bound to (contract 7.1)."""

    id: int
    name: str
    platform: str
    tenths: int
    """The price multiplier in tenths, so that charged amounts stay whole units."""
    description: str
    subscription: bool = False
    daily_limit_usd: int | None = None
    weekly_limit_usd: int | None = None
    monthly_limit_usd: int | None = None

    @property
    def rate(self) -> float:
        """The price multiplier."""
        return self.tenths / 10


GROUPS = {
    group.id: group
    for group in (
        Group(2, "claude-pro", "anthropic", 8, "Claude, pay as you go"),
        Group(3, "claude-max", "anthropic", 10, "Claude, flat rate for the team", True, 40, 200, 600),
        Group(4, "openai-std", "openai", 15, "GPT, pay as you go"),
        Group(5, "gemini", "gemini", 10, "Gemini, pay as you go"),
    )
}
