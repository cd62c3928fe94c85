"""A text as it would be read: facts of every sort with invented values, each as long as it can be."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from notifications.segments import (
    GSM_ALONE,
    GSM_JOINED,
    UCS2_ALONE,
    UCS2_JOINED,
    count_segments,
    is_gsm,
    units,
)
from notifications.table import TABLE, Rule
from notifications.wording import Words
from tickets.ground import facts
from tickets.ground.facts import Fact
from tickets.ground.words import Stage

#: Nobody's number and code.
REF, CODE = "26123000041270", "380614"
#: Written with as many signs as a day can take, in Chinese and in English: Wednesday, 30 December.
DAY = datetime(2026, 12, 30, 9, 0, tzinfo=UTC)

#: What a gap may be filled with, in the order in which people are offered it. Nothing personal is among it.
VARIABLES = (
    "ref | grouped",
    "ref | tail",
    "fact.tracking_code",
    "fact.due_at | day",
    "fact.until | day",
    "fact.effect.due_at | day",
    "fact.effect.until | day",
)

_DECIDED: dict[str, Any] = {
    "request": "r",
    "granted": True,
    "to": "handling",
    "order": "o",
    "order_role": "lead",
    "unit": "u",
}

#: A fact for each line of the table. One leaves out whatever a fact of its sort may lack.
SAMPLES: tuple[Fact, ...] = (
    facts.Registered(channel="phone", kind="help", urgency="normal", tracking_code=CODE, due_at=None),
    facts.CodeReissued(tracking_code=CODE),
    facts.Declined(ground="其他", route=None),
    facts.CitizenAsked(unit=None, until=DAY),
    facts.Dispatched(lead="u", joint=(), round=1, due_at=DAY),
    facts.Dispatched(lead="u", joint=(), round=2, due_at=DAY),
    facts.Reworked(unit="u", round=2, due_at=DAY),
    facts.Merged(into=REF, was="handling", orders=(), clocks=()),
    facts.Followed(master=REF, what="reviewed", solved=None, to="callback"),
    facts.Followed(master=REF, what="declined", solved=None, to="closed"),
    facts.ClockBreached(
        clock="c", clock_kind="handle", due_at=DAY, unit=None, order_role="lead", kept_late=False
    ),
    facts.Reviewed(passed=True, to="callback"),
    facts.Decided(kind="extension", effect={"due_at": DAY}, **_DECIDED),
    facts.Decided(kind="shelving", effect={"until": DAY}, **_DECIDED),
    facts.Decided(kind="termination", effect={}, **_DECIDED),
    facts.Decided(kind="withdrawal", effect={}, **_DECIDED),
    facts.Withdrawn(),
    facts.Disputed(round=2, left=None),
    *(
        facts.ProgressAsked(stage=stage, due_at=DAY, late=late)
        for stage, late in (
            *((Stage.RECEIVED, False), (Stage.IN_HAND, False), (Stage.IN_HAND, True)),
            *((Stage.WAITING, False), (Stage.PUT_ASIDE, False)),
            *((Stage.ANSWERED, False), (Stage.ENDED, False)),
        )
    ),
    facts.ProgressAsked(stage=Stage.IN_HAND, due_at=None, late=False),
)


class NoSample(LookupError):
    """A line of the table that no sample fits."""


def sample_for(kind: type[Fact], rule: Rule) -> Fact:
    """
    Give a fact of *kind* that becomes the text of *rule*.

    :raises NoSample: there is none; put one into `SAMPLES`.
    """
    for sample in SAMPLES:
        if type(sample) is kind and rule.when(sample):
            return sample
    raise NoSample(f"notifications/preview.py has no sample of {kind.__name__} for {rule.template!r}")


@cache
def samples_of(template: str) -> tuple[Fact, ...]:
    """Give the facts that become the text *template*."""
    return tuple(
        sample_for(kind, rule) for kind, rules in TABLE.items() for rule in rules if rule.template == template
    )


@cache
def variables_of(template: str) -> tuple[str, ...]:
    """Say what its gaps may be filled with: what every fact has that becomes the text *template*."""
    return tuple(
        variable
        for variable in VARIABLES
        if all(_value(variable, sample) is not None for sample in samples_of(template))
    )


def _value(variable: str, fact: Fact) -> Any:
    found: Any = {"ref": REF, "fact": fact}
    for name in variable.partition(" | ")[0].split("."):
        found = found.get(name) if isinstance(found, dict) else getattr(found, name, None)
    return found


@dataclass(frozen=True)
class Preview:
    """A text with its signature, as a network counts and bills it."""

    text: str

    @property
    def encoding(self) -> str:
        """How it travels."""
        return "GSM-7" if is_gsm(self.text) else "UCS-2"

    @property
    def length(self) -> int:
        """How long it is, as a network counts it."""
        return units(self.text)

    @property
    def segments(self) -> int:
        """For how many it is billed."""
        return count_segments(self.text)

    @property
    def room(self) -> int:
        """How long it may be with as many segments."""
        alone, joined = (GSM_ALONE, GSM_JOINED) if is_gsm(self.text) else (UCS2_ALONE, UCS2_JOINED)
        return alone if self.segments == 1 else self.segments * joined


def preview(words: Words, template: str, signature: str) -> Preview:
    """Show the longest text that *words* can become."""
    return max(_previews(words, template, signature), key=lambda shown: (shown.segments, shown.length))


def _previews(words: Words, template: str, signature: str) -> Iterator[Preview]:
    for fact in samples_of(template):
        text, _params = words.filled(REF, fact)
        yield Preview(signature + text)
