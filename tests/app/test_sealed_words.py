"""A matter that must stay secret: its words reach nobody with what leads to a person, and two open it."""

import pytest
from sqlalchemy import text
from sqlmodel import Session

from app.clockwork import fill_search, send_messages
from app.evidence.export import export
from app.verify import faults
from app.wiring import House
from tests.makers import HANDLER, HEAD, LEAD, Api

TOLD = "我叫金某某，电话13900000055，身份证530103199001011238，车是云A12345。楼下每晚施工，老板有关系。"
LEADS_TO = ("金某某", "13900000055", "530103199001011238", "云A12345")
#: Of few people it still tells which.
MASKED = "139****0055"
REPORTER = {"name": "金某某", "phone": "13900000055", "reply_wanted": True}
REPORT = {"kind": "report", "text": TOLD, "title": "金某某说老板", "requester": REPORTER}


def read_by_all(api: Api, ref: str) -> str:
    """Everything anybody of the house or of a unit is told about a ticket."""
    answers = [
        api.get(who, f"/tickets/{ref}{part}").text
        for who in ("operator", "dispatcher", "reviewer", "supervisor", "auditor", HANDLER, HEAD)
        for part in ("", "/timeline", "/messages", "/clocks")
    ]
    return "\n".join(answers)


def given_out(api: Api, **changes: object) -> str:
    ref: str = api.register(**{**REPORT, **changes})["ref"]
    api.made("dispatcher", ref, "dispatch", lead=LEAD, joint=[], note=f"先查13900000055，{TOLD[:6]}")
    api.made(HANDLER, ref, "sign")
    return ref


CONFIDENTIAL = {"kind": "complaint", "requester": {**REPORTER, "confidential": True}}


@pytest.mark.parametrize("changes", [{}, CONFIDENTIAL], ids=["report", "confidential"])
def test_its_words_are_handed_on_without_what_leads_to_a_person(
    api: Api, house: House, changes: dict[str, object]
) -> None:
    ref = given_out(api, **changes)
    api.made("dispatcher", ref, "note", text=f"又来电：{TOLD}", visible_to="all")
    api.made("supervisor", ref, "supervise", level="挂牌", text=TOLD, instruction=TOLD)
    send_messages(house)
    said = read_by_all(api, ref)

    assert not [secret for secret in (*LEADS_TO, MASKED) if secret in said]
    assert "楼下每晚施工" in api.read(HANDLER, ref)["text"]
    assert api.read(HANDLER, ref)["title"] == "〔姓名已遮盖〕说老板"


def test_no_unit_is_told_what_kind_of_matter_it_is(api: Api) -> None:
    ref = given_out(api, text="楼下施工。", title="楼下施工")
    api.made("dispatcher", ref, "amend", fields={"category": "MZ-07-04"}, text="分类写错")
    unit, hotline = api.read(HANDLER, ref), api.read("dispatcher", ref)
    said = "".join(api.get(HANDLER, f"/tickets/{ref}{part}").text for part in ("", "/timeline", "/clocks"))

    assert (unit["kind"], hotline["kind"]) == (None, "report")
    assert {clock["policy"] for clock in unit["clocks"]} == {None}
    assert "H-RPT" in {clock["policy"] for clock in hotline["clocks"]}
    assert [word for word in ("report", "H-RPT", "举报") if word in said] == []


def test_who_may_look_sees_it_as_it_was_told(api: Api) -> None:
    ref = given_out(api)
    asked = api.made("supervisor", ref, "ask_unseal", text="纪检函询举报人")
    assert api.decide("auditor", asked, grant=True, text="同意").status_code == 200
    seen = api.get("supervisor", f"/tickets/{ref}/identity", reason="核对").get_json()

    assert (seen["title"], seen["text"]) == (REPORT["title"], TOLD)
    assert seen["phone"] == "+8613900000055"
    # The look is a fact that says what was shown.
    shown = api.get("auditor", f"/tickets/{ref}/timeline", limit=200).get_json()["items"][-1]
    assert shown["data"]["fields_shown"] == ["name", "phone", "id_number", "address", "title", "text"]


def test_a_unit_that_knows_nobody_writes_as_it_likes(api: Api) -> None:
    ref = given_out(api)
    api.made(HEAD, ref, "reply", text="已查，工地电话13700000000。", founded="yes", solved="yes")

    assert "工地电话13700000000" in api.get("reviewer", f"/tickets/{ref}/timeline").text


def test_what_turns_out_to_be_a_report_is_covered_from_then_on(
    api: Api, house: House, session: Session
) -> None:
    ref: str = api.register(text=TOLD, title="金某某反映施工", requester=REPORTER)["ref"]
    assert LEADS_TO[1] in api.read("dispatcher", ref)["text"]
    api.made("operator", ref, "amend", fields={"kind": "report", "title": "金某某说施工"}, text="是举报")
    seen = api.read("dispatcher", ref)
    facts = api.get("dispatcher", f"/tickets/{ref}/timeline").get_json()["items"]
    originals = text("select field from original join ticket t on t.id = ticket_id where ref = :ref")
    kept = session.connection().execute(originals, {"ref": ref}).scalars().all()

    assert not [secret for secret in LEADS_TO if secret in str(seen)]
    assert facts[-1]["data"]["changes"]["title"] == ["〔姓名已遮盖〕反映施工", "〔姓名已遮盖〕说施工"]
    assert sorted(kept) == ["text", "title"]
    assert [line for line in faults(house.settings) if line.startswith(ref)] == []
    assert export(house, ref)


def test_another_name_is_covered_once_it_is_known(api: Api) -> None:
    ref = given_out(api, text="钱某某天天来闹，楼下施工。")
    assert "钱某某" in api.read(HANDLER, ref)["text"]
    api.made("dispatcher", ref, "amend", fields={"name": "钱某某"}, text="名字听错了")

    assert "钱某某" not in api.read(HANDLER, ref)["text"]


def test_search_knows_no_secret_word(api: Api, house: House) -> None:
    ref = given_out(api, text=f"{TOLD}此处有一只白鹇")
    fill_search(house)

    for word in ("13900000055", "金某某", "白鹇"):
        found = api.get("handler@medical", "/tickets", q=word).get_json()["items"]
        assert ref not in [one["ref"] for one in found], word
