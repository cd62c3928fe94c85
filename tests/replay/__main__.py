"""`python -m tests.replay FILE.csv`: each row goes the whole way through a running service and comes back."""

import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, redirect_stdout
from functools import partial
from pathlib import Path
from threading import local
from time import monotonic
from typing import TypeVar
from uuid import uuid4

import click
from click.testing import CliRunner

from app.cli import main as zhuanban
from app.cli.common import Trouble, settings_here
from app.verify.terminal import tell_faults
from tests.replay.client import Client, Unanswered
from tests.replay.matters import FileRefused, Matter, read_matters
from tests.replay.way import STAFF, Strayed, Tally, Way

#: Units of each kind that get the tickets in turn.
OF_EACH_KIND = 4

Made = TypeVar("Made")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", help="Address of the service; without it the demo of this checkout.")
@click.option("--clients", default=8, show_default=True, type=click.IntRange(1, 64), help="Clients at once.")
@click.option("--limit", type=click.IntRange(1), help="Take only so many rows.")
def main(file: Path, url: str | None, clients: int, limit: int | None) -> None:
    """Drive a running service with every row of FILE (columns id, subject, created_at, content, reply)."""
    try:
        matters = read_matters(file, limit)
    except FileRefused as refused:
        raise Trouble(str(refused)) from refused
    settings = settings_here()
    tokens = {name: token_of(name) for name in STAFF}
    base = (url or settings.base_url).rstrip("/")
    with closing(Client(base, tokens, patience=5.0)) as client:
        units = units_of(client)[: max(len(matters), 1)]
    tokens |= {name: token_of(name) for name in (f"handler@{unit}" for unit in units)}

    replay = Replay(Way(uuid4().hex, units, Tally()), base, tokens, clients)
    errors, per_second = replay.run(matters)
    with redirect_stdout(sys.stderr):
        faults = tell_faults(settings)
    click.echo(f"{len(matters)} tickets, {errors} errors, {per_second:.1f} tickets/s")
    sys.exit(1 if errors or faults else 0)


def token_of(username: str) -> str:
    """A token as `zhuanban token` gives it to anybody on this machine."""
    given = CliRunner().invoke(zhuanban, ["token", username])
    if given.exit_code != 0:
        raise Trouble(f"there is no token for {username}: {given.stderr.strip()}")
    return given.stdout.strip()


def units_of(client: Client) -> list[str]:
    """Codes of the units that get the tickets: some bureaus and some subdistricts, in turn."""
    try:
        answer = client.get("dispatcher", "/units")
    except Unanswered as silence:
        raise Trouble(
            f"nobody answers at {client.url}; start the demo with `make demo`, or give URL="
        ) from silence
    if answer.status != 200:
        raise Trouble(f"{client.url} refused our token ({answer.problem}): it serves another database")
    bureaus, subdistricts = (
        [unit["code"] for unit in answer.body["items"] if unit["kind"] == kind][:OF_EACH_KIND]
        for kind in ("bureau", "subdistrict")
    )
    return [code for pair in zip(bureaus, subdistricts, strict=False) for code in pair]


class Replay:
    """Many clients at once, each with a connection of its own."""

    def __init__(self, way: Way, url: str, tokens: dict[str, str], clients: int) -> None:
        self._way = way
        self._url = url
        self._tokens = tokens
        self._pool = ThreadPoolExecutor(clients, thread_name_prefix="client")
        self._own = local()
        self._clients: list[Client] = []
        self.errors = 0

    def run(self, matters: Sequence[Matter]) -> tuple[int, float]:
        """Drive all *matters*, then read them all back; gives the errors and the tickets closed a second."""
        with self._pool:
            began = monotonic()
            refs = dict(self._each("on their way", matters, self._drive))
            seconds = monotonic() - began
            closed = [matter for matter in matters if matter.number in refs]
            looked = list(self._each("read back", closed, partial(self._look, refs)))
        for client in self._clients:
            client.close()
        self._report()
        return self.errors, len(looked) / seconds if seconds else 0.0

    def _each(self, label: str, matters: Sequence[Matter], act: Callable[[Matter], Made]) -> Iterable[Made]:
        done: list[Made] = []
        hidden = not sys.stderr.isatty()
        with click.progressbar(length=len(matters), label=label, file=sys.stderr, hidden=hidden) as bar:
            for matter, made in zip(matters, self._pool.map(self._guarded(act), matters), strict=True):
                bar.update(1)
                if isinstance(made, Strayed):
                    self.errors += 1
                    click.echo(f"row {matter.number} (id {matter.id}): {made}", err=True)
                else:
                    done.append(made)
        return done

    def _guarded(self, act: Callable[[Matter], Made]) -> Callable[[Matter], Made | Strayed]:
        def acted(matter: Matter) -> Made | Strayed:
            try:
                return act(matter)
            except Strayed as strayed:
                return strayed

        return acted

    def _drive(self, matter: Matter) -> tuple[int, str]:
        if matter.trouble:
            raise Strayed(matter.trouble)
        return matter.number, self._way.drive(self._client(), matter)

    def _look(self, refs: dict[int, str], matter: Matter) -> int:
        self._way.look(self._client(), matter, refs[matter.number])
        return matter.number

    def _client(self) -> Client:
        if not hasattr(self._own, "client"):
            self._own.client = Client(self._url, self._tokens)
            self._clients.append(self._own.client)
        client: Client = self._own.client
        return client

    def _report(self) -> None:
        tally = self._way.tally
        click.echo(f"{'move':<12}{'p50':>9}{'p95':>9}{'p99':>9}  ms", err=True)
        for move, took in tally.took.items():
            shown = "".join(f"{1000 * share_of(took, share):9.1f}" for share in (0.5, 0.95, 0.99))
            click.echo(f"{move:<12}{shown}", err=True)
        if tally.again:
            click.echo(f"{tally.again} requests had to be sent again", err=True)


def share_of(took: list[float], share: float) -> float:
    """The time within which *share* of the answers came."""
    return sorted(took)[min(len(took) - 1, int(len(took) * share))]


if __name__ == "__main__":
    main()
