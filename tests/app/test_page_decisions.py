"""What one asks and another decides, through the forms of the pages."""

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.app.pages import Visitor, form_of, signed_in
from tests.makers import ANSWER, HANDLER, HEAD, LEAD, Api


def decide(visitor: Visitor, ref: str, **typed: Any) -> TestResponse:
    """Decide on what waits for this viewer, on the page of the ticket."""
    page = visitor.get(f"/tickets/{ref}")
    action = re.findall(rf'action="(/tickets/{ref}/requests/[0-9a-f-]+)"', page.text)[0]
    return visitor.client.post(action, data={**form_of(page, action), **typed})


def waits_for(visitor: Visitor, ref: str) -> bool:
    """Whether the page offers this viewer to decide."""
    return f"/tickets/{ref}/requests/" in visitor.get(f"/tickets/{ref}").text


def test_a_return_is_asked_refused_with_words_and_designated(app: Flask, api: Api) -> None:
    ref = api.ticket_in("dispatched")["ref"]
    unit, hotline = signed_in(app, HANDLER), signed_in(app, "dispatcher")
    asked = unit.move(ref, "ask_return", reason="职能不符", text="不是我们的事", suggested_unit="housing")
    assert (asked.status_code, waits_for(hotline, ref), waits_for(unit, ref)) == (303, True, False)
    assert "职能不符" in hotline.get(f"/tickets/{ref}").text

    wordless = decide(hotline, ref, grant="false", text="")
    assert wordless.status_code == 422
    assert waits_for(hotline, ref)
    assert decide(hotline, ref, grant="false", text="已核实是你们的", designate="true").status_code == 303
    again = unit.client.post(
        f"/tickets/{ref}/ask_return",
        data={
            **form_of(unit.get(f"/tickets/{ref}"), f"/tickets/{ref}/sign"),
            "reason": "职能不符",
            "text": "真的不是",
        },
    )
    assert again.status_code == 409
    assert "指定承办" in unit.get(f"/tickets/{ref}").text


def test_the_desk_of_who_decides_shows_it_and_its_due(app: Flask, api: Api) -> None:
    ref = api.ticket_in("handling", title="要延期的事")["ref"]
    api.made(HANDLER, ref, "ask_extension", days=2, text="等材料")
    head, stranger = signed_in(app, HEAD).get("/desk").text, signed_in(app, "head@medical").get("/desk").text

    waiting = head.partition("待您批复")[2]
    assert "要延期的事" in waiting
    assert "批复申请" in waiting
    assert "要延期的事" not in stranger


def test_a_signature_is_given_or_the_answer_goes_back(app: Flask, api: Api) -> None:
    ref = api.register(kind="report")["ref"]
    api.made("dispatcher", ref, "dispatch", lead=LEAD)
    api.made(HANDLER, ref, "sign")
    api.made(HANDLER, ref, "reply", **ANSWER)
    head = signed_in(app, HEAD)
    page = head.get(f"/tickets/{ref}").text

    assert ANSWER["text"] in page
    assert "签发" in page
    assert decide(head, ref, grant="false", text="请写明核实经过").status_code == 303
    assert api.read(HEAD, ref)["state"] == "handling"
    api.made(HANDLER, ref, "reply", **ANSWER)
    assert decide(head, ref, grant="true", text="").status_code == 303
    assert api.read(HEAD, ref)["state"] == "replied"


def test_who_comes_second_is_told_and_keeps_the_words(app: Flask, api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]
    asked = api.made(HANDLER, ref, "ask_extension", days=2, text="等材料")
    head = signed_in(app, HEAD)
    page = head.get(f"/tickets/{ref}")
    action = re.findall(rf'action="(/tickets/{ref}/requests/[0-9a-f-]+)"', page.text)[0]
    api.decide(HEAD, asked, grant=True)
    late = head.client.post(action, data={**form_of(page, action), "grant": "false", "text": "材料早就齐了"})

    assert late.status_code in (409, 412)
    assert "材料早就齐了" in late.text


def test_nobody_decides_on_their_own_wish_with_either_account(app: Flask, api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]
    api.made(HEAD, ref, "ask_extension", days=2, text="等材料")

    assert not waits_for(signed_in(app, HEAD), ref)
    assert waits_for(signed_in(app, "supervisor"), ref)
