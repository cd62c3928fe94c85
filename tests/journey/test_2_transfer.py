"""Chapter 2: the ticket is given to the units that must answer."""

from datetime import timedelta

import pytest

from app.clockwork import sweep_clocks
from app.wiring import House
from tests.makers import ANSWER, COMMUNITY, HANDLER, JOINT, JOINT_HANDLER, LEAD, Api, bring_forward


def test_the_dispatcher_gives_it_to_a_lead_and_a_joint_unit(api: Api) -> None:
    ref = api.register()["ref"]

    given = api.move("dispatcher", ref, "dispatch", lead=LEAD, joint=[JOINT], note="请先上门查看").get_json()

    assert given["state"] == "dispatched"
    assert given["holder"] == {"unit": LEAD, "user": None}
    assert [(order["unit"], order["role"], order["state"]) for order in given["orders"]] == [
        (LEAD, "lead", "open"),
        (JOINT, "joint", "open"),
    ]
    assert all(order["due_at"] and order["policy"] == "H-HLP" for order in given["orders"])
    assert [clock["state"] for clock in given["clocks"] if clock["kind"] == "dispatch"] == ["met"]
    assert sorted(clock["kind"] for clock in given["clocks"] if clock["state"] == "running") == [
        "contact",
        "handle",
        "handle",
        "return_window",
        "return_window",
        "sign",
        "sign",
    ]


def test_the_ticket_follows_its_lead(api: Api) -> None:
    ref = api.register()["ref"]
    api.move("dispatcher", ref, "dispatch", lead=LEAD, joint=[JOINT], note="")

    assert api.move(JOINT_HANDLER, ref, "sign").get_json()["state"] == "dispatched"
    assert api.move(HANDLER, ref, "sign").get_json()["state"] == "handling"


def test_urgency_can_be_raised_when_it_is_given(api: Api) -> None:
    ref = api.register()["ref"]

    given = api.move(
        "dispatcher", ref, "dispatch", lead=LEAD, joint=[], note="", urgency="critical"
    ).get_json()

    assert given["urgency"] == "critical"
    assert given["orders"][0]["policy"] == "H-EMG"


def test_an_outer_date_is_never_exceeded(api: Api) -> None:
    outer = {"system": "km12345", "ref": "KM-1", "due_at": "2030-01-02T17:00:00+08:00"}
    near = {"system": "km12345", "ref": "KM-2", "due_at": api.register()["registered_at"]}
    for external in (outer, near):
        ref = api.register(external=external)["ref"]
        order = api.move("dispatcher", ref, "dispatch", lead=LEAD, joint=[], note="").get_json()["orders"][0]

        assert order["due_at"] <= external["due_at"]


def test_a_sealed_report_has_no_call_to_the_citizen(api: Api) -> None:
    ref = api.register(kind="report")["ref"]

    given = api.move("dispatcher", ref, "dispatch", lead=LEAD, joint=[], note="").get_json()

    assert given["sealed"]
    assert given["requester"] is None
    assert "contact" not in {clock["kind"] for clock in given["clocks"]}
    api.move(HANDLER, ref, "sign")
    assert api.move(HANDLER, ref, "contact", reached=True, note="").status_code == 409


def test_a_transfer_is_taken_back_until_the_lead_has_signed(api: Api) -> None:
    ref = api.register()["ref"]
    api.made("dispatcher", ref, "dispatch", lead=LEAD, joint=[JOINT])
    api.made(JOINT_HANDLER, ref, "sign")

    back = api.made("dispatcher", ref, "recall", text="派错了单位")

    assert (back["state"], back["holder"]["unit"]) == ("registered", None)
    assert [order["state"] for order in back["orders"]] == ["recalled", "recalled"]
    assert [clock["kind"] for clock in back["clocks"] if clock["state"] == "running"] == ["dispatch"]
    again = api.made("dispatcher", ref, "dispatch", lead="housing")
    assert again["round"] == 1
    signed = api.made("handler@housing", ref, "sign")
    assert signed["state"] == "handling"
    assert api.move("dispatcher", ref, "recall", text="再收回").status_code == 409


