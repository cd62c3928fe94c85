"""Which fact becomes which texts, for whom and when; and of which facts nobody hears, and why."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from notifications.message import Audience
from tickets.ground import facts
from tickets.ground.facts import Fact
from tickets.ground.words import Stage

#: The one text that asks for an answer.
SURVEY = "survey"


@dataclass(frozen=True)
class Rule:
    """One line of the table: this template goes to this reader when the fact is of this sort."""

    template: str
    #: Asked of the fact the rule stands under, whose type the table's key tells.
    when: Callable[[Any], bool] = lambda fact: True
    audience: Audience = Audience.CITIZEN
    #: How long the text is worth sending.
    valid_for: timedelta = timedelta(days=3)
    #: It answers what the citizen just did, and leaves at night too.
    at_once: bool = False
    #: The citizen asked for just this text, and gets it even where no reply was wanted.
    asked_for: bool = False


def _granted(kind: str) -> Callable[[Any], bool]:
    """What was asked is granted, and the citizen's own answer is what it is about."""
    return lambda fact: fact.granted and fact.kind == kind and fact.order_role in ("lead", None)


#: What a follower's citizen hears when the ticket it follows was not answered but ended.
ENDINGS = frozenset({"declined", "handed_over", "decided"})


def _stands(stage: Stage, *, late: bool = False) -> Callable[[Any], bool]:
    """Where the matter stands, with a day to name."""
    return lambda fact: fact.stage == stage and fact.due_at is not None and fact.late == late


def _goes_on(fact: Any) -> bool:
    """It is on its way, and no day can be named: there is none, or it passed before a unit had the matter."""
    has_passed = fact.late and fact.stage != Stage.IN_HAND
    return fact.stage not in FOUND_OUT and (fact.due_at is None or has_passed)


#: Where a matter stands when there is nothing more to wait for.
FOUND_OUT = (Stage.ANSWERED, Stage.ENDED)


def _progress(name: str, when: Callable[[Any], bool]) -> Rule:
    """An answer to whoever texts the number of a ticket; tomorrow it may be wrong."""
    return Rule(f"progress_{name}", when, valid_for=timedelta(hours=12), at_once=True, asked_for=True)


#: Each fact and the texts it becomes.
TABLE: dict[type[Fact], tuple[Rule, ...]] = {
    facts.Registered: (Rule("received", at_once=True),),
    facts.CodeReissued: (Rule("code_again", at_once=True),),
    facts.Declined: (Rule("ended"),),
    facts.CitizenAsked: (Rule("asked"),),
    facts.Dispatched: (
        Rule("transferred", when=lambda fact: fact.round == 1),
        # Disputed, or given to another unit in a later round.
        Rule("transferred_again", when=lambda fact: fact.round > 1),
    ),
    facts.Reworked: (Rule("transferred_again"),),
    facts.Merged: (Rule("merged"),),
    facts.Followed: (
        Rule("answered", when=lambda fact: fact.to == "callback"),
        Rule(SURVEY, when=lambda fact: fact.to == "callback", valid_for=timedelta(days=7)),
        Rule("ended", when=lambda fact: fact.what in ENDINGS),
    ),
    # Joint units answer the lead, and what was kept late needs no chasing any more.
    facts.ClockBreached: (
        Rule(
            "late",
            when=lambda fact: (
                fact.clock_kind == "handle" and fact.order_role == "lead" and not fact.kept_late
            ),
        ),
    ),
    facts.Reviewed: (
        Rule("answered", when=lambda fact: fact.passed and fact.to in ("callback", "closed")),
        Rule(SURVEY, when=lambda fact: fact.passed and fact.to == "callback", valid_for=timedelta(days=7)),
    ),
    facts.Decided: (
        Rule("extended", when=_granted("extension")),
        Rule("shelved", when=_granted("shelving")),
        Rule("ended", when=_granted("termination")),
        Rule("withdrawn", when=_granted("withdrawal")),
    ),
    facts.Withdrawn: (Rule("withdrawn", at_once=True),),
    facts.Disputed: (Rule("disputed", at_once=True),),
    facts.ProgressAsked: (
        _progress("received", _stands(Stage.RECEIVED)),
        _progress("in_hand", _stands(Stage.IN_HAND)),
        _progress("late", _stands(Stage.IN_HAND, late=True)),
        _progress("waiting", _stands(Stage.WAITING)),
        _progress("put_aside", _stands(Stage.PUT_ASIDE)),
        _progress("going", _goes_on),
        _progress("answered", lambda fact: fact.stage == Stage.ANSWERED),
        _progress("ended", lambda fact: fact.stage == Stage.ENDED),
    ),
}

#: Facts of which no reader hears by text, and why.
SILENT_ON_PURPOSE: dict[type[Fact], str] = {
    facts.Answered: "the citizen heard it on the telephone",
    facts.HandedOver: "the citizen is on the telephone with whoever takes over",
    facts.Amended: "the citizen told us, or will see it",
    facts.Supplemented: "the citizen told us",
    facts.NotSupplemented: "it goes on as it is; the date of the answer says so",
    facts.Noted: "of the house",
    facts.Urged: "the citizen told us",
    facts.Recalled: "of the house; the next transfer is told",
    facts.ReturnAsked: "of the house",
    facts.SubDispatched: "of the house; the lead answers",
    facts.Unmerged: "it goes on as if nothing had been",
    facts.FollowerJoined: "told to the follower",
    facts.FollowerLeft: "of the house",
    facts.Signed: "of the house; the unit's call follows",
    facts.Taken: "of the house",
    facts.Contacted: "the citizen was on the telephone",
    facts.ExtensionAsked: "of the house until it is granted",
    facts.ShelvingAsked: "of the house until it is granted",
    facts.Resumed: "the unit's call follows",
    facts.TerminationAsked: "of the house until it is granted",
    facts.SignOffAsked: "of the house",
    facts.Replied: "not an answer before the reviewer passed it",
    facts.UnsealAsked: "of the house",
    facts.RequestLapsed: "of the house",
    facts.CalledBack: "the citizen was asked or told us",
    facts.Closed: "the callback desk explains it",
    facts.Surveyed: "the citizen was on the telephone",
    facts.CitizenTold: "the citizen was on the telephone",
    facts.WithdrawalAsked: "the reviewer calls first",
    facts.Supervised: "of the house",
    facts.SupervisionAnswered: "of the house",
    facts.ClockWarned: "of the house",
    facts.ClockUrged: "of the house; the citizen heard of it when it broke",
    facts.ClockListed: "of the house; the citizen heard of it when it broke",
    facts.ClockRecomputed: "the next text says the new date",
    facts.Archived: "of the house",
    facts.IdentityRead: "of the house",
    facts.Attached: "the citizen told us, or will see it",
    facts.AttachmentRemoved: "of the house",
    facts.AttachmentRestored: "of the house",
    facts.AttachmentRefused: "of the house",
    facts.TextRepeated: "the text that did not arrive goes once more, in its own words",
}


#: A fact and a text it becomes, by their names.
Told = tuple[str, str]
