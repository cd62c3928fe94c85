"""Every address the application answers, with something plausible wherever the address has a gap."""

import re
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from app.factory import create_app
from app.wiring import House

REF = "26112300000011"
#: What to put into the gaps of an address: by their name, else by what they take.
NAMED = {"ref": REF, "move": "dispatch", "code": "en", "size": "large", "filename": "favicon.svg"}
TAKEN = {"int": "1", "uuid": "0190c9d0-0000-7000-8000-000000000001"}
GAP = re.compile(r"<(?:(?P<takes>\w+)(?:\([^)]*\))?:)?(?P<name>\w+)>")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Address:
    """One way of asking for one route."""

    method: str
    path: str
    endpoint: str
    #: Who may enter, as the route says; empty for files.
    open_to: str

    @property
    def takes_forms(self) -> bool:
        """Acts for who holds our cookie: neither the API nor a provider, who prove themselves otherwise."""
        return self.method in UNSAFE and self.open_to not in ("token", "provider")


def addresses(app: Flask, *methods: str) -> list[Address]:
    """Every route of *app* asked with each of *methods* that it takes."""
    return [
        Address(
            method, path_of(rule), rule.endpoint, getattr(app.view_functions[rule.endpoint], "open_to", "")
        )
        for rule in app.url_map.iter_rules()
        for method in methods
        if method in (rule.methods or ())
    ]


def path_of(rule: Rule) -> str:
    """The address of *rule* with its gaps filled."""
    return GAP.sub(lambda gap: NAMED.get(gap["name"]) or TAKEN.get(gap["takes"], "x"), rule.rule)


def furnished(house: House, **changes: Any) -> Flask:
    """The application as it would be with other settings, on the same tables."""
    settings = house.settings.model_copy(update=changes)
    return create_app(settings, replace(house, settings=settings))
