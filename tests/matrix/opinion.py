"""
A second opinion on who may do what, kept by hand beside the program's own and never read from its files.

Words of the tables: a role; `unit`, handlers and heads of a unit that holds the ticket in this round; `head`,
its heads alone; `giver`, who gives tickets to units.
"""

from tests.matrix.people import Person

#: Every ticket is known to these, but for those who are recused from it.
ALWAYS = {"dispatcher", "reviewer", "supervisor", "auditor"}

#: Scene: state, who knows of it beside those, and which units hold it now.
#: scene | state | known to | held by
SCENES_TOLD = """
archived                    | archived             | operator caller lead joint       | lead
registered                  | registered           | operator                         |
sealed                      | registered           | first-operator                   |
about the hotline           | registered           | operator                         |
dispatched                  | dispatched           | operator lead joint              | lead joint
handling                    | handling             | operator lead joint              | lead joint
shared down                 | handling             | operator lead joint community    | lead joint community
awaiting information        | awaiting_information | operator lead joint              | lead joint
long term                   | long_term            | operator lead joint              | lead joint
replied                     | replied              | operator lead joint              | lead
callback                    | callback             | operator callers lead joint      | lead
closed                      | closed               | operator caller lead joint       | lead
second round                | dispatched           | operator caller lead joint other | other
returned                    | registered           | operator other                   |
sealed handling             | handling             | lead                             | lead
unsealed for the supervisor | handling             | lead                             | lead
about the lead              | handling             | operator office joint            | office joint
about the joint unit        | handling             | operator lead                    | lead
about the community         | handling             | operator joint                   | joint
follower                    | closed               | operator lead joint              |
recused                     | handling             | operator lead joint              | lead joint
supervised                  | handling             | operator lead joint              | lead joint
return asked                | handling             | operator lead                    | lead
extension asked             | handling             | operator lead                    | lead
extension asked by the head | handling             | operator lead                    | lead
shelving asked              | handling             | operator lead                    | lead
termination asked           | handling             | operator lead                    | lead
sign-off asked              | handling             | lead                             | lead
withdrawal asked            | handling             | operator lead joint              | lead joint
unseal asked                | handling             | lead                             | lead
"""

WITH_UNITS = "dispatched handling"
NOT_ANSWERED = f"{WITH_UNITS} awaiting_information long_term"
OPEN = "registered awaiting_information dispatched handling long_term replied callback"

#: move | by whom | in which states
MOVES_TOLD = f"""
answer             | operator                                            | registered
hand_over          | operator                                            | registered
decline            | operator dispatcher                                 | registered
amend              | operator dispatcher                                 | {OPEN}
ask_citizen        | operator unit                                       | registered handling
supplement         | operator                                            | {OPEN}
note               | operator dispatcher unit reviewer caller supervisor | {OPEN} closed
dispatch           | giver                                               | registered
recall             | giver                                               | dispatched
sign               | unit                                                | {WITH_UNITS}
take               | unit                                                | {NOT_ANSWERED}
ask_return         | unit                                                | {WITH_UNITS}
sub_dispatch       | unit                                                | handling
contact            | unit                                                | {WITH_UNITS}
ask_extension      | unit                                                | {WITH_UNITS}
ask_shelving       | head                                                | handling
resume             | head supervisor                                     | long_term
reply              | unit                                                | {WITH_UNITS}
review             | reviewer                                            | replied
call_back          | caller operator                                     | callback
rework             | reviewer supervisor                                 | callback
close              | reviewer                                            | callback
ask_termination    | unit                                                | handling
withdraw           | operator                                            | {OPEN}
merge              | giver                                               | registered dispatched handling
unmerge            | giver                                               | closed
urge               | operator                                            | {OPEN}
supervise          | supervisor                                          | {OPEN}
answer_supervision | unit                                                | {OPEN}
dispute            | operator                                            | closed
reissue            | operator                                            | {OPEN} closed
ask_unseal         | supervisor caller                                   | {OPEN} closed
"""

#: Scene with an open request: who decides; never who asked.
DECIDERS = {
    "return asked": "dispatcher",
    "extension asked": "head",
    "extension asked by the head": "supervisor",
    "shelving asked": "supervisor",
    "termination asked": "reviewer",
    "sign-off asked": "head",
    "withdrawal asked": "reviewer",
    "unseal asked": "auditor",
}

#: Of a sealed matter only the number can be searched for, and nobody is shown who asks without a grant.
SEALED = ("sealed", "sealed handling", "unsealed for the supervisor", "sign-off asked", "unseal asked")

#: Who is shown name, number and address in clear, with a reason.
SHOWN = "operator dispatcher unit reviewer caller supervisor"


def _rows(table: str) -> dict[str, list[list[str]]]:
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return {line[0]: [cell.split() for cell in line[1:]] for line in lines}


SCENES_ROWS = _rows(SCENES_TOLD)
MOVES_ROWS = _rows(MOVES_TOLD)


def state_of(scene: str) -> str:
    """Where the ticket of *scene* stands."""
    return SCENES_ROWS[scene][0][0]


def knows(person: Person, scene: str) -> bool:
    """Whether *person* may know that the ticket of *scene* exists."""
    if person.recused and scene == "recused":
        return False
    told = SCENES_ROWS[scene][1]
    words = {person.unit} if person.unit else {person.role}
    if person.role == "caller":
        # Callers know what waits for a call; only the first one called the others.
        words = {"callers"} | ({"caller"} if person.name == "caller" else set())
    if person.name == "operator":
        words.add("first-operator")
    return person.role in ALWAYS or bool(words & set(told))


def holds(person: Person, scene: str) -> bool:
    """Whether *person*'s unit holds the ticket of *scene* in this round."""
    return bool(person.unit) and person.unit in SCENES_ROWS[scene][2]


def may(person: Person, scene: str, move: str) -> bool:
    """Whether *person*, who knows of the ticket, is one to make *move* on it."""
    return _is_one_of(person, scene, MOVES_ROWS[move][0])


def is_the_moment(scene: str, move: str) -> bool:
    """Whether the ticket of *scene* stands where *move* can be made."""
    return state_of(scene) in MOVES_ROWS[move][1]


def decides(person: Person, scene: str) -> bool:
    """Whether *person*, who knows of the ticket, decides on the request of *scene*."""
    return _is_one_of(person, scene, DECIDERS[scene].split())


def is_shown(person: Person, scene: str) -> bool:
    """Whether *person*, who knows of the ticket, may be shown who asks."""
    if scene in SEALED:
        return (scene, person.name) == ("unsealed for the supervisor", "supervisor")
    return _is_one_of(person, scene, SHOWN.split())


def _is_one_of(person: Person, scene: str, words: list[str]) -> bool:
    if person.unit:
        return holds(person, scene) and ("unit" in words or person.role in words)
    if person.role == "caller":
        return "caller" in words and state_of(scene) == "callback"
    if "giver" in words:
        # What complains about the hotline is not the hotline's own to give away.
        return person.role == ("supervisor" if scene == "about the hotline" else "dispatcher")
    return person.role in words
