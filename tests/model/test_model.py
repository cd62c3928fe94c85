"""The service and a small model of it take the same steps: what is allowed, what it does, what is refused."""

import os
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.access.doors import ticket_for
from app.access.rules import allowed_moves
from app.api.bodies import DecideBody
from app.moves import DOORS, check_decision_body, decide, make, request_of
from app.verify import faults
from app.wiring import House
from tests.makers import Api, Staff
from tests.model.conftest import District
from tests.model.matter import Ask, Matter
from tests.model.moves import BODIES, DECISIONS, EFFECTS, Step, take
from tests.model.people import PEOPLE, Person, is_the_moment, knows, may, may_decide
from tests.model.picture import foreseen, kept, rows
from tickets.ground.errors import TicketError
from tickets.ground.flow import Move

EXAMPLES, STEPS = int(os.environ.get("EXAMPLES", "120")), 50
#: The examples are shared out, so that two processes can take them.
PARTS = 4
MOST_TICKETS = 3
PHASES = [Phase.generate, Phase.shrink]
#: How often a step is one that looks possible; the others are whatever comes to mind.
SENSIBLE = 0.8
TRIES = 3
#: Moves that lead nowhere, and those that end it at once: they come seldom, so that a ticket goes far.
WEIGHTS = {
    **dict.fromkeys(("amend", "note", "take", "contact", "urge", "reissue", "supervise", "ask_unseal"), 0.1),
    **dict.fromkeys(("answer", "hand_over", "decline", "withdraw", "close", "recall"), 0.02),
    **dict.fromkeys(("sign", "reply", "review", "call_back", "rework"), 3.0),
}
KINDS: dict[str, dict[str, Any]] = {
    "with an answer": {},
    "without an answer": {"requester": {"name": "金某", "phone": "13800000001", "reply_wanted": False}},
    "sealed": {"kind": "report"},
}


