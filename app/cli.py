"""The command line: `zhuanban --help` is the list."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.engine import make_url
from sqlmodel import Session

from app.embedded.errors import CannotStart
from app.embedded.place import demo_record
from app.settings import Settings, SettingsRefused


class Trouble(click.ClickException):
    """One sentence on standard error, exit code 1."""

    def show(self, file: object = None) -> None:
        """Say it without click's prefix."""
        click.echo(f"zhuanban: {self.message}", err=True)


@click.group()
def main() -> None:
    """Zhuanban 转办: hotline and complaint ticketing for a district."""


def settings_here() -> Settings:
    """The settings of the environment, or those of the demo of this checkout where none are set."""
    env = dict(os.environ)
    if not env.get("ZHUANBAN_DATABASE_URL"):
        env.update(_settings_of_demo())
    try:
        return Settings.from_env(env)
    except SettingsRefused as refused:
        raise Trouble(str(refused)) from refused


def _settings_of_demo() -> dict[str, str]:
    try:
        record = demo_record()
    except CannotStart as refusal:
        raise Trouble(str(refusal)) from refusal
    if record is None or not record.database_url:
        raise Trouble("ZHUANBAN_DATABASE_URL is not set and no demo was started here; try `make demo`")
    return {
        "ZHUANBAN_DATABASE_URL": record.database_url,
        "ZHUANBAN_OWNER_DATABASE_URL": record.owner_database_url,
        "ZHUANBAN_SECRET_KEY": record.secret_key,
        "ZHUANBAN_VAULT_KEYS": record.vault_keys,
        "ZHUANBAN_SEAL_KEYS": record.seal_keys,
        "ZHUANBAN_BASE_URL": record.base_url,
        "ZHUANBAN_DEMO": "1",
    }


@contextmanager
def writing() -> Iterator[Session]:
    """A session that commits, for commands that write."""
    from app.wiring import House

    house = House.of(settings_here(), pool=1)
    try:
        with Session(house.engine) as session, session.begin():
            yield session
    finally:
        house.engine.dispose()


@main.command()
@click.option("--port", default=8000, show_default=True, help="Port of the pages and the API.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--fresh", is_flag=True, help="Begin anew: all data of the demo are erased.")
def demo(port: int, host: str, fresh: bool) -> None:
    """Run everything on an embedded PostgreSQL with demo data and simulated phones."""
    from app.embedded.demo import run_demo

    sys.exit(run_demo(port, host, fresh))


@main.command()
def web() -> None:
    """Serve pages and API."""
    from app.serving import serve

    serve(settings_here())


@main.command()
def worker() -> None:
    """Sweep clocks, send messages, fill the search index."""
    from app.clockwork import run_worker

    run_worker(settings_here())


@main.group()
def db() -> None:
    """The tables of the district."""


@db.command()
def upgrade() -> None:
    """Bring the tables up to date and load the rules where there are none."""
    from app.migrations import upgrade as upgrade_tables
    from app.migrations.roles import RoleRefused, make_role
    from app.rules_data import load_rules
    from app.wiring import make_engine

    settings = settings_here()
    owner_url = settings.owner_database_url or settings.database_url
    engine = make_engine(settings, owner_url, pool=2)
    application = make_url(settings.database_url)
    role = application.username if application.username != make_url(owner_url).username else None
    try:
        if role and make_role(engine, role, application.password):
            click.echo(f"made the role {role} of the application", err=True)
        upgrade_tables(engine, settings.schema_, role)
        with Session(engine) as session, session.begin():
            load_rules(session)
    except RoleRefused as refused:
        raise Trouble(str(refused)) from refused
    finally:
        engine.dispose()
    click.echo("the tables are up to date", err=True)


@db.command()
def check() -> None:
    """Say whether the tables are those this program was written for; exit code 1 if not."""
    from app.migrations import is_current
    from app.wiring import make_engine

    settings = settings_here()
    engine = make_engine(settings, settings.database_url, pool=1)
    current = is_current(engine, settings.schema_)
    engine.dispose()
    if not current:
        raise Trouble("the tables are not up to date; run `zhuanban db upgrade`")
    click.echo("up to date")


@main.command()
@click.argument("username")
def token(username: str) -> None:
    """Print a new API token with all rights of USERNAME."""
    from app.access.accounts import make_token

    with writing() as session:
        made = make_token(session, username)
    if made is None:
        raise Trouble(f"there is no active account {username!r}")
    click.echo(made)


@main.group()
def account() -> None:
    """People of the staff."""


@account.command()
@click.argument("username")
@click.option("--role", required=True, help="operator, dispatcher, handler, head, reviewer, caller, …")
@click.option("--unit", required=True, help="Code of the unit, as hotline or 530103012.")
@click.option("--name", default="", help="Name shown to colleagues.")
@click.password_option(help="Asked for when not given.")
def add(username: str, role: str, unit: str, name: str, password: str) -> None:
    """Add the account USERNAME."""
    from app.access.accounts import Account, Role, hash_password
    from tickets.ground.units import UnitRow

    if role not in list(Role):
        raise Trouble(f"there is no role {role!r}; the roles are {', '.join(Role)}")
    with writing() as session:
        if session.get(UnitRow, unit) is None:
            raise Trouble(f"there is no unit {unit!r}")
        session.add(
            Account(
                username=username,
                display_name=name or username,
                role=role,
                unit=unit,
                password_hash=hash_password(password),
            )
        )
    click.echo(f"added {username}", err=True)


@main.command()
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


@main.command()
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


@main.group()
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


@main.command(hidden=True)
def demo_data() -> None:
    """Load the units and accounts of the demo."""
    from app.access.accounts import hash_password
    from app.demo_data.load import load_accounts, load_units

    settings = settings_here()
    with writing() as session:
        load_units(session)
        load_accounts(session, hash_password(settings.demo_password or "zhuanban"))


if __name__ == "__main__":
    main()
