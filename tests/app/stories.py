"""Small stories that together make every move there is; tests that look at the whole house tell them."""

from collections.abc import Callable

from tests.makers import ANSWER, COMMUNITY, HANDLER, HEAD, JOINT, JOINT_HANDLER, LEAD, Api

UNTIL = "2099-05-01T09:00:00+08:00"


def settled_at_once(api: Api) -> None:
    api.made("operator", api.register()["ref"], "answer", text="九点到五点办公。")
    api.made("operator", api.register()["ref"], "hand_over", service="119", text="已转消防。")
    api.made("dispatcher", api.register()["ref"], "decline", ground="其他", text="不属受理范围。")


def put_right_and_added_to(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]
    fields = {"kind": "complaint", "urgency": "urgent", "phone": "13800000077", "recused": [HEAD]}
    api.made("operator", ref, "amend", fields=fields, text="来电更正")
    api.made("operator", ref, "amend", fields={"phone": None, "recused": []}, text="不留电话")
    api.made("operator", ref, "amend", fields={"phone": "13800000078"}, text="又留电话")
    api.made(HANDLER, ref, "note", text="明天上门", visible_to="unit")
    api.made(HANDLER, ref, "take")
    api.made("operator", ref, "urge")
    api.made("operator", ref, "reissue")
    api.made(HANDLER, ref, "ask_citizen", text="请补充地址。")
    api.made("operator", ref, "supplement", text="牧羊村三组。")
    api.made(HANDLER, ref, "contact", reached=True, note="")


def asked_before_it_was_given_out(api: Api) -> None:
    ref = api.register()["ref"]
    api.made("operator", ref, "ask_citizen", text="请补充地址。")
    api.made("operator", ref, "supplement", text="牧羊村三组。")
    api.made("dispatcher", ref, "dispatch", lead=LEAD, urgency="urgent")


def given_back_and_forth(api: Api) -> None:
    ref = api.register()["ref"]
    api.made("dispatcher", ref, "dispatch", lead="housing", joint=[JOINT])
    api.made("dispatcher", ref, "recall", text="派错")
    api.made("dispatcher", ref, "dispatch", lead="housing", joint=[JOINT])
    asked = api.made("handler@housing", ref, "ask_return", reason="职能不符", text="不是我们的事")
    api.decide("dispatcher", asked, grant=True)
    api.made("dispatcher", ref, "dispatch", lead=LEAD, joint=[JOINT])
    asked = api.made(HANDLER, ref, "ask_return", reason="权属不清", text="有争议")
    api.decide("dispatcher", asked, grant=False, text="已明确", designate=True)
    api.made(HANDLER, ref, "sign")
    api.made(JOINT_HANDLER, ref, "sign")
    api.made(JOINT_HANDLER, ref, "sub_dispatch", unit=COMMUNITY, note="")
    asked = api.made(JOINT_HANDLER, ref, "ask_return", reason="属地不符", text="不在本辖区")
    api.decide("dispatcher", asked, grant=True)
    api.made(HANDLER, ref, "reply", **ANSWER)


def more_time(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]
    api.decide(HEAD, api.made(HANDLER, ref, "ask_extension", days=2, text="等证明"), grant=True)
    api.decide("supervisor", api.made(HEAD, ref, "ask_shelving", until=UNTIL, text="等预算"), grant=True)
    api.made("supervisor", ref, "resume")
    asked = api.made(HANDLER, ref, "ask_termination", ground="no_cooperation", text="不配合")
    api.decide("reviewer", asked, grant=False, text="再联系一次")
    api.made(HANDLER, ref, "contact", reached=False, note="")
    asked = api.made(HANDLER, ref, "ask_termination", ground="no_further", text="同一事实")
    api.decide("reviewer", asked, grant=True)


