"""What must never be sent."""

import pytest

from notifications.providers import Provider
from notifications.providers.recorder import Recorder
from notifications.rules import Held, Rules, why_withheld

HOME = Recorder()
ABROAD = Recorder(abroad=True, takes_upstream=False)
ONE_WAY_HOME = Recorder(takes_upstream=False)
ASSESSED = Rules(assessment="2026-03")


@pytest.mark.parametrize(
    "template, phone, provider, rules, held",
    [
        ("received", None, HOME, Rules(), Held.NO_NUMBER),
        ("received", "+8613800138000", HOME, Rules(), None),
        ("received", "+8613800138000", ABROAD, Rules(), Held.ABROAD),
        ("received", "+8613800138000", ABROAD, ASSESSED, None),
        ("received", "+15005550123", ABROAD, Rules(), None),
        ("survey", "+8613800138000", HOME, Rules(), None),
        ("survey", "+8613800138000", ONE_WAY_HOME, Rules(), Held.ONE_WAY),
        ("survey", "+8613800138000", ABROAD, ASSESSED, Held.ONE_WAY),
        ("survey", "+15005550123", ABROAD, Rules(), None),
        ("received", "+8687168123456", HOME, Rules(), Held.NOT_A_MOBILE),
        ("received", "12345", HOME, Rules(), Held.NOT_A_MOBILE),
    ],
)
def test_a_rule_forbids_or_lets_go(
    template: str, phone: str | None, provider: Provider, rules: Rules, held: Held | None
) -> None:
    assert why_withheld(template, phone, provider, rules) == held
