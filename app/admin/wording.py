"""Change texts: their words, at which facts they are sent, and what providers said of their words."""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from app.admin.fields import Sentence
from app.admin.ledger import change, one_at_a_time, write_house_fact
from app.reading.wording import Text
from notifications.house_words import read_changes
from notifications.standing import law_of, may_be_switched_off
from notifications.table import Told
from notifications.wording import Wording
from notifications.wording_rows import ApprovalState, TemplateApproval, TextSwitch, WordingVersion
from notifications.wording_rules import faults_in
from tickets.ground.desk import Desk
from tickets.ground.errors import BadField, FieldsRefused, Refused, bad_field
from tickets.ground.units import Units
from tickets.ground.words import UnitKind
from tickets.ground.worktime.moments import local
from tickets.intake.draft import Strict, storable

#: A name of one or two signs stands in too many words that mean something else.
SHORTEST_NAME = 3


class WordsTyped(Strict):
    """Words of a text, as somebody writes them."""

    words: Annotated[str, Field(max_length=1000), AfterValidator(storable), AfterValidator(str.strip)] = ""
    #: Digest of the words that were there when they were written.
    instead_of: Annotated[str, Field(max_length=64), AfterValidator(storable)] = ""


class SwitchTyped(Strict):
    """Whether a text is sent when a fact happens."""

    active: bool = False


class ApprovalTyped(Strict):
    """What a provider said of the words of a text."""

    state: ApprovalState
    code: Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_.-]*$")] = ""
    decided_on: date | None = None
    note: Sentence = ""


# Words


def check_words(files: Wording, text: Text, words: str, units: Units) -> None:
    """
    Hold *words* to the rules.

    :raises FieldsRefused: each fault, with what to do about it.
    """
    wrong = [
        BadField("words", fault.code, dict(fault.params))
        for fault in faults_in(files, text.form, words, names_of(units))
    ]
    if wrong:
        raise FieldsRefused(*wrong)


def save_words(desk: Desk, files: Wording, text: Text, typed: WordsTyped) -> bool:
    """
    Have *text* say other words from now on; False where it says just these.

    *text* must have been read since nobody else is changing the house.

    :raises FieldsRefused: the words break a rule.
    :raises Refused: somebody else has changed them meanwhile.
    """
    check_words(files, text, typed.words, desk.rules.units)
    _still_so(text, typed)
    if typed.words == text.words.source:
        return False
    if typed.words == text.of_file.source:
        return take_back(desk, text)
    _add_version(desk, text, typed.words)
    return True


def take_back(desk: Desk, text: Text) -> bool:
    """Have *text* say the words of its file again; False where it does."""
    if text.saved is None or text.saved.words is None:
        return False
    _add_version(desk, text, None)
    return True


def names_of(units: Units) -> set[str]:
    """What units are called, and no text says; the hotline's own name may stand in any."""
    return {
        name
        for unit in units
        if unit.kind != UnitKind.HOTLINE
        for name in (unit.name, unit.name_en, *unit.aliases)
        if len(name) >= SHORTEST_NAME
    }


def _still_so(text: Text, typed: WordsTyped) -> None:
    if typed.instead_of and typed.instead_of != text.words.version:
        saved = text.saved
        raise Refused(
            "words_changed", by=saved.made_by if saved else "", version=saved.version if saved else 0
        )


def _add_version(desk: Desk, text: Text, words: str | None) -> None:
    before, number = text.words.source, text.saved.version if text.saved else 0
    row = WordingVersion(
        template=text.template,
        language=text.language,
        sealed=text.sealed,
        version=number + 1,
        words=words,
        file_version=text.of_file.version,
        made_by=desk.actor.username,
        made_at=desk.now(),
    )
    desk.add(row)
    what = "words_taken_back" if words is None else "words_changed"
    after = text.of_file.source if words is None else words
    write_house_fact(
        desk, what, text.form, {"text": before, "version": number}, {"text": after, "version": number + 1}
    )


# Who is told at which fact


def switch_text(desk: Desk, told: Told, *, active: bool) -> bool:
    """
    Have a text sent when a fact happens, or not; False where it is so already.

    :raises FieldsRefused: it must be told.
    """
    fact, template = told
    if not active and not may_be_switched_off(template):
        raise bad_field("active", "text_must_be_told", tells=template, law=law_of(template))
    one_at_a_time(desk)
    if active == (told not in read_changes(desk.session).silent):
        return False
    desk.add(
        TextSwitch(fact=fact, template=template, active=active, made_by=desk.actor.username, at=desk.now())
    )
    write_house_fact(desk, "text_switched", f"{fact} {template}", {"active": not active}, {"active": active})
    return True


# Approvals


def note_approval(desk: Desk, text: Text, provider: str, typed: ApprovalTyped) -> bool:
    """
    Note what *provider* said of the words *text* has now; False where that is noted.

    :raises FieldsRefused: approved without a code, or on a day to come.
    """
    _check_approval(desk, typed)
    one_at_a_time(desk)
    subject = f"{provider} {text.form}"
    values = {**typed.model_dump(), "words_version": text.words.version}
    row = _approval(desk, text, provider)
    if row is not None:
        changed = change(desk, "approval_changed", subject, row, values)
        if changed:
            row.changed_by, row.changed_at = desk.actor.username, desk.now()
        return changed
    made = TemplateApproval(
        provider=provider,
        template=text.template,
        language=text.language,
        sealed=text.sealed,
        changed_by=desk.actor.username,
        changed_at=desk.now(),
        **values,
    )
    desk.add(made)
    write_house_fact(desk, "approval_changed", subject, {}, _told(values))
    return True


def _check_approval(desk: Desk, typed: ApprovalTyped) -> None:
    if typed.state == ApprovalState.APPROVED and not typed.code:
        raise bad_field("code", "approval_without_code")
    if typed.decided_on and typed.decided_on > local(desk.now()).date():
        raise bad_field("decided_on", "approval_in_the_future")


def _approval(desk: Desk, text: Text, provider: str) -> TemplateApproval | None:
    key = (provider, text.template, text.language, text.sealed)
    return desk.session.get(TemplateApproval, key, populate_existing=True)


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "")}
