"""What each move does to the reference, or on which ground it is refused, by hand from the design."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from tests.makers import COMMUNITY, JOINT, LEAD
from tests.model.matter import BELOW, HOUSING, LEVELS, Ask, Before, Matter, Share
from tests.model.people import Person, is_the_moment, knows, may, may_decide

UNTIL = "2099-05-01T09:00:00+08:00"
CHINA = timezone(timedelta(hours=8))
MOST_ROUNDS = 3


class No(Exception):
    """The move is refused, on this ground."""


@dataclass(frozen=True, repr=False)
class Step:
    """Somebody wants something."""

    person: Person
    matter: Matter
    move: str
    body: dict[str, Any]
    #: What a decision is on, and the ticket another shall follow.
    ask: Ask | None = None
    into: Matter | None = None

    def __repr__(self) -> str:
        on = f" on {self.ask.kind}" if self.ask else f" into {self.into}" if self.into else ""
        return f"{self.person.username}: {self.move}{on} of {self.matter} with {self.body}"


Effect = Callable[[Step], None]


def take(step: Step) -> str:
    """Change the reference as *step* says, or leave it and say why not: `ok`, or the code of the refusal."""
    try:
        _check(step)
        EFFECTS[step.move](step)
    except No as refused:
        return str(refused)
    step.matter.version += 1
    _tell(step)
    return "ok"


def _check(step: Step) -> None:
    """What stands before every move, in the order of the contract: 404, 422, 409, 403."""
    matter, person, move = step.matter, step.person, step.move
    if not knows(person, matter):
        raise No("not_found")
    _check_fields(step)
    if move == "decide":
        if matter.state == "archived":
            raise No("move_not_allowed")
        if step.ask is None or not may_decide(person, step.ask):
            raise No("not_yours")
        if step.ask.state != "open":
            raise No("already_decided")
        return
    if not is_the_moment(move, matter):
        raise No("move_not_allowed")
    if not may(person, move, matter):
        raise No("not_yours")


def _check_fields(step: Step) -> None:
    matter, body = step.matter, step.body
    wrong = {
        "dispatch": lambda: body["lead"] in body["joint"],
        "rework": lambda: body["unit"] is None and matter.lead() is None,
        "sub_dispatch": lambda: (
            body["unit"] not in BELOW.get(step.person.unit or "", ())
            or any(share.unit == body["unit"] for share in matter.owed())
        ),
        "merge": lambda: step.into is None or not knows(step.person, step.into),
    }
    if step.move in wrong and wrong[step.move]():
        raise No("fields_refused")


def _mine(step: Step) -> Share:
    """The share the actor's unit owes."""
    owed = [share for share in step.matter.of_unit(step.person.unit) if share.owed]
    if not owed:
        raise No("order_ended")
    return owed[0]


def _lead(step: Step) -> Share:
    share = _mine(step)
    if share.role != "lead":
        raise No("lead_only")
    return share


def _ask(step: Step, kind: str, share: Share | None, decider: str, **more: Any) -> None:
    if step.matter.asked(kind, share):
        raise No("already_asked")
    step.matter.asks.append(Ask(kind, share, decider, **more))


def _stays(_step: Step) -> None:
    """It is written down, and that is all."""


def _settles(outcome: str) -> Effect:
    return lambda step: step.matter.close(outcome)


def _ask_citizen(step: Step) -> None:
    matter = step.matter
    if step.person.unit:
        share = _lead(step)
        if share.asked_citizen:
            raise No("asked_this_round")
        share.asked_citizen = True
    matter.state = "awaiting_information"


def _supplement(step: Step) -> None:
    matter = step.matter
    if matter.state == "awaiting_information":
        lead = matter.lead()
        matter.state = "handling" if lead and lead.owed else "registered"


def _urge(step: Step) -> None:
    today = datetime.now(UTC).astimezone(CHINA).date()
    if step.matter.urged == today:
        raise No("urged_today")
    step.matter.urged = today
    step.matter.urges += 1


def _reissue(step: Step) -> None:
    if not step.matter.reachable:
        raise No("no_number_on_file")


