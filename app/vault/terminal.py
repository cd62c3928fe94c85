"""What `zhuanban vault` says: the answer on standard output, progress and troubles beside it."""

import sys

import click
from sqlmodel import Session

from app.settings import Settings
from app.vault.rotation import Rotation, StillBehind
from app.vault.uses import UNNUMBERED, Uses, uses_of
from app.wiring import make_engine
from tickets.ground.vault import KeyRingRefused, Vault


def rotate_all(settings: Settings) -> bool:
    """Bring everything up to the newest key; false if anything stayed behind."""
    vault = Vault.from_setting(settings.vault_keys)
    engine = make_engine(settings, settings.database_url, pool=1)
    try:
        with click.progressbar(length=0, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
            rotation = Rotation(engine, vault, step=bar.update)
            bar.length = rotation.left()
            rotation.run()
    except (StillBehind, KeyRingRefused) as behind:
        click.echo(f"zhuanban: {behind}", err=True)
        return False
    finally:
        engine.dispose()
    for table, count in rotation.closed.items():
        if count:
            click.echo(f"zhuanban: {count:,} rows of {table} do not open with this ring", err=True)
    click.echo(f"everything that opens is sealed with key {vault.current}", err=True)
    return not rotation.closed.total()


def tell_uses(settings: Settings) -> bool:
    """Print what each key is needed for; false if values are sealed with a key the ring does not have."""
    vault = Vault.from_setting(settings.vault_keys)
    engine = make_engine(settings, settings.database_url, pool=1)
    with Session(engine) as session:
        uses = uses_of(session)
    engine.dispose()
    for number in vault.numbers:
        click.echo(f"key {number}: {_needs(uses, vault, number)}")
    if UNNUMBERED in uses.by_key:
        click.echo(f"made with the oldest key before numbers were kept: {_told(uses, UNNUMBERED)}")
    if not uses.codes_are_kept:
        click.echo("tracking codes rest on the oldest key until `zhuanban vault rotate` has kept theirs")
    lost = uses.lost(vault)
    for number in lost:
        click.echo(f"key {number}: NOT IN THE RING, {_told(uses, number)}")
    return not lost


def _needs(uses: Uses, vault: Vault, number: str) -> str:
    told = _told(uses, number)
    if number == vault.current:
        return f"newest, {told}"
    return "in no use, may be dropped" if uses.may_go(vault, number) else told


def _told(uses: Uses, number: str) -> str:
    found = uses.by_key.get(number)
    if not found:
        return "0 values"
    each = ", ".join(f"{count:,} {where}" for where, count in sorted(found.items()))
    return f"{found.total():,} values: {each}"
