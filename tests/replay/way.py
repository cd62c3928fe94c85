"""The way of one matter through the service, each step checked; and the look whether every word came back."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from tests.replay.client import Answer, Client, Unanswered
from tests.replay.matters import Matter

STAFF = ("operator", "dispatcher", "reviewer", "caller")

Step = tuple[str, str, dict[str, Any], str]


class Strayed(Exception):
    """A matter did not go the way it should; the text says where, without a word of the citizen's."""


@dataclass
class Tally:
    """What all clients measured."""

    #: Seconds of each answer, by move.
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    #: Tries that had to be made again.
    again: int = 0
    _lock: Lock = field(default_factory=Lock)

    def note(self, move: str, answer: Answer) -> None:
        """Keep how long *answer* took."""
        with self._lock:
            self.took[move].append(answer.seconds)
            self.again += answer.tries - 1


@dataclass(frozen=True)
class Way:
    """Takes matters from the first word to the closed callback."""

    run: str
    units: Sequence[str]
    tally: Tally

    def drive(self, client: Client, matter: Matter) -> str:
        """
        Take *matter* the whole way; gives the number of its ticket.

        :raises Strayed: a step was refused or led elsewhere.
        """
        ticket = self._post(client, "operator", "/tickets", matter, ("register", matter.registration(), 201))
        if ticket.get("state") != "registered":
            raise Strayed(f"register led to {ticket.get('state')}")
        ref = str(ticket["ref"])
        for username, move, body, state in self._steps(matter):
            step = (move, body, 200)
            ticket = self._post(client, username, f"/tickets/{ref}/{move}", matter, step)
            if ticket.get("state") != state:
                raise Strayed(f"{move} led to {ticket.get('state')}, not to {state}")
        return ref

    def look(self, client: Client, matter: Matter, ref: str) -> None:
        """
        Read the ticket of *matter* back.

        :raises Strayed: a word, or the state, is not as it should be.
        """
        ticket = self._get(client, "read", f"/tickets/{ref}")
        if ticket.get("state") != "closed":
            raise Strayed(f"the ticket is {ticket.get('state')}")
        if ticket.get("text") != matter.content:
            raise Strayed("the text is not the one that was sent")
        facts = self._get(client, "timeline", f"/tickets/{ref}/timeline?limit=200").get("items", [])
        if [fact["note"] for fact in facts if fact["what"] == "replied"] != [matter.reply]:
            raise Strayed("the reply is not the one that was sent")

    def _steps(self, matter: Matter) -> Iterator[Step]:
        unit = self.units[matter.number % len(self.units)]
        handler = f"handler@{unit}"
        content = {"reached": True, "contacted": True, "solved": "yes", "satisfaction": 5}
        yield "dispatcher", "dispatch", {"lead": unit, "joint": []}, "dispatched"
        yield handler, "sign", {}, "handling"
        yield handler, "contact", {"reached": True}, "handling"
        yield handler, "reply", {"text": matter.reply, "founded": "yes", "solved": "yes"}, "replied"
        yield "reviewer", "review", {"pass": True}, "callback"
        yield "caller", "call_back", content, "closed"

    def _post(
        self, client: Client, username: str, path: str, matter: Matter, step: tuple[str, dict[str, Any], int]
    ) -> dict[str, Any]:
        move, body, status = step
        try:
            answer = client.post(username, path, body, key=f"{self.run}-{matter.number}-{move}")
        except Unanswered as silence:
            raise Strayed(f"{move}: {silence}") from silence
        self.tally.note(move, answer)
        if answer.status != status:
            raise Strayed(f"{move}: {answer.problem}")
        return answer.body

    def _get(self, client: Client, what: str, path: str) -> dict[str, Any]:
        try:
            answer = client.get("operator", path)
        except Unanswered as silence:
            raise Strayed(f"{what}: {silence}") from silence
        self.tally.note(what, answer)
        if answer.status != 200:
            raise Strayed(f"{what}: {answer.problem}")
        return answer.body