def _dispatch(step: Step) -> None:
    matter = step.matter
    matter.give(step.body["lead"], "lead")
    for unit in step.body["joint"]:
        matter.give(unit, "joint")
    matter.state, matter.holder = "dispatched", step.body["lead"]


def _back(matter: Matter, state: str) -> None:
    for share in matter.owed():
        matter.end_share(share, state)
    matter.state, matter.holder = "registered", None


def _recall(step: Step) -> None:
    _back(step.matter, "recalled")


def _sign(step: Step) -> None:
    share = _mine(step)
    if share.state != "open":
        raise No("already_signed")
    share.state = "signed"
    if share.role == "lead":
        step.matter.state = "handling"


def _with_share(step: Step) -> None:
    _mine(step)


def _contact(step: Step) -> None:
    _mine(step)
    if step.matter.sealed:
        raise No("sealed_no_contact")


def _sub_dispatch(step: Step) -> None:
    share = _mine(step)
    if share.state != "signed":
        raise No("sign_first")
    if step.matter.asked("sign_off", share):
        raise No("sign_off_waits")
    step.matter.give(step.body["unit"], "sub", share)


def _ask_return(step: Step) -> None:
    share = _mine(step)
    if share.designated:
        raise No("designated")
    _ask(step, "return", share, "dispatcher")


def _ask_extension(step: Step) -> None:
    share = _mine(step)
    if share.round > 1:
        # What comes back is due soon and not put off (H-REWORK).
        raise No("no_extension")
    if step.matter.asked("extension", share):
        raise No("already_asked")
    if any((ask.kind, ask.share, ask.state) == ("extension", share, "granted") for ask in step.matter.asks):
        raise No("extended_before")
    if step.person.role == "head":
        _ask(step, "extension", share, "supervisor")
    else:
        _ask(step, "extension", share, "head", decider_unit=share.unit)


def _ask_shelving(step: Step) -> None:
    _ask(step, "shelving", _lead(step), "supervisor")


def _ask_termination(step: Step) -> None:
    _ask(step, "termination", _lead(step), "reviewer", ground=step.body["ground"])


def _resume(step: Step) -> None:
    step.matter.state = "handling"


def _waits(matter: Matter, share: Share, *, alone: bool) -> None:
    if matter.under(share):
        raise No("open_sub_orders")
    if share.role == "lead" and len(matter.owed()) > 1 and not alone:
        raise No("open_joint_orders")


def _reply(step: Step) -> None:
    matter, share, body = step.matter, _mine(step), step.body
    if share.state != "signed":
        raise No("sign_first")
    if matter.asked("sign_off", share):
        raise No("already_asked")
    alone = bool(body["without_joint"])
    _waits(matter, share, alone=alone)
    is_signed = matter.sealed or matter.supervised in LEVELS[1:]
    if share.role == "lead" and step.person.role != "head" and is_signed:
        _ask(step, "sign_off", share, "head", decider_unit=share.unit, solved=body["solved"], alone=alone)
    else:
        matter.answer(share, body["solved"])


def _review(step: Step) -> None:
    matter, lead = step.matter, step.matter.lead()
    if not step.body["pass"]:
        assert lead is not None
        lead.state, matter.state, matter.solved = "signed", "handling", None
    elif matter.reachable:
        matter.state, matter.holder = "callback", None
    else:
        _close_by_verdict(matter)


def _close_by_verdict(matter: Matter) -> None:
    matter.close("solved" if matter.solved == "yes" else "explained")


def _call_back(step: Step) -> None:
    matter, body = step.matter, step.body
    matter.attempts += 1
    matter.called_by.add(step.person.username)
    if not body["reached"]:
        return
    matter.citizen = body["solved"]
    if body["solved"] == "no":
        matter.said_no = True
    else:
        _close_by_verdict(matter)


def _rework(step: Step) -> None:
    matter, lead = step.matter, step.matter.lead()
    if matter.round >= MOST_ROUNDS and step.person.role != "supervisor":
        raise No("too_many_rounds")
    unit = step.body["unit"] or (lead.unit if lead else "")
    matter.next_round()
    matter.give(unit, "lead")
    matter.state, matter.holder = "dispatched", unit