def test_a_granted_return_of_the_lead_ends_all_orders_and_it_is_given_anew(api: Api) -> None:
    ref = api.register()["ref"]
    api.made("dispatcher", ref, "dispatch", lead=LEAD, joint=[JOINT])

    asked = api.made(
        HANDLER, ref, "ask_return", reason="职能不符", text="属住建职责", suggested_unit="housing"
    )
    assert [(one["kind"], one["state"]) for one in asked["requests"]] == [("return", "open")]
    assert api.move(HANDLER, ref, "ask_return", reason="重复", text="再问").status_code == 409
    granted = api.decide("dispatcher", asked, grant=True, text="同意").get_json()

    assert granted["state"] == "registered"
    assert [order["state"] for order in granted["orders"]] == ["returned", "returned"]
    assert [(one["state"], one["decided_by"]) for one in granted["requests"]] == [("granted", "dispatcher")]
    # The unit keeps its right to read, and loses its right to act.
    assert api.read(HANDLER, ref)["allowed_moves"] == []
    assert api.made("dispatcher", ref, "dispatch", lead="housing")["round"] == 1


def test_a_granted_return_of_a_joint_unit_ends_that_order_alone(api: Api) -> None:
    ref = api.register()["ref"]
    api.made("dispatcher", ref, "dispatch", lead=LEAD, joint=[JOINT])
    api.made(HANDLER, ref, "sign")

    asked = api.made(JOINT_HANDLER, ref, "ask_return", reason="属地不符", text="不在本辖区")
    granted = api.decide("dispatcher", asked, grant=True).get_json()

    assert granted["state"] == "handling"
    assert [order["state"] for order in granted["orders"]] == ["signed", "returned"]
    assert api.made(HANDLER, ref, "reply", **ANSWER)["state"] == "replied"


def test_a_designated_unit_cannot_return_it_again(api: Api) -> None:
    ref = api.ticket_in("dispatched")["ref"]
    asked = api.made(HANDLER, ref, "ask_return", reason="权属不清", text="职责有争议")

    without = api.decide("dispatcher", asked, grant=False)
    refused = api.decide("dispatcher", asked, grant=False, text="编办已明确", designate=True).get_json()

    assert without.status_code == 422
    assert refused["orders"][0]["designated"]
    assert api.move(HANDLER, ref, "ask_return", reason="权属不清", text="再退").status_code == 409


def test_a_return_is_asked_within_its_window(api: Api, house: House) -> None:
    ref = api.ticket_in("handling")["ref"]
    bring_forward(house, ref, "return_window", timedelta(days=5))

    late = api.move(HANDLER, ref, "ask_return", reason="职能不符", text="不是我们的事")
    sweep_clocks(house)

    assert late.status_code == 409
    window = next(one for one in api.read(HANDLER, ref)["clocks"] if one["kind"] == "return_window")
    assert window["state"] == "cancelled"
    assert "clock_breached" not in api.facts(ref)


def test_the_window_says_whose_it_may_be_but_not_one_that_may_not_have_it(api: Api) -> None:
    ref = api.register(about_units=["housing"])["ref"]
    api.made("dispatcher", ref, "dispatch", lead=LEAD)

    refused = api.move(
        HANDLER, ref, "ask_return", reason="职能不符", text="属住建职责", suggested_unit="housing"
    )

    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["field"] == "suggested_unit"


