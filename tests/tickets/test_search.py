"""Search finds what Python's `in` finds, whatever is written and asked, and tells nothing that is sealed."""

import random
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.sql import ColumnElement
from sqlmodel import Session, col

from tickets import search
from tickets.clocks.seed_calendar import default_calendar_data
from tickets.ground.desk import CLOCKWORK, Desk
from tickets.ground.policy import Rulebook
from tickets.ground.refs import make_ref
from tickets.ground.units import Units
from tickets.ground.vault import Vault
from tickets.ground.worktime.calendar import Calendar
from tickets.search import SearchDoc, SearchQueue, index_waiting, queue_again, queue_for_search
from tickets.ticket import Identity, Ticket, seal_identity

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
VAULT = Vault({"1": bytes(range(32))})
RULES = Rulebook(
    policies=(),
    calendar=Calendar.from_data(default_calendar_data()),
    calendar_code="none",
    calendar_version=1,
    calendars={},
    units=Units(()),
)
#: Far above the numbers of other tests, so that these tickets are the newest.
NUMBERS = count(5_000_000_000)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session whose work nobody else ever sees."""
    with engine.connect() as connection:
        whole = connection.begin()
        with Session(bind=connection, autoflush=False) as session:
            yield session
        whole.rollback()


def desk_on(session: Session) -> Desk:
    return Desk(session=session, actor=CLOCKWORK, vault=VAULT, rules=RULES, tell=lambda _desk, _news: None)


def take_down(session: Session, text: str = "", *, phone: str | None = None, **more: Any) -> Ticket:
    number = next(NUMBERS)
    ref = make_ref(AT, number)
    row = Ticket(
        id=number, ref=ref, kind="help", channel="phone", title="", text=text, registered_at=AT, **more
    )
    known = {"phone": phone}
    desk = desk_on(session)
    desk.add(row)
    desk.add(seal_identity(VAULT, number, ref=ref, code="123456", known=known))
    queue_for_search(desk, number)
    desk.clear()
    return row


def index_all(session: Session) -> None:
    while index_waiting(session):
        pass


def those(session: Session, condition: ColumnElement[bool] | None, among: Iterable[Ticket]) -> set[int]:
    assert condition is not None
    numbers = [row.id for row in among]
    query = select(col(Ticket.id)).where(col(Ticket.id).between(min(numbers), max(numbers)), condition)
    return set(session.execute(query).scalars())


def answers(session: Session, q: str, among: Iterable[Ticket]) -> set[int]:
    return those(session, search.search_condition(session, q, VAULT), among)


def normal(written: str) -> str:
    return unicodedata.normalize("NFKC", written).casefold()


#: Few characters, so that they meet often: Chinese, also beyond the basic plane, half and full width, what
#: LIKE, a tsquery and a string literal read as a sign, blanks of several kinds, marks, an emoji.
ALPHABET = "低保金额低保滇池鲁甸𠮷𠀀0012339９AaａbÉßΣσς%_\\'\"&|!:*(),，。-　 \n\té́😀か゛ﾊﾟ"


def scribble(chance: random.Random, most: int) -> str:
    return "".join(chance.choice(ALPHABET) for _ in range(chance.randint(1, most)))


def snippet(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text))
    return text[at : at + chance.randint(1, 7)]


@pytest.mark.parametrize("seed", range(3))
def test_search_finds_what_in_finds(session: Session, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 it makes up texts, not secrets
    rows = [
        take_down(session, scribble(chance, 40), external_ref=scribble(chance, 6) if n % 3 == 0 else None)
        for n in range(150)
    ]
    index_all(session)
    texts = {row.id: normal("\n".join((row.ref, row.external_ref or "", row.text))) for row in rows}

    for n in range(200):
        q = scribble(chance, 5) if n % 3 == 0 else snippet(chance, chance.choice(rows).text)
        if n % 5 == 0:
            q += " " + snippet(chance, chance.choice(rows).text)
        words = normal(q).split()
        if not words:
            assert search.search_condition(session, q, VAULT) is None
            continue
        meant = {number for number, text in texts.items() if all(word in text for word in words)}
        assert those(session, col(Ticket.id).in_(search.found(q)), rows) == meant, q
        assert those(session, search.walked(q), rows) == meant, q
        assert answers(session, q, rows) == meant, q


@pytest.mark.parametrize(
    "text, q",
    [
        ("申请低保未获批准", "低保"),
        ("申请低保未获批准", "保"),
        ("申请低保未获批准", "准"),
        ("家住𠮷祥村", "𠮷"),
        ("家住𠮷祥村", "住𠮷祥"),
        ("电话13888880000无人接", "8888"),
        ("电话13888880000无人接", "00"),
        ("车牌云Ａ12345", "云a123"),
        ("退款100%", "100%"),
        ("a_b", "_"),
        ("ΑΣΒ", "ΑΣ"),
        ("小区噪音 扰民", "扰民  噪音"),
        ("小区噪音扰民", "扰民　小区"),
    ],
)
def test_words_are_found_inside_words(session: Session, text: str, q: str) -> None:
    row = take_down(session, text)
    index_all(session)
    assert answers(session, q, [row]) == {row.id}


@pytest.mark.parametrize(
    "q", ["低金", "%", "_", "低%保", "保低", "低保 滇池", "低\0保", "\0", "\ud800", "'", "\\"]
)
def test_what_is_not_there_is_not_found(session: Session, q: str) -> None:
    row = take_down(session, "申请低保金")
    index_all(session)
    assert answers(session, q, [row]) == set()


@pytest.mark.parametrize("q", ["", " ", "　\n"])
def test_nothing_asked_narrows_nothing(session: Session, q: str) -> None:
    assert search.search_condition(session, q, VAULT) is None


def test_title_and_outer_number_are_searched_too(session: Session) -> None:
    row = take_down(session, "正文", external_ref="KM-2026-0042")
    session.execute(update(Ticket).where(col(Ticket.id) == row.id).values(title="路灯不亮"))
    index_all(session)
    for q in ("路灯", "km-2026", "2026-0042", row.ref[3:9], "正文 路灯 km"):
        assert answers(session, q, [row]) == {row.id}, q


def test_a_ticket_is_not_indexed_before_the_tick_and_once_by_it(session: Session) -> None:
    index_all(session)
    rows = [take_down(session, f"水管破裂{n}") for n in range(5)]
    assert answers(session, "水管破裂", rows) == set()
    assert index_waiting(session, at_most=3) == 3
    assert answers(session, "水管破裂", rows) == {row.id for row in rows[:3]}
    assert index_waiting(session) == 2
    assert index_waiting(session) == 0
    assert answers(session, "水管破裂", rows) == {row.id for row in rows}


def test_changed_words_replace_the_old_ones(session: Session) -> None:
    row = take_down(session, "路灯不亮")
    index_all(session)
    session.execute(update(Ticket).where(col(Ticket.id) == row.id).values(text="井盖丢失"))
    for _ in range(2):
        queue_again(desk_on(session), row.id)
    assert index_waiting(session) == 1
    assert answers(session, "路灯", [row]) == set()
    assert answers(session, "井盖", [row]) == {row.id}


def test_an_endless_text_does_not_stop_the_tick(session: Session) -> None:
    chance = random.Random(1)  # noqa: S311 it makes up texts, not secrets
    endless = "开头" + "".join(chr(chance.randrange(0x4E00, 0x9FA0)) for _ in range(250_000))
    rows = [take_down(session, endless), take_down(session, "路灯不亮")]
    index_all(session)
    assert answers(session, "路灯不亮", rows) == {rows[1].id}
    assert answers(session, "开头" + endless[2:4], rows) == {rows[0].id}


def test_pages_follow_each_other_newest_first(session: Session) -> None:
    rows = [take_down(session, "垃圾清运" if n % 3 else "别的事") for n in range(30)]
    index_all(session)
    condition = search.search_condition(session, "垃圾", VAULT)
    assert condition is not None
    seen: list[int] = []
    before = rows[-1].id + 1
    while True:
        query = select(col(Ticket.id)).where(condition, col(Ticket.id) < before, col(Ticket.id) >= rows[0].id)
        page = list(session.execute(query.order_by(col(Ticket.id).desc()).limit(7)).scalars())
        if not page:
            break
        seen += page
        before = page[-1]
    assert seen == [row.id for row in reversed(rows) if row.text == "垃圾清运"]


def test_an_endless_question_is_cut(session: Session) -> None:
    row = take_down(session, "低保" * 200)
    index_all(session)
    assert answers(session, "低保" * 5000, [row]) == {row.id}


def test_a_word_is_common_when_the_newest_have_it(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "SAMPLE", 20)
    rows = [take_down(session, "暖气不热" if n < 30 else "路灯不亮") for n in range(60)]
    index_all(session)
    assert search.is_common(session, "路灯")
    assert not search.is_common(session, "暖气")
    assert len(answers(session, "暖气", rows)) == 30
    assert len(answers(session, "路灯", rows)) == 30


class TestNumbers:
    """A number finds its ticket, indexed or not."""

    @pytest.mark.parametrize("written", ["{ref}", " {ref} ", "{a} {b}", "{a}-{b}"])
    def test_by_the_ticket_number(self, session: Session, written: str) -> None:
        rows = [take_down(session), take_down(session)]
        ref = rows[0].ref
        q = written.format(ref=ref, a=ref[:6], b=ref[6:])
        assert answers(session, q, rows) == {rows[0].id}

    def test_by_the_outer_number(self, session: Session) -> None:
        rows = [take_down(session, external_ref="km-77001"), take_down(session, external_ref="km-77002")]
        assert answers(session, " km-77002 ", rows) == {rows[1].id}

    @pytest.mark.parametrize("q", ["13888880001", "+86 138 8888 0001", "138-8888-0001", "１３８88880001"])
    def test_by_the_phone_of_the_citizen(self, session: Session, q: str) -> None:
        rows = [take_down(session, phone="+8613888880001"), take_down(session, phone="+8613888880002")]
        assert answers(session, q, rows) == {rows[0].id}

    def test_words_with_the_same_digits_are_found_beside_it(self, session: Session) -> None:
        rows = [take_down(session, phone="+8613888880001"), take_down(session, "请打13888880001")]
        index_all(session)
        assert answers(session, "13888880001", rows) == {row.id for row in rows}

    def test_common_digits_hide_no_number(self, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(search, "COMMON", 1)
        rows = [take_down(session, phone="+8613888880001"), take_down(session, "请打13888880001")]
        other = take_down(session)
        index_all(session)
        assert answers(session, "13888880001", [*rows, other]) == {row.id for row in rows}

    @pytest.mark.parametrize("q", ["低保", "abc", "%"])
    def test_words_are_no_number(self, q: str) -> None:
        assert search.number_sought(q, VAULT) is None

    def test_a_number_can_be_asked_for_alone(self, session: Session) -> None:
        rows = [take_down(session), take_down(session, "电话12345")]
        index_all(session)
        assert those(session, search.number_sought(rows[0].ref, VAULT), rows) == {rows[0].id}
        assert those(session, search.number_sought("12345", VAULT), rows) == set()


class TestSealed:
    """A sealed ticket is found by its numbers and by nothing that is in it or about its citizen."""

    def test_its_words_and_its_phone_do_not_find_it(self, session: Session) -> None:
        row = take_down(session, "举报收费", phone="+8613888880001", sealed=True, external_ref="km-88001")
        index_all(session)
        for q in ("举报", "收费", "13888880001"):
            assert answers(session, q, [row]) == set(), q
        for q in (row.ref, row.ref[3:11], "km-88001", "km-88"):
            assert answers(session, q, [row]) == {row.id}, q

    def test_sealing_takes_its_words_out(self, session: Session) -> None:
        row = take_down(session, "举报收费")
        index_all(session)
        assert answers(session, "举报", [row]) == {row.id}
        session.execute(update(Ticket).where(col(Ticket.id) == row.id).values(sealed=True))
        queue_again(desk_on(session), row.id)
        index_all(session)
        assert answers(session, "举报", [row]) == set()


@pytest.fixture
def kept(engine: Engine) -> Iterator[Ticket]:
    """A ticket others can see, waiting for the tick."""
    with Session(engine, expire_on_commit=False) as session:
        row = take_down(session, "旧的话")
        session.commit()
    yield row
    with Session(engine) as session:
        for table in (SearchDoc, SearchQueue, Identity):
            session.execute(delete(table).where(col(table.ticket_id) == row.id))
        session.execute(delete(Ticket).where(col(Ticket.id) == row.id))
        session.commit()


def test_words_changed_while_a_tick_runs_are_not_lost(engine: Engine, kept: Ticket) -> None:
    with Session(engine) as writer, Session(engine) as worker:
        writer.execute(update(Ticket).where(col(Ticket.id) == kept.id).values(text="新的话"))
        queue_again(desk_on(writer), kept.id)
        index_all(worker)
        worker.commit()
        writer.commit()
        index_all(worker)
        worker.commit()
        assert answers(worker, "新的话", [kept]) == {kept.id}
        assert answers(worker, "旧的话", [kept]) == set()


def test_two_workers_never_take_the_same_ticket(engine: Engine, kept: Ticket) -> None:
    with Session(engine) as one, Session(engine) as other:
        index_all(one)
        assert index_waiting(other) == 0
        one.rollback()
        index_all(other)
        assert answers(other, "旧的话", [kept]) == {kept.id}
        other.rollback()
