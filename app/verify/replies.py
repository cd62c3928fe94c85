"""The replies of units and of the telephone: each told by one fact, in the words it was given."""

from collections.abc import Iterator
from typing import Any

from app.verify.dossier import Dossier, Finding, Known
from tickets.ground.facts import Answered, Decided, Replied, SignOffAsked
from tickets.ground.timeline import Entry
from tickets.ground.words import RequestKind
from tickets.ticket import Reply


def check_replies(dossier: Dossier, _known: Known) -> Iterator[Finding]:
    """Each reply is told by one fact; the words it was given with are still those."""
    kept = {reply.at: reply for reply in dossier.replies}
    if len(kept) < len(dossier.replies):
        yield Finding(dossier.last, "two replies were given at one moment")
    drafts: dict[str, Entry] = {}
    for fact in dossier.facts:
        if fact.what == SignOffAsked.name:
            drafts[fact.data["request"]] = fact
        if fact.what in (Replied.name, Answered.name) or _signs_off(fact):
            reply = kept.pop(fact.at, None)
            words = drafts.get(fact.data["request"], fact) if fact.what == Decided.name else fact
            yield from _reply_differs(dossier, fact, words, reply) if reply else _reply_missing(fact)
    for _ in kept:
        yield Finding(dossier.last, "there is a reply nobody gave")


def _signs_off(fact: Entry) -> bool:
    return fact.what == Decided.name and fact.data["kind"] == RequestKind.SIGN_OFF and fact.data["granted"]


def _reply_missing(fact: Entry) -> Iterator[Finding]:
    yield Finding(fact.seq, "the reply is missing")


def _reply_differs(dossier: Dossier, fact: Entry, words: Entry, reply: Reply) -> Iterator[Finding]:
    note = dossier.note_of.get(words.seq)
    if note is not None and note.text != reply.text:
        yield Finding(fact.seq, "the reply has other words than its fact")
    if (reply.by, reply.signed_off_by) != (words.by, fact.by if words is not fact else None):
        yield Finding(fact.seq, "the reply names somebody else than its fact")
    if fact.what != Answered.name and _of_reply(reply) != _of_fact(fact.data):
        yield Finding(fact.seq, "the reply has another order or verdict than its fact")


def _of_reply(reply: Reply) -> tuple[Any, ...]:
    return (str(reply.order_id), reply.unit, reply.founded, reply.solved)


def _of_fact(data: dict[str, Any]) -> tuple[Any, ...]:
    verdict = data.get("effect", data)
    return (data["order"], data["unit"], verdict["founded"], verdict["solved"])
