"""Files over the API and on the page: who hands in, knows of, opens and takes back, and how they leave."""

from io import BytesIO
from uuid import uuid4

from flask import Flask
from PIL import Image
from sqlmodel import Session, select

from app.uploads import MOST_WITH_FILES
from tests.app.attachments.samples import PDF, picture, wav
from tests.app.attachments.sending import send, sent
from tests.app.pages import form_of, signed_in
from tests.makers import ANSWER, CALL, HANDLER, JOINT_HANDLER, LEAD, Api
from tickets.ground.files import Attachment

OTHER = "handler@housing"


def numbers(api: Api, username: str, ref: str) -> list[str]:
    answer = api.get(username, f"/tickets/{ref}/attachments")
    return [one["id"] for one in answer.get_json()["items"]] if answer.status_code == 200 else []


def test_files_come_are_given_out_and_go_over_the_api(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]
    before = api.read(HANDLER, ref)["version"]
    taken = send(api, HANDLER, ref, {"门口.jpg": picture(), "说明.pdf": PDF}, audience="citizen")["items"]
    photo, paper = (f"/tickets/{ref}/attachments/{one['id']}" for one in taken)

    assert [one["name"] for one in taken] == ["门口.jpg", "说明.pdf"]
    assert [one["audience"] for one in taken] == ["citizen", "citizen"]
    assert api.read(HANDLER, ref)["version"] == before, "a file is no move"
    assert api.get("auditor", f"/tickets/{ref}/attachments").get_json()["items"] == taken
    shown = api.get("reviewer", photo)
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert shown.headers["Content-Disposition"] == "inline; filename*=UTF-8''%E9%97%A8%E5%8F%A3.jpg"
    assert shown.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in shown.headers["Cache-Control"]
    assert b"SECRET" not in shown.data
    saved = api.get("auditor", paper)
    assert saved.data == PDF
    assert saved.headers["Content-Disposition"].startswith("attachment; ")
    part = api.app.test_client().get(
        f"/api/v1{paper}", headers={"Authorization": f"Bearer {api.token('auditor')}", "Range": "bytes=2-5"}
    )
    assert (part.status_code, part.data) == (206, PDF[2:6])

    for stranger in (OTHER, "admin"):
        assert api.get(stranger, paper).status_code == 404
        assert sent(api, stranger, ref, {"a.pdf": PDF}).status_code == 404
    assert api.get("auditor", f"/tickets/{ref}/attachments/{uuid4()}").status_code == 404
    assert sent(api, "auditor", ref, {"a.pdf": PDF}).status_code == 403

    assert api.post(HANDLER, f"{paper}/remove").status_code == 422
    assert api.post("dispatcher", f"{paper}/remove", {"text": "多余"}).status_code == 403
    assert api.post(HANDLER, f"{paper}/remove", {"text": "传错了"}).get_json()["removed_at"]
    assert api.get("auditor", paper).status_code == 404
    assert api.post(HANDLER, f"{paper}/remove", {"text": "再来"}).status_code == 409
    assert api.post("supervisor", f"{paper}/restore").get_json()["opens"]
    told = api.get("auditor", f"/tickets/{ref}/timeline", limit=200).get_json()["items"][-4:]
    assert [fact["what"] for fact in told] == [
        "attached",
        "attached",
        "attachment_removed",
        "attachment_restored",
    ]
    assert told[2]["note"] == "传错了"
    assert "门口" not in str(told)


def test_the_api_says_what_is_wrong_with_which_file(api: Api) -> None:
    ref = api.register()["ref"]
    none, many, wrong = (
        sent(api, "operator", ref, files)
        for files in (
            {},
            {f"{n}.pdf": PDF for n in range(11)},
            {"好.pdf": PDF, "坏.docm": b"MZ", "空.jpg": b""},
        )
    )
    assert [answer.status_code for answer in (none, many, wrong)] == [422, 422, 422]
    errors = wrong.get_json()["errors"]
    assert [error["field"] for error in errors] == ["files", "files"]
    assert ["坏.docm" in errors[0]["message"], "空.jpg" in errors[1]["message"]] == [True, True]
    assert sent(api, "operator", ref, {"a.pdf": PDF}, audience="all").status_code == 422
    large = api.app.test_client().post(
        f"/api/v1/tickets/{ref}/attachments",
        data=bytes(MOST_WITH_FILES + 1),
        content_type="multipart/form-data; boundary=x",
        headers={"Authorization": f"Bearer {api.token('operator')}"},
    )
    assert (large.status_code, "20 MB" in large.get_json()["title"]) == (413, True)
    assert sent(api, "operator", ref, {"a.pdf": PDF}, {"If-Match": '"99"'}).status_code == 412
    assert numbers(api, "operator", ref) == [], "all or none"

    key = {"Idempotency-Key": f"files-{ref}"}
    first, again = (sent(api, "operator", ref, {"a.pdf": PDF}, key) for _ in range(2))
    assert first.get_json() == again.get_json()
    assert len(numbers(api, "operator", ref)) == 1
    assert sent(api, "operator", ref, {"b.pdf": PDF}, key).status_code == 422


