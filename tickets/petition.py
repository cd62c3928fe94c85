"""The petition rules: a chain of first answer, review and re-review, and then an end to it (信访工作条例)."""

from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz
from sqlalchemy import or_, text
from sqlmodel import col, select

from tickets.ground.desk import Desk
from tickets.ground.errors import Refused, bad_field
from tickets.ground.flow import Outcome
from tickets.ground.refs import read_ref
from tickets.ground.words import Channel, PetitionStage
from tickets.intake.draft import Draft
from tickets.ticket import Identity, Ticket

#: What must have been answered before which stage (第三十五、三十六条).
BEFORE = {
    PetitionStage.REVIEW: PetitionStage.FIRST,
    PetitionStage.RE_REVIEW: PetitionStage.REVIEW,
}
#: An answer on the matter, not a refusal to look at it.
ANSWERED = frozenset({Outcome.SOLVED, Outcome.EXPLAINED, Outcome.ANSWERED, Outcome.NO_FURTHER})
#: How alike two texts are (0 to 100) that speak of one matter. Repeats of the same petition are near 100.
ALIKE = 60
#: Characters of a text that are compared; nobody changes the matter after so many.
MOST_COMPARED = 2000


@dataclass(frozen=True)
class Chain:
    """What the rules say of a petition before it is taken down."""

    #: Number of the final answer to the same petitioner and matter, if there is one.
    final: str | None = None


def look_back(desk: Desk, draft: Draft) -> Chain:
    """
    Look for what was answered before *draft*, if it is a petition.

    :raises FieldsRefused: a review does not name what it is a review of, or names something else.
    :raises Refused: the chain it names has had its final answer.
    """
    petition = draft.petition
    if draft.channel is not Channel.PETITION or petition is None:
        return Chain()
    stage = PetitionStage(petition.stage)
    if stage in BEFORE:
        previous = _previous(desk, petition.previous, BEFORE[stage])
        if (final := _final_after(desk, previous)) is not None:
            raise Refused("petition_final", final=final)
        return Chain()
    return Chain(next((last.ref for last in _finals(desk, draft) if _same_matter(desk, draft, last)), None))


def _previous(desk: Desk, ref: str | None, wanted: PetitionStage) -> Ticket:
    """The ticket whose answer is to be reviewed."""
    number = read_ref(ref or "")
    if not ref:
        raise bad_field("petition.previous", "missing")
    found = _by_ref(desk, number) if number else None
    if found is None or found.channel != Channel.PETITION:
        raise bad_field("petition.previous", "unknown_petition", ref=ref)
    if (found.petition or {}).get("stage") != wanted:
        raise bad_field("petition.previous", "wrong_stage", ref=ref)
    if found.is_open:
        raise bad_field("petition.previous", "not_answered_yet", ref=ref)
    return found


def _final_after(desk: Desk, ticket: Ticket) -> str | None:
    """Number of a closed re-review that stands on *ticket*'s chain."""
    at: Ticket | None = ticket
    while at is not None:
        if (at.petition or {}).get("stage") == PetitionStage.RE_REVIEW and not at.is_open:
            return at.ref
        at = desk.session.exec(
            select(Ticket)
            .where(Ticket.channel == Channel.PETITION, text("petition ->> 'previous' = :ref"))
            .params(ref=at.ref)
            .limit(1)
        ).first()
    return None


def _finals(desk: Desk, draft: Draft) -> Iterator[Ticket]:
    """Final answers to the same petitioner, newest first, by the blind indexes of number and ID."""
    asked = draft.requester
    known = []
    if asked.phone:
        known.append(col(Identity.phone_index).in_(desk.vault.indexes("phone", asked.phone)))
    if asked.id_number:
        known.append(col(Identity.id_number_index).in_(desk.vault.indexes("id_number", asked.id_number)))
    if not known:
        return
    yield from desk.session.exec(
        select(Ticket)
        .join(Identity, col(Identity.ticket_id) == col(Ticket.id))
        .where(
            or_(*known),
            Ticket.channel == Channel.PETITION,
            text("petition ->> 'stage' = 're_review'"),
            col(Ticket.closed_at).is_not(None),
            col(Ticket.outcome).in_(ANSWERED),
        )
        .order_by(col(Ticket.id).desc())
        .limit(20)
    ).all()


def _same_matter(desk: Desk, draft: Draft, final: Ticket) -> bool:
    """Whether any petition of the chain that ended with *final* reads like *draft*."""
    at: Ticket | None = final
    while at is not None:
        if fuzz.ratio(draft.text[:MOST_COMPARED], at.text[:MOST_COMPARED]) >= ALIKE:
            return True
        previous = (at.petition or {}).get("previous")
        at = _by_ref(desk, previous) if previous else None
    return False


def _by_ref(desk: Desk, ref: str) -> Ticket | None:
    return desk.session.exec(select(Ticket).where(Ticket.ref == ref)).one_or_none()
