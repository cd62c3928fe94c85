"""Who acts in the model, and whom each may know of and may do: by hand, as in the matrix."""

from dataclasses import dataclass

from tests.makers import COMMUNITY, JOINT, LEAD
from tests.matrix.opinion import MOVES_ROWS
from tests.model.matter import HOUSING, KNOWS, Ask, Matter


@dataclass(frozen=True)
class Person:
    """One of the staff, by account."""

    username: str
    role: str
    unit: str | None = None


HOTLINE = ("operator", "dispatcher", "reviewer", "caller", "supervisor", "auditor")
PEOPLE = (
    *(Person(role, role) for role in HOTLINE),
    *(
        Person(f"{role}@{unit}", role, unit)
        for unit in (LEAD, JOINT, HOUSING)
        for role in ("handler", "head")
    ),
    Person(f"handler@{COMMUNITY}", "handler", COMMUNITY),
)
OF_UNITS = ("handler", "head")


def knows(person: Person, matter: Matter) -> bool:
    """Whether *person* may know that *matter* exists."""
    if person.unit:
        return any(share.unit in KNOWS[person.unit] for share in matter.shares)
    if person.role == "operator":
        return not matter.sealed or matter.state == "registered"
    if person.role == "caller":
        return matter.state == "callback" or person.username in matter.called_by
    return True


def is_the_moment(move: str, matter: Matter) -> bool:
    """Whether the hand-kept table has *move* where *matter* stands."""
    return matter.state in MOVES_ROWS[move][1]


def may(person: Person, move: str, matter: Matter) -> bool:
    """Whether *move* is for *person*, where *matter* is known to them."""
    words = set(MOVES_ROWS[move][0])
    if person.unit:
        wanted = {"unit"} | ({"head"} if person.role == "head" else set())
        return bool(words & wanted) and matter.held_by(person.unit)
    if person.role == "caller" and "caller" in words:
        return matter.state == "callback"
    return person.role in words or (person.role == "dispatcher" and "giver" in words)


def may_decide(person: Person, ask: Ask) -> bool:
    """Whether *ask* was laid before *person*."""
    return person.role == ask.decider and ask.decider_unit in (None, person.unit)
