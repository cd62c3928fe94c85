"""Search in the words of all tickets, exact to the character; a worker tick fills the index."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from unicodedata import normalize

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Select,
    SQLColumnExpression,
    Text,
    and_,
    any_,
    cast,
    func,
    or_,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR, insert
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, col

from tickets.ground.columns import Moment, Row
from tickets.ground.desk import Desk
from tickets.ground.phones import NotAPhone, normal_phone
from tickets.ground.refs import read_ref
from tickets.ground.vault import Vault
from tickets.ticket.identity import Identity
from tickets.ticket.rows import Ticket

#: Further text is not searched: a `tsvector` holds one megabyte, and one endless text must not stop the tick.
MOST_CHARACTERS = 100_000
#: As much of a question is read; nobody types more.
MOST_ASKED = 200

#: How many of the newest tickets are looked at to tell a common word from a rare one, and from how many hits
#: on it is common. Measured; see "Why search has two shapes" in the README.
SAMPLE = 1000
COMMON = 10

#: Plain letters and digits run together, those of all other scripts too; any other character is alone.
_RUN = re.compile(r"[0-9a-z]+|(?:(?![0-9a-z])[^\W_])+|[^\w\s]|_")


class SearchQueue(Row, table=True):
    """A ticket whose words must be read again."""

    __tablename__ = "search_queue"

    ticket_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("ticket.id"), primary_key=True, autoincrement=False)
    )
    at: datetime | None = Field(
        default=None,
        sa_type=Moment,
        nullable=False,
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )


class SearchDoc(Row, table=True):
    """The words of one ticket as search sees them: normalised, and cut into pieces."""

    __tablename__ = "search_doc"
    __table_args__ = (
        # A short pending list: with the default of 4 MB its flush once held up an insert for 2.6 seconds.
        Index(
            "search_doc_pieces",
            "tsv",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "on", "gin_pending_list_limit": 512},
        ),
    )

    ticket_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("ticket.id"), primary_key=True, autoincrement=False)
    )
    txt: str = Field(sa_type=Text)
    tsv: str = Field(sa_column=Column(TSVECTOR, nullable=False))


def queue_for_search(desk: Desk, ticket_id: int) -> None:
    """Have a new ticket indexed by the next tick."""
    desk.add(SearchQueue(ticket_id=ticket_id))


def queue_again(desk: Desk, ticket_id: int) -> None:
    """Have a ticket indexed again whose words changed, or which was sealed."""
    # Not DO NOTHING: that takes no lock, so a tick could read the old words and drop the row too early.
    desk.session.execute(
        insert(SearchQueue)
        .values(ticket_id=ticket_id)
        .on_conflict_do_update(index_elements=["ticket_id"], set_={"at": func.clock_timestamp()})
    )


def index_waiting(session: Session, at_most: int = 200) -> int:
    """
    Index tickets of the queue, oldest first, and give how many there were.

    Several workers share the queue. Of a sealed ticket only its numbers can be found.
    """
    claimed = session.execute(_CLAIM, {"at_most": at_most}).scalars().all()
    if not claimed:
        return 0
    # Read by a statement of its own: one begun before the claim could still see the words as they were.
    shown = (col(Ticket.ref), col(Ticket.external_ref))
    hidden = (col(Ticket.title), col(Ticket.text))
    waiting = session.execute(
        select(col(Ticket.id), col(Ticket.sealed), *shown, *hidden).where(col(Ticket.id).in_(claimed))
    )
    docs = [
        _doc(ticket_id, texts[: len(shown)] if sealed else texts) for ticket_id, sealed, *texts in waiting
    ]
    session.connection().execute(_PUT, docs)
    return len(docs)


def found(q: str) -> Select[int]:
    """Ask the index for the ids of the tickets that have all words of *q*: the way for rare words."""
    words = _words(q)
    pieces = cast(" & ".join(_lexemes(words)), TSQUERY)
    in_index = select(col(SearchDoc.ticket_id)).where(col(SearchDoc.tsv).op("@@")(pieces))
    return in_index.where(_contains(col(SearchDoc.txt), [word for word in words if not _is_one_piece(word)]))


def walked(q: str) -> ColumnElement[bool]:
    """Ask each ticket the list comes by whether it has all words of *q*: the way for common words."""
    # A scalar subquery: the planner cannot make it a join and read all documents before the first ticket.
    # As a number: of a bare condition it would expect half of the tickets to have it, of this 1 in 200.
    has_words = select(cast(_contains(col(SearchDoc.txt), _words(q)), Integer))
    of_ticket = has_words.where(col(SearchDoc.ticket_id) == col(Ticket.id))
    return of_ticket.correlate(Ticket).scalar_subquery() == 1


def is_common(session: Session, q: str) -> bool:
    """Whether a walk from the newest ticket down soon comes by tickets that have all words of *q*."""
    newest = select(col(SearchDoc.txt)).order_by(col(SearchDoc.ticket_id).desc()).limit(SAMPLE).subquery()
    hits = select(func.count()).select_from(newest).where(_contains(newest.c.txt, _words(q)))
    return bool(session.execute(hits).scalar_one() >= COMMON)


def number_sought(q: str, vault: Vault) -> ColumnElement[bool] | None:
    """
    Condition for the tickets with *q* as number, outer number or citizen's phone; None if it can be none.

    A sealed ticket is never found by a phone: that would tell whose report it is.
    """
    ways = _number_ways(q, vault)
    return _is_one_of(ways) if ways else None


def search_condition(session: Session, q: str, vault: Vault) -> ColumnElement[bool] | None:
    """
    Condition for a list of tickets, newest first; None if *q* asks for nothing.

    Words separated by blanks must all be there. A number finds its ticket even before its words are indexed.
    """
    if not _words(q):
        return None
    ways = _number_ways(q, vault)
    if not is_common(session, q):
        return _is_one_of([found(q), *ways])
    return or_(walked(q), _is_one_of(ways)) if ways else walked(q)


def normal_text(written: str) -> str:
    """Make equal what people take for equal: full and half width, large and small letters."""
    # Case folding, because lower() turns a sigma into another letter at the end of a word only.
    return normalize("NFKC", written).casefold()


def _words(q: str) -> list[str]:
    return normal_text(_asked(q)).split()


def _asked(q: str) -> str:
    """Cut *q* to length, and change what PostgreSQL takes in no text: no ticket has it, it finds none."""
    return q[:MOST_ASKED].replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8").strip()


def _doc(ticket_id: int, texts: Iterable[str | None]) -> dict[str, Any]:
    words = normal_text("\n".join(part for part in texts if part))[:MOST_CHARACTERS]
    return {"ticket_id": ticket_id, "txt": words, "pieces": list(_pieces(words))}


def _pieces(words: str) -> set[str]:
    """A piece from every character on, shorter at the end of a run: so a lone character begins some piece."""
    return {run[at : at + _size(run)] for run in _RUN.findall(words) for at in range(len(run))}


def _lexemes(words: Iterable[str]) -> list[str]:
    """What the index is asked for: all full pieces of the words, and what is less as the beginning of one."""
    asked: dict[str, None] = {}
    for run in (run for word in words for run in _RUN.findall(word)):
        size = _size(run)
        if len(run) < size and run.isalnum():
            asked[_quoted(run) + ":*"] = None
        else:
            asked.update((_quoted(run[at : at + size]), None) for at in range(max(len(run) - size + 1, 1)))
    return list(asked)


def _size(run: str) -> int:
    """Two characters of Chinese are a word; two digits are in every ticket, four are in few."""
    return 4 if run.isascii() else 2


def _is_one_piece(word: str) -> bool:
    """The index alone knows such a word, as most are that people seek: reading no texts halves the time."""
    return len(word) <= _size(word) and _RUN.fullmatch(word) is not None


def _quoted(piece: str) -> str:
    escaped = piece.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _contains(txt: SQLColumnExpression[str], words: Sequence[str]) -> ColumnElement[bool]:
    """Ask the text, too: it can have all the pieces without the word. Unlike LIKE, nothing to escape."""
    return and_(true(), *(func.strpos(txt, word) > 0 for word in words))


def _number_ways(q: str, vault: Vault) -> list[Select[int]]:
    number = " ".join(_words(q))
    if not any(character.isdigit() for character in number):
        return []
    # An alias, because the list that asks reads tickets itself and the two must not become one.
    ticket = aliased(Ticket)
    ways = [select(col(ticket.id)).where(col(ticket.external_ref).in_({number, _asked(q)}))]
    if ref := read_ref(number):
        ways.append(select(col(ticket.id)).where(col(ticket.ref) == ref))
    with suppress(NotAPhone):
        phone_indexes = vault.indexes("phone", normal_phone(number))
        of_citizen = select(col(ticket.id)).join(Identity, col(Identity.ticket_id) == col(ticket.id))
        ways.append(
            of_citizen.where(col(Identity.phone_index).in_(phone_indexes), col(ticket.sealed).is_(False))
        )
    return ways


def _is_one_of(ways: Sequence[Select[int]]) -> ColumnElement[bool]:
    """Ask for tickets by a list of ids that is read once, so that the planner must begin with it."""
    ids = union_all(*ways).scalar_subquery()
    return col(Ticket.id) == any_(func.array(ids, type_=ARRAY(BigInteger)))


_CLAIM = text("""
    delete from search_queue where ticket_id = any(array(
        select ticket_id from search_queue order by ticket_id limit :at_most for update skip locked
    )) returning ticket_id
""")

_PUT = text("""
    insert into search_doc (ticket_id, txt, tsv)
    values (:ticket_id, :txt, array_to_tsvector(cast(:pieces as text[])))
    on conflict (ticket_id) do update set txt = excluded.txt, tsv = excluded.tsv
""")
