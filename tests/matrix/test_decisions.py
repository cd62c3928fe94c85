"""Every person's word on every open request: only who decides, never who asked."""

import pytest

from tests.makers import CALL
from tests.matrix import opinion
from tests.matrix.conftest import Doors
from tests.matrix.people import Person, names

REFUSED = {"grant": False, "text": "理由不足"}
GRANTED = {"grant": True, "text": ""}


def expected(person: Person, scene: str) -> int:
    if not opinion.knows(person, scene):
        return 404
    return 200 if opinion.decides(person, scene) else 403


@pytest.mark.parametrize("scene", opinion.DECIDERS)
@pytest.mark.parametrize("body", [REFUSED, GRANTED], ids=["refuse", "grant"])
def test_decisions(doors: Doors, scene: str, body: dict[str, object]) -> None:
    path = f"/tickets/{doors.refs[scene]}/requests/{doors.requests[scene]}/decide"
    got = {name: doors.post(person, path, body).status_code for name, person in doors.people.items()}

    assert got == {name: expected(person, scene) for name, person in doors.people.items()}
    assert 200 in got.values()


def test_a_request_is_not_decided_by_the_address_of_another_ticket(doors: Doors) -> None:
    request = doors.requests["return asked"]
    path = f"/tickets/{doors.refs['handling']}/requests/{request}/decide"

    assert doors.post(doors.people["dispatcher"], path, REFUSED).status_code == 404


@pytest.mark.parametrize("name", names())
def test_only_operators_register(doors: Doors, name: str) -> None:
    answer = doors.post(doors.people[name], "/tickets", CALL)

    assert answer.status_code == (201 if doors.people[name].role == "operator" else 403)
