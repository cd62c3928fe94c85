"""Help is written from the tables the program obeys, for every role, and the first steps can be put away."""

from html import unescape

import pytest
from flask import Flask

from app.access.accounts import Role
from app.access.rules import RULES
from app.language.help_words import MEANINGS, PURPOSES, STATE_MEANINGS, TOURS
from app.language.words import MOVES
from app.web.admin.roles import MEANINGS as RELATION_MEANINGS
from app.web.admin.roles import RELATIONS
from tests.app.pages import signed_in
from tickets.ground.flow import Move, State


def test_every_role_move_state_and_relation_is_explained() -> None:
    made_by_people = {move for move, roles in RULES.moves.items() if roles}
    said = {*RULES.reads.values(), *(word for roles in RULES.moves.values() for word in roles.values())}

    assert set(MEANINGS) == made_by_people
    assert set(STATE_MEANINGS) == set(State)
    assert set(PURPOSES) == set(TOURS) == set(Role)
    assert said <= set(RELATIONS)
    assert said <= set(RELATION_MEANINGS)


@pytest.mark.parametrize("role", Role)
def test_a_first_day_has_at_most_five_steps_that_lead_to_pages_of_that_role(app: Flask, role: Role) -> None:
    username = f"{role}@panlong-civil" if role in (Role.HANDLER, Role.HEAD) else role
    visitor = signed_in(app, username)
    with app.test_request_context():
        pages = [app.url_for(step.endpoint) for step in TOURS[role] if step.endpoint]

    assert 0 < len(TOURS[role]) <= 5
    assert {page: visitor.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


def test_a_page_names_the_moves_of_its_role_and_no_others(app: Flask) -> None:
    page = unescape(signed_in(app, "reviewer").client.get("/help", follow_redirects=True).text)
    table = page.partition('id="moves"')[2].partition("</section>")[0]
    named = {move for move in Move if f'<th scope="row">{MOVES[move]}</th>' in table}

    assert named == {move for move, roles in RULES.moves.items() if "reviewer" in roles}
    assert signed_in(app, "reviewer").get("/help/nobody").status_code == 404


def test_the_first_steps_lie_on_the_desk_until_put_away_and_come_back_when_asked(app: Flask) -> None:
    caller = signed_in(app, "caller")
    assert 'id="tour"' in caller.get("/desk").text

    assert caller.send("/desk", "/help/tour/end", {}).status_code == 303
    assert 'id="tour"' not in caller.get("/desk").text

    assert caller.send("/help/caller", "/help/tour/again", {}).status_code == 303
    assert 'id="tour"' in caller.get("/desk").text
