"""What the API tells of the texts to citizens: when each is sent, its words, and what they cost."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import BaseModel

from app.api.answers import json_response
from app.api.doors import staff_only
from app.house import house
from app.reading.wording import HouseText, Line, Text, house_texts
from notifications.house_words import read_changes
from notifications.preview import variables_of
from tickets.ground.worktime.moments import local

wording_api = APIBlueprint("wording_api", __name__, url_prefix="/api/v1", tag="wording")


class ToldDocument(BaseModel):
    """A fact at which the text is sent, or is not where somebody switched it off."""

    fact: str
    audience: str
    #: It does not wait for the morning.
    at_once: bool
    valid_hours: int
    active: bool


class ApprovalDocument(BaseModel):
    """What a provider said of the words, as an administrator noted it."""

    provider: str
    state: str
    code: str
    decided_on: str | None
    #: Whether it was said of these words; of others it says nothing.
    of_these_words: bool


class FormDocument(BaseModel):
    """The words in one language, for sealed tickets or for others, as they are sent now."""

    language: str
    sealed: bool
    words: str
    #: Digest of the words: messages carry it.
    version: str
    #: Number of the saved version; 0 where the words of the file hold.
    number: int
    changed_by: str | None
    changed_at: str | None
    #: What a citizen would read, with invented values as long as they can be, and the signature.
    preview: str
    length: int
    encoding: str
    segments: int
    approvals: list[ApprovalDocument]


class TextDocument(BaseModel):
    """A text to the citizen."""

    template: str
    #: notice, helpful or courtesy.
    standing: str
    #: The law that has us tell it, where one does.
    law: str | None
    may_be_switched_off: bool
    #: What its gaps may be filled with.
    variables: list[str]
    told: list[ToldDocument]
    forms: list[FormDocument]


class WordingPage(BaseModel):
    """All texts."""

    items: list[TextDocument]
    next: str | None


@wording_api.get("/wording")
@staff_only
@wording_api.output(WordingPage, description="Every text, with its words in each form")
def list_texts() -> Response:
    """List the texts to citizens: at which facts they are sent, what they say, and what they cost."""
    session = g.desk.session
    texts = house_texts(session, house().wording, read_changes(session))
    return json_response({"items": [_text(one) for one in texts], "next": None})


def _text(one: HouseText) -> dict[str, Any]:
    return {
        "template": one.template,
        "standing": one.standing,
        "law": one.law or None,
        "may_be_switched_off": one.may_be_switched_off,
        "variables": list(variables_of(one.template)),
        "told": [_told(line) for line in one.lines],
        "forms": [_form(text) for text in one.texts],
    }


def _told(line: Line) -> dict[str, Any]:
    return {
        "fact": line.fact,
        "audience": line.rule.audience,
        "at_once": line.rule.at_once,
        "valid_hours": int(line.rule.valid_for.total_seconds() // 3600),
        "active": line.active,
    }


def _form(text: Text) -> dict[str, Any]:
    saved = text.saved if text.number else None
    return {
        "language": text.language,
        "sealed": text.sealed,
        "words": text.words.source,
        "version": text.words.version,
        "number": text.number,
        "changed_by": saved.made_by if saved else None,
        "changed_at": local(saved.made_at).isoformat(timespec="seconds") if saved else None,
        "preview": text.shown.text,
        "length": text.shown.length,
        "encoding": text.shown.encoding,
        "segments": text.shown.segments,
        "approvals": [
            {
                "provider": row.provider,
                "state": row.state,
                "code": row.code,
                "decided_on": row.decided_on.isoformat() if row.decided_on else None,
                "of_these_words": text.stands_for(row),
            }
            for row in text.approvals.values()
        ],
    }
