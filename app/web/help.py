"""Help for each role, written from the tables the program itself obeys: it cannot be out of step."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from sqlalchemy import update
from sqlmodel import col
from werkzeug.exceptions import NotFound

from app.access.accounts import Account, Role
from app.access.rules import RULES
from app.language.help_words import MEANINGS, PURPOSES, STATE_MEANINGS, TOURS, Step
from app.language.text_words import TEXTS
from app.language.words import MOVES, REQUESTS, STATES
from app.web.admin.roles import RELATIONS
from app.web.staff import blueprint, staff_page
from notifications.message import Audience
from notifications.table import TABLE
from tickets.ground.flow import FACTS_OF, STEPS, Move, State

help_pages = blueprint("help", __name__)


@dataclass(frozen=True)
class Explained:
    """One move as the help page tells it."""

    name: LazyString | str
    meaning: LazyString | str
    #: Of which tickets, in the words of the table of roles.
    whose: LazyString | str
    #: The states it is possible in.
    states: list[LazyString | str]
    #: What texts its facts may become.
    texts: list[LazyString | str]


@help_pages.get("/help")
@staff_page()
def mine() -> ResponseReturnValue:
    """The page of one's own role."""
    return redirect(url_for("help.of_role", name=g.viewer.role))


@help_pages.get("/help/<name>")
@staff_page()
def of_role(name: str) -> ResponseReturnValue:
    """What one role is there for, its first day, its moves, and what the words mean."""
    if name not in set(Role):
        raise NotFound
    return render_template("help/role.html", roles=list(Role), **told_of(Role(name)))


@help_pages.post("/help/tour/<word>")
@staff_page()
def tour(word: str) -> ResponseReturnValue:
    """Put the first steps away, or lay them on the desk again."""
    if word not in ("end", "again"):
        raise NotFound
    mine = col(Account.id) == g.viewer.account_id
    g.desk.session.connection().execute(update(Account).where(mine).values(toured=word == "end"))
    return redirect(url_for("desks.show"), 303)


def told_of(role: Role) -> Mapping[str, Any]:
    """All the page of *role* says, from roles.yaml, the table of moves and the table of texts. No query."""
    return {
        "role": role,
        "purpose": PURPOSES[role],
        "steps": steps_of(role),
        "moves": [explained(move, RULES.moves[move][role]) for move in Move if role in _allowed(move)],
        "decides": [REQUESTS[kind] for kind, roles in RULES.decides.items() if role in roles],
        "reads": RELATIONS[RULES.reads[role]],
        "states": [(STATES[state], STATE_MEANINGS[state]) for state in State],
    }


def steps_of(role: Role) -> list[tuple[Step, str]]:
    """The first day of a role, each step with the address of its page."""
    return [(step, url_for(step.endpoint) if step.endpoint else "") for step in TOURS[role]]


def explained(move: Move, relation: str) -> Explained:
    """What *move* does, from where, and who hears of it."""
    rules = [rule for fact, told in TABLE.items() if fact.name in FACTS_OF[move] for rule in told]
    templates = dict.fromkeys(rule.template for rule in rules if rule.audience is Audience.CITIZEN)
    return Explained(
        name=MOVES[move],
        meaning=MEANINGS[move],
        whose=RELATIONS[relation],
        states=[STATES[state] for state in State if state in STEPS.get(move, {})],
        texts=[TEXTS[template] for template in templates],
    )


def _allowed(move: Move) -> Mapping[str, str]:
    return RULES.moves.get(move, {})
