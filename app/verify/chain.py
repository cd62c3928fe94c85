"""The timeline: no fact missing, moved or changed, each note as it was written, moves counted right."""

from collections.abc import Iterator

from app.verify.dossier import Dossier, Finding, Known
from tickets.ground.facts import Amended, Registered
from tickets.ground.flow import FACTS_OF
from tickets.ground.timeline import GENESIS, SALT, Note, digest_of, digest_of_words, hash_of

MOVES = frozenset(fact for facts in FACTS_OF.values() for fact in facts)


def check_timeline(dossier: Dossier, _known: Known) -> Iterator[Finding]:
    """Prove the chain of facts, the notes it holds digests of, and the two counters of the ticket."""
    yield from _chain(dossier)
    yield from _times(dossier)
    yield from _notes(dossier)
    yield from _words(dossier)
    moves = sum(fact.what in MOVES for fact in dossier.facts)
    if dossier.ticket.version != moves:
        yield Finding(dossier.last, f"version is {dossier.ticket.version}, but {moves} moves were made")


def _chain(dossier: Dossier) -> Iterator[Finding]:
    """Name the first fact that was changed, moved or removed; what follows it proves nothing."""
    ticket, previous, expected = dossier.ticket, GENESIS, 1
    for fact in dossier.facts:
        if fact.seq != expected:
            yield Finding(expected, "the fact is missing")
            return
        if bytes(fact.hash) != hash_of(fact, previous):
            yield Finding(fact.seq, f"the fact {fact.what!r} or the one before it was changed")
            return
        previous, expected = bytes(fact.hash), expected + 1
    if ticket.seq >= expected:
        yield Finding(expected, f"the fact is missing; the ticket counts {ticket.seq}")
    elif ticket.seq < dossier.last:
        yield Finding(ticket.seq + 1, f"the ticket counts only {ticket.seq} facts")
    elif bytes(ticket.chain_head) != previous:
        yield Finding(dossier.last, "the ticket holds another end of the chain")


def _times(dossier: Dossier) -> Iterator[Finding]:
    """Remark on time running back: the order of facts is their number's, whatever the server's clock did."""
    for earlier, later in zip(dossier.facts, dossier.facts[1:], strict=False):
        if later.at < earlier.at:
            yield Finding(later.seq, "the fact is dated before the one it follows", is_fault=False)


def _notes(dossier: Dossier) -> Iterator[Finding]:
    """A note may have been erased, never exchanged."""
    for note in dossier.notes:
        fact = dossier.fact_of.get(note.seq)
        if fact is None or fact.note_digest is None or fact.what == Registered.name:
            yield Finding(note.seq, "a note the chain knows nothing of")
        elif len(note.salt) != SALT or bytes(fact.note_digest) != _digest(note):
            yield Finding(note.seq, "the note was changed")


def _words(dossier: Dossier) -> Iterator[Finding]:
    """The matter itself may have been erased, too, never put in other words than the last fact about them."""
    first, words = dossier.fact_of.get(1), dossier.ticket.words()
    if first is None or first.note_digest is None or not dossier.ticket.text:
        return
    told = digest_of_words(words) if words and len(words.salt) == SALT else None
    last, held = 1, bytes(first.note_digest).hex()
    for fact in dossier.facts:
        if fact.what == Amended.name and fact.data.get("words"):
            last, held = fact.seq, fact.data["words"]
    if told is None or held != told.hex():
        yield Finding(last, "title or text are not what was taken down")


def _digest(note: Note) -> bytes:
    return digest_of(note.text, bytes(note.salt), note.visible_to)
