"""What is kept beside the timeline: the number, the sealed identity, the way into search."""

from collections.abc import Iterator

from cryptography.exceptions import InvalidTag

from app.verify.dossier import Dossier, Finding, Known
from tickets.ground.refs import make_ref
from tickets.ground.vault import masked_phone
from tickets.ticket import Identity
from tickets.ticket.identity import SEALED


def check_keeping(dossier: Dossier, known: Known) -> Iterator[Finding]:
    """Check the number, the vault and search."""
    ticket = dossier.ticket
    # The digits can be read over the phone, so they must be those that were made on the day.
    if ticket.ref != make_ref(ticket.registered_at, ticket.id):
        yield Finding(1, "the number was not made on the day of registration, or not for this ticket")
    if dossier.facts and dossier.facts[0].at != ticket.registered_at:
        yield Finding(1, "the ticket was registered at another moment than its first fact says")
    if not dossier.is_searchable:
        yield Finding(dossier.last, "search does not know the ticket")
    if dossier.identity is None:
        yield Finding(1, "the ticket has no row in the vault")
    else:
        yield from _vault(dossier, dossier.identity, known)


def _vault(dossier: Dossier, identity: Identity, known: Known) -> Iterator[Finding]:
    for column in SEALED if known.opens_all else ("phone",):
        try:
            opened = identity.open(known.vault, column)
        except (InvalidTag, KeyError, ValueError):
            yield Finding(1, f"the vault's {column} does not open with the keys at hand")
            continue
        if column == "phone":
            yield from _phone(dossier, identity, opened, known)
        elif column == "id_number" and not _meets(known, column, opened, identity.id_number_index):
            yield Finding(1, "the vault's index of the ID number is of another one")


def _phone(dossier: Dossier, identity: Identity, phone: str | None, known: Known) -> Iterator[Finding]:
    if not _meets(known, "phone", phone, identity.phone_index):
        yield Finding(1, "the vault's index of the phone is of another number")
    if masked_phone(phone) != identity.phone_masked:
        yield Finding(1, "the vault shows another phone than it holds")
    if dossier.ticket.reachable and phone is None:
        yield Finding(1, "the citizen is to be told by phone, but left none")


def _meets(known: Known, kind: str, value: str | None, index: bytes | None) -> bool:
    """Whether *index* is that of *value*, with whichever key of the ring it was made."""
    if value is None or index is None:
        return value is None and index is None
    return bytes(index) in known.vault.indexes(kind, value)
