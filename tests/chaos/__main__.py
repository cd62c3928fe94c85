"""
`python -m tests.chaos`: promises break while clocks are set and workers and database die, each is said once;
then texts are sent through one provider and through two while their senders are killed, and while the
database is: none is lost and none goes twice.
"""

import sys
from functools import partial
from random import Random
from secrets import randbelow

import click

from tests.chaos.carriers import (
    TwilioAlone,
    foreign_phone,
    mainland_phone,
    moving_shares,
    own_house,
    two_providers,
)
from tests.chaos.senders import DatabaseKiller, SenderKiller
from tests.chaos.sending import Run, plan_for, shown
from tests.chaos.service import NotReady
from tests.chaos.shim import NoCompiler
from tests.chaos.steps import run_steps
from tests.chaos.timed_house import timed_house
from tests.doubles.carrier import running_double

#: Tickets with a clock each that falls due in every round.
TIMED_TICKETS = 200
#: Of so many senders that are killed one database is.
SENDERS_A_DATABASE = 6
PARTS = ("clocks", "senders", "providers", "database")


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(PARTS))
@click.option("--messages", default=1200, show_default=True, help="Texts of each part, a multiple of 12.")
@click.option("--kills", default=110, show_default=True, help="Senders to kill in each part.")
@click.option("--rounds", default=60, show_default=True, help="Rounds of promises that break.")
@click.option("--seed", type=int, help="Of an earlier run, to do the same again.")
def main(parts: tuple[str, ...], messages: int, kills: int, rounds: int, seed: int | None) -> None:
    """
    Set clocks, kill workers, senders and databases, and prove what became of every breach and text.

    PARTS are those to run, all of them where none is named: clocks, senders (one provider), providers (two of
    them, while shares move), database (killed amid sending).
    """
    seed = randbelow(2**31) if seed is None else seed
    click.echo(f"seed {seed}", err=True)
    known = {
        "clocks": partial(keep_promises, seed, rounds),
        "senders": partial(kill_senders, seed, messages, kills),
        "providers": partial(kill_senders_of_two, seed, messages, kills),
        "database": partial(kill_databases, seed, messages, max(1, kills // SENDERS_A_DATABASE)),
    }
    try:
        kept = [known[part]() for part in parts or PARTS]
    except NotReady as late:
        raise click.ClickException(f"{late}; this run proves nothing") from late
    sys.exit(0 if all(kept) else 1)


def keep_promises(seed: int, rounds: int) -> bool:
    """
    Let promises break while clocks are set and processes die. True if each was said once, none too early.

    :raises NotReady: something did not go on.
    """
    random = Random(seed)  # noqa: S311 it is to be the same again
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


def kill_senders(seed: int, texts: int, kills: int) -> bool:
    """Kill those who send through one provider."""
    random = Random(seed)  # noqa: S311 it is to be the same again
    with running_double() as double:
        twilio = TwilioAlone(double, random, texts)
        with own_house(twilio.settings) as (house, _server):
            run = Run(
                house,
                plan_for(texts, seed, foreign_phone),
                kills,
                SenderKiller,
                twilio.landed,
                twilio.violations,
                twilio.tell_sometimes(kills),
            )
            return run.prove("senders")


def kill_senders_of_two(seed: int, texts: int, kills: int) -> bool:
    """Kill those who send through two providers, while shares move between them."""
    random = Random(seed)  # noqa: S311 it is to be the same again
    with two_providers() as both, own_house(both.settings) as (house, _server):
        both.be_unreliable(random, texts)
        run = Run(
            house,
            plan_for(texts, seed, mainland_phone),
            kills,
            SenderKiller,
            both.landed,
            both.violations,
            moving_shares(house, random),
        )
        return run.prove("providers")


def kill_databases(seed: int, texts: int, kills: int) -> bool:
    """Kill the database amid sending, and start it again."""
    random = Random(seed)  # noqa: S311 it is to be the same again
    with running_double() as double:
        twilio = TwilioAlone(double, random, texts)
        with own_house(twilio.settings) as (house, server):
            killer = partial(DatabaseKiller, server=server)
            plan = plan_for(texts, seed, foreign_phone)
            run = Run(house, plan, kills, killer, twilio.landed, twilio.violations)
            return run.prove("database")


if __name__ == "__main__":
    main()
