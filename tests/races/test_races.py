"""At the very same moment: one wins, the others are told who, nothing is lost and nothing happens twice."""

from collections.abc import Callable
from functools import partial
from itertools import combinations_with_replacement
from threading import Event
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select
from werkzeug.test import TestResponse

from app.access.accounts import Account
from app.access.doors import viewer_of
from app.clockwork import sweep_clocks
from app.reading.saved_views import SavedView, save
from app.verify import faults
from tests.app.test_verify import grow_old
from tests.makers import ANSWER, CALL, HANDLER, HEAD, JOINT, JOINT_HANDLER, LEAD, Api
from tests.races.starting import REPEAT, at_once
from tickets.ground.desk import CLOCKWORK, Desk
from tickets.ticket import lock_ticket
from tickets.ticket.rows import Ticket

Act = Callable[[], TestResponse]

#: What can be done to a ticket that is being handled: who, which move, with what.
IN_HANDLING: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (HANDLER, "reply", {**ANSWER, "without_joint": "不用等"}),
    (HANDLER, "contact", {"reached": True, "note": ""}),
    (HANDLER, "ask_extension", {"days": 2, "text": "等材料"}),
    (HANDLER, "ask_citizen", {"text": "请补充。"}),
    (HEAD, "ask_shelving", {"until": "2099-05-01T09:00:00+08:00", "text": "等预算"}),
    (HANDLER, "ask_termination", {"ground": "no_further", "text": "同一事实"}),
    (JOINT_HANDLER, "sign", {}),
    ("dispatcher", "merge", {}),
    ("operator", "withdraw", {"text": "不用了"}),
    ("operator", "amend", {"fields": {"urgency": "urgent"}, "text": "更急"}),
    ("operator", "urge", {"text": ""}),
    ("supervisor", "supervise", {"level": "日常", "text": "请抓紧"}),
)
#: And to one that waits to be given out.
REGISTERED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("dispatcher", "dispatch", {"lead": LEAD, "joint": [JOINT]}),
    ("operator", "answer", {"text": "九点到五点办公。"}),
    ("operator", "decline", {"ground": "其他", "text": "不属受理范围。"}),
    ("operator", "ask_citizen", {"text": "请补充。"}),
    ("operator", "hand_over", {"service": "119", "text": "已转。"}),
)


def counted(api: Api, ref: str) -> tuple[int, int, list[str]]:
    """Version, number of facts, and their names."""
    facts = api.facts(ref)
    return api.read("auditor", ref)["version"], len(facts), facts


def handled(api: Api) -> str:
    ref: str = api.register()["ref"]
    api.made("dispatcher", ref, "dispatch", lead=LEAD, joint=[JOINT])
    api.made(HANDLER, ref, "sign")
    return ref


def test_of_64_dispatchers_one_wins_and_the_others_are_told_who(crowded: Api) -> None:
    ref = crowded.register()["ref"]
    units = [LEAD, "housing", "medical", "education"]
    acts: list[Act] = [
        partial(crowded.move, "dispatcher", ref, "dispatch", lead=units[n % 4], joint=[]) for n in range(64)
    ]
    answers = at_once(acts)
    late = [answer for answer in answers if answer.status_code != 200]

    assert len(answers) - len(late) == 1
    assert {answer.status_code for answer in late} == {409}
    assert all("dispatcher" in answer.get_json()["detail"] for answer in late)
    assert crowded.facts(ref) == ["registered", "dispatched"]
    assert len(crowded.read("auditor", ref)["orders"]) == 1


def test_whoever_read_an_older_version_is_told_who_changed_it(crowded: Api) -> None:
    ref = crowded.register()["ref"]
    acts: list[Act] = [
        partial(
            crowded.post,
            "operator",
            f"/tickets/{ref}/note",
            {"text": f"第{n}条"},
            headers={"If-Match": '"1"'},
        )
        for n in range(16)
    ]
    answers = at_once(acts)

    assert sorted(answer.status_code for answer in answers) == [200, *[412] * 15]
    assert all("operator" in a.get_json()["detail"] for a in answers if a.status_code == 412)


def test_one_key_sent_64_times_at_once_registers_one_ticket(crowded: Api) -> None:
    acts: list[Act] = [
        partial(crowded.post, "operator", "/tickets", CALL, headers={"Idempotency-Key": "the-same"})
        for _ in range(64)
    ]
    answers = at_once(acts)

    made = [answer.text for answer in answers if answer.status_code == 201]
    others = [answer.get_json()["type"] for answer in answers if answer.status_code != 201]
    again = crowded.post("operator", "/tickets", CALL, headers={"Idempotency-Key": "the-same"})

    assert made
    assert set(others) <= {"/api/docs#key-still-running"}
    assert {*made, again.text} == {again.text}


