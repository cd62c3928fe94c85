"""The command line: `zhuanban --help` is the list."""

import sys

import click
from sqlalchemy.engine import make_url
from sqlmodel import Session

from app.cli.bringing import import_group
from app.cli.clocks import sla
from app.cli.common import Trouble, settings_here, settings_to_start, writing
from app.cli.people import account, token
from app.cli.proof import evidence, seal, vault, verify
from app.cli.rules import export_rules, simulate_rules
from app.cli.statistics import statistics


@click.group()
def main() -> None:
    """Zhuanban 转办: hotline and complaint ticketing for a district."""


sla.add_command(export_rules)
sla.add_command(simulate_rules)

for command in (token, account, sla, verify, evidence, seal, vault, statistics, import_group):
    main.add_command(command)


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

    serve(settings_to_start())


@main.command()
def worker() -> None:
    """Sweep clocks, send messages, fill the search index."""
    from app.clockwork import run_worker

    run_worker(settings_to_start())


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
    from tickets.ground.kept_keys import keep_code_key
    from tickets.ground.vault import Vault

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
            keep_code_key(session, Vault.from_setting(settings.vault_keys))
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


@main.command(hidden=True)
def demo_data() -> None:
    """Load the units, accounts and lists of the demo."""
    from app.access.accounts import hash_password
    from app.assistance.signing import Keeping, Pictures
    from app.demo_data.casework import load_casework
    from app.demo_data.library import load_library
    from app.demo_data.lists import load_lists
    from app.demo_data.load import load_accounts, load_units
    from app.demo_data.register import load_register
    from app.wiring import House
    from tickets.ground.vault import Vault

    settings = settings_here()
    with writing() as session:
        load_units(session)
        load_accounts(session, hash_password(settings.demo_password or "zhuanban"))
        vault = Vault.from_setting(settings.vault_keys)
        load_lists(session, vault)
        load_library(session)
        laid = load_register(session, vault)
    if laid:
        house = House.of(settings, pool=1)
        load_casework(house, Pictures(Keeping.of(settings)))
        house.engine.dispose()
