"""What may not be known is not there: by its number, in lists and searches, on pages and desks."""

import re

import pytest

from app.language.shown import grouped_ref
from tests.matrix import opinion
from tests.matrix.conftest import Doors
from tests.matrix.people import Person, names
from tests.matrix.scenes import SCENES
from tests.matrix.test_moves import WHOLE

#: Ways to read one ticket over the API.
READS = ("/timeline", "/clocks", "/messages", "/outbound_calls", "/texts")
TITLE = "独居老人需要生活照料"


def known(person: Person) -> set[str]:
    """The scenes *person* may know of."""
    return {scene for scene in SCENES if opinion.knows(person, scene)}


def some(person: Person, number: int, paths: list[str]) -> list[str]:
    """One of *paths* for the scene with this *number*, each in turn; all where every cell is tried."""
    turn = (names().index(person.name) + number) % len(paths)
    return paths if WHOLE else [paths[turn]]


@pytest.mark.parametrize("name", names())
def test_a_ticket_is_read_by_whoever_may_know_of_it(doors: Doors, name: str) -> None:
    person, got, wanted = doors.people[name], {}, {}
    for number, (scene, ref) in enumerate(doors.refs.items()):
        parts = [*(f"/tickets/{ref}{part}" for part in READS), f"/clocks/{doors.clocks[scene]}/explanation"]
        paths = [f"/tickets/{ref}", *some(person, number, parts)]
        got[scene] = [doors.get(person, path).status_code for path in paths]
        wanted[scene] = [200 if opinion.knows(person, scene) else 404] * len(paths)

    assert got == wanted


@pytest.mark.parametrize("name", names())
def test_who_asks_is_shown_to_few(doors: Doors, name: str) -> None:
    person, got, wanted = doors.people[name], {}, {}
    for scene, ref in doors.refs.items():
        got[scene] = doors.get(person, f"/tickets/{ref}/identity", reason="核对").status_code
        shown = 200 if opinion.is_shown(person, scene) else 403
        wanted[scene] = shown if opinion.knows(person, scene) else 404

    assert got == wanted


@pytest.mark.parametrize("name", names())
def test_lists_and_searches_have_what_may_be_known_and_nothing_else(doors: Doors, name: str) -> None:
    person = doors.people[name]
    scene_of = {ref: scene for scene, ref in doors.refs.items()}
    wanted = known(person)
    listed = doors.get(person, "/tickets", limit=200).get_json()["items"]
    searched = doors.get(person, "/tickets", limit=200, q=TITLE).get_json()["items"]
    by_number = {
        scene for scene, ref in doors.refs.items() if doors.get(person, "/tickets", q=ref).get_json()["items"]
    }
    one_state = doors.get(person, "/tickets", limit=200, state="handling").get_json()["items"]

    assert {scene_of[one["ref"]] for one in listed if one["ref"] in scene_of} == wanted
    assert {scene_of[one["ref"]] for one in searched if one["ref"] in scene_of} == wanted - {*opinion.SEALED}
    assert by_number == wanted
    assert {scene_of[one["ref"]] for one in one_state if one["ref"] in scene_of} == {
        scene for scene in wanted if opinion.state_of(scene) == "handling"
    }


@pytest.mark.parametrize("name", names())
def test_pages_and_papers_obey_the_same_rule(doors: Doors, name: str) -> None:
    person, got, wanted = doors.people[name], {}, {}
    for number, (scene, ref) in enumerate(doors.refs.items()):
        parts = [f"/tickets/{ref}/parts/progress", f"/tickets/{ref}/clocks/{doors.clocks[scene]}"]
        paths = some(person, number, [f"/tickets/{ref}", *parts])
        got[scene] = [doors.page(person, path).status_code for path in paths]
        seen = 403 if person.role == "admin" else 200 if opinion.knows(person, scene) else 404
        wanted[scene] = [seen] * len(paths)

    assert got == wanted


@pytest.mark.parametrize("name", names())
def test_desks_name_nothing_that_may_not_be_known(doors: Doors, name: str) -> None:
    person = doors.people[name]
    hidden = set(SCENES) - known(person)
    pages = [doors.page(person, "/desk").text, doors.page(person, "/tickets", q=TITLE).text]
    named = {
        scene
        for scene in hidden
        for page in pages
        if doors.refs[scene] in page or grouped_ref(doors.refs[scene]) in re.sub(r"\s+", " ", page)
    }

    assert not named


def test_a_bulk_preview_says_nothing_of_what_may_not_be_known(doors: Doors) -> None:
    recused, other = (doors.people[name] for name in ("recused dispatcher", "dispatcher"))
    pages = {}
    for person in (recused, other):
        form = doors.page(person, "/desk").text
        token = re.findall(r'name="csrf_token" value="([^"]+)"', form)[0]
        sent = {"csrf_token": token, "ref": doors.refs["recused"], "lead": "education"}
        pages[person.name] = doors.send(person, "/desk/bulk/dispatch", sent).text

    assert TITLE in pages["dispatcher"]
    assert TITLE not in pages["recused dispatcher"]
