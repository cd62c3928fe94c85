"""
What the demo's people of social assistance have begun, so that each of them finds something to do.

Every step is made as people make it, by who may make it; households are of the invented register.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import text
from sqlmodel import col, select

from app.access.accounts import Account, Viewer
from app.access.doors import viewer_of
from app.assistance.application_bodies import ApplicationRead, NewApplication
from app.assistance.application_steps import accept
from app.assistance.applications import draft_application
from app.assistance.contracts import make_contract
from app.assistance.leads import report_lead
from app.assistance.need_bodies import LeadWords
from app.assistance.referrals import NewReferral, move_referral, send_referral
from app.assistance.service_bodies import Approval, NewContract, NewOrder, Organised, Scheduled
from app.assistance.service_doors import take
from app.assistance.service_orders import propose
from app.assistance.signing import Pictures
from app.assistance.visit_bodies import VisitWords
from app.assistance.visits import report_visit
from app.demo_data.people import people_of
from app.wiring import House
from tickets.assistance.application_words import ApplicationScheme
from tickets.assistance.households import Household, Member
from tickets.assistance.needs import Need
from tickets.assistance.referrals import ReferralMove
from tickets.assistance.service_words import ServiceStep
from tickets.assistance.visit_plan import plan
from tickets.assistance.visits import Visit
from tickets.ground.desk import CLOCKWORK, Desk
from tickets.ground.refs import SHANGHAI

VILLAGE = "530103012210"
VISITOR, HANDLER, BUREAU = f"visitor@{VILLAGE}", "handler@530103012", "handler@panlong-civil"
AGENCY, MEDICAL, HOUSING = "agency@service-agency", "handler@medical", "handler@housing"
#: Visits planned in one statement.
BATCH = 10_000
WELL = {"met": "self", "health": "good", "food": "good", "home": "fair", "mood": "good"}


def load_casework(house: House, pictures: Pictures) -> None:
    """Let the people of the demo begin their work, where a register of the demo was just laid down."""
    begun = _Begun(house)
    begun.visits(pictures)
    begun.leads()
    begun.orders()
    begun.referrals()
    begun.applications()


class _Begun:
    """What is begun, by whom."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.people = people_of(Random("the casework of the demo"))  # noqa: S311 nothing secret is drawn
        names = (VISITOR, HANDLER, BUREAU, AGENCY, MEDICAL, HOUSING)
        with house.read() as session:
            rows = session.exec(select(Account).where(col(Account.username).in_(names))).all()
            homes = select(Household.id).where(Household.division == VILLAGE, Household.state == "active")
            self.homes = list(session.exec(homes.order_by(col(Household.id)).limit(6)).all())
        self.viewers: dict[str, Viewer] = {row.username: viewer_of(row) for row in rows}

    @contextmanager
    def at_desk_of(self, username: str) -> Iterator[tuple[Desk, Viewer]]:
        """The desk of somebody, and who they are."""
        viewer = self.viewers[username]
        with self.house.open_desk(viewer.actor()) as desk:
            yield desk, viewer

    def visits(self, pictures: Pictures) -> None:
        """All are planned; of one village some are made, and one household is not to be found."""
        with self.house.open_desk(CLOCKWORK) as desk:
            while plan(desk, at_most=BATCH):
                pass
        burned, alone, fine, away = self.homes[:4]
        found = {"health": "poor", "mood": "poor", "needs": ["medical", "company"], "may_share": True}
        self._visited(burned, {**WELL, **found, "words": "在家烧伤，住院自费多，回家换药没人陪"}, pictures)
        self._visited(alone, {**WELL, "needs": ["meals"], "words": "一个人住，做饭不便"}, pictures)
        self._visited(fine, WELL, pictures)
        nobody = {"met": "nobody", "words": "锁着门，邻居说走亲戚去了"}
        self._visited(away, nobody, pictures)
        with self.house.engine.begin() as connection:
            connection.execute(
                text("update visit_report set at = at - interval '1 day' where household_id = :home"),
                {"home": away},
            )
        self._visited(away, nobody, pictures)

    def _visited(self, home: int, said: Mapping[str, object], pictures: Pictures) -> None:
        with self.at_desk_of(VISITOR) as (desk, viewer):
            owed = select(Visit.id).where(
                Visit.household_id == home, Visit.level == "community", Visit.state != "lapsed"
            )
            number = desk.session.exec(owed.order_by(col(Visit.period).desc()).limit(1)).one()
            report_visit(desk, viewer, number or 0, VisitWords.model_validate(said), pictures)

    def leads(self) -> None:
        """One clue of the village, one of the agency."""
        for username, kind, words in (
            (VISITOR, "care", "老人摔了一跤，子女在外地"),
            (AGENCY, "education", "上门时看到孩子没有上学"),
        ):
            person = next(self.people)
            with self.at_desk_of(username) as (desk, viewer):
                said = {"division": VILLAGE, "kind": kind, "name": person.name, "words": words}
                wanted = LeadWords.model_validate({**said, "phone": f"1380000{len(words):04d}"})
                report_lead(desk, viewer, wanted)

    def orders(self) -> None:
        """One order waits for the bureau, one is with the agency, for one a time is set."""
        prices = {"PB-02": 5_000, "SH-02": 8_000}
        until = date(self._now().year + 1, 12, 31)
        wanted = {
            "agency": "service-agency",
            "title": "居家服务",
            "starts_on": "2023-01-01",
            "ends_on": until,
        }
        with self.at_desk_of(BUREAU) as (desk, _viewer):
            said = {**wanted, "quota": 200, "workers": ["服务员甲", "服务员乙"], "prices": prices}
            under = make_contract(desk, NewContract.model_validate(said)).id
        needs = self._needs()
        for need, item, far in ((needs[1], "PB-02", 2), (needs[2], "SH-02", 1), (needs[1], "SH-02", 0)):
            with self.at_desk_of(HANDLER) as (desk, viewer):
                order = propose(desk, viewer, NewOrder(need=need, item=item, words="先打电话")).id
            if far:
                self._arranged(order, under, planned=far == 1)

    def _arranged(self, order: int, under: int, *, planned: bool) -> None:
        soon = self._now() + timedelta(days=1)
        self._step(BUREAU, order, ServiceStep.APPROVE, Approval(contract=under))
        serve_by = soon.date() + timedelta(days=7)
        self._step(HANDLER, order, ServiceStep.ORGANISE, Organised(serve_by=serve_by))
        if planned:
            self._step(AGENCY, order, ServiceStep.SCHEDULE, Scheduled(worker="服务员甲", planned_at=soon))

    def _step(self, username: str, order: int, step: ServiceStep, wanted: object) -> None:
        with self.at_desk_of(username) as (desk, viewer):
            take(desk, viewer, order, step, wanted)

    def referrals(self) -> None:
        """One waits to be received by the medical insurance, one for the answer of the housing bureau."""
        for home, theme, need in (
            (self.homes[0], "medical", "烧伤住院费用无力支付"),
            (self.homes[2], "housing", "屋顶漏雨，没钱修"),
        ):
            with self.at_desk_of(HANDLER) as (desk, viewer):
                household = desk.session.get_one(Household, home, with_for_update=True)
                member = desk.session.exec(select(Member.id).where(Member.household_id == home)).first()
                said = {"member": member, "theme": theme, "to_unit": theme, "fields": ["name", "kind"]}
                sent = send_referral(
                    desk, viewer, household, NewReferral.model_validate({**said, "need": need})
                ).id
        with self.at_desk_of(HOUSING) as (desk, viewer):
            move_referral(desk, viewer, sent, ReferralMove.RECEIVE, 1)

    def applications(self) -> None:
        """One is a draft of the village, one is accepted and must be visited by the bureau."""
        for username, scheme, related in ((VISITOR, "temporary", False), (HANDLER, "dibao", True)):
            person = next(self.people)
            # Not checked: no card bears the numbers of invented people.
            wanted = NewApplication.model_construct(
                scheme=ApplicationScheme(scheme),
                division=VILLAGE,
                household=None,
                name=person.name,
                id_number=person.id_number,
                phone=None,
                address=None,
                related=related,
            )
            with self.at_desk_of(username) as (desk, viewer):
                number = draft_application(desk, viewer, wanted).id
        with self.at_desk_of(HANDLER) as (desk, viewer):
            accept(desk, viewer, number, ApplicationRead(version=1))

    def _needs(self) -> list[int]:
        """The needs that were found on visits, oldest first."""
        with self.house.read() as session:
            found = select(Need.id).where(col(Need.household_id).in_(self.homes))
            return list(session.exec(found.order_by(col(Need.id))).all())

    def _now(self) -> datetime:
        with self.house.open_desk(CLOCKWORK) as desk:
            return desk.now().astimezone(SHANGHAI)
