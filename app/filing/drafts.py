"""Drafts in their table: begun, read, kept after each step, filed once; and how many in a day."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import col, select

from app.filing.answers import Answers, Filed
from app.filing.rows import WebDraft
from app.moves import take_down
from app.wiring import House
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError
from tickets.ground.phones import is_mobile
from tickets.ground.words import Language
from tickets.ticket.attachments import bind

#: How long a draft waits for its next step, and how long number and code can be looked at again.
WAITS, SHOWN = timedelta(hours=2), timedelta(minutes=30)

#: In 24 hours: drafts begun and matters filed from one address, which many may share, and for one number.
BEGUN, FILED, FOR_NUMBER = 200, 30, 5
A_DAY = timedelta(days=1)


class TooManyFilings(TicketError):
    """This address, or for this number somebody, filed too much within a day."""

    code = "too_many_filings"


def begin(desk: Desk, address: str | None) -> WebDraft:
    """
    Begin a draft, without answers. *address* is None where no limit applies.

    :raises TooManyFilings: this address began too many.
    """
    at = desk.now()
    # With the key that never changes, so that the day stays counted while keys are rotated.
    origin = desk.vault.code_hash("filing_address", address) if address is not None else None
    if origin is not None:
        _hold(desk, WebDraft.address == origin, col(WebDraft.made_at) > at - A_DAY, most=BEGUN)
    draft = WebDraft(address=origin, made_at=at, touched_at=at)
    draft.answers = desk.vault.seal(Answers().model_dump_json(), draft.place)
    desk.add(draft)
    desk.clear()
    # As the table has it: what lay on the desk is not watched for changes.
    return desk.session.exec(select(WebDraft).where(WebDraft.id == draft.id).with_for_update()).one()


def read(desk: Desk, number: UUID) -> WebDraft | None:
    """Lock the draft *number*; None where there is none, or it waited too long."""
    found = desk.session.exec(select(WebDraft).where(WebDraft.id == number).with_for_update()).one_or_none()
    if found is None or found.answers is None:
        return None
    waits = WAITS if found.filed_at is None else SHOWN
    return found if desk.now() - found.touched_at <= waits else None


def answers_of(desk: Desk, draft: WebDraft) -> Answers:
    """What was answered so far in a *draft* that is not filed."""
    if draft.answers is None:
        return Answers()
    return Answers.model_validate_json(desk.vault.open(draft.answers, draft.place))


def filed_of(desk: Desk, draft: WebDraft) -> Filed | None:
    """Number and code of a *draft* that was filed."""
    if draft.filed_at is None or draft.answers is None:
        return None
    return Filed.model_validate_json(desk.vault.open(draft.answers, draft.place))


def keep(desk: Desk, draft: WebDraft, answers: Answers) -> None:
    """Keep the answers of a step."""
    draft.answers = desk.vault.seal(answers.model_dump_json(), draft.place)
    draft.touched_at = desk.now()


def file(desk: Desk, draft: WebDraft, language: Language) -> Filed:
    """
    Register the matter of *draft*, which is locked; filed once more it is the same ticket.

    :raises TooManyFilings: too many of this address or for this number.
    :raises FieldsRefused: it names a division nobody knows.
    """
    if earlier := filed_of(desk, draft):
        return earlier
    answers = answers_of(desk, draft)
    matter = answers.matter(language)
    _check_limits(desk, draft, matter.requester.phone)
    made = take_down(desk, matter)
    bind(desk, made.ticket, draft.holder)
    texted = is_mobile(matter.requester.phone or "")
    filed = Filed(ref=made.ticket.ref, code=made.tracking_code, texted=texted)
    draft.answers = desk.vault.seal(filed.model_dump_json(), draft.place)
    draft.filed_at = draft.touched_at = desk.now()
    return filed


def forget_drafts(house: House) -> None:
    """Forget what was typed and not filed within two hours; of whole drafts nothing stays after a day."""
    with house.engine.begin() as connection:
        connection.execute(
            text(
                "update web_draft set answers = null"
                " where answers is not null and touched_at < clock_timestamp() - :waits"
            ),
            {"waits": WAITS},
        )
        connection.execute(
            text("delete from web_draft where touched_at < clock_timestamp() - :kept"), {"kept": A_DAY}
        )


def _check_limits(desk: Desk, draft: WebDraft, phone: str | None) -> None:
    if draft.address is None:
        return
    since = col(WebDraft.filed_at) > desk.now() - A_DAY
    _hold(desk, WebDraft.address == draft.address, since, most=FILED)
    if phone:
        draft.phone = desk.vault.code_hash("filing_phone", phone)
        _hold(desk, WebDraft.phone == draft.phone, since, most=FOR_NUMBER)


def _hold(desk: Desk, *conditions: object, most: int) -> None:
    counted = select(func.count()).select_from(WebDraft).where(*conditions)  # type: ignore[arg-type] # conditions of columns
    if desk.session.exec(counted).one() >= most:
        raise TooManyFilings
