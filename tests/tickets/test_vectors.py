"""The published vectors: whole, sourced, derived anew as they stand, and answered so by engine and oracle."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.tickets import published
from tests.tickets.deriving.by_hand import ADDS, BETWEENS
from tests.tickets.deriving.whole import written
from tests.tickets.published import Answer, Vector
from tickets.clocks.seed_calendar import default_calendar_data
from tickets.ground.worktime.arithmetic import Unit
from tickets.ground.worktime.calendar import Calendar
from tickets.ground.worktime.visits import Every

WHOLE = published.read()
VECTORS: list[Vector] = WHOLE["vectors"]
DATA = {name: published.calendar_data(drawn) for name, drawn in WHOLE["calendars"].items()}
CALENDARS = {name: Calendar.from_data(data) for name, data in DATA.items()}

KEYS = {"id", "sources", "ask", "calendar", "unit", "start_rule", "roll_rule", "start"}
ANSWERS = {
    "add": {"length", "due", "provisional"},
    "between": {"end", "measure"},
}


def wrong(answered: Callable[[Vector], Answer]) -> list[tuple[str, Answer]]:
    """The vectors answered otherwise, and how."""
    answers = ((vector, answered(vector)) for vector in VECTORS)
    return [(vector["id"], answer) for vector, answer in answers if answer != published.expected(vector)]


def test_the_engine_gives_every_answer() -> None:
    assert wrong(lambda vector: published.by_engine(CALENDARS[vector["calendar"]], vector)) == []


def test_every_day_counted_one_by_one_gives_every_answer() -> None:
    assert wrong(lambda vector: published.by_oracle(DATA[vector["calendar"]], vector)) == []


def test_the_file_is_what_the_law_walked_through_gives() -> None:
    assert published.FILE.read_text(encoding="utf-8") == written()


def test_every_vector_answered_by_hand_is_in_the_file() -> None:
    assert sum("why" in vector for vector in VECTORS) == len(ADDS) + len(BETWEENS)
    assert len(ADDS) + len(BETWEENS) >= 100


def test_no_two_vectors_have_one_name() -> None:
    assert [name for name, count in Counter(vector["id"] for vector in VECTORS).items() if count > 1] == []


def test_there_are_enough_of_every_unit_both_ways() -> None:
    asked = Counter((vector["ask"], vector["unit"]) for vector in VECTORS)

    assert len(VECTORS) >= 400
    assert min(asked[ask, unit] for ask in ANSWERS for unit in [*Unit, *Every]) >= 5


@pytest.mark.parametrize("vector", VECTORS[:: len(VECTORS) // 7], ids=lambda vector: vector["id"])
def test_an_offset_stands_in_every_moment(vector: Vector) -> None:
    moments = [vector[key] for key in ("start", "end", "due") if key in vector]

    assert all(moment.endswith(("+08:00", "+00:00")) for moment in moments)


def test_every_vector_says_what_was_asked_and_answered() -> None:
    allowed = {"why", "rolled_from"}

    assert [
        vector["id"]
        for vector in VECTORS
        if not KEYS | ANSWERS[vector["ask"]] <= set(vector) <= KEYS | ANSWERS[vector["ask"]] | allowed
        or vector["calendar"] not in DATA
    ] == []


def test_every_vector_names_its_sources_and_every_source_is_named() -> None:
    named: Counter[str] = Counter()
    for vector in VECTORS:
        named.update(vector["sources"])

    assert [vector["id"] for vector in VECTORS if not vector["sources"]] == []
    assert set(named) == set(WHOLE["sources"])


@pytest.mark.parametrize("key, source", WHOLE["sources"].items(), ids=WHOLE["sources"])
def test_a_source_says_title_article_and_link(key: str, source: dict[str, Any]) -> None:
    assert set(source) == {"title", "article", "link"}
    assert all(source.values())
    assert source["link"] == "format" or source["link"].startswith(("http://", "https://"))


def test_the_offices_calendar_is_the_seeded_one_as_far_as_the_file_goes() -> None:
    seed = Calendar.from_data(default_calendar_data())
    office = CALENDARS["office"]

    first, last = min(DATA["office"]["days"]), max(DATA["office"]["days"])
    differing = {day for day in {*seed.days, *office.days} if seed.spans(day) != office.spans(day)}

    assert [day for day in sorted(differing) if first <= day.isoformat() <= last] == []
