"""What was asked and decided, and the cards of supervision: each row told by its facts, and told once."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.verify.dossier import Dossier, Finding, Known, said
from tickets.ground.facts import Decided, RequestLapsed, Supervised, SupervisionAnswered
from tickets.ground.timeline import Entry
from tickets.ground.words import RequestKind, RequestState
from tickets.ticket import Request, SupervisionCard

#: The fact that tells of each kind being asked.
ASKED: Mapping[str, str] = {
    "return_asked": RequestKind.RETURN,
    "extension_asked": RequestKind.EXTENSION,
    "shelving_asked": RequestKind.SHELVING,
    "termination_asked": RequestKind.TERMINATION,
    "sign_off_asked": RequestKind.SIGN_OFF,
    "withdrawal_asked": RequestKind.WITHDRAWAL,
    "unseal_asked": RequestKind.UNSEAL,
}


def check_requests(dossier: Dossier, _known: Known) -> Iterator[Finding]:
    """Hold the requests against the facts that asked, decided or dropped them."""
    rows = {str(request.id): request for request in dossier.requests}
    asked: dict[str, Entry] = {}
    ended: dict[str, Entry] = {}
    for fact in dossier.facts:
        if fact.what in ASKED:
            asked[fact.data["request"]] = fact
        elif fact.what in (Decided.name, RequestLapsed.name):
            if fact.data["request"] in ended:
                yield Finding(fact.seq, "what was asked is decided a second time")
            ended[fact.data["request"]] = fact
    for number, fact in asked.items():
        row = rows.pop(number, None)
        if row is None:
            yield Finding(fact.seq, "what was asked is missing")
        else:
            yield from _differs(dossier, row, fact, ended.get(number))
    for row in rows.values():
        yield Finding(dossier.last, f"a request for {row.kind} that nobody made")


def _differs(dossier: Dossier, row: Request, asked: Entry, ended: Entry | None) -> Iterator[Finding]:
    told: tuple[Any, ...] = (ASKED[asked.what], asked.at, asked.by)
    if (row.kind, row.asked_at, row.asked_by) != told:
        yield Finding(asked.seq, f"the request for {row.kind} differs from the fact that asked it")
    state, by, at = RequestState.OPEN, None, None
    if ended is not None:
        granted = ended.what == Decided.name and ended.data["granted"]
        state = RequestState.GRANTED if granted else RequestState.REFUSED
        by, at = ended.by, ended.at
    if (row.state, row.decided_by, row.decided_at) != (state, by, at):
        words = f"the request for {row.kind} is {row.state} since {said(row.decided_at)}, told is {state}"
        yield Finding(ended.seq if ended else dossier.last, words)
    if ended is not None and ended.what == Decided.name and ended.by == row.asked_by:
        yield Finding(ended.seq, f"who asked for {row.kind} decided on it")


def check_cards(dossier: Dossier, _known: Known) -> Iterator[Finding]:
    """Hold the supervision cards against the facts that gave and answered them."""
    rows = {str(card.id): card for card in dossier.cards}
    answered = {fact.data["card"]: fact for fact in dossier.facts if fact.what == SupervisionAnswered.name}
    for fact in dossier.facts:
        if fact.what != Supervised.name:
            continue
        row = rows.pop(fact.data["card"], None)
        if row is None:
            yield Finding(fact.seq, "the supervision card is missing")
        else:
            yield from _card_differs(row, fact, answered.get(fact.data["card"]))
    for row in rows.values():
        yield Finding(dossier.last, f"a supervision card {row.number} that nobody gave")


def _card_differs(row: SupervisionCard, given: Entry, answered: Entry | None) -> Iterator[Finding]:
    told = (given.data["level"], given.at, given.by)
    if (row.level, row.given_at, row.given_by) != told:
        yield Finding(given.seq, f"the supervision card {row.number} differs from the fact that gave it")
    if (row.answered_at, row.answered_by) != ((answered.at, answered.by) if answered else (None, None)):
        seq = answered.seq if answered else given.seq
        yield Finding(seq, f"the supervision card {row.number} is answered otherwise than the facts say")
