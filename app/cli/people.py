"""People of the staff on the command line: added, helped in again, given a token of the API."""

from typing import TYPE_CHECKING

import click
from pydantic import ValidationError
from sqlmodel import Session

from app.cli.common import Trouble, at_the_console, settings_here, writing

if TYPE_CHECKING:
    from app.access.accounts import Account


@click.command()
@click.argument("username")
def token(username: str) -> None:
    """Print a new API token with all rights of USERNAME."""
    from app.access.accounts import make_token

    with writing() as session:
        made = make_token(session, username)
    if made is None:
        raise Trouble(f"there is no active account {username!r}")
    click.echo(made)


@click.group()
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
