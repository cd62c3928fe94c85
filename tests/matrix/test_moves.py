"""Every person at every ticket with every move: what the program answers is what the second opinion says."""

import os
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from app.moves import DOORS
from tests.makers import ANSWER
from tests.matrix import opinion
from tests.matrix.conftest import Doors
from tests.matrix.people import RECUSED, Person, names
from tests.matrix.scenes import SCENES, UNTIL

#: Another community below the subdistrict `joint`.
VILLAGE = "530103012201"

#: A body that is right, for each move.
BODIES: dict[str, dict[str, Any]] = {
    "answer": {"text": "九点到五点办公。"},
    "hand_over": {"service": "119", "text": "已转消防。"},
    "decline": {"ground": "其他", "text": "不属受理范围。"},
    "amend": {"fields": {"title": "更正后的标题"}, "text": "来电更正"},
    "ask_citizen": {"text": "请补充地址。"},
    "supplement": {"text": "牧羊村三组。"},
    "note": {"text": "知道了"},
    "dispatch": {"lead": "education", "joint": []},
    "recall": {"text": "派错"},
    "sign": {},
    "take": {},
    "ask_return": {"reason": "职能不符", "text": "不归我们"},
    "sub_dispatch": {"unit": VILLAGE, "note": ""},
    "contact": {"reached": True, "note": ""},
    "ask_extension": {"days": 1, "text": "等证明"},
    "ask_shelving": {"until": UNTIL, "text": "等预算"},
    "resume": {},
    "reply": {**ANSWER, "without_joint": "不用等"},
    "review": {"pass": True, "text": ""},
    "call_back": {"reached": True, "solved": "yes", "satisfaction": 5},
    "rework": {"text": "再办", "unit": "education"},
    "close": {"ground": "explained", "text": "已说明"},
    "ask_termination": {"ground": "no_further", "text": "同一事实"},
    "withdraw": {"text": "不用了"},
    "unmerge": {},
    "urge": {"text": ""},
    "supervise": {"level": "日常", "text": "请抓紧"},
    "answer_supervision": {"text": "在办。"},
    "dispute": {"text": "没有来过"},
    "reissue": {},
    "ask_unseal": {"text": "核对"},
    "merge": {"into": "the registered one"},
}
#: Whether every cell is tried: `make matrix`.
WHOLE = bool(os.environ.get("MATRIX"))
#: Scenes those tried who are recused from one of them.
OF_THE_RECUSED = ("registered", "handling", "recused")


def expected(person: Person, scene: str, move: str) -> str:
    """The answer by the second opinion: a code, or `taken`: 200, or a 409 that knows the move."""
    if not opinion.knows(person, scene):
        return "404"
    if move == "merge" and not opinion.knows(person, "registered"):
        # The ticket it shall follow is none this person may know of.
        return "422"
    if move == "sub_dispatch" and person.unit != "joint":
        # The community lies below the subdistrict alone.
        return "422"
    if not opinion.is_the_moment(scene, move):
        return "409"
    return "taken" if opinion.may(person, scene, move) else "403"


def cells(person: Person) -> Iterator[tuple[str, str]]:
    """
    Scene and move of each cell; open requests have a matrix of their own, and who is recused few scenes.

    Where it is not the moment for a move the answer hardly depends on who asks: of these cells each person
    tries one in twelve, others than the next person, unless all are asked for.
    """
    scenes = [
        s for s in SCENES if s not in opinion.DECIDERS and not (person.recused and s not in OF_THE_RECUSED)
    ]
    turn = names().index(person.name)
    for number, (scene, move) in enumerate(product(scenes, BODIES)):
        if WHOLE or opinion.is_the_moment(scene, move) or (number + turn) % 12 == 0:
            yield scene, move


def test_every_move_has_its_line_and_its_body() -> None:
    assert set(opinion.MOVES_ROWS) == {str(move) for move in DOORS} == set(BODIES)
    assert set(opinion.SCENES_ROWS) == set(SCENES)


def test_the_matrix_is_large_enough() -> None:
    everybody = [Person(name, "", "", recused=name in RECUSED) for name in names()]

    assert sum(1 for person in everybody for _ in cells(person)) >= 5_000


@pytest.mark.parametrize("name", names())
def test_moves(doors: Doors, name: str) -> None:
    person, wrong = doors.people[name], []
    for scene, move in cells(person):
        answer = doors.post(person, f"/tickets/{doors.refs[scene]}/{move}", body_of(doors, move))
        wanted = expected(person, scene, move)
        if not fits(wanted, answer.status_code, answer.get_json()):
            wrong.append(f"{move} on {scene}: {wanted} expected, got {answer.status_code}")

    assert not wrong, f"{len(wrong)} cells of {name}:\n" + "\n".join(wrong)


def body_of(doors: Doors, move: str) -> dict[str, Any]:
    """What goes with *move*."""
    return {"into": doors.refs["registered"]} if move == "merge" else BODIES[move]


def fits(wanted: str, status: int, told: dict[str, Any]) -> bool:
    """Whether an answer is the one *wanted*."""
    if wanted == "taken":
        return status == 200 or (status == 409 and not told["type"].endswith("#move-not-allowed"))
    return str(status) == wanted


@pytest.mark.parametrize("move", BODIES)
def test_each_move_is_taken_somewhere(doors: Doors, move: str) -> None:
    tried = (
        doors.post(person, f"/tickets/{ref}/{move}", body_of(doors, move)).status_code
        for scene, ref in doors.refs.items()
        for person in doors.people.values()
        if expected(person, scene, move) == "taken"
    )

    assert 200 in tried