class Together(RuleBasedStateMachine):
    """One to three tickets, and whatever people do with them."""

    house: House
    api: Api
    staff: Staff

    def __init__(self) -> None:
        super().__init__()
        self.matters: list[Matter] = []
        self.refs: list[str] = []
        self.seen: dict[str, dict[str, Any]] = {}
        self.taken: Counter[str] = Counter()

    @initialize(kind=st.sampled_from(list(KINDS)))
    def begin(self, kind: str) -> None:
        """There is a ticket."""
        self._register(kind)

    @precondition(lambda self: len(self.matters) < MOST_TICKETS)
    @rule(kind=st.sampled_from(list(KINDS)))
    def register(self, kind: str) -> None:
        """There is another."""
        self._register(kind)

    @rule(chance=st.integers(0, 2**32 - 1))
    def step(self, chance: int) -> None:
        """Somebody does what may be done, or now and then whatever comes to mind."""
        draw = Random(chance)  # noqa: S311 - a choice of steps, no secret
        matter = draw.choice(self.matters)
        steps = self._sensible(matter) if draw.random() < SENSIBLE else self._any(matter)
        step = self._choose(draw, list(filter(_has_meaning, steps)))
        note(str(step))
        self._hold(step)

    def _choose(self, draw: Random, steps: list[Step]) -> Step:
        """One of *steps*; of a few tries rather the one that leads on, so that tickets go far."""
        moves = sorted({one.move for one in steps})
        for _ in range(TRIES):
            weights = [WEIGHTS.get(one, 1.0) / (1 + self.taken[one]) ** 2 for one in moves]
            (move,) = draw.choices(moves, weights)
            step = draw.choice([one for one in steps if one.move == move])
            if take(deepcopy(step)) == "ok":
                break
        return step

    @invariant()
    def the_same(self) -> None:
        """Each row is what the model says, and no clock of an ended ticket runs."""
        with self.house.engine.connect() as connection:
            found = rows(connection, self.refs)
        for matter, ref in zip(self.matters, self.refs, strict=True):
            row = found[ref]
            assert kept(row) == foreseen(matter, self.refs), ref
            assert row["facts"] == row["seq"]
            assert not matter.ended or row["silent"], f"a clock of {ref} runs on"
            rounds = [share for share in row["shares"] if share[2] < row["round"]]
            before = [s for s in self.seen.get(ref, row)["shares"] if s[2] < self.seen.get(ref, row)["round"]]
            assert rounds[: len(before)] == before, f"an earlier round of {ref} was touched"
        self.seen = found

    def _register(self, kind: str) -> None:
        changes = KINDS[kind]
        self.refs.append(self.api.register(**changes)["ref"])
        sealed, reachable = kind == "sealed", kind != "without an answer"
        self.matters.append(Matter(len(self.matters), sealed=sealed, reachable=reachable))

    def _any(self, matter: Matter) -> Iterator[Step]:
        """Everything anybody might want, sensible or not."""
        for person in PEOPLE:
            for move in (*BODIES, "merge"):
                yield from self._ways(person, matter, move)
            for ask in matter.asks:
                yield from _decisions(person, matter, ask)

    def _sensible(self, matter: Matter) -> Iterator[Step]:
        """What looks possible: by who knows of it, by the moment, and by who may."""
        moves = [move for move in (*BODIES, "merge") if is_the_moment(move, matter)]
        for person in (one for one in PEOPLE if knows(one, matter)):
            for move in (one for one in moves if may(person, one, matter)):
                yield from self._ways(person, matter, move)
            for ask in matter.waiting():
                if may_decide(person, ask):
                    yield from _decisions(person, matter, ask)

    def _ways(self, person: Person, matter: Matter, move: str) -> Iterator[Step]:
        """Every way in which *person* might make *move*."""
        if move != "merge":
            yield from (Step(person, matter, move, body) for body in BODIES[move])
        elif person.unit is None:
            yield from (Step(person, matter, move, {}, into=into) for into in self.matters)

    def _hold(self, step: Step) -> None:
        """Take *step* on both sides: both allow it, or both refuse it on the same ground."""
        offered: list[Move] = []
        try:
            self._do(step, offered)
        except TicketError as refused:
            said = refused.code
        else:
            said = "ok"
        assert said == take(step)
        self.taken[step.move] += 1
        if said == "ok" and step.ask is None:
            assert step.move in offered, f"{step.move} was not offered to {step.person.username}"

    def _do(self, step: Step, offered: list[Move]) -> None:
        """What the API and the pages do: through the doors, in one transaction."""
        viewer, body = self.staff[step.person.username], self._body(step)
        with self.house.open_desk(viewer.actor()) as desk:
            ticket = ticket_for(desk, viewer, self.refs[step.matter.number])
            offered += allowed_moves(viewer, ticket)
            if step.ask is not None:
                number = self.seen[ticket.ref]["asks"][step.matter.asks.index(step.ask)][5]
                decision = DecideBody.model_validate(body)
                check_decision_body(decision)
                decide(desk, viewer, ticket, request_of(ticket, number), decision)
                return
            door = DOORS[Move(step.move)]
            wanted = door.body.model_validate(body)
            door.check(desk, viewer, ticket, wanted)
            make(desk, ticket, viewer, Move(step.move), wanted)

    def _body(self, step: Step) -> dict[str, Any]:
        if step.move == "amend":
            return {**step.body, "fields": {"title": f"更正后的标题之{self.taken.total()}"}}
        return {"into": self.refs[step.into.number]} if step.into else step.body


def _decisions(person: Person, matter: Matter, ask: Ask) -> Iterator[Step]:
    """Every way in which *person* might decide on what was asked."""
    return (Step(person, matter, "decide", body, ask=ask) for body in DECISIONS)


def _has_meaning(step: Step) -> bool:
    """More time for a share given on is a question of dates, and the model knows none."""
    if step.move != "ask_extension":
        return True
    return not any(share.role == "sub" for share in step.matter.of_unit(step.person.unit) if share.owed)


def test_the_model_knows_every_move() -> None:
    assert set(EFFECTS) == {*BODIES, "merge", "decide"}


@pytest.mark.parametrize("part", range(PARTS))
def test_the_service_does_what_the_model_does(district: District, part: int) -> None:
    class Here(Together):
        pass

    Here.house, Here.api, Here.staff = district
    checks = settings(
        max_examples=EXAMPLES // PARTS,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=PHASES,
    )
    run_state_machine_as_test(Here, settings=checks)
    assert not list(faults(district.house.settings)), f"after part {part}"
