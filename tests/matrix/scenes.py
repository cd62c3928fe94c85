"""Tickets in every condition a person can stand to: each is built once, and no test changes it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from app.wiring import House
from tests.makers import ANSWER, COMMUNITY, HANDLER, HEAD, JOINT, JOINT_HANDLER, LEAD, Api
from tickets.clocks.archive import archive_old
from tickets.ground.desk import CLOCKWORK

UNTIL = "2099-05-01T09:00:00+08:00"
SEALED = {"kind": "report"}


@dataclass(frozen=True)
class Stage:
    """What a scene is built with."""

    api: Api
    house: House
    #: Usernames of those who must have nothing to do with a ticket that recuses anybody.
    recused: list[str]

    def given(self, lead: str = LEAD, joint: str = JOINT, **call: object) -> str:
        """A ticket with its units, not signed yet."""
        ref: str = self.api.register(**call)["ref"]
        self.api.made("dispatcher", ref, "dispatch", lead=lead, joint=[joint] if joint else [])
        return ref

    def signed(self, lead: str = LEAD, joint: str = JOINT, **call: object) -> str:
        """A ticket whose lead has signed."""
        ref = self.given(lead, joint, **call)
        self.api.made(f"handler@{lead}", ref, "sign")
        return ref

    def answered(self) -> str:
        """A ticket whose lead answered and did not wait for the joint unit."""
        ref = self.signed()
        self.api.made(HANDLER, ref, "reply", **ANSWER, without_joint="不用等")
        return ref

    def passed(self) -> str:
        """A ticket that waits for the citizen's word."""
        ref = self.answered()
        self.api.made("reviewer", ref, "review", **{"pass": True, "text": ""})
        return ref

    def closed(self) -> str:
        """A ticket the citizen is content with."""
        ref = self.passed()
        self.api.made("caller", ref, "call_back", reached=True, solved="yes", satisfaction=5)
        return ref


def archived(stage: Stage) -> str:
    ref = stage.closed()
    with stage.house.open_desk(CLOCKWORK) as desk:
        archive_old(desk, after=timedelta(0), at_most=100)
    return ref


def shared(stage: Stage) -> str:
    ref = stage.signed()
    stage.api.made(JOINT_HANDLER, ref, "sign")
    stage.api.made(JOINT_HANDLER, ref, "sub_dispatch", unit=COMMUNITY, note="请上门")
    return ref


def awaiting(stage: Stage) -> str:
    ref = stage.signed()
    stage.api.made(HANDLER, ref, "ask_citizen", text="请提供照片。")
    return ref


def long_term(stage: Stage) -> str:
    ref = stage.signed()
    asked = stage.api.made(HEAD, ref, "ask_shelving", until=UNTIL, text="等预算")
    stage.api.decide("supervisor", asked, grant=True)
    return ref


def second_round(stage: Stage) -> str:
    ref = stage.passed()
    stage.api.made("caller", ref, "call_back", reached=True, solved="no", reason="没有处理")
    stage.api.made("reviewer", ref, "rework", text="再办", unit="housing")
    return ref


def returned(stage: Stage) -> str:
    ref = stage.given("housing", "")
    asked = stage.api.made("handler@housing", ref, "ask_return", reason="职能不符", text="不归我们")
    stage.api.decide("dispatcher", asked, grant=True)
    return ref


def unsealed(stage: Stage) -> str:
    ref = stage.signed(joint="", **SEALED)
    stage.api.decide("auditor", stage.api.made("supervisor", ref, "ask_unseal", text="核对"), grant=True)
    return ref


def follower(stage: Stage) -> str:
    ref = stage.given()
    stage.api.made("dispatcher", ref, "merge", into=stage.signed(lead="education", joint=""))
    return ref


def recused(stage: Stage) -> str:
    ref = stage.signed()
    stage.api.made("operator", ref, "amend", fields={"recused": stage.recused}, text="当事人要求回避")
    return ref


def supervised(stage: Stage) -> str:
    ref = stage.signed()
    stage.api.made("supervisor", ref, "supervise", level="日常", text="请抓紧")
    return ref


def asks(username: str, move: str, **body: object) -> Callable[[Stage], str]:
    """A signed ticket on which somebody asked for something that is not decided yet."""

    def build(stage: Stage) -> str:
        ref = stage.signed(joint="")
        stage.api.made(username, ref, move, **body)
        return ref

    return build


def sign_off(stage: Stage) -> str:
    ref = stage.signed(joint="", **SEALED)
    stage.api.made(HANDLER, ref, "reply", **ANSWER)
    return ref


def withdrawal(stage: Stage) -> str:
    ref = supervised(stage)
    stage.api.made("operator", ref, "withdraw", text="不用了")
    return ref


def unseal(stage: Stage) -> str:
    ref = stage.signed(joint="", **SEALED)
    stage.api.made("supervisor", ref, "ask_unseal", text="核对")
    return ref


#: The first closes into the archive whatever is closed by then, so it comes first.
SCENES: dict[str, Callable[[Stage], str]] = {
    "archived": archived,
    "registered": lambda stage: stage.api.register()["ref"],
    "sealed": lambda stage: stage.api.register(**SEALED)["ref"],
    "about the hotline": lambda stage: stage.api.register(about_units=["hotline"])["ref"],
    "dispatched": Stage.given,
    "handling": Stage.signed,
    "shared down": shared,
    "awaiting information": awaiting,
    "long term": long_term,
    "replied": Stage.answered,
    "callback": Stage.passed,
    "closed": Stage.closed,
    "second round": second_round,
    "returned": returned,
    "sealed handling": lambda stage: stage.signed(joint="", **SEALED),
    "unsealed for the supervisor": unsealed,
    "about the lead": lambda stage: stage.signed("petition-office", JOINT, about_units=[LEAD]),
    "about the joint unit": lambda stage: stage.signed(LEAD, "", about_units=[JOINT]),
    "about the community": lambda stage: stage.signed(JOINT, "", about_units=[COMMUNITY]),
    "follower": follower,
    "recused": recused,
    "supervised": supervised,
    "return asked": asks(HANDLER, "ask_return", reason="职能不符", text="不归我们"),
    "extension asked": asks(HANDLER, "ask_extension", days=2, text="等材料"),
    "extension asked by the head": asks(HEAD, "ask_extension", days=2, text="等材料"),
    "shelving asked": asks(HEAD, "ask_shelving", until=UNTIL, text="等预算"),
    "termination asked": asks(HANDLER, "ask_termination", ground="no_further", text="同一事实"),
    "sign-off asked": sign_off,
    "withdrawal asked": withdrawal,
    "unseal asked": unseal,
}
