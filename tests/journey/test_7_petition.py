"""Beside the river: the petition rules, from registration to the last word (信访工作条例)."""

from typing import Any

from tests.makers import ANSWER, HANDLER, HEAD, LEAD, Api

TEXT = "我家的低保在去年六月停发，村里说超收入，我有残疾证，请核查并恢复。"


def petition(api: Api, phone: str, stage: str = "first", **more: Any) -> Any:
    """Register a petition; gives the answer."""
    body = {
        "channel": "petition",
        "kind": "complaint",
        "text": more.pop("text", TEXT),
        "requester": {"name": "吴某", "phone": phone},
        "petition": {"content": "appeal", "stage": stage, **more},
    }
    return api.post("operator", "/tickets", body)


def answered(api: Api, ref: str) -> None:
    """Bring a petition to its written answer, and close it."""
    api.made("dispatcher", ref, "dispatch", lead=LEAD)
    api.made(HANDLER, ref, "sign")
    api.made(HANDLER, ref, "contact", reached=True, note="书面告知受理")
    waits = api.made(HANDLER, ref, "reply", **ANSWER)
    assert api.decide(HEAD, waits, grant=True).status_code == 200
    api.made("reviewer", ref, "review", **{"pass": True, "text": ""})
    api.made("caller", ref, "call_back", reached=True, solved="yes", satisfaction=3)


def whole_chain(api: Api, phone: str) -> list[str]:
    """First answer, review and re-review of one petitioner."""
    refs: list[str] = []
    for stage in ("first", "review", "re_review"):
        more = {"previous": refs[-1]} if refs else {}
        made = petition(api, phone, stage, **more)
        assert made.status_code == 201, made.text
        refs.append(made.get_json()["ref"])
        answered(api, refs[-1])
    return refs


def test_a_petition_has_the_legal_clocks(api: Api) -> None:
    made = petition(api, "13800000101").get_json()
    given = api.made("dispatcher", made["ref"], "dispatch", lead=LEAD)

    policies = {clock["kind"]: clock["policy"] for clock in given["clocks"]}
    assert policies == {
        "dispatch": "P-TRF",
        "sign": "H-SIGN",
        "return_window": "P-OBJ",
        "contact": "P-HANDLE",
        "handle": "P-HANDLE",
    }


def test_a_head_grants_the_thirty_days_the_law_allows(api: Api) -> None:
    ref = petition(api, "13800000102").get_json()["ref"]
    before = api.made("dispatcher", ref, "dispatch", lead=LEAD)["orders"][0]["due_at"]
    api.made(HANDLER, ref, "sign")

    asked = api.made(HANDLER, ref, "ask_extension", days=30, text="情况复杂")
    granted = api.decide(HEAD, asked, grant=True)

    assert granted.status_code == 200
    assert granted.get_json()["orders"][0]["due_at"] > before


def test_an_accusation_is_sealed(api: Api) -> None:
    made = petition(api, "13800000103", content="accusation").get_json()

    assert made["sealed"]
    assert made["requester"] is None


def test_a_review_stands_on_an_answer(api: Api) -> None:
    first = petition(api, "13800000104").get_json()["ref"]
    other = api.ticket_in("closed")["ref"]

    without = petition(api, "13800000104", "review")
    unknown = petition(api, "13800000104", "review", previous="26112300000000")
    no_petition = petition(api, "13800000104", "review", previous=other)
    unanswered = petition(api, "13800000104", "review", previous=first)
    answered(api, first)
    wrong_stage = petition(api, "13800000104", "re_review", previous=first)
    review = petition(api, "13800000104", "review", previous=first)

    refused = (without, unknown, no_petition, unanswered, wrong_stage)
    assert [one.status_code for one in refused] == [422] * 5
    assert {one.get_json()["errors"][0]["field"] for one in refused} == {"petition.previous"}
    assert review.status_code == 201
    given = api.made("dispatcher", review.get_json()["ref"], "dispatch", lead=LEAD)
    assert given["orders"][0]["policy"] == "P-REV"


def test_after_the_re_review_the_same_matter_is_recognised_and_declined(api: Api) -> None:
    final = whole_chain(api, "13800000105")[-1]

    again = petition(api, "13800000105", text=TEXT + "请再次核查。").get_json()
    refused = api.move("dispatcher", again["ref"], "dispatch", lead=LEAD)
    declined = api.made(
        "operator", again["ref"], "decline", ground="已依法办结", text=f"已有最终答复 {final}。"
    )

    assert refused.status_code == 409
    assert final in refused.get_json()["detail"]
    assert declined["outcome"] == "declined"


def test_another_matter_or_another_petitioner_is_not_final(api: Api) -> None:
    whole_chain(api, "13800000106")

    other_matter = petition(api, "13800000106", text="楼下餐馆油烟直排，半夜还在营业。").get_json()["ref"]
    other_person = petition(api, "13800000107").get_json()["ref"]

    for ref in (other_matter, other_person):
        assert api.move("dispatcher", ref, "dispatch", lead=LEAD).status_code == 200


def test_a_chain_with_a_last_word_takes_no_further_review(api: Api) -> None:
    first, review, final = whole_chain(api, "13800000108")

    once_more = petition(api, "13800000108", "re_review", previous=review)
    from_the_start = petition(api, "13800000108", "review", previous=first)

    assert (once_more.status_code, from_the_start.status_code) == (409, 409)
    assert final in once_more.get_json()["detail"]
