"""The demo's policy library, read from `policies.toml` beside this file."""

import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import Session, select

from app.assistance.policy_items import PolicyWords
from tickets.assistance.policy_items import PolicyItem, put_words
from tickets.ground.refs import SHANGHAI

#: Who laid them down, in place of an account.
BY = "demo"


def load_library(session: Session) -> None:
    """Lay down the library where there is none; one that somebody keeps is left as it is."""
    if session.exec(select(PolicyItem.id).limit(1)).first() is not None:
        return
    now = session.connection().execute(text("select clock_timestamp()")).scalar_one()
    for item in _items(now):
        session.connection().execute(insert(PolicyItem).values(**item.model_dump(exclude={"id"})))


def _items(now: datetime) -> Iterator[PolicyItem]:
    written = tomllib.loads(files(__package__).joinpath("policies.toml").read_text("utf-8"))
    for one in written["item"]:
        yield _item({**one}, now)


def _item(one: dict[str, Any], now: datetime) -> PolicyItem:
    code, owner = one.pop("code"), one.pop("owner")
    confirmed_at = now - timedelta(days=one.pop("confirmed_days_ago", 30))
    if "ends_in_days" in one:
        one["valid_to"] = now.astimezone(SHANGHAI).date() + timedelta(days=one.pop("ends_in_days"))
    said = PolicyWords.model_validate(one)
    plain: dict[str, Any] = {
        name: [*value] if isinstance(value, tuple) else value
        for name, value in said.model_dump(exclude={"facts"}).items()
    }
    facts = said.facts.model_dump(mode="json", exclude_defaults=True)
    stamps: dict[str, Any] = {"made_at": confirmed_at, "confirmed_at": confirmed_at}
    item = PolicyItem(**plain, **stamps, facts=facts, code=code, owner=owner, made_by=BY, confirmed_by=BY)
    put_words(item)
    return item
