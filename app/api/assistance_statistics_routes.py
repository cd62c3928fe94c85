"""The routes of `/api/v1` for the statistics of social assistance, and to close a month of them."""

from apiflask import APIBlueprint
from flask import Response, g

from app.access.accounts import Viewer
from app.api import assistance_statistics_models as models
from app.api.answers import json_response
from app.api.bodies import NothingBody
from app.api.documents import moment
from app.api.doors import NotForYou, answered, key_of_request, once, staff_only
from app.api.idempotency import Answer
from app.assistance import statistics
from tickets.ground.desk import Desk

assistance_statistics_api = APIBlueprint(
    "assistance_statistics_api", __name__, url_prefix="/api/v1", tag="assistance figures"
)


@assistance_statistics_api.get("/statistics/assistance")
@staff_only
@assistance_statistics_api.input(models.MonthsQuery, location="query", arg_name="asked")
@assistance_statistics_api.output(models.AssistanceFiguresDocument, description="The figures")
def read_assistance(asked: models.MonthsQuery) -> Response:
    """
    Read the figures of social assistance in one's area: stock as of the end, the rest added up.

    Where no months are named, those of the year up to the latest month that has figures.
    """
    desk: Desk = g.desk
    months = statistics.read_months(desk, asked.from_, asked.to)
    area = statistics.statistics_area(desk.rules, g.viewer)
    if not area:
        raise NotForYou
    found = statistics.report(desk, area, months)
    return json_response(
        {
            "from": found.first.isoformat(),
            "to": found.last.isoformat(),
            **statistics.figures_document(found.whole),
            "by_month": [
                {
                    "month": f"{line.month:%Y-%m}",
                    "closed": line.closed,
                    **statistics.figures_document(line),
                }
                for line in found.months
            ],
            "visits_by_place": [
                place for level in statistics.LEVELS for place in statistics.coverage_of(found.whole, level)
            ],
        }
    )


@assistance_statistics_api.post("/assistance/months/<month>/close")
@once
@staff_only
@assistance_statistics_api.input(NothingBody, arg_name="body")
@assistance_statistics_api.output(models.ClosedMonthDocument, description="The month, closed")
def close_assistance_month(month: str, body: NothingBody) -> Response:
    """Close a month (YYYY-MM) of social assistance that is over: its figures stand from then on."""
    desk: Desk = g.desk
    viewer: Viewer = g.viewer

    def act() -> Answer:
        if not statistics.may_close(desk.rules, viewer):
            raise NotForYou
        made = statistics.close_month(desk, viewer, month)
        document = {
            "month": f"{made.month:%Y-%m}",
            "closed_by": made.closed_by,
            "closed_at": moment(made.closed_at),
        }
        return Answer(200, document)

    return answered(desk, key_of_request(), act)
