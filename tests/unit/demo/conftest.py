"""Gateways that tests share as long as they only read."""

import pytest

from tests.unit.demo.site import Site, open_site


@pytest.fixture(autouse=True)
def copied_accounts() -> None:
    """Here accounts are tested as they are founded."""


@pytest.fixture(scope="package")
def quiet() -> Site:
    """A month of an account on which nothing goes wrong; not to be changed."""
    return open_site("quiet")