def test_a_unit_gives_a_share_to_one_below_with_a_sign_an_answer_and_a_due_of_its_own(api: Api) -> None:
    ref = api.register()["ref"]
    api.made("dispatcher", ref, "dispatch", lead=JOINT)
    api.made(JOINT_HANDLER, ref, "sign")

    given = api.made(JOINT_HANDLER, ref, "sub_dispatch", unit=COMMUNITY, note="请上门")

    parent, share = given["orders"]
    assert (share["role"], share["parent"], share["state"]) == ("sub", parent["id"], "open")
    assert share["due_at"] <= parent["due_at"]
    waiting = api.move(JOINT_HANDLER, ref, "reply", **ANSWER, without_joint="不等")
    assert waiting.status_code == 409
    assert COMMUNITY in waiting.get_json()["detail"]
    community = f"handler@{COMMUNITY}"
    assert api.made(community, ref, "sign")["state"] == "handling"
    assert api.made(community, ref, "reply", **ANSWER)["state"] == "handling"
    assert api.made(JOINT_HANDLER, ref, "reply", **ANSWER)["state"] == "replied"


@pytest.mark.parametrize(
    "giver, lead, unit, status",
    [
        (HANDLER, LEAD, JOINT, 200),  # a bureau to a subdistrict
        (HANDLER, LEAD, "housing", 422),  # never to another bureau
        (HANDLER, LEAD, LEAD, 422),  # nor to itself
        (JOINT_HANDLER, JOINT, "530103010", 422),  # nor to a subdistrict beside it
        (JOINT_HANDLER, JOINT, "service-agency", 422),
    ],
)
def test_a_share_goes_down_the_tree(api: Api, giver: str, lead: str, unit: str, status: int) -> None:
    ref = api.register()["ref"]
    api.made("dispatcher", ref, "dispatch", lead=lead)
    api.made(giver, ref, "sign")

    assert api.move(giver, ref, "sub_dispatch", unit=unit, note="").status_code == status


def test_a_share_is_never_due_after_its_parent(api: Api) -> None:
    ref = api.register()["ref"]
    order = api.made("dispatcher", ref, "dispatch", lead=JOINT)["orders"][0]
    api.made(JOINT_HANDLER, ref, "sign")

    late = api.move(
        JOINT_HANDLER, ref, "sub_dispatch", unit=COMMUNITY, note="", due_at="2099-01-01T09:00:00+08:00"
    )
    past = api.move(
        JOINT_HANDLER, ref, "sub_dispatch", unit=COMMUNITY, note="", due_at="2020-01-01T09:00:00+08:00"
    )
    same = api.made(JOINT_HANDLER, ref, "sub_dispatch", unit=COMMUNITY, note="", due_at=order["due_at"])

    assert (late.status_code, past.status_code) == (422, 422)
    assert same["orders"][1]["due_at"] == order["due_at"]


def test_two_of_one_matter_go_on_together_and_each_caller_keeps_everything(api: Api) -> None:
    master = api.ticket_in("handling")
    follower = api.ticket_in("dispatched", requester={"name": "吴某", "phone": "13800000002"})

    merged = api.made("dispatcher", follower["ref"], "merge", into=master["ref"])

    assert (merged["state"], merged["outcome"], merged["follows"]) == ("closed", "merged", master["ref"])
    assert merged["requester"]["phone"] == "138****0002"
    assert api.read("dispatcher", master["ref"])["followers"] == [follower["ref"]]
    assert api.texts(follower["ref"])[-1] == "merged"
    # The master's answer reaches the follower, who is asked like everybody else.
    api.made(HANDLER, master["ref"], "reply", **ANSWER)
    api.made("reviewer", master["ref"], "review", **{"pass": True, "text": ""})
    heard = api.read("reviewer", follower["ref"])
    assert heard["state"] == "callback"
    assert api.texts(follower["ref"])[-2:] == ["answered", "survey"]
    closed = api.made("caller", follower["ref"], "call_back", reached=True, solved="yes", satisfaction=4)
    assert (closed["state"], closed["outcome"]) == ("closed", "merged")
    assert api.read("reviewer", master["ref"])["state"] == "callback"


