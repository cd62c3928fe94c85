"""Which earlier matters are like the one somebody writes: weighed by rare words, compared as a whole."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from rapidfuzz import fuzz
from sqlalchemy import text
from sqlmodel import Session

from tickets.search import normal_text

#: How many of the newest tickets are looked at, and how many open ones from before. So it costs the same
#: however many tickets were ever closed.
WINDOW = 2000
OLD_OPEN = 500
#: Characters of a text that are compared, and words of the matter that are sought.
MOST_COMPARED = 300
MOST_PIECES = 40
#: The rarest words two matters share are named as why.
MOST_NAMED = 5
#: Tickets that are compared as a whole, after their words were weighed.
MOST_WEIGHED = 40
#: What is less alike teaches nothing; from the second on it may be the same matter. Measured; see the README.
ALIKE, SAME_MATTER = 0.02, 0.25
#: What the same subdistrict adds to the likeness of a matter.
SAME_PLACE = 1.25
#: Other matters one thinks of besides: in a new house every word would be common otherwise.
BESIDES = 200
#: What a word nobody used before counts: it says that the matter differs, but every matter has some.
UNHEARD = 0.25
#: The part of a likeness that rare words make; the rest is how the texts run as a whole.
BY_WORDS = 0.85

#: Chinese two by two; letters and digits as they stand.
_RUN = re.compile(r"[0-9a-z]{2,}|[^\W\d_a-z]{2,}")
#: Numbers say nothing of what a matter is about, and telephone numbers whose it is.
_NUMBER = re.compile(r"[0-9]+")

# Open ones are found by the index of open tickets: walking from the newest down would pass all closed ones.
_NEWEST = text("""
    with newest as (
        select ticket_id, left(txt, :chars) as txt from search_doc order by ticket_id desc limit :window
    ), open_ones as materialized (
        select id from ticket where closed_at is null
    ), older as (
        select ticket_id, left(txt, :chars) as txt from search_doc where ticket_id = any(array(
            select id from open_ones where id < (select min(ticket_id) from newest)
            order by id desc limit :older
        ))
    )
    select docs.ticket_id, docs.txt, ticket.division, ticket.closed_at is null
    from (select * from newest union all select * from older) docs
    join ticket on ticket.id = docs.ticket_id and not ticket.sealed
""")


@dataclass(frozen=True)
class Doc:
    """One earlier matter as search knows it."""

    ticket_id: int
    txt: str
    division: str | None = None
    is_open: bool = False


@dataclass(frozen=True)
class Near:
    """An earlier matter that is alike: how much (0 to 1), by which words, and whether of the same place."""

    ticket_id: int
    score: float
    shared: tuple[str, ...]
    same_place: bool
    is_open: bool


def newest_docs(session: Session) -> list[Doc]:
    """The newest matters, and open ones from before; never one that is sealed."""
    asked = {"chars": MOST_COMPARED, "window": WINDOW, "older": OLD_OPEN}
    return [Doc(*row) for row in session.connection().execute(_NEWEST, asked)]


def nearest(written: str, division: str | None, docs: Sequence[Doc]) -> list[Near]:
    """Those of *docs* that are like what is *written*, the likest first."""
    said = normal_text(written)[:MOST_COMPARED]
    pieces = pieces_of(said)
    if not pieces or not docs:
        return []
    weights, having = _weigh(pieces, docs)
    whole = sum(weights.values())
    likest = sorted(having, key=lambda at: -sum(weights[piece] for piece in having[at]))[:MOST_WEIGHED]
    here = subdistrict_of(division)
    found = []
    for at in likest:
        doc = docs[at]
        by_words = sum(weights[piece] for piece in having[at]) / whole
        as_whole = fuzz.ratio(said, doc.txt[:MOST_COMPARED]) / 100
        same_place = here is not None and subdistrict_of(doc.division) == here
        score = BY_WORDS * by_words + (1 - BY_WORDS) * as_whole * by_words**0.5
        score = min(score * (SAME_PLACE if same_place else 1), 1.0)
        if score >= ALIKE:
            rare = sorted(having[at], key=lambda piece: -weights[piece])[:MOST_NAMED]
            found.append(Near(doc.ticket_id, score, joined(said, rare), same_place, doc.is_open))
    return sorted(found, key=lambda near: -near.score)


def pieces_of(said: str) -> list[str]:
    """The words that are sought: two characters of Chinese from each place on, plain words whole."""
    found: dict[str, None] = {}
    for run in _RUN.findall(said):
        if _NUMBER.fullmatch(run):
            continue
        if run.isascii():
            found[run] = None
        else:
            found.update((run[at : at + 2], None) for at in range(len(run) - 1))
    return list(found)[:MOST_PIECES]


def _weigh(pieces: Iterable[str], docs: Sequence[Doc]) -> tuple[dict[str, float], dict[int, list[str]]]:
    """What each piece counts, a rare one more, and which pieces stand in which document."""
    weights: dict[str, float] = {}
    having: dict[int, list[str]] = {}
    for piece in pieces:
        where = [at for at, doc in enumerate(docs) if piece in doc.txt]
        weights[piece] = log((len(docs) + BESIDES) / (len(where) + 1)) ** 2 * (1 if where else UNHEARD)
        # What stands in every fifth matter tells none from another.
        if len(where) * 5 <= len(docs) or len(docs) < 20:
            for at in where:
                having.setdefault(at, []).append(piece)
    return weights, having


def joined(said: str, pieces: Iterable[str], most: int = 4) -> tuple[str, ...]:
    """The *pieces* as people read them: 生活 and 活照 and 照料 are one word, 生活照料; the longest first."""
    covered = [False] * len(said)
    for piece in pieces:
        at = said.find(piece)
        while at >= 0:
            covered[at : at + len(piece)] = [True] * len(piece)
            at = said.find(piece, at + 1)
    words: dict[str, None] = {}
    start = None
    for at, is_covered in enumerate([*covered, False]):
        if is_covered and start is None:
            start = at
        elif not is_covered and start is not None:
            words[said[start:at]] = None
            start = None
    return tuple(sorted(words, key=lambda word: -len(word))[:most])


def subdistrict_of(division: str | None) -> str | None:
    """The subdistrict a place is in: nine digits of its code."""
    return division[:9] if division and len(division) >= 9 else None
