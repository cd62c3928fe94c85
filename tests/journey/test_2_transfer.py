"""Chapter 2: the ticket is given to the units that must answer."""

from tests.makers import HANDLER, JOINT, JOINT_HANDLER, LEAD, Api


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
