"""Load the first version of the rules into a new district: the table of promises and the calendar."""

from sqlmodel import Session, select

from tickets.clocks.seed_calendar import default_calendar_data
from tickets.clocks.seed_policies import default_policies
from tickets.ground.policy import CalendarVersion, SlaPolicy

CALENDAR_BASIS = "国务院办公厅关于部分节假日安排的通知（各年）；全国年节及纪念日放假办法"


def load_rules(session: Session) -> None:
    """Load what is missing, by code and clock; rules that are there, or were, are never touched."""
    known = set(session.exec(select(SlaPolicy.code, SlaPolicy.clock)).all())
    session.add_all(one for one in default_policies() if (one.code, one.clock) not in known)
    if session.exec(select(CalendarVersion.code).limit(1)).first() is None:
        session.add(CalendarVersion(data=default_calendar_data(), basis=CALENDAR_BASIS))
