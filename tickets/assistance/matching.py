"""Which policies a matter may be about: what its text shares with their words, the rarest words first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session, col, select

from tickets.assistance.policy_items import PolicyItem
from tickets.search import normal_text

#: As much of a matter is looked at: what it is about is said early.
MOST_READ = 4_000


@dataclass(frozen=True)
class Match:
    """An item a matter may be about, and the words of the matter that say so."""

    item: PolicyItem
    reason: tuple[str, ...]


#: A word weighs more the longer it is and the fewer items have it: what all have says nothing.
_BEST = text("""
    with live as (
        select id, word from policy_item, unnest(words) word
        where superseded_at is null and valid_from <= :today and (valid_to is null or valid_to >= :today)
    ),
    spread as (select count(distinct id)::float as whole from live),
    weighed as (
        select word, length(word) * ln(1 + whole / count(*)) as weight
        from live, spread where strpos(:written, word) > 0 group by word, whole
    )
    select id, array_agg(word) from live join weighed using (word)
    group by id order by sum(weight) desc, id limit :most
""")


def matching(session: Session, written: str, today: date, limit: int = 5) -> list[Match]:
    """The items in force that the matter *written* may be about, the likeliest first."""
    said = normal_text(written.replace("\0", " ")[:MOST_READ])
    rows = session.connection().execute(_BEST, {"today": today, "written": said, "most": limit * 2}).all()
    reasons = {id_: tuple(runs(said, words)) for id_, words in rows}
    found = session.exec(select(PolicyItem).where(col(PolicyItem.id).in_(list(reasons)))).all()
    items = {item.id: item for item in found}
    likely = (
        Match(items[id_], reason) for id_, reason in reasons.items() if _says_enough(items[id_], reason)
    )
    return list(likely)[:limit]


def _says_enough(item: PolicyItem, reason: Sequence[str]) -> bool:
    """A keyword, or three characters on end of the title: any two are found in half of all sentences."""
    keywords = {normal_text(word) for word in item.keywords}
    return any(len(run) > 2 or run in keywords for run in reason)


def runs(said: str, words: Iterable[str]) -> Iterator[str]:
    """What *words* cover of *said*, each stretch once, the longest first: 大病 and 病救 and 救助 are one."""
    spans = sorted(span for word in words for span in _spans(said, word))
    joined: list[tuple[int, int]] = []
    for begins, ends in spans:
        if joined and begins < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
        else:
            joined.append((begins, ends))
    found = {said[begins:ends] for begins, ends in joined}
    # One that stands inside another says nothing beside it.
    whole = (run for run in found if not any(run != other and run in other for other in found))
    yield from sorted(whole, key=lambda run: (-len(run), said.find(run)))


def _spans(said: str, word: str) -> Iterator[tuple[int, int]]:
    at = said.find(word)
    while at >= 0 and word:
        yield at, at + len(word)
        at = said.find(word, at + 1)
