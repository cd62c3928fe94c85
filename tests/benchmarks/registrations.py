"""Registrations through the API with all side effects: unlike bodies, a new key each, each answer checked."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random
from uuid import uuid4

from sqlalchemy import text

from tests.benchmarks.bed import Bed, say
from tests.benchmarks.load import Result, request
from tests.benchmarks.processes import cpu_of_web
from tests.benchmarks.texts import registrations

CLIENTS = (1, 8, 32)
RUNS = 3


@dataclass(frozen=True)
class Registering:
    """The run in the middle, of several with the same number of clients."""

    clients: int
    with_worker: bool
    result: Result
    #: Milliseconds of CPU that web used for one: it tells the same on a machine with other things to do.
    cpu: float | None


class Caller:
    """Makes requests that register, unlike each other, for one account."""

    def __init__(self, bed: Bed) -> None:
        self._bed = bed
        self._token = f"Bearer {bed.token('operator')}"
        self._bodies = registrations(Random(12345))  # noqa: S311 no secret

    def run(self, clients: int, count: int) -> Result:
        """Register *count* matters over *clients* connections."""
        made = list(islice(self._requests(), count))
        return self._bed.drive(iter(made), clients=clients, count=count, status=201)

    def warm_up(self) -> None:
        """Have every thread of every process answered once."""
        self.run(32, 400)

    def measure(self, clients: int, *, seconds: float, with_worker: bool = False) -> Registering:
        """Register for about *seconds*, several times; the run in the middle counts."""
        rate = self.run(clients, 50 * min(clients, 8)).per_second
        before = cpu_of_web(self._bed)
        runs = [self.run(clients, max(int(rate * seconds), clients)) for _ in range(RUNS)]
        after = cpu_of_web(self._bed)
        answers = sum(len(run.took) for run in runs)
        cpu = None if before is None or after is None else 1000 * (after - before) / answers
        result = sorted(runs, key=lambda run: run.per_second)[RUNS // 2]
        beside = ", worker beside" if with_worker else ""
        rates = " ".join(f"{run.per_second:.0f}" for run in runs)
        say(f"  {clients} clients{beside}: {rates} registrations a second")
        return Registering(clients, with_worker, result, cpu)

    def bodies(self) -> Iterator[tuple[str, bytes, dict[str, str]]]:
        """Endless registrations: path, body and headers of each."""
        for body in self._bodies:
            headers = {
                "Content-Type": "application/json",
                "Authorization": self._token,
                "Idempotency-Key": str(uuid4()),
            }
            yield "/api/v1/tickets", json.dumps(body, ensure_ascii=False).encode(), headers

    def _requests(self) -> Iterator[bytes]:
        for path, body, headers in self.bodies():
            kept = {name: value for name, value in headers.items() if name != "Content-Type"}
            yield request("POST", path, body=body, **kept)


def waiting(bed: Bed) -> dict[str, int]:
    """What the worker has not come to yet."""
    asked = {
        "search": "select count(*) from search_queue",
        "messages": "select count(*) from message where fate = 'queued' and not_before < clock_timestamp()",
    }
    with bed.house.engine.connect() as connection:
        return {name: connection.execute(text(question)).scalar_one() for name, question in asked.items()}