def test_what_was_merged_is_parted_again_and_stands_where_it_stood(api: Api) -> None:
    master, before = api.register(), api.ticket_in("handling")
    api.made("dispatcher", before["ref"], "merge", into=master["ref"])

    after = api.made("dispatcher", before["ref"], "unmerge")

    for name in ("state", "round", "orders", "outcome", "follows", "due_at", "holder"):
        assert after[name] == before[name], name
    assert [(one["id"], one["state"], one["due_at"]) for one in after["clocks"]] == [
        (one["id"], one["state"], one["due_at"]) for one in before["clocks"]
    ]
    assert api.read("dispatcher", master["ref"])["followers"] == []
    assert api.made(HANDLER, before["ref"], "reply", **ANSWER)["state"] == "replied"


def test_what_does_not_belong_together_is_not_merged(api: Api) -> None:
    one, other = api.register()["ref"], api.register()["ref"]
    closed, sealed = api.ticket_in("closed")["ref"], api.register(kind="report")["ref"]
    about = api.register(about_units=["housing"])["ref"]

    def merge(into: str) -> int:
        return api.move("dispatcher", one, "merge", into=into).status_code

    assert [merge(into) for into in (one, closed, sealed, about)] == [409] * 4
    assert merge("26112300000000") == 422
    api.made("dispatcher", one, "merge", into=other)
    third = api.register()["ref"]
    assert api.move("dispatcher", third, "merge", into=one).status_code == 409
    assert api.move("dispatcher", one, "merge", into=third).status_code == 409


def test_a_withdrawn_master_lets_its_followers_go_on(api: Api) -> None:
    master, follower = api.register()["ref"], api.ticket_in("handling")["ref"]
    api.made("dispatcher", follower, "merge", into=master)

    api.made("operator", master, "withdraw", text="不用办了")

    assert api.read("dispatcher", follower)["state"] == "handling"
    assert api.read("dispatcher", follower)["follows"] is None


def test_the_unit_complained_about_never_gets_it_on_any_way(api: Api) -> None:
    """Dispatch, joint, share, suggestion, new round: by every path (济南市12345条例 第三十二条)."""
    ref = api.register(about_units=[JOINT])["ref"]
    for lead, joint in ((JOINT, []), (COMMUNITY, []), (LEAD, [JOINT]), (LEAD, [COMMUNITY])):
        assert api.move("dispatcher", ref, "dispatch", lead=lead, joint=joint).status_code == 422
    api.made("dispatcher", ref, "dispatch", lead=LEAD)
    api.made(HANDLER, ref, "sign")
    for unit in (JOINT, COMMUNITY):
        assert api.move(HANDLER, ref, "sub_dispatch", unit=unit, note="").status_code == 422
    api.made(HANDLER, ref, "reply", **ANSWER)
    api.made("reviewer", ref, "review", **{"pass": True, "text": ""})
    api.made("caller", ref, "call_back", reached=True, solved="no", reason="没有办")
    assert api.move("reviewer", ref, "rework", text="再办", unit=JOINT).status_code == 422
    assert api.get(JOINT_HANDLER, f"/tickets/{ref}").status_code == 404


def test_a_complaint_about_the_hotline_is_given_out_by_the_supervisor(api: Api) -> None:
    ref = api.register(about_units=["hotline"])["ref"]

    assert api.move("dispatcher", ref, "dispatch", lead=LEAD).status_code == 403
    assert api.move("supervisor", ref, "dispatch", lead=LEAD).status_code == 200
    assert api.move("supervisor", api.register()["ref"], "dispatch", lead=LEAD).status_code == 403


def test_a_return_that_is_asked_and_refused_changes_what_is_due_next(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]
    api.made(HANDLER, ref, "contact", reached=True, note="")

    asked = api.made(HANDLER, ref, "ask_return", reason="职能不符", text="不归我们")
    decision = next(clock for clock in asked["clocks"] if clock["kind"] == "decision")
    refused = api.decide("dispatcher", asked, grant=False, text="就归你们").get_json()
    handle = next(clock for clock in refused["clocks"] if clock["kind"] == "handle")

    assert asked["due_at"] == decision["due_at"]
    assert refused["due_at"] == handle["due_at"]
