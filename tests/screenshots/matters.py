"""A district at work, all invented: a ticket in each state, and something on every list there is."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, select

from app.access.accounts import Account
from app.access.doors import viewer_of
from app.assistance.visit_ticks import plan_visits
from app.attachments.keeping import keep
from app.clockwork import fill_search, roll_up_figures, seal_facts, send_messages
from app.demo_data.register import load_register
from app.digest.making import make_due
from app.statistics.wall_links import make_link
from app.texts.hearing import hear
from app.voice.rows import Cause, Hours, Tongue, VoiceCall, VoiceMessage
from app.voice.whom import want_call
from app.wiring import House
from tests.app.attachments.samples import PDF, picture, wav
from tests.app.attachments.sending import send
from tests.makers import CALL, HANDLER, HEAD, JOINT, JOINT_HANDLER, LEAD, RIVER, Api, chased_ticket
from tests.screenshots import assistance
from tests.screenshots.assistance import VILLAGE
from tickets.ground.desk import CITIZEN, CLOCKWORK
from tickets.ground.files import FileAudience
from tickets.ground.refs import SHANGHAI

#: What is put off is put off until then, and what is demanded, by then.
UNTIL = (datetime.now(SHANGHAI) + timedelta(days=40)).replace(hour=9, minute=0, second=0, microsecond=0)

#: Title, words, category, urgency and kind of what people bring.
MATTERS: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "公租房漏水一直没有人修",
        "我家在公租房六楼，屋顶漏水两个多月了，报修三次都说等等，墙皮掉了一床。",
        "ZF-01-02",
        "urgent",
        "complaint",
    ),
    (
        "高龄津贴三个月没有到账",
        "我父亲八十三岁，高龄津贴从八月起没有到账，社区说已经报上去了。",
        "MZ-07-03",
        "normal",
        "help",
    ),
    (
        "夜里施工吵得睡不着",
        "小区后面的工地每天夜里施工到一点，孩子明天要考试。",
        "CG-05",
        "normal",
        "complaint",
    ),
    (
        "想问临时救助怎么申请",
        "丈夫突然住院，想问临时救助要哪些材料、去哪里办。",
        "MZ-01-03",
        "normal",
        "consultation",
    ),
    (
        "老年食堂能不能多开一个窗口",
        "排队要四十分钟，老人站不住，建议中午多开一个窗口。",
        "MZ-07-04",
        "normal",
        "suggestion",
    ),
    (
        "三组路口的路灯不亮",
        "牧羊村三组路口的路灯坏了一周，老人晚上摔了一跤。",
        "CG-04-01",
        "critical",
        "help",
    ),
)


class District:
    """What was made, for those who look at it."""

    def __init__(self, api: Api, house: House) -> None:
        self.api = api
        self.house = house
        #: Tickets by the state they are in, and of some by what is special about them.
        self.refs: dict[str, str] = {}
        #: Number and code of what a citizen follows.
        self.followed: dict[str, tuple[str, str]] = {}
        self._told = 0

    def furnish(self) -> None:
        """Make everything."""
        with Session(self.house.engine) as session, session.begin():
            load_register(session, self.house.vault)
        self._tickets()
        self._requests()
        self._late()
        self._texts_and_calls()
        self._campaign()
        self.refs["household"] = assistance.furnish(self.api, self.house)
        for tick in (send_messages, fill_search, roll_up_figures, seal_facts, plan_visits):
            tick(self.house)
        with self.house.open_desk(CLOCKWORK) as desk:
            calendar = desk.rules.calendar
            day = calendar.first_working_day_from(desk.now().astimezone(SHANGHAI).date())
            make_due(desk, calendar.open_of(day))

    def own_words(self) -> frozenset[str]:
        """What people typed in: shown as it is in any language, though the catalogue may know it, too."""
        asked = (
            "select display_name from account union select title from policy_item"
            " union select code from reason union select name from service_item"
            " union select label from phrase"
        )
        with self.house.engine.connect() as connection:
            return frozenset(connection.scalars(text(asked)).all())

    def call(self, **changes: Any) -> dict[str, Any]:
        """The next matter, as a registration has it."""
        title, words, category, urgency, kind = MATTERS[self._told % len(MATTERS)]
        self._told += 1
        said = {"title": title, "text": words, "category": category, "urgency": urgency, "kind": kind}
        phone = f"138000{self._told:05d}"
        return {**CALL, **said, "requester": {**CALL["requester"], "phone": phone}, **changes}

    def ticket_in(self, state: str, **changes: Any) -> str:
        """A ticket in *state*; its code is kept, too."""
        made = self.api.register(**self.call(**changes))
        ref, at = str(made["ref"]), made["state"]
        for reached, username, move, body in RIVER:
            if at == state:
                break
            # What an answer to a complaint needs: a head signs by answering.
            self.api.made(HEAD if move == "reply" else username, ref, move, **body)
            at = reached
        # The first of each state, which nobody goes on with.
        self.followed.setdefault(state, (ref, made["tracking_code"]))
        return ref

    def _tickets(self) -> None:
        api, refs = self.api, self.refs
        for state in ("registered", "dispatched", "handling", "replied", "callback", "closed"):
            refs[state] = [self.ticket_in(state) for _time in range(3)][-1]
        for name, content in (("现场照片.jpg", picture()), ("收入证明.pdf", PDF), ("录音.wav", wav())):
            send(api, HANDLER, refs["handling"], {name: content}, audience="citizen")
        waiting = self.ticket_in("handling")
        api.made(HANDLER, waiting, "ask_citizen", text="请补充门牌号和方便上门的时间。")
        refs["awaiting"] = waiting
        sealed = self.api.register(**self.call(kind="report", title="有人吃拿卡要"))["ref"]
        api.made("dispatcher", sealed, "dispatch", lead=LEAD)
        refs["sealed"] = sealed
        joint = self.api.register(**self.call())["ref"]
        api.made("dispatcher", joint, "dispatch", lead=LEAD, joint=[JOINT], note="请先上门查看，再答复。")
        api.made(HANDLER, joint, "sign")
        api.made(JOINT_HANDLER, joint, "sign")
        api.made(JOINT_HANDLER, joint, "sub_dispatch", unit=VILLAGE, note="请今天上门。")
        refs["joint"] = joint
        follower = self.ticket_in("registered")
        api.made("dispatcher", follower, "merge", into=joint)
        refs["follower"] = follower
        self._second_round()

    def _second_round(self) -> None:
        api, ref = self.api, self.ticket_in("callback")
        no = {"reached": True, "solved": "no", "satisfaction": 1, "reason": "还是没有人来"}
        self.refs["unhappy"] = self.ticket_in("callback")
        for one in (ref, self.refs["unhappy"]):
            api.made("caller", one, "call_back", **no)
        api.made("reviewer", ref, "rework", text="请单位负责人参与，三天内再答复。")
        api.made(HANDLER, ref, "sign")
        self.refs["second-round"] = ref

    def _requests(self) -> None:
        """Something for everybody who decides."""
        api = self.api
        back = self.ticket_in("dispatched")
        api.made(HANDLER, back, "ask_return", reason="职能不符", text="路灯由住建局管养。")
        self.refs["return-asked"] = back
        longer = self.ticket_in("handling")
        api.made(HANDLER, longer, "ask_extension", days=3, text="灯具要定做，三天后到货。")
        self.refs["extension-asked"] = longer
        shelved = self.ticket_in("handling")
        asked = api.made(
            HEAD, shelved, "ask_shelving", until=UNTIL.isoformat(), text="纳入明年老旧小区改造。"
        )
        api.decide("supervisor", asked, grant=True)
        self.refs["long-term"] = shelved
        ended = self.ticket_in("handling")
        api.made(HANDLER, ended, "contact", reached=False, note="")
        api.made(HANDLER, ended, "ask_termination", ground="no_further", text="同一事实已经答复过。")
        api.made("supervisor", self.refs["sealed"], "ask_unseal", text="纪检函询，核对举报人。")
        card = self.ticket_in("handling")
        more = {"instruction": "请民政局牵头，今天解决。"}
        answer = api.move(
            "supervisor",
            card,
            "supervise",
            level="挂牌",
            text="今晚八点前安置住户。",
            due_at=UNTIL.isoformat(),
            **more,
        )
        assert answer.status_code == 200, answer.text
        self.refs["carded"] = card

    def _late(self) -> None:
        for name, rung in (("listed", "listed"), ("urged", "urged")):
            self.refs[name] = chased_ticket(self.api, self.house, rung, **self.call())

    def _texts_and_calls(self) -> None:
        phone, stranger = "+8613912340001", "+8613912340002"
        mine = {**CALL["requester"], "phone": phone}
        for _time in range(2):
            self.api.register(**self.call(requester=mine))
        for number, (who, words) in enumerate(
            ((phone, "灯在三号楼门口，晚上看不见路"), (stranger, "我们楼停水三天了，请派人来看看"))
        ):
            hear(self.house, "simulator", f"SIM{number}", who, words)
        landline = {**CALL["requester"], "phone": "087165330000"}
        for _time in range(2):
            ref = self.api.register(**self.call(requester=landline, channel="letter"))["ref"]
            self.api.made("dispatcher", ref, "dispatch", lead=LEAD, joint=[])
            self.refs["to-tell"] = ref
        with self.house.open_desk(CITIZEN) as desk:
            at = desk.now()
            call = VoiceCall(sid="CA1", at=at, settled=True)
            call.phone = desk.vault.seal(phone, call.place("phone"))
            row = VoiceMessage(call_id=call.id, sid="RE1", seconds=42, at=at, next_try_at=at, fetched_at=at)
            other = VoiceMessage(call_id=call.id, sid="RE2", seconds=7, at=at, next_try_at=at)
            desk.session.add_all([call, row, other])
            keep(desk, row.holder, wav(), name="voice.wav", audience=FileAudience.INTERNAL, scans=False)
            want_call(desk, phone, Cause.WISH, at=at, tongue=Tongue.ENGLISH, hours=Hours.MORNING)
            want_call(desk, stranger, Cause.MISSED, at=at, tongue=Tongue.CHINESE)

    def _campaign(self) -> None:
        day = datetime.now(SHANGHAI).date().isoformat()
        asked = {"purpose": "回访本季度办结件", "closed_from": day, "closed_to": day, "size": 3}
        made = self.api.post("supervisor", "/campaigns", {**asked, "unit": LEAD})
        assert made.status_code == 201, made.text
        self.refs["campaign"] = made.get_json()["id"]
        assert self.api.post("caller", f"/campaigns/{self.refs['campaign']}/next", {}).status_code == 200
        with self.house.read() as session:
            account = session.exec(select(Account).where(Account.username == "supervisor")).one()
            supervisor = viewer_of(account)
        with self.house.open_desk(supervisor.actor()) as desk:
            self.refs["screen"] = make_link(desk, supervisor, "热线大厅")
