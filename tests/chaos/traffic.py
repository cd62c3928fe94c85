"""Clients that register tickets and bring them along, and a ledger of all they were told."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from random import Random
from threading import Event, Lock, Thread
from typing import Any

from sqlmodel import Session

from app.access.accounts import make_token
from app.wiring import House
from tests.makers import CALL, HANDLER, LEAD
from tests.replay.client import TIMEOUT, Client, Unanswered

STAFF = ("operator", "dispatcher", "reviewer", "caller", HANDLER)

#: The moves of a ticket in order: who makes them, with what, and which fact each writes.
MOVES: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("dispatcher", "dispatch", {"lead": LEAD, "joint": []}, "dispatched"),
    (HANDLER, "sign", {}, "signed"),
    (HANDLER, "contact", {"reached": True}, "contacted"),
    (HANDLER, "reply", {"text": "已办理。", "founded": "yes", "solved": "yes"}, "replied"),
    ("reviewer", "review", {"pass": True}, "reviewed"),
    ("caller", "call_back", {"reached": True, "solved": "yes", "satisfaction": 4}, "called_back"),
)
#: How many of a hundred steps register a new ticket.
REGISTRATIONS = 30
#: How many of a hundred requests are hung up on, and within how many seconds, to be sent again with the same
#: key. As with a broken line nobody knows then what became of them.
HANGING_UP, LONGEST_HANG_UP = 10, 0.06


def one_phone(_number: int) -> str:
    """Everybody has the phone of the usual call."""
    return str(CALL["requester"]["phone"])


@dataclass(frozen=True)
class Plan:
    """What the clients are to do."""

    clients: int
    seed: int
    #: How far each ticket is brought.
    moves: Sequence[tuple[str, str, dict[str, Any], str]] = MOVES
    #: How many tickets each client registers; None for as many as it can until it is stopped.
    tickets: int | None = None
    #: The citizen's phone in each ticket, by the ticket's number.
    phone: Callable[[int], str] = one_phone


@dataclass
class Line:
    """One ticket as its client knows it."""

    #: The client's own number for it; the ticket carries it as its outer number.
    name: str
    ref: str | None = None
    #: Facts of the moves that were acknowledged.
    done: list[str] = field(default_factory=list)
    #: The fact of a move whose outcome nobody knows.
    maybe: str | None = None


@dataclass
class Ledger:
    """What all clients together were told, kept outside of the service."""

    lines: list[Line] = field(default_factory=list)
    acknowledged: int = 0
    #: Answers that came only at a further try.
    again: int = 0
    #: Refusals that no client should ever get.
    wrong: list[str] = field(default_factory=list)
    in_flight: int = 0
    lock: Lock = field(default_factory=Lock)


def tokens_for(house: House) -> dict[str, str]:
    """A token of everybody the moves need."""
    with Session(house.engine) as session, session.begin():
        return {name: make_token(session, name) or "" for name in STAFF}


class Traffic:
    """Some clients at work, each with tickets of its own."""

    def __init__(self, url: str, tokens: Mapping[str, str], plan: Plan) -> None:
        self.ledger = Ledger()
        self._ended = Event()
        self._threads = [
            Thread(target=Clerk(number, plan, self.ledger, url, tokens).work, args=(self._ended,))
            for number in range(plan.clients)
        ]

    def start(self) -> None:
        """Set all clients to work."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let every client finish what it has begun."""
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def is_at_work(self) -> bool:
        """Somebody has not finished yet."""
        return any(thread.is_alive() for thread in self._threads)


class Clerk:
    """One client: registers tickets and brings them along, in an order of its own."""

    def __init__(self, number: int, plan: Plan, ledger: Ledger, url: str, tokens: Mapping[str, str]) -> None:
        self._number = number
        self._plan = plan
        self._ledger = ledger
        self._random = Random(f"{plan.seed} {number}")  # noqa: S311 it is to be the same again
        self._client = Client(url, tokens, patience=90.0, first_timeout=self._first_timeout)
        self._mine: list[Line] = []

    def work(self, ended: Event) -> None:
        """Go on until there is nothing left to do, or until told to end."""
        with closing(self._client):
            while not ended.is_set() and self._step():
                pass

    def _first_timeout(self) -> float:
        hangs_up = self._random.randrange(100) < HANGING_UP
        return self._random.uniform(0.001, LONGEST_HANG_UP) if hangs_up else TIMEOUT

    def _step(self) -> bool:
        """Register a ticket or bring one further. False if nothing is left to do."""
        plan = self._plan
        # A line with an open end was refused something; that is for the proof, not to be mended.
        open_lines = [line for line in self._mine if not line.maybe and len(line.done) <= len(plan.moves)]
        may_register = plan.tickets is None or len(self._mine) < plan.tickets
        if may_register and (not open_lines or self._random.randrange(100) < REGISTRATIONS):
            self._register(plan.phone(self._number * (plan.tickets or 0) + len(self._mine)))
        elif open_lines:
            self._move(self._random.choice(open_lines))
        return may_register or bool(open_lines)

    def _register(self, phone: str) -> None:
        line = Line(f"chaos-{self._number}-{len(self._mine)}")
        self._mine.append(line)
        with self._ledger.lock:
            self._ledger.lines.append(line)
        requester = {**CALL["requester"], "phone": phone}
        body = {**CALL, "requester": requester, "external": {"system": "chaos", "ref": line.name}}
        answer = self._ask(line, "registered", ("operator", "/tickets", body))
        if answer is not None:
            line.ref = str(answer["ref"])

    def _move(self, line: Line) -> None:
        username, move, body, fact = self._plan.moves[len(line.done) - 1]
        self._ask(line, fact, (username, f"/tickets/{line.ref}/{move}", body))

    def _ask(self, line: Line, fact: str, request: tuple[str, str, dict[str, Any]]) -> dict[str, Any] | None:
        """Ask until it is answered, and write down what was told."""
        line.maybe = fact
        with self._ledger.lock:
            self._ledger.in_flight += 1
        try:
            answer = self._client.post(*request, key=f"{line.name}-{fact}")
            trouble = None if answer.status in (200, 201) else answer.problem
        except Unanswered as silence:
            answer, trouble = None, str(silence)
        with self._ledger.lock:
            self._ledger.in_flight -= 1
            if answer is None or trouble:
                self._ledger.wrong.append(f"{line.name} {fact}: {trouble}")
                return None
            self._ledger.acknowledged += 1
            self._ledger.again += answer.tries > 1
        line.maybe = None
        line.done.append(fact)
        return answer.body
