"""Files are proved to be as they came, by the rows and by the evidence; citizens see what is for them."""

import json
import zipfile
from io import BytesIO

import pytest
from sqlalchemy import text

from app.evidence.export import export
from app.evidence.verify_evidence import Fault, check_files, read_json
from app.factory import create_app
from app.verify import faults
from app.wiring import House
from tests.app.attachments.samples import PDF, picture, wav
from tests.app.attachments.sending import send
from tests.app.test_citizen_tracking import track
from tests.makers import ANSWER, HANDLER, RIVER, Api

#: What somebody with the owner's rights could do, and what is said of it.
TAMPERED = (
    (
        "update attachment set sha256 = '\\x00' where media_type = 'image/jpeg'",
        "has another digest than came",
    ),
    (
        "update attachment set removed_at = at where media_type = 'image/jpeg'",
        "taken back or put back without",
    ),
    ("update attachment set state = 'erased' where media_type = 'image/jpeg'", "something is left of it"),
    (
        "update attachment set ticket_id = null where media_type = 'image/jpeg'",
        "the file it tells of is gone",
    ),
    ("update attachment_piece set data = decode(repeat('00', 99), 'hex')", "does not open"),
)


def test_files_are_proved_and_shown_to_their_citizen(fresh_house: House) -> None:
    app = create_app(fresh_house.settings, fresh_house)
    api = Api(app, fresh_house)
    made = api.ticket_in("registered")
    ref, code = made["ref"], made["tracking_code"]
    for _state, username, move, body in RIVER[:2]:
        api.made(username, ref, move, **body)
    photo = send(api, HANDLER, ref, {"王某家.jpg": picture()}, audience="citizen")["items"][0]["id"]
    inside = send(api, HANDLER, ref, {"内部.pdf": PDF})["items"][0]["id"]
    taken = send(api, HANDLER, ref, {"误传.wav": wav()}, audience="citizen")["items"][0]["id"]
    assert (
        api.post(HANDLER, f"/tickets/{ref}/attachments/{taken}/remove", {"text": "误传"}).status_code == 200
    )
    api.made(HANDLER, ref, "reply", **ANSWER)

    citizen = app.test_client()
    page = citizen.get(track(citizen, ref, code).location)
    path = f"/track/{ref}/attachments"
    assert photo not in page.text, "nobody passed the answer yet"
    assert citizen.get(f"{path}/{photo}").status_code == 404
    api.made("reviewer", ref, "review", **{"pass": True, "text": ""})
    page = citizen.get(f"/track/{ref}")
    assert [number in page.text for number in (photo, inside, taken)] == [True, False, False]
    given = citizen.get(f"{path}/{photo}")
    assert (given.status_code, given.mimetype) == (200, "image/jpeg")
    assert [citizen.get(f"{path}/{number}").status_code for number in (inside, taken, "x")] == [404] * 3
    assert app.test_client().get(f"{path}/{photo}").location == "/track"

    evidence = zipfile.ZipFile(BytesIO(export(fresh_house, ref)))
    document = read_json(evidence.read("evidence.json"), "evidence")
    rows = [json.loads(fact["row"]) for fact in document["facts"]]
    assert [(one["attachment"], one["state"]) for one in document["files"]] == [
        (photo, "clean"),
        (inside, "clean"),
        (taken, "removed"),
    ]
    assert document["files"][0]["digest"] in evidence.read("evidence.html").decode()
    assert "王某" not in evidence.read("evidence.json").decode()
    check_files(document, rows)
    document["files"][1]["digest"] = "00"
    with pytest.raises(Fault, match="not the one that came"):
        check_files(document, rows)

    assert list(faults(fresh_house.settings)) == []
    for statement, said in TAMPERED:
        found = _after(fresh_house, statement)
        assert any(said in line for line in found), (statement, found)


def _after(house: House, statement: str) -> list[str]:
    """What is found after *statement*, which is undone then."""
    tables = ("attachment_piece", "attachment")
    with house.engine.begin() as connection:
        saved = {name: connection.execute(text(f"select * from {name}")).mappings().all() for name in tables}  # noqa: S608 ours
        connection.execute(text(statement))
    found = list(faults(house.settings))
    with house.engine.begin() as connection:
        for name in tables:
            connection.execute(text(f"delete from {name}"))  # noqa: S608 ours
        for name in reversed(tables):
            for row in saved[name]:
                columns = ", ".join(f'"{column}"' for column in row)
                values = ", ".join(f":{column}" for column in row)
                connection.execute(text(f"insert into {name} ({columns}) values ({values})"), dict(row))  # noqa: S608 ours
    return found