def test_what_came_with_a_sealed_matter_opens_to_nobody_who_may_not_know_who_asks(api: Api) -> None:
    ref = api.register(requester={**CALL["requester"], "confidential": True})["ref"]
    number = send(api, "operator", ref, {"王某的身份证.jpg": picture()})["items"][0]["id"]
    path = f"/tickets/{ref}/attachments/{number}"
    assert api.get("operator", path).status_code == 200, "who took it down"
    api.made("dispatcher", ref, "dispatch", lead=LEAD, joint=[], note="")
    api.made(HANDLER, ref, "sign")
    ours = send(api, HANDLER, ref, {"回函.pdf": PDF})["items"][0]["id"]

    assert api.get("operator", path).status_code == 404
    assert numbers(api, HANDLER, ref) == [ours]
    told = api.get(HANDLER, f"/tickets/{ref}/timeline", limit=200).get_json()["items"]
    assert [fact["data"]["attachment"] for fact in told if fact["what"] == "attached"] == [ours]
    assert api.get(HANDLER, path).status_code == 404
    assert api.post(HANDLER, f"{path}/remove", {"text": "x"}).status_code == 404
    known = api.get("reviewer", f"/tickets/{ref}/attachments").get_json()["items"]
    assert [(one["name"], one["opens"]) for one in known] == [(None, False), ("回函.pdf", True)]
    assert api.get("reviewer", path).status_code == 403
    asked = api.made("supervisor", ref, "ask_unseal", text="核实")
    assert api.decide("auditor", asked, grant=True).status_code == 200
    assert api.get("supervisor", path).status_code == 200
    page = signed_in(api.app, HANDLER).get(f"/tickets/{ref}").text
    assert number not in page
    assert "身份证" not in page


def test_files_on_the_page_and_with_a_reply_and_none_is_lost(api: Api, app: Flask, session: Session) -> None:
    ref = api.ticket_in("handling")["ref"]
    visitor = signed_in(app, HANDLER)
    address = f"/tickets/{ref}/attachments"

    def files(**named: bytes) -> list[tuple[BytesIO, str]]:
        return [(BytesIO(content), name.replace("_", ".")) for name, content in named.items()]

    refused = visitor.send(f"/tickets/{ref}", address, {"files": files(坏_exe=b"MZ")})
    assert refused.status_code == 422
    assert "坏.exe" in refused.text
    assert visitor.send(refused, address, {"files": files(录音_wav=wav())}).status_code == 303
    page = visitor.get(f"/tickets/{ref}")
    assert "录音.wav" in page.text
    assert "<audio" in page.text

    reply = f"/tickets/{ref}/reply"
    halfway = visitor.send(page, reply, {"text": "", "files": files(现场_png=picture("PNG"))})
    assert halfway.status_code == 422
    assert "现场.png" in halfway.text, "a browser does not send it again by itself"
    typed = {**ANSWER, "audience": "citizen", "files": files(收据_pdf=PDF)}
    assert visitor.send(halfway, reply, typed).status_code == 303
    listed = api.get("reviewer", address).get_json()["items"]
    assert [(one["name"], one["audience"]) for one in listed] == [
        ("录音.wav", "internal"),
        ("现场.png", "citizen"),
        ("收据.pdf", "citizen"),
    ]
    assert not session.exec(
        select(Attachment).where(Attachment.holder_kind == "draft", Attachment.ticket_id == None)  # noqa: E711 SQL
    ).all()

    with Image.open(BytesIO(visitor.get(f"{address}/{listed[1]['id']}/small").data)) as small:
        assert max(small.size) == 320
    gone = f"{address}/{listed[0]['id']}"
    assert visitor.send(f"/tickets/{ref}", f"{gone}/remove", {"text": "重录"}).status_code == 303
    assert visitor.get(gone).status_code == 404
    assert visitor.send(f"/tickets/{ref}", f"{gone}/restore", {}).status_code == 303
    assert visitor.get(gone).data == wav()
    assert signed_in(app, JOINT_HANDLER).get(gone).status_code == 404


def test_files_come_with_a_call(api: Api, app: Flask) -> None:
    visitor = signed_in(app, "operator")
    page = visitor.get("/intake")
    photo = {"files": [(BytesIO(picture()), "门口.jpg")]}
    halfway = visitor.send(page, "/intake", {"then": "register", **photo})
    assert halfway.status_code == 422
    assert "门口.jpg" in halfway.text
    done = visitor.send(halfway, "/intake", {"then": "register", "text": "路灯不亮", "kind": "help"})
    ref = done.headers["Location"].rsplit("/", 1)[1]

    assert [
        one["name"] for one in api.get("operator", f"/tickets/{ref}/attachments").get_json()["items"]
    ] == ["门口.jpg"]
    assert form_of(visitor.get(f"/tickets/{ref}"), f"/tickets/{ref}/attachments")["idempotency_key"]
