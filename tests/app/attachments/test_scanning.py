"""Nobody opens a file before the scanner has; a scanner that is away rings, and nothing is let through."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from app.attachments.keeping import keep
from app.attachments.scanner import ScannerAway, virus_in
from app.attachments.ticks import erase_files, quarantine, scan_files
from app.factory import create_app
from app.settings import Settings, SettingsRefused
from app.wiring import House
from tests.app.attachments.samples import PDF
from tests.app.attachments.sending import send
from tests.app.pages import signed_in
from tests.doubles.clamd import VIRUS, clamd
from tests.makers import Api
from tickets.ground.desk import CITIZEN
from tickets.ground.files import Attachment, AttachmentPiece, FileAudience, Holder
from tickets.ticket import Ticket, lock_ticket
from tickets.ticket.attachments import bind


def test_the_scanner_has_the_first_look(fresh_house: House, tmp_path: Path) -> None:
    path = tmp_path / "clamd.ctl"
    settings = fresh_house.settings.model_copy(update={"clamav": str(path)})
    house = replace(fresh_house, settings=settings)
    app = create_app(settings, house)
    api = Api(app, house)
    ref = api.register()["ref"]
    clean, bad = (
        send(api, "operator", ref, {name: content})["items"][0]["id"]
        for name, content in (("a.pdf", PDF), ("b.pdf", PDF.replace(b"%%EOF", VIRUS + b"\n%%EOF")))
    )
    address = f"/tickets/{ref}/attachments"

    scan_files(house)  # nobody listens
    assert api.get("operator", f"{address}/{clean}").status_code == 409
    with house.engine.begin() as connection:
        assert not quarantine(connection).rings
        connection.execute(text("update attachment set at = at - interval '6 minutes'"))
        assert quarantine(connection).files == 2
        assert quarantine(connection).rings
    metrics = app.test_client().get("/metrics").text
    assert "zhuanban_files_in_quarantine 2.0" in metrics
    assert signed_in(app, "admin", house).get("/desk").text.count("scanner-away") == 1

    with clamd(path) as scanner:
        scanner.says = b"INSTREAM size limit exceeded. ERROR\0"
        scan_files(house)
        assert api.get("operator", f"{address}/{clean}").status_code == 409, "no answer is no yes"
        scanner.says = None
        scan_files(house)
        scan_files(house)
        assert scanner.seen == [len(PDF), len(PDF), len(PDF) + len(VIRUS) + 1], "each once"
    assert api.get("operator", f"{address}/{clean}").data == PDF
    assert api.get("operator", f"{address}/{bad}").status_code == 404
    states = {one["id"]: one["state"] for one in api.get("operator", address).get_json()["items"]}
    assert states == {clean: "clean", bad: "infected"}
    assert api.facts(ref)[-1] == "attachment_refused"
    with house.read() as session:
        assert {str(row.attachment_id) for row in session.exec(select(AttachmentPiece))} == {clean}
    assert "scanner-away" not in signed_in(app, "admin", house).get("/desk").text

    assert api.post("operator", f"{address}/{clean}/remove", {"text": "传错了"}).status_code == 200
    erase_files(house)
    with Session(house.engine) as session, session.begin():
        assert session.exec(select(AttachmentPiece)).all(), "it may still be put back"
        session.connection().execute(
            text("update attachment set removed_at = removed_at - :week"), {"week": timedelta(days=7)}
        )
    erase_files(house)
    with house.read() as session:
        assert not session.exec(select(AttachmentPiece)).all()
        assert {row.state for row in session.exec(select(Attachment))} == {"erased", "infected"}
    assert api.post("operator", f"{address}/{clean}/restore").status_code == 409


def test_a_draft_that_became_a_ticket_while_the_scanner_looked_is_told_of(
    api: Api, house: House, tmp_path: Path
) -> None:
    looking = replace(house, settings=house.settings.model_copy(update={"clamav": str(tmp_path / "c")}))
    ref, holder = api.register()["ref"], Holder("draft", str(uuid4()))
    with house.open_desk(CITIZEN) as desk:
        bad = PDF.replace(b"%%EOF", VIRUS + b"\n%%EOF")
        keep(desk, holder, bad, name="b.pdf", audience=FileAudience.CITIZEN, scans=True)

    def given() -> None:
        with house.open_desk(CITIZEN) as desk:
            bind(desk, lock_ticket(desk, col(Ticket.ref) == ref), holder)

    with clamd(tmp_path / "c") as scanner:
        scanner.meanwhile = given
        scan_files(looking)

    assert api.facts(ref)[-2:] == ["attached", "attachment_refused"]


@pytest.mark.parametrize("says", [b"", b"stream: OK but not really\0", b"UNKNOWN COMMAND\0"])
def test_only_a_clear_answer_counts(tmp_path: Path, says: bytes) -> None:
    with clamd(tmp_path / "c") as scanner:
        scanner.says = says
        with pytest.raises(ScannerAway):
            virus_in(str(tmp_path / "c"), [b"x"])


def test_the_address_is_a_path_or_a_host_with_its_port(settings: Settings) -> None:
    env = {"ZHUANBAN_DATABASE_URL": "x", "ZHUANBAN_SECRET_KEY": "x" * 32}
    env["ZHUANBAN_VAULT_KEYS"] = settings.vault_keys
    for good in ("/run/clamav/clamd.ctl", "clamav:3310", "[::1]:3310", ""):
        assert Settings.from_env({**env, "ZHUANBAN_CLAMAV": good}).scans == bool(good)
    for bad in ("clamav", "host:port", "http://clamav:3310/"):
        with pytest.raises(SettingsRefused):
            Settings.from_env({**env, "ZHUANBAN_CLAMAV": bad})
