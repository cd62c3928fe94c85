"""What a route says of who may enter is what it does."""

import pytest
from flask import Flask

from app.access.accounts import Role
from tests.app.pages import Visitor, form_of, signed_in
from tests.app.walking import Address, addresses
from tests.makers import OF_ROLE

#: Doors that are no matter of a sign-in on the pages.
OTHERS = {"everybody", "citizen", "demo", "provider", "token", "monitor", "secret", ""}


def of_the_staff(app: Flask) -> list[Address]:
    """Every address that asks for a sign-in."""
    return [address for address in addresses(app, "GET", "POST") if address.open_to not in OTHERS]


def test_a_door_is_one_we_know(app: Flask) -> None:
    doors = {address.open_to for address in addresses(app, "GET", "POST")} - OTHERS - {"staff"}
    unknown = {door for door in doors if not set(door.split(", ")) <= set(Role)}

    assert not unknown


def test_a_stranger_enters_no_page_of_the_staff(app: Flask) -> None:
    stranger, entered = Visitor(app), {}
    token = form_of(stranger.get("/sign-in"), "/sign-in")["csrf_token"]
    for address in of_the_staff(app):
        answer = stranger.client.open(address.path, method=address.method, data={"csrf_token": token})
        if not (answer.status_code in (303, 307) and answer.headers["Location"].startswith("/sign-in?")):
            entered[f"{address.method} {address.path}"] = answer.status_code

    assert not entered


def test_an_account_without_token_enters_no_door_of_the_api(app: Flask) -> None:
    paths = [address for address in addresses(app, "GET", "POST") if address.open_to == "token"]
    codes = {app.test_client().open(one.path, method=one.method, json={}).status_code for one in paths}

    assert paths
    assert codes == {401}


@pytest.mark.parametrize("role", list(Role))
def test_a_page_for_other_roles_stays_shut(app: Flask, role: Role) -> None:
    visitor, entered = signed_in(app, OF_ROLE[role]), {}
    token = form_of(visitor.get("/desk"), "/sign-out")["csrf_token"]
    for address in of_the_staff(app):
        if address.open_to == "staff" or role in address.open_to.split(", "):
            continue
        answer = visitor.client.open(address.path, method=address.method, data={"csrf_token": token})
        if answer.status_code != 403:
            entered[f"{address.method} {address.path}"] = answer.status_code

    assert not entered
