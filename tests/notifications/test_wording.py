"""What citizens read, compared with files that a reviewer can read without Python."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel

from notifications.message import Message
from notifications.orders import put_order_text
from notifications.segments import count_segments, is_gsm, units
from notifications.table import SILENT_ON_PURPOSE, TABLE
from notifications.wording import LANGUAGES, Wording, order_forms
from tests.notifications.makers import DUE, REGISTERED, SIGNATURES, WORDS, news
from tickets.ground.facts import (
    FACTS,
    CitizenAsked,
    ClockBreached,
    CodeReissued,
    Decided,
    Declined,
    Dispatched,
    Disputed,
    Fact,
    Followed,
    Merged,
    OrderNews,
    ProgressAsked,
    Reviewed,
    Reworked,
    Withdrawn,
)
from tickets.ground.vault import Vault
from tickets.ground.words import Stage

EXPECTED = Path(__file__).parent / "wording"

DISPATCHED = Dispatched(lead="panlong-civil", joint=("housing",), round=1, due_at=DUE)


def broken(kind: str, role: str = "lead", *, kept_late: bool = False) -> ClockBreached:
    """A promise that broke."""
    return ClockBreached(
        clock="c", clock_kind=kind, due_at=DUE, unit="panlong-civil", order_role=role, kept_late=kept_late
    )


def decided(kind: str, effect: dict[str, Any], *, role: str | None = "lead", granted: bool = True) -> Decided:
    """A request granted or refused."""
    return Decided(
        request="r",
        kind=kind,
        granted=granted,
        to="handling",
        order="o",
        order_role=role,
        unit="panlong-civil",
        effect=effect,
    )


def asked(stage: str, due_at: datetime | None = DUE, *, late: bool = False) -> ProgressAsked:
    """A citizen who asked where the matter stands."""
    return ProgressAsked(stage=stage, due_at=due_at, late=late)


LATE = broken("handle")
TO_CALLBACK = Reviewed(passed=True, to="callback")

#: Each fact as it happens, and the files that show its texts.
SHOWN: tuple[tuple[Fact, tuple[str, ...]], ...] = (
    (REGISTERED, ("received",)),
    (DISPATCHED, ("transferred",)),
    (Reworked(unit="panlong-civil", round=2, due_at=DUE), ("transferred_again",)),
    (LATE, ("late",)),
    (TO_CALLBACK, ("answered", "survey")),
    (Reviewed(passed=True, to="closed"), ("answered",)),
    (Reviewed(passed=False, to="handling"), ()),
    (Dispatched(lead="panlong-civil", joint=(), round=2, due_at=DUE), ("transferred_again",)),
    (CodeReissued(tracking_code="380614"), ("code_again",)),
    (Declined(ground="其他", route=None), ("ended",)),
    (CitizenAsked(unit=None, until=DUE), ("asked",)),
    (Merged(into="26112300031279", was="handling", orders=(), clocks=()), ("merged",)),
    (Followed(master="26112300031279", what="reviewed", solved="yes", to="callback"), ("answered", "survey")),
    (Followed(master="26112300031279", what="reviewed", solved="yes", to="closed"), ()),
    (Followed(master="26112300031279", what="declined", solved=None, to="closed"), ("ended",)),
    (decided("extension", {"days": 3, "due_at": DUE}), ("extended",)),
    (decided("extension", {"days": 3, "due_at": DUE}, role="joint"), ()),
    (decided("extension", {"days": 3}, granted=False), ()),
    (decided("shelving", {"until": DUE}), ("shelved",)),
    (decided("termination", {"ground": "no_further"}), ("ended",)),
    (decided("withdrawal", {}, role=None), ("withdrawn",)),
    (decided("return", {"reason": "重复"}), ()),
    (decided("sign_off", {"solved": "yes"}), ()),
    (Withdrawn(), ("withdrawn",)),
    (Disputed(round=2, left=None), ("disputed",)),
    (asked("received"), ("progress_received",)),
    (asked("received", late=True), ("progress_going",)),
    (asked("in_hand"), ("progress_in_hand",)),
    (asked("in_hand", late=True), ("progress_late",)),
    (asked("in_hand", None), ("progress_going",)),
    (asked("waiting"), ("progress_waiting",)),
    (asked("put_aside"), ("progress_put_aside",)),
    (asked("answered", None), ("progress_answered",)),
    (asked("ended", None), ("progress_ended",)),
    (broken("sign"), ()),
    (broken("handle", "joint"), ()),
    (broken("handle", kept_late=True), ()),
)


@dataclass(frozen=True)
class Shown:
    fact: Fact
    language: str
    sealed: bool
    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.fact.name}-{'+'.join(self.names)}-{self.language}{'-sealed' * self.sealed}"

    def files(self) -> list[Path]:
        return [EXPECTED / self.language / ("sealed" * self.sealed) / f"{name}.txt" for name in self.names]


EVERY = [
    Shown(fact, language, sealed, names)
    for fact, names in SHOWN
    for language in LANGUAGES
    for sealed in (False, True)
]


@pytest.mark.parametrize("shown", EVERY, ids=str)
def test_the_citizen_reads(wording: Wording, shown: Shown) -> None:
    written = wording.of(news(shown.fact, language=shown.language, sealed=shown.sealed))

    assert [one.text for one in written] == [
        file.read_text(encoding="utf-8").strip() for file in shown.files()
    ]


def test_every_fact_is_worded_or_silent_on_purpose() -> None:
    assert set(TABLE) | set(SILENT_ON_PURPOSE) == set(FACTS)
    assert not set(TABLE) & set(SILENT_ON_PURPOSE)


def test_every_template_is_shown_and_used() -> None:
    used = {rule.template for rules in TABLE.values() for rule in rules}
    paths = {
        f"{language}/{kind}{name}.txt" for language in LANGUAGES for kind in ("", "sealed/") for name in used
    }

    paths |= {f"{form}.txt" for form in order_forms()}

    assert {str(file.relative_to(WORDS)) for file in WORDS.rglob("*.txt")} == paths
    assert {str(file.relative_to(EXPECTED)) for file in EXPECTED.rglob("*.txt")} == paths


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rating, name", [(None, "service_survey"), (2, "service_rated")])
def test_texts_about_a_service_name_the_order_and_nothing_of_whom_it_served(
    wording: Wording, vault: Vault, language: str, rating: int | None, name: str
) -> None:
    told = OrderNews(order=123_456, fact="f", seq=1, at=DUE, served_at=DUE, rating=rating, language=language)
    laid: list[SQLModel] = []
    put_order_text(laid.append, vault, wording, told)
    (message,) = laid
    assert isinstance(message, Message)
    expected = (EXPECTED / language / f"{name}.txt").read_text(encoding="utf-8").strip()
    assert (message.template, message.words(vault)) == (name, expected)
    assert (message.ticket_id, message.service_order_id) == (None, 123_456)


def read_all(language: str) -> Iterator[str]:
    for file in sorted((EXPECTED / language).rglob("*.txt")):
        yield file.read_text(encoding="utf-8").strip()


def test_a_chinese_text_is_one_segment() -> None:
    assert {text: units(text) for text in read_all("zh_Hans") if count_segments(text) > 1} == {}


def test_an_english_text_is_one_segment() -> None:
    assert {
        text: units(text) for text in read_all("en") if not is_gsm(text) or count_segments(text) > 1
    } == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_begins_with_the_signature_and_has_no_link(language: str) -> None:
    for text in read_all(language):
        assert text.startswith(SIGNATURES[language])
        assert not re.search(r"https?:|www\.|\.(cn|com)", text)


def test_a_sealed_text_says_neither_matter_nor_unit() -> None:
    for file in (EXPECTED / "zh_Hans" / "sealed").iterdir():
        assert not re.search("反映|单位|投诉|举报", file.read_text(encoding="utf-8"))


def test_templates_take_nothing_of_a_fact_but_date_and_code() -> None:
    taken = {
        name
        for file in WORDS.rglob("*.txt")
        for name in re.findall(r"fact\.([\w.]+)", file.read_text("utf-8"))
    }

    of_services = {"served_at", "rating"}
    assert taken == {"due_at", "until", "effect.due_at", "effect.until", "tracking_code"} | of_services


def test_who_cannot_be_reached_gets_nothing(wording: Wording) -> None:
    assert list(wording.of(news(reachable=False))) == []


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("due_at", [DUE, None])
@pytest.mark.parametrize("stage", Stage)
def test_whoever_asks_gets_one_answer(
    wording: Wording, stage: Stage, due_at: datetime | None, late: bool
) -> None:
    (written,) = wording.of(news(asked(stage, due_at, late=late), reachable=False))

    assert written.rule.at_once


def test_a_language_we_do_not_speak_is_answered_in_chinese(wording: Wording) -> None:
    (written,) = wording.of(news(language="fr"))

    assert written.language == "zh_Hans"


def test_days_are_those_of_shanghai(wording: Wording) -> None:
    """Half past four in the afternoon of the 30th in London is the 1st in Shanghai."""
    late = datetime(2026, 11, 30, 16, 30, tzinfo=UTC)
    (written,) = wording.of(news(Dispatched(lead="x", joint=(), round=1, due_at=late)))

    assert "12月1日（周二）" in written.text


def test_a_missing_signature_stops_the_start() -> None:
    with pytest.raises(KeyError):
        Wording(WORDS, {"zh_Hans": "【盘龙热线】"})
