"""What comes of a service: its pictures, its rating by text or visit, and what is said against the agency."""

from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.assistance.service_bodies import Complaint, Rated
from app.assistance.signing import GROUNDS, Pictures
from app.attachments.keeping import lay_all
from app.attachments.reading import ready
from app.moves import take_down
from app.texts.numbers import served_by
from tickets.assistance.households import Household
from tickets.assistance.ledger import HouseholdFact, write_fact
from tickets.assistance.service_orders import SERVED, ServiceFile, ServiceOrder
from tickets.assistance.service_words import RatedHow
from tickets.assistance.visit_words import VisitFileKind
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound, Refused
from tickets.ground.facts import OrderNews
from tickets.ground.files import Attachment, FileAudience, Holder
from tickets.ground.words import Channel, Kind
from tickets.intake.draft import Draft, Place, Requester
from tickets.intake.register import Registration

#: Said by whom it served, without the agency: it stands.
OWN_WORD = frozenset({RatedHow.TEXT, RatedHow.VISIT})


class NoSuchFile(NotFound):
    """There is no such picture of this order."""

    code = "no_such_service_order"


def keep_pictures(desk: Desk, order: ServiceOrder, pictures: Pictures) -> None:
    """Keep the photos and the signature of a locked order, each with why and how long."""
    holder, day = Holder("service_order", str(order.id)), desk.today()
    for kind, named in (
        (VisitFileKind.PHOTO, pictures.photos),
        (VisitFileKind.SIGNATURE, pictures.signature),
    ):
        # What we wrote ourselves waits for no scanner.
        scans = pictures.keeping.scans and named is not pictures.strokes
        for row in lay_all(desk, holder, named, audience=FileAudience.INTERNAL, scans=scans):
            desk.add(
                ServiceFile(
                    attachment_id=row.id,
                    order_id=order.id,
                    kind=kind,
                    ground=GROUNDS[kind],
                    agreed=order.signer or "",
                    keep_until=pictures.keeping.until(kind, day),
                )
            )


def files_of(desk: Desk, order: ServiceOrder) -> list[ServiceFile]:
    """The pictures of an order, oldest first."""
    query = select(ServiceFile).where(ServiceFile.order_id == order.id)
    return list(desk.session.exec(query.order_by(col(ServiceFile.attachment_id))).all())


def look_at_file(
    desk: Desk, order: ServiceOrder, household: Household, file: UUID, reason: str
) -> Attachment:
    """
    Give a photo or the signature of a locked order to be looked at; the look and its reason are a fact.

    :raises NotFound: the order has no such picture, or its bytes were erased after their time.
    """
    found = desk.session.exec(
        select(ServiceFile, Attachment)
        .join(Attachment, col(Attachment.id) == col(ServiceFile.attachment_id))
        .where(ServiceFile.attachment_id == file, ServiceFile.order_id == order.id)
    ).one_or_none()
    if found is None:
        raise NoSuchFile
    kept, row = found
    said: dict[str, Any] = {"service_order": order.id, "file": str(file), "kind": kept.kind}
    write_fact(desk, household, "service_file_read", {**said, "reason": reason}, at=desk.now())
    return ready(row)


def ask_rating(desk: Desk, order: ServiceOrder, fact: HouseholdFact) -> None:
    """Ask by text how it was; nobody is asked who left no number."""
    person = served_by(desk.session, order)
    if person is not None and person.phone is not None:
        desk.tell(desk, _news(order, fact))


def may_be_rated(order: ServiceOrder) -> bool:
    """Whether it was done, and whom it served has not said yet how it was."""
    return order.state in SERVED and order.rated_how not in OWN_WORD


def rate(desk: Desk, order: ServiceOrder, household: Household, wanted: Rated) -> None:
    """
    Write down what whoever was served said of a locked order on a visit.

    :raises Refused: it was not done yet, or they said so themselves already.
    """
    if order.state not in SERVED:
        raise Refused("not_served_yet")
    if order.rated_how in OWN_WORD:
        raise Refused("rated_already")
    _rated(desk, order, household, wanted.rating, RatedHow.VISIT)


def rate_by_text(desk: Desk, order: ServiceOrder, household: Household, rating: int) -> bool:
    """Write down the mark that came by text for a locked order; False where it has been said already."""
    if not may_be_rated(order):
        return False
    desk.tell(desk, _news(order, _rated(desk, order, household, rating, RatedHow.TEXT), rating))
    return True


def _rated(
    desk: Desk, order: ServiceOrder, household: Household, rating: int, how: RatedHow
) -> HouseholdFact:
    order.rating, order.rated_how = rating, how
    order.version += 1
    said = {"service_order": order.id, "rating": rating, "how": how}
    return write_fact(desk, household, "service_rated", said, at=desk.now())


def _news(order: ServiceOrder, fact: HouseholdFact, rating: int | None = None) -> OrderNews:
    return OrderNews(
        order=order.id,
        fact=fact.what,
        seq=fact.seq,
        at=fact.at,
        served_at=order.checked_in_at or fact.at,
        rating=rating,
    )


def complain(desk: Desk, order: ServiceOrder, household: Household, wanted: Complaint) -> Registration:
    """
    Make a sealed ticket of what is said against the agency of an order, for whom it serves.

    Who that is goes from the vault into the ticket's and is shown to nobody on the way. Neither the order
    nor the household's ledger tells of it: both are read by who may be close to the agency.

    :raises Refused: no agency has the order yet.
    """
    if order.agency is None:
        raise Refused("no_agency_yet")
    person = served_by(desk.session, order)
    known = {name: person.open(desk.vault, name) for name in ("name", "phone")} if person else {}
    draft = Draft(
        channel=Channel.VISIT,
        kind=Kind.REPORT,
        text=f"服务订单 {order.id}：{wanted.text}",
        title=f"{order.item} {order.id}",
        requester=Requester(**known) if any(known.values()) else Requester(anonymous=True),
        place=Place(division=household.division),
        about_units=[order.agency],
    )
    return take_down(desk, draft)
