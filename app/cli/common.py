"""What every command needs: the settings it finds, one sentence where it fails, a session, a desk."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlmodel import Session

from app.embedded.errors import CannotStart
from app.embedded.place import demo_record
from app.settings import Settings, SettingsRefused
from tickets.ground.desk import Desk


class Trouble(click.ClickException):
    """One sentence on standard error, exit code 1."""

    def show(self, file: object = None) -> None:
        """Say it without click's prefix."""
        click.echo(f"zhuanban: {self.message}", err=True)


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


def settings_to_start() -> Settings:
    """The settings, once every text can be sent: a process must not find out while it serves."""
    from app.wiring import TEMPLATES
    from notifications.wording_rules import WordingRefused, read_wording

    settings = settings_here()
    try:
        read_wording(TEMPLATES / "messages", settings.signatures())
    except WordingRefused as refused:
        raise Trouble(str(refused)) from refused
    return settings


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