def _withdraw(step: Step) -> None:
    matter = step.matter
    if matter.sealed or matter.supervised:
        _ask(step, "withdrawal", None, "reviewer")
    else:
        _give_up(matter)


def _give_up(matter: Matter) -> None:
    for one in list(matter.followers):
        if one.state == "closed":
            one.part()
    matter.close("withdrawn")


def _merge(step: Step) -> None:
    matter, into = step.matter, step.into
    assert into is not None
    if into is matter:
        raise No("merge_into_itself")
    if into.follows:
        raise No("merge_into_follower")
    if into.ended:
        raise No("merge_into_closed")
    if into.sealed != matter.sealed:
        raise No("merge_sealed")
    if matter.cards:
        raise No("supervision_open")
    before = Before(matter.state, matter.holder, tuple((share, share.state) for share in matter.owed()))
    matter.close("merged")
    matter.follows, matter.before = into, before
    into.followers.append(matter)


def _unmerge(step: Step) -> None:
    if step.matter.before is None:
        raise No("not_merged")
    step.matter.part()
    step.matter.version -= 1


def _supervise(step: Step) -> None:
    matter = step.matter
    matter.cards += 1
    matter.supervised = max(filter(None, (matter.supervised, step.body["level"])), key=LEVELS.index)


def _answer_supervision(step: Step) -> None:
    if not step.matter.cards:
        raise No("no_card_open")
    step.matter.cards -= 1


def _dispute(step: Step) -> None:
    matter = step.matter
    if matter.outcome == "handed_over":
        raise No("handed_over")
    if matter.disputes:
        raise No("disputed_before")
    if matter.follows and not matter.follows.ended:
        raise No("master_open")
    matter.next_round()
    matter.disputes += 1
    matter.state, matter.holder = "registered", None


def _ask_unseal(step: Step) -> None:
    if not step.matter.sealed:
        raise No("not_sealed")
    _ask(step, "unseal", None, "auditor")


def _decide(step: Step) -> None:
    ask, matter, granted = step.ask, step.matter, step.body["grant"]
    assert ask is not None
    if granted:
        _check_grant(matter, ask)
    ask.state = "granted" if granted else "refused"
    if granted:
        GRANTED[ask.kind](matter, ask)
    elif step.body.get("designate") and ask.kind == "return":
        assert ask.share is not None
        ask.share.designated = True


def _check_grant(matter: Matter, ask: Ask) -> None:
    if ask.kind == "sign_off":
        assert ask.share is not None
        _waits(matter, ask.share, alone=ask.alone)
    if ask.kind in ("sign_off", "shelving", "termination") and matter.state != "handling":
        raise No("move_not_allowed")
    leads = ask.share is not None and ask.share.role == "lead"
    if ask.kind == "return" and leads and matter.state not in ("dispatched", "handling"):
        raise No("move_not_allowed")


def _returned(matter: Matter, ask: Ask) -> None:
    share = ask.share
    assert share is not None
    if share.role == "lead":
        _back(matter, "returned")
        return
    for one in (share, *matter.under(share)):
        matter.end_share(one, "returned")


def _shelved(matter: Matter, _ask: Ask) -> None:
    matter.state = "long_term"


def _terminated(matter: Matter, ask: Ask) -> None:
    matter.close("no_further" if ask.ground == "no_further" else "terminated")


def _signed_off(matter: Matter, ask: Ask) -> None:
    assert ask.share is not None
    matter.answer(ask.share, ask.solved)


def _nothing(_matter: Matter, _ask: Ask) -> None:
    """A date or a look at a name: where the ticket stands is the same."""


GRANTED: dict[str, Callable[[Matter, Ask], None]] = {
    "return": _returned,
    "extension": _nothing,
    "shelving": _shelved,
    "termination": _terminated,
    "sign_off": _signed_off,
    "withdrawal": lambda matter, _ask: _give_up(matter),
    "unseal": _nothing,
}


def _tell(step: Step) -> None:
    """What those that follow a ticket hear of it."""
    matter, move = step.matter, step.move
    if move in ("answer", "hand_over", "decline"):
        matter.tell(solved=matter.solved, asks=move == "answer")
    if move == "review" and step.body["pass"]:
        matter.tell(solved=matter.solved, asks=True)
    if move == "decide" and step.ask and step.ask.kind == "termination" and step.body["grant"]:
        matter.tell(solved=matter.solved, asks=False)