def signed_off(api: Api) -> None:
    ref = api.register(kind="report", about_units=["housing"])["ref"]
    api.made("dispatcher", ref, "dispatch", lead=LEAD, joint=[JOINT])
    api.made(HANDLER, ref, "sign")
    answer = {**ANSWER, "without_joint": "并入本单位"}
    api.decide(HEAD, api.made(HANDLER, ref, "reply", **answer), grant=False, text="请写明过程")
    api.decide(HEAD, api.made(HANDLER, ref, "reply", **answer), grant=True)
    api.decide("auditor", api.made("supervisor", ref, "ask_unseal", text="核对"), grant=True)
    api.get("supervisor", f"/tickets/{ref}/identity", reason="核对")
    api.made("reviewer", ref, "review", **{"pass": False, "text": "请补充"})
    api.made(HEAD, ref, "reply", **answer)
    api.made("reviewer", ref, "review", **{"pass": True, "text": ""})
    api.made("caller", ref, "call_back", reached=True, solved="no", reason="没有处理")
    api.made("reviewer", ref, "rework", text="再办")


def together_and_apart(api: Api) -> None:
    master = api.ticket_in("handling")["ref"]
    stays, leaves = api.ticket_in("handling")["ref"], api.ticket_in("dispatched")["ref"]
    silent = api.register(requester={"anonymous": True})["ref"]
    api.made(HANDLER, stays, "ask_extension", days=2, text="等证明")
    for ref in (stays, leaves, silent):
        api.made("dispatcher", ref, "merge", into=master)
    api.made("dispatcher", leaves, "unmerge")
    api.made(HANDLER, master, "reply", **ANSWER)
    api.made("reviewer", master, "review", **{"pass": True, "text": ""})
    api.made("caller", master, "call_back", reached=True, satisfaction=5)
    api.made("caller", stays, "call_back", reached=True, solved="no", reason="没有")
    api.made("reviewer", stays, "rework", text="再办")
    api.made("operator", silent, "dispute", text="没有来过")


def withdrawn_from_above(api: Api) -> None:
    master, follower = api.register()["ref"], api.ticket_in("dispatched")["ref"]
    api.made("dispatcher", follower, "merge", into=master)
    api.made("operator", master, "withdraw", text="不用了")
    declined, other = api.register()["ref"], api.register()["ref"]
    api.made("dispatcher", other, "merge", into=declined)
    api.made("operator", declined, "decline", ground="其他", text="不属受理范围。")


def supervised(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]
    api.made("supervisor", ref, "supervise", level="日常", text="请抓紧")
    api.made(HANDLER, ref, "answer_supervision", text="在办。")
    api.made("supervisor", ref, "supervise", level="挂牌", text="请解决", due_at=UNTIL)
    asked = api.made("operator", ref, "withdraw", text="算了")
    api.decide("reviewer", asked, grant=False, text="不是本意")
    api.decide("reviewer", api.made("operator", ref, "withdraw", text="真的不用"), grant=True)


def disputed(api: Api) -> None:
    ref = api.ticket_in("closed")["ref"]
    api.made("operator", ref, "dispute", text="没有人来")
    api.made("dispatcher", ref, "dispatch", lead=LEAD)
    api.decide("auditor", _unseal_of_a_closed_one(api), grant=False, text="理由不足")


def _unseal_of_a_closed_one(api: Api) -> dict[str, object]:
    ref = api.register(kind="report")["ref"]
    api.made("operator", ref, "answer", text="已告知举报途径。")
    return api.made("supervisor", ref, "ask_unseal", text="核对")


def petitioned(api: Api) -> None:
    petition = {"content": "appeal", "stage": "first"}
    ref = api.register(channel="petition", petition=petition)["ref"]
    api.made("dispatcher", ref, "dispatch", lead=LEAD)
    api.made(HANDLER, ref, "sign")
    api.decide(HEAD, api.made(HANDLER, ref, "ask_extension", days=30, text="复杂"), grant=True)


STORIES: tuple[Callable[[Api], None], ...] = (
    settled_at_once,
    put_right_and_added_to,
    asked_before_it_was_given_out,
    given_back_and_forth,
    more_time,
    signed_off,
    together_and_apart,
    withdrawn_from_above,
    supervised,
    disputed,
    petitioned,
)
