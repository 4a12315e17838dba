import pytest

from tui.gateway.budget import BudgetUse, RequestBudget, Tier


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_share_of_each_tier(clock: Clock) -> None:
    budget = RequestBudget(clock, share=0.5)
    for _ in range(30):
        assert budget.wait_s(Tier.HEAVY) == 0
        budget.spend(Tier.HEAVY)
        clock.now += 0.1
    assert budget.wait_s(Tier.HEAVY) == pytest.approx(57.0)
    assert budget.wait_s(Tier.GLOBAL) == 0
    assert budget.used() == BudgetUse(30, 30, 30, 120, 0.0)


def test_a_part_of_the_share_is_full_before_the_share_is(clock: Clock) -> None:
    budget = RequestBudget(clock, share=0.5, heavy_per_min=12)
    for _ in range(3):
        assert budget.wait_s(Tier.HEAVY, 0.5) == 0
        budget.spend(Tier.HEAVY)
        clock.now += 10
    assert budget.wait_s(Tier.HEAVY) == 0
    assert budget.wait_s(Tier.HEAVY, 0.5) == pytest.approx(30)
    clock.now += 30
    assert budget.wait_s(Tier.HEAVY, 0.5) == 0


def test_a_part_of_no_limit_is_no_limit(clock: Clock) -> None:
    budget = RequestBudget(clock, heavy_per_min=0)
    for _ in range(100):
        budget.spend(Tier.HEAVY)
    assert budget.wait_s(Tier.HEAVY, 0.5) == 0


def test_what_is_cheap_leaves_the_part_of_what_is_heavy_alone(clock: Clock) -> None:
    budget = RequestBudget(clock, share=0.5, global_per_min=100)
    for _ in range(49):
        budget.spend(Tier.GLOBAL)
    assert budget.wait_s(Tier.HEAVY, 0.5) == 0
    budget.spend(Tier.GLOBAL)
    assert budget.wait_s(Tier.HEAVY, 0.5) == budget.wait_s(Tier.HEAVY) == 60


class Others:
    """What other processes sent, and what they are told."""

    def __init__(self) -> None:
        self.moments: dict[Tier, list[float]] = {}
        self.until = 0.0
        self.told: list[object] = []

    def sent(self) -> dict[Tier, list[float]]:
        return self.moments

    def blocked_until(self, tier: Tier) -> float:
        return self.until if tier is Tier.GLOBAL else 0.0

    def tell(self, tier: Tier) -> None:
        self.told.append(tier)

    def tell_refused(self, tier: Tier, retry_after_s: float) -> None:
        self.told.append((tier, retry_after_s))


def test_requests_of_others_count_like_our_own(clock: Clock) -> None:
    others = Others()
    budget = RequestBudget(clock, share=1.0, heavy_per_min=3, global_per_min=5, others=others)
    others.moments = {Tier.HEAVY: [930.0, 940.0, 990.0], Tier.GLOBAL: [995.0]}
    assert budget.used() == BudgetUse(1, 3, 2, 5, 0.0)
    budget.spend(Tier.HEAVY)
    clock.now += 5
    budget.spend(Tier.HEAVY)
    assert budget.used() == BudgetUse(3, 3, 4, 5, 0.0)
    assert budget.wait_s(Tier.HEAVY) == 990 + 60 - 1005, "the oldest of all leaves first"
    assert budget.wait_s(Tier.GLOBAL) == 0


def test_others_are_told_of_what_counts_and_their_waits_are_ours(clock: Clock) -> None:
    others = Others()
    budget = RequestBudget(clock, others=others)
    for tier in Tier:
        budget.spend(tier)
        budget.refused(tier, 7)
    assert others.told == [Tier.GLOBAL, (Tier.GLOBAL, 7), Tier.HEAVY, (Tier.HEAVY, 7)]
    clock.now += 7
    others.until = clock.now + 9
    assert (budget.blocked_s(Tier.HEAVY), budget.blocked_s(Tier.GLOBAL), budget.blocked_s(Tier.PUBLIC)) == (9, 9, 0)


def test_the_window_slides(clock: Clock) -> None:
    budget = RequestBudget(clock, share=1.0, heavy_per_min=2)
    budget.spend(Tier.HEAVY)
    clock.now += 20
    budget.spend(Tier.HEAVY)
    assert budget.wait_s(Tier.HEAVY) == pytest.approx(40)
    clock.now += 40
    assert budget.wait_s(Tier.HEAVY) == 0
    budget.spend(Tier.HEAVY)
    assert budget.wait_s(Tier.HEAVY) == pytest.approx(20)


def test_urgent_requests_beyond_the_share_make_others_wait_longer(clock: Clock) -> None:
    budget = RequestBudget(clock, share=1.0, global_per_min=2)
    for _ in range(4):
        budget.spend(Tier.GLOBAL)
        clock.now += 1
    # Room for one comes only when three of the four have left the window.
    assert budget.wait_s(Tier.GLOBAL) == pytest.approx(1002 + 60 - 1004)


def test_global_use_holds_heavy_requests_back(clock: Clock) -> None:
    budget = RequestBudget(clock, share=1.0, global_per_min=1)
    budget.spend(Tier.GLOBAL)
    assert budget.wait_s(Tier.HEAVY) == pytest.approx(60)


@pytest.mark.parametrize(
    ("refused", "heavy", "others", "public"),
    [(Tier.HEAVY, 7, 0, 0), (Tier.GLOBAL, 7, 7, 0), (Tier.PUBLIC, 0, 0, 7)],
)
def test_a_refusal_blocks_what_meets_that_limit(
    clock: Clock, refused: Tier, heavy: float, others: float, public: float
) -> None:
    budget = RequestBudget(clock)
    budget.refused(refused, 7)
    assert budget.wait_s(Tier.HEAVY) == budget.blocked_s(Tier.HEAVY) == heavy
    assert budget.wait_s(Tier.GLOBAL) == others
    assert budget.wait_s(Tier.PUBLIC) == public
    clock.now += 7
    assert {budget.wait_s(tier) for tier in Tier} == {0}


def test_a_shorter_refusal_does_not_shorten_a_longer_one(clock: Clock) -> None:
    budget = RequestBudget(clock)
    budget.refused(Tier.HEAVY, 30)
    budget.refused(Tier.HEAVY, 5)
    assert budget.wait_s(Tier.HEAVY) == 30
    assert budget.used().blocked_for_s == 30


def test_zero_means_unlimited(clock: Clock) -> None:
    budget = RequestBudget(clock, heavy_per_min=0, global_per_min=0)
    for _ in range(500):
        budget.spend(Tier.HEAVY)
    assert budget.wait_s(Tier.HEAVY) == 0
    assert budget.used().heavy_allowed == 0


def test_a_small_share_still_allows_something(clock: Clock) -> None:
    assert RequestBudget(clock, share=0.001).wait_s(Tier.HEAVY) == 0
