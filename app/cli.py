"""The command line: `zhuanban --help` is the list."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from pydantic import ValidationError
from sqlalchemy.engine import make_url
from sqlmodel import Session

from app.embedded.errors import CannotStart
from app.embedded.place import demo_record
from app.settings import Settings, SettingsRefused
from tickets.ground.desk import Desk

if TYPE_CHECKING:
    from app.access.accounts import Account


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


@contextmanager
def at_the_console() -> Iterator[Desk]:
    """A desk of whoever holds this machine, for changes that the ledger of the house keeps."""
    from app.admin.ledger import CONSOLE
    from app.wiring import House, NoRules

    house = House.of(settings_here(), pool=1)
    try:
        with house.open_desk(CONSOLE) as desk:
            yield desk
    except NoRules as empty:
        raise Trouble(str(empty)) from empty
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
@click.option(
    "--person", default="", help="Who it is, where somebody has a second account: the first username."
)
@click.password_option(help="Asked for when not given.")
@click.option("--keep", is_flag=True, help="The password is the person's own: they need not change it first.")
def add(username: str, password: str, keep: bool, **post: str) -> None:
    """Add the account USERNAME. Whose password somebody else chose must choose one after signing in."""
    from app.access.accounts import Role
    from app.admin.accounts import NewAccount, account_named, add_account
    from tickets.ground.units import UnitRow

    role, unit = post["role"], post["unit"]
    if role not in list(Role):
        raise Trouble(f"there is no role {role!r}; the roles are {', '.join(Role)}")
    _refuse_bad_password(username, password)
    try:
        wanted = NewAccount(
            username=username,
            display_name=post["name"] or username,
            role=Role(role),
            unit=unit,
            person=post["person"] or None,
        )
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False)[0]
        raise Trouble(f"{first['loc'][0]}: {first['msg']}") from None
    with at_the_console() as desk:
        row = desk.session.get(UnitRow, unit)
        if row is None or not row.active:
            raise Trouble(f"there is no unit {unit!r}")
        if account_named(desk.session, username) is not None:
            raise Trouble(f"there is already an account {username!r}")
        add_account(desk, wanted, password, must_change=not keep)
    click.echo(f"added {username}", err=True)


@account.command("password")
@click.argument("username")
@click.password_option(help="Asked for when not given.")
def set_password(username: str, password: str) -> None:
    """Give USERNAME a new password, to be changed after signing in; their sessions end."""
    from app.admin.passwords import reset_password

    _refuse_bad_password(username, password)
    with at_the_console() as desk:
        reset_password(desk, _account(desk.session, username), password)
    click.echo(f"{username} has a new password", err=True)


@account.command("unlock")
@click.argument("username")
def unlock_account(username: str) -> None:
    """Let USERNAME sign in again at once after too many wrong passwords."""
    from app.admin.passwords import let_try_again

    with at_the_console() as desk:
        had_to_wait = let_try_again(desk, _account(desk.session, username))
    said = "may sign in again" if had_to_wait else "did not have to wait"
    click.echo(f"{username} {said}", err=True)


@account.command("forget-totp")
@click.argument("username")
def forget_second_step(username: str) -> None:
    """Let USERNAME sign in without a code: the phone is lost, and the recovery codes too."""
    from app.admin.passwords import take_second_step

    with at_the_console() as desk:
        take_second_step(desk, _account(desk.session, username))
    click.echo(f"{username} signs in without a code", err=True)


def _account(session: Session, username: str) -> "Account":
    from app.admin.accounts import account_named

    found = account_named(session, username)
    if found is None:
        raise Trouble(f"there is no account {username!r}")
    return found


#: What is wrong with a password, as the rules name it.
PASSWORD_FAULTS = {
    "password_short": "is shorter than {least} characters",
    "password_holds_name": "contains the name of the account",
    "password_common": "is one of those that are tried first",
}


def _refuse_bad_password(username: str, password: str) -> None:
    from app.access.passwords import check_password
    from tickets.ground.errors import FieldsRefused

    try:
        check_password(settings_here(), username, password)
    except FieldsRefused as refused:
        (bad,) = refused.fields
        raise Trouble(f"the password {PASSWORD_FAULTS[bad.code].format(**bad.params)}") from refused


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
    """Load the units, accounts and lists of the demo."""
    from app.access.accounts import hash_password
    from app.demo_data.lists import load_lists
    from app.demo_data.load import load_accounts, load_units
    from tickets.ground.vault import Vault

    settings = settings_here()
    with writing() as session:
        load_units(session)
        load_accounts(session, hash_password(settings.demo_password or "zhuanban"))
        load_lists(session, Vault.from_setting(settings.vault_keys))


if __name__ == "__main__":
    main()