EFFECTS: dict[str, Effect] = {
    "answer": _settles("answered"),
    "hand_over": _settles("handed_over"),
    "decline": _settles("declined"),
    "amend": _stays,
    "ask_citizen": _ask_citizen,
    "supplement": _supplement,
    "note": _stays,
    "dispatch": _dispatch,
    "recall": _recall,
    "sign": _sign,
    "take": _with_share,
    "ask_return": _ask_return,
    "sub_dispatch": _sub_dispatch,
    "contact": _contact,
    "ask_extension": _ask_extension,
    "ask_shelving": _ask_shelving,
    "resume": _resume,
    "reply": _reply,
    "review": _review,
    "call_back": _call_back,
    "rework": _rework,
    "close": _settles("explained"),
    "ask_termination": _ask_termination,
    "withdraw": _withdraw,
    "merge": _merge,
    "unmerge": _unmerge,
    "urge": _urge,
    "supervise": _supervise,
    "answer_supervision": _answer_supervision,
    "dispute": _dispute,
    "reissue": _reissue,
    "ask_unseal": _ask_unseal,
    "decide": _decide,
}

_ANSWER = {"text": "已办。", "founded": "yes"}
_SAID = {"reached": True, "solved": "yes", "satisfaction": 5}
_NO = {"reached": True, "solved": "no", "reason": "没有处理"}

#: Bodies a move may come with, but for those that name another ticket or a request.
BODIES: dict[str, tuple[dict[str, Any], ...]] = {
    "answer": ({"text": "九点到五点办公。"},),
    "hand_over": ({"service": "119", "text": "已转消防。"},),
    "decline": ({"ground": "其他", "text": "不属受理范围。"},),
    "amend": ({"fields": {}, "text": "来电更正"},),
    "ask_citizen": ({"text": "请补充地址。"},),
    "supplement": ({"text": "牧羊村三组。"},),
    "note": ({"text": "知道了"},),
    "dispatch": (
        {"lead": LEAD, "joint": [JOINT]},
        {"lead": LEAD, "joint": []},
        {"lead": HOUSING, "joint": [LEAD]},
        {"lead": JOINT, "joint": []},
        {"lead": LEAD, "joint": [LEAD]},
    ),
    "recall": ({"text": "派错"},),
    "sign": ({},),
    "take": ({},),
    "ask_return": ({"reason": "职能不符", "text": "不归我们"},),
    "sub_dispatch": ({"unit": JOINT}, {"unit": COMMUNITY}),
    "contact": ({"reached": True, "note": ""}, {"reached": False, "note": ""}),
    "ask_extension": ({"days": 1, "text": "等证明"},),
    "ask_shelving": ({"until": UNTIL, "text": "等预算"},),
    "resume": ({},),
    "reply": (
        {**_ANSWER, "solved": "yes", "without_joint": "不用等"},
        {**_ANSWER, "solved": "no", "reason": "条件不够", "without_joint": None},
    ),
    "review": ({"pass": True, "text": ""}, {"pass": False, "text": "请说清楚"}),
    "call_back": (_SAID, _NO, {"reached": False}),
    "rework": ({"text": "再办", "unit": None}, {"text": "再办", "unit": HOUSING}),
    "close": ({"ground": "explained", "text": "已说明"},),
    "ask_termination": (
        {"ground": "no_further", "text": "同一事实"},
        {"ground": "no_cooperation", "text": "不肯配合"},
    ),
    "withdraw": ({"text": "不用了"},),
    "unmerge": ({},),
    "urge": ({"text": ""},),
    "supervise": ({"level": "日常", "text": "请抓紧"}, {"level": "挂牌", "text": "限期"}),
    "answer_supervision": ({"text": "在办。"},),
    "dispute": ({"text": "没有来过"},),
    "reissue": ({},),
    "ask_unseal": ({"text": "核对"},),
}
DECISIONS: tuple[dict[str, Any], ...] = (
    {"grant": True, "text": ""},
    {"grant": False, "text": "理由不足"},
    {"grant": False, "text": "就是你们的", "designate": True},
)
