"""
`python -m tests.chaos`: promises break while clocks are set and workers and database die, each is said once;
then 1,200 texts are sent while their senders are killed a hundred times, none lost and none twice.
"""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from secrets import randbelow
from tempfile import mkdtemp

import click

from app.embedded.server import erase, running
from app.settings import Settings
from app.wiring import House
from tests.chaos.killer import wait_until
from tests.chaos.proof import broken_words
from tests.chaos.senders import LIST_LAG, SENDERS, SenderKiller, carried, moods
from tests.chaos.service import NotReady, running_service
from tests.chaos.shim import NoCompiler
from tests.chaos.steps import run_steps
from tests.chaos.timed_house import timed_house
from tests.chaos.traffic import MOVES, Plan, Traffic, tokens_for
from tests.doubles.carrier import ACCOUNT, SENDER, TOKEN, TwilioDouble, running_double
from tests.server import prepare, settings_for

#: Each ticket is brought before the callback desk, and the citizen told four times on the way.
UP_TO_CALLBACK = MOVES[:-1]
TEXTS_OF_A_TICKET = 4
CLIENTS = 3
#: How long the last texts may take: those of the dead are looked up after a minute, some more than once.
PATIENCE = 600.0
#: Tickets with a clock each that falls due in every round.
TIMED_TICKETS = 200
#: So many kills of a hundred may find nobody sending.
MOST_IDLE = 20


def foreign_phone(number: int) -> str:
    """A number kept for fiction, which may be texted from abroad."""
    return f"+1202555{number:04d}"


@click.command()
@click.option("--messages", default=1200, show_default=True, help="Texts to send, a multiple of 12.")
@click.option("--kills", default=110, show_default=True, help="Senders to kill.")
@click.option("--rounds", default=60, show_default=True, help="Rounds of promises that break.")
@click.option("--seed", type=int, help="Of an earlier run, to do the same again.")
def main(messages: int, kills: int, rounds: int, seed: int | None) -> None:
    """Set clocks, kill workers, senders and databases, and prove what became of every breach and text."""
    seed = randbelow(2**31) if seed is None else seed
    click.echo(f"seed {seed}", err=True)
    plan = Plan(
        clients=CLIENTS,
        seed=seed,
        moves=UP_TO_CALLBACK,
        tickets=messages // TEXTS_OF_A_TICKET // CLIENTS,
        phone=foreign_phone,
    )
    try:
        kept = keep_promises(Random(seed), rounds)  # noqa: S311 it is to be the same again
        with running_double() as double, own_house(double) as house:
            sys.exit(0 if run(house, double, plan, kills) and kept else 1)
    except NotReady as late:
        raise click.ClickException(f"{late}; this run proves nothing") from late


def keep_promises(random: Random, rounds: int) -> bool:
    """
    Let promises break while clocks are set and processes die. True if each was said once, none too early.

    :raises NotReady: something did not go on.
    """
    try:
        with timed_house(TIMED_TICKETS) as timed:
            with shown("rounds", rounds) as bar:
                told = run_steps(timed, random, rounds, lambda: bar.update(1))
            odd = timed.faults()
    except NoCompiler as reason:
        click.echo(f"no clock is set: {reason}", err=True)
        return True
    for line in odd:
        click.echo(line, err=True)
    click.echo(
        f"clocks={told.clocks} rounds={rounds} early={told.early} lost={told.lost} doubled={told.doubled}"
    )
    return told.is_right and not odd


def run(house: House, double: TwilioDouble, plan: Plan, kills: int) -> bool:
    """
    Let clients work and senders die; say what became of every text. True if none was lost and none doubled.

    :raises NotReady: something did not come back to life, or too little went on to prove anything.
    """
    random = Random(plan.seed)  # noqa: S311 it is to be the same again
    texts = TEXTS_OF_A_TICKET * plan.clients * (plan.tickets or 0)
    double.control(list_lag=LIST_LAG)
    double.fail(*moods(random, texts))
    with running_service(house.settings, workers=SENDERS) as service:
        traffic = Traffic(service.url, tokens_for(house), plan)
        killer = SenderKiller(service, house, random)
        traffic.start()
        try:
            with shown("senders killed", kills) as bar:
                # A receipt proves a text without any look-up, so most of the time there are none.
                for until, receipts in ((0.4, []), (0.6, ["sent", "delivered"]), (1.0, [])):
                    double.control(receipts=receipts)
                    killer.kill(round(until * kills) - killer.kills, lambda: bar.update(1))
            wait_until(lambda: not traffic.is_at_work(), "the clients", PATIENCE)
        finally:
            traffic.stop()
        wait_for_the_last(killer)
    if 100 * killer.idle > MOST_IDLE * killer.kills:
        raise NotReady(f"{killer.idle} of {killer.kills} kills found nobody sending")
    found = carried(house, double)
    odd = [*found.odd, *broken_words(house, traffic.ledger)]
    for line in odd:
        click.echo(line, err=True)
    click.echo(f"messages={found.messages} kills={killer.kills} lost={found.lost} doubled={found.doubled}")
    return not (odd or found.lost or found.doubled or found.messages != texts or killer.kills < kills)


def wait_for_the_last(killer: SenderKiller) -> None:
    """
    Wait until every text has a fate.

    :raises NotReady: some have none in time.
    """
    left = killer.unsettled()
    with shown("texts settled", left) as bar:

        def is_over() -> bool:
            nonlocal left
            now = killer.unsettled()
            bar.update(left - now)
            left = now
            return left == 0

        wait_until(is_over, "the last texts", PATIENCE)


def shown(label: str, length: int) -> "click._termui_impl.ProgressBar[int]":
    """A progress bar on a terminal, nothing elsewhere."""
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())


@contextmanager
def own_house(double: TwilioDouble) -> Iterator[House]:
    """A house on a database of its own that texts through the double."""
    folder = Path(mkdtemp(prefix="zhuanban-chaos-"))
    try:
        with running(folder) as cluster:
            settings = settings_for(cluster.url(), cluster.owner_url())
            prepare(settings)
            made = House.of(texting_through(double, settings), pool=4)
            yield made
            made.engine.dispose()
    finally:
        erase(folder)
        shutil.rmtree(folder, ignore_errors=True)


def texting_through(double: TwilioDouble, settings: Settings) -> Settings:
    """*settings* with the double for Twilio."""
    return settings.model_copy(
        update={
            "provider": "twilio",
            "twilio_account_sid": ACCOUNT,
            "twilio_auth_token": TOKEN,
            "twilio_from": SENDER,
            "twilio_api_base": double.base,
            # Run at any time of day.
            "quiet_hours": "none",
        }
    )


if __name__ == "__main__":
    main()
