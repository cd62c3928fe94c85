"""What can be proved from the rows, and the keys that prove and seal."""

import sys
from pathlib import Path

import click

from app.cli.common import Trouble, settings_here


@click.command()
@click.option(
    "--known",
    multiple=True,
    metavar="NO:HASH",
    help="A root noted elsewhere, as the worker's log says it; it must still be there. Can be repeated.",
)
def verify(known: tuple[str, ...]) -> None:
    """Check the whole house from its rows; exit code 1 and one line for each fault."""
    from app.verify.terminal import tell_faults
    from app.wiring import NoRules

    try:
        noted = {int(no): digest for no, _, digest in (one.partition(":") for one in known)}
    except ValueError as unreadable:
        raise Trouble("--known wants the number of a root, a colon and its hash") from unreadable
    try:
        found = tell_faults(settings_here(), noted)
    except NoRules as empty:
        raise Trouble(str(empty)) from empty
    sys.exit(1 if found else 0)


@click.command()
@click.argument("ref")
@click.option("--out", type=Path, help="Where to write it: a file, or a folder; here when not given.")
def evidence(ref: str, out: Path | None) -> None:
    """Write evidence-REF.zip: all facts of one ticket, and what proves them with the public key alone."""
    from app.evidence.export import DoesNotHold, write_evidence
    from app.sealing.keys import NoSealKey
    from app.wiring import House
    from tickets.ground.errors import NotFound

    house = House.of(settings_here(), pool=2)
    try:
        click.echo(write_evidence(house, ref, out or Path()))
    except NotFound as unknown:
        raise Trouble(f"there is no ticket {ref}") from unknown
    except NoSealKey as none:
        raise Trouble("ZHUANBAN_SEAL_KEYS is not set; nothing can be signed") from none
    except DoesNotHold as broken:
        raise Trouble(
            f"the rows of {ref} do not prove themselves: {broken}; see `zhuanban verify`"
        ) from broken
    except OSError as refusal:
        raise Trouble(f"cannot write there: {refusal.strerror}") from refusal
    finally:
        house.engine.dispose()


@click.group()
def seal() -> None:
    """The keys that roots and evidence are signed with."""


@seal.command()
def key() -> None:
    """Print every public key, the newest first: NUMBER:BASE64, and as PEM."""
    from app.sealing.keys import SealKeys

    settings = settings_here()
    keys = SealKeys.from_settings(settings.seal_keys, settings.seal_public_keys)
    if not keys.public():
        raise Trouble("neither ZHUANBAN_SEAL_KEYS nor ZHUANBAN_SEAL_PUBLIC_KEYS is set")
    for number, public in keys.public().items():
        click.echo(f"{number}:{public}\n{keys.pem(number)}", nl=False)


@click.group()
def vault() -> None:
    """The keys that seal identities and texts."""


@vault.command()
def rotate() -> None:
    """Seal and index everything anew with the newest key; may be ended and run again at any time."""
    from app.vault.terminal import rotate_all

    sys.exit(0 if rotate_all(settings_here()) else 1)


@vault.command(name="check")
def check_vault() -> None:
    """Say which keys are in use, and how many values each; exit code 1 if values cannot be opened."""
    from app.vault.terminal import tell_uses

    sys.exit(0 if tell_uses(settings_here()) else 1)
