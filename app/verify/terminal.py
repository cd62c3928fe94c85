"""What `zhuanban verify` says: faults and what was checked as its answer, remarks and progress beside it."""

import sys
from collections.abc import Mapping

import click

from app.settings import Settings
from app.verify import Verification


def tell_faults(settings: Settings, noted: Mapping[int, str] | None = None) -> int:
    """
    Print every fault as it is found, and at the end what was looked at; gives how many faults there were.

    *noted* are hashes of roots by number that must still be there.

    :raises NoRules: the district was never prepared.
    """
    found = 0
    with click.progressbar(length=0, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def begin(tickets: int) -> None:
            bar.length = tickets

        def remark(line: str) -> None:
            click.echo(f"remark: {line}", err=True)

        verification = Verification(settings, remark=remark, begin=begin, step=bar.update, noted=noted)
        for line in verification.faults():
            found += 1
            click.echo(line)
    rows = ", ".join(f"{count:,} {name}" for name, count in verification.looked_at.items())
    click.echo(f"checked {rows or 'no tickets'}: {found or 'no'} {'fault' if found < 2 else 'faults'}")
    return found
