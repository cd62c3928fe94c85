"""The command line: `zhuanban --help` is the list."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

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
    from app.rules_data import load_rules
    from app.wiring import make_engine
    from tickets.ground.kept_keys import keep_code_key
    from tickets.ground.vault import Vault

    settings = settings_here()
    owner_url = settings.owner_database_url or settings.database_url
    engine = make_engine(settings, owner_url, pool=2)
    role = make_url(settings.database_url).username if owner_url != settings.database_url else None
    upgrade_tables(engine, settings.schema_, role)
    with Session(engine) as session, session.begin():
        load_rules(session)
        keep_code_key(session, Vault.from_setting(settings.vault_keys))
    click.echo("the tables are up to date", err=True)


@db.command()
def check() -> None:
    """Say whether the tables are those this program was written for; exit code 1 if not."""
    from app.migrations import is_current
    from app.wiring import make_engine

    settings = settings_here()
    if not is_current(make_engine(settings, settings.database_url, pool=1), settings.schema_):
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
def verify() -> None:
    """Check the whole house from its rows; exit code 1 and one line for each fault."""
    from app.verify.terminal import tell_faults
    from app.wiring import NoRules

    try:
        found = tell_faults(settings_here())
    except NoRules as empty:
        raise Trouble(str(empty)) from empty
    sys.exit(1 if found else 0)


@main.group()
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
