"""A house whose rules a test may change."""

import pytest

from app.wiring import House
from tests.app.rulemaking.houses import RuleHouse


@pytest.fixture
def rules(fresh_house: House) -> RuleHouse:
    """A house of its own."""
    return RuleHouse(fresh_house)
