"""The messages: every text a fact owes the citizen is there once, none else, with a fate to believe."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

from app.verify.dossier import Dossier, Finding, Known, said
from notifications.message import Audience, Fate, Message
from notifications.table import TABLE
from notifications.told import ToldAs
from tickets.ground.facts import FACTS, Amended, TextRepeated
from tickets.ground.timeline import Entry

#: A worker that had a message so long is dead, and others should have taken it from there.
LONG_GONE = timedelta(minutes=30)
#: Past its time by so much without having expired: nobody sends.
STALE = timedelta(hours=24)

TYPE_OF = {fact.name: fact for fact in FACTS}
OUT = frozenset({Fate.SENT, Fate.DELIVERED, Fate.UNDELIVERABLE})


def check_messages(dossier: Dossier, known: Known) -> Iterator[Finding]:
    """Hold the messages against what the wording table owes for each fact."""
    owed = {
        (fact.seq, audience, template): fact
        for fact, reachable in _with_reach(dossier)
        for audience, template in _owed(fact, reachable=reachable)
    }
    for message in dossier.messages:
        fact = owed.pop((message.seq, message.audience, message.template), None)
        if fact is not None:
            yield from _of_fact(message, fact)
            yield from _switched(message.template, fact, known, was_told=True)
        elif not _is_sent_anew(message, dossier):
            yield Finding(message.seq, f"a message {message.template!r} that no fact owes")
        yield from _fate(message, known)
    for (_, _, template), fact in owed.items():
        yield from _switched(template, fact, known, was_told=False)


def _switched(template: str, fact: Entry, known: Known, *, was_told: bool) -> Iterator[Finding]:
    """Whether the text is there or not as it was switched on or off, where that is certain."""
    meant = known.changes.was_told((fact.what, template), fact.at)
    if was_told and meant is False:
        yield Finding(fact.seq, f"the message {template!r} is there, though it was switched off")
    elif not was_told and meant is True:
        yield Finding(fact.seq, f"the message {template!r} is missing")


def _is_sent_anew(message: Message, dossier: Dossier) -> bool:
    """It hangs on a number that was put right, and an earlier one that could not be brought says so, too."""
    new_number = any(
        fact.seq == message.seq and fact.what == Amended.name and "phone" in fact.data["identity"]
        for fact in dossier.facts
    )
    return new_number and any(
        one.told_as == ToldAs.SENT_ANEW and one.template == message.template and one.seq < message.seq
        for one in dossier.messages
    )


def _with_reach(dossier: Dossier) -> Iterator[tuple[Entry, bool]]:
    """Each fact, and whether the citizen could be reached then; what was put right may have changed that."""
    changes = {
        fact.seq: fact.data["reachable"]
        for fact in dossier.facts
        if fact.what == Amended.name and fact.data["reachable"] is not None
    }
    reachable = next(iter(changes.values()))[0] if changes else dossier.ticket.reachable
    for fact in dossier.facts:
        if fact.seq in changes:
            reachable = changes[fact.seq][1]
        yield fact, reachable


def _owed(fact: Entry, *, reachable: bool) -> Iterator[tuple[str, str]]:
    of_type = TYPE_OF.get(fact.what)
    for rule in TABLE.get(of_type, ()) if of_type else ():
        if (reachable or rule.asked_for) and rule.when(SimpleNamespace(**fact.data)):
            yield rule.audience, rule.template
    if of_type is TextRepeated:
        yield Audience.CITIZEN, fact.data["template"]


def _of_fact(message: Message, fact: Entry) -> Iterator[Finding]:
    if message.fact != fact.what or message.created_at != fact.at:
        yield Finding(fact.seq, f"the message {message.template!r} tells of another fact than it names")


def _fate(message: Message, known: Known) -> Iterator[Finding]:
    """What a fate says must show in the row."""
    name = f"the message {message.template!r} is {message.fate}"
    if message.fate in OUT and (message.provider_sid is None or message.sent_at is None):
        yield Finding(message.seq, f"{name}, but no provider is known to have it")
    if (message.fate == Fate.SENDING) != (message.lease_until is not None):
        yield Finding(message.seq, f"{name}, but a worker has it until {said(message.lease_until)}")
    elif message.lease_until is not None and known.now - message.lease_until > LONG_GONE:
        yield Finding(message.seq, f"{name} since long by a worker that is gone", is_fault=False)
    if message.fate == Fate.QUEUED and known.now - message.valid_until > STALE:
        yield Finding(message.seq, f"{name}, though it was worth sending only long ago", is_fault=False)