@pytest.mark.parametrize(
    "one, other",
    [*combinations_with_replacement(REGISTERED, 2), *combinations_with_replacement(IN_HANDLING, 2)],
    ids=lambda step: f"{step[1]}",
)
def test_two_moves_at_the_same_moment(
    crowded: Api, one: tuple[str, str, dict[str, Any]], other: tuple[str, str, dict[str, Any]]
) -> None:
    for _ in range(REPEAT):
        ref = crowded.register()["ref"] if one in REGISTERED else handled(crowded)
        master = crowded.register()["ref"] if "merge" in (one[1], other[1]) else ""
        before = counted(crowded, ref)
        acts = [
            partial(crowded.move, who, ref, move, **(body or ({"into": master} if move == "merge" else {})))
            for who, move, body in (one, other)
        ]
        answers = at_once(acts)
        after = counted(crowded, ref)
        taken = sum(answer.status_code == 200 for answer in answers)

        assert {answer.status_code for answer in answers} <= {200, 409, 403, 422}, [a.text for a in answers]
        assert taken >= 1
        assert after[0] - before[0] == taken
        assert after[2][: before[1]] == before[2]
        assert after[1] - before[1] >= taken
    assert list(faults(crowded.house.settings)) == []


def test_two_deciders_are_not_both_heard(crowded: Api) -> None:
    ref = handled(crowded)
    asked = crowded.made(HANDLER, ref, "ask_return", reason="职能不符", text="不归我们")
    answers = at_once(
        [partial(crowded.decide, "dispatcher", asked, grant=g, text="定了") for g in (True, False) * 4]
    )

    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 7]
    assert crowded.facts(ref).count("decided") == 1


def test_a_breach_is_said_once_whoever_is_quicker(crowded: Api) -> None:
    ref = handled(crowded)
    grow_old(crowded.house, ref)
    acts: list[Callable[[], Any]] = [partial(sweep_clocks, crowded.house) for _ in range(4)]
    acts.append(partial(crowded.move, HANDLER, ref, "reply", **ANSWER, without_joint="不用等"))
    at_once(acts)
    said = [
        (fact["data"]["clock"], fact["data"]["due_at"])
        for fact in crowded.get("auditor", f"/tickets/{ref}/timeline", limit=200).get_json()["items"]
        if fact["what"] == "clock_breached"
    ]

    assert said
    assert len(said) == len(set(said))
    assert list(faults(crowded.house.settings)) == []


def test_a_move_that_ran_into_a_deadlock_is_made_once_after_all(crowded: Api) -> None:
    first, second = sorted(crowded.register()["ref"] for _ in range(2))
    holds = Event()

    def other_way_round() -> int:
        """Hold what the move needs second, and want what it holds first once it waits: it is broken off."""
        with crowded.house.open_desk(CLOCKWORK) as desk:
            lock_ticket(desk, col(Ticket.ref) == second)
            holds.set()
            wait_for_somebody(desk)
            lock_ticket(desk, col(Ticket.ref) == first)
        return 200

    def merge() -> int:
        assert holds.wait(30)
        return crowded.move("dispatcher", first, "merge", into=second).status_code

    assert at_once([other_way_round, merge]) == [200, 200]
    assert crowded.facts(first).count("merged") == 1


def test_a_filter_saved_twice_under_one_name_is_kept_once(crowded: Api) -> None:
    with crowded.house.read() as session:
        viewer = viewer_of(session.exec(select(Account).where(Account.username == "auditor")).one())
    holds = Event()

    def first() -> None:
        with crowded.house.open_desk(CLOCKWORK) as desk:
            save(desk, viewer, "同名", {"channel": "walk_in"})
            holds.set()
            wait_for_somebody(desk)

    def second() -> None:
        assert holds.wait(30)
        with crowded.house.open_desk(CLOCKWORK) as desk:
            save(desk, viewer, "同名", {"channel": "web"})

    at_once([first, second])
    with crowded.house.read() as session:
        assert session.exec(select(SavedView.query)).all() == ["channel=web"]


def wait_for_somebody(desk: Desk) -> None:
    """Wait until somebody else waits for a lock of ours."""
    deadline = monotonic() + 30
    waiting = text("select count(*) from pg_locks where not granted")
    while not desk.session.connection().execute(waiting).scalar_one():
        assert monotonic() < deadline, "nobody came"
