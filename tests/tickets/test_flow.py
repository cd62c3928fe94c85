"""A ticket goes where the table says and nowhere else."""

import itertools

import pytest

from tickets.ground.errors import MoveNotAllowed
from tickets.ground.facts import FACTS
from tickets.ground.flow import FACTS_OF, MOVES, Move, State, after, check, possible

PAIRS = [pytest.param(state, move, id=f"{state}-{move}") for state, move in itertools.product(State, Move)]


@pytest.mark.parametrize("state, move", PAIRS)
def test_a_ticket_goes_where_the_table_says_and_nowhere_else(state: State, move: Move) -> None:
    if (state, move) in MOVES:
        check(state, move)
        assert {after(state, move, to) for to in MOVES[state, move]} == MOVES[state, move]
    else:
        with pytest.raises(MoveNotAllowed):
            check(state, move)


@pytest.mark.parametrize("state, move", PAIRS)
def test_a_move_leads_to_no_other_state_than_the_table_names(state: State, move: Move) -> None:
    for to in set(State) - MOVES.get((state, move), frozenset()):
        with pytest.raises(MoveNotAllowed):
            after(state, move, to)


def test_every_state_a_ticket_can_reach_can_be_left_but_the_last() -> None:
    reached = {State.REGISTERED}.union(*MOVES.values())

    assert {state for state in reached if not possible(state)} == {State.ARCHIVED}


def test_every_move_has_its_facts_and_no_fact_two_moves() -> None:
    told = [fact for facts in FACTS_OF.values() for fact in facts]

    assert set(FACTS_OF) == set(Move)
    assert set(told) <= {fact.name for fact in FACTS}
    assert len(told) == len(set(told))
