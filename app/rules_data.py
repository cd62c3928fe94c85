"""Load the first version of the rules into a new district: the table of promises and the calendar."""

from sqlmodel import Session, select

from tickets.clocks.seed_calendar import default_calendar_data
from tickets.clocks.seed_policies import default_policies
from tickets.ground.policy import CalendarVersion, SlaPolicy

CALENDAR_BASIS = "国务院办公厅关于部分节假日安排的通知（各年）；全国年节及纪念日放假办法"


def load_rules(session: Session) -> None:
    """Load what is missing; rules that are there are never touched."""
    if session.exec(select(SlaPolicy.code).limit(1)).first() is None:
        session.add_all(default_policies())
    if session.exec(select(CalendarVersion.code).limit(1)).first() is None:
        session.add(CalendarVersion(data=default_calendar_data(), basis=CALENDAR_BASIS))
