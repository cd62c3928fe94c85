"""The routes of `/api/v1` for figures, for the tickets behind them, and to close a month."""

from datetime import date, datetime
from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import Response, g, url_for
from pydantic import BaseModel, Field

from app.access.accounts import Viewer
from app.api.answers import json_response, list_response, read_cursor
from app.api.bodies import NothingBody, PageQuery
from app.api.documents import moment
from app.api.doors import NotForYou, answered, key_of_request, once, staff_only
from app.api.idempotency import Answer
from app.statistics.all_topics import TOPICS
from app.statistics.behind import Behind, cases_of
from app.statistics.documents import TopicDocument, topic_document
from app.statistics.figures import Figure
from app.statistics.months import close_month, closed_months, may_close, month_of
from app.statistics.periods import Period
from app.statistics.scope import LISTERS, READERS, Scope
from app.statistics.topics import tables_of
from tickets.ground.desk import Desk
from tickets.ground.errors import bad_field
from tickets.intake.draft import Strict

statistics_api = APIBlueprint("statistics_api", __name__, url_prefix="/api/v1", tag="statistics")

#: A day or a month.
Day = Annotated[str, Field(max_length=10)]


class PeriodQuery(Strict):
    """From when to when, both included: YYYY-MM-DD or YYYY-MM; this month where nothing is said."""

    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None


class BehindQuery(PageQuery):
    """Which number: its figure and period, and what it was narrowed to; an empty word is "none"."""

    figure: str
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    unit: Annotated[str, Field(max_length=40)] | None = None
    kind: Annotated[str, Field(max_length=40)] | None = None
    category: Annotated[str, Field(max_length=40)] | None = None
    #: One, or several with commas between.
    division: Annotated[str, Field(max_length=1000)] | None = None
    channel: Annotated[str, Field(max_length=200)] | None = None


class CaseDocument(BaseModel):
    """One thing that was counted."""

    ref: str
    at: datetime
    unit: str | None
    state: str


class CasePage(BaseModel):
    """A page of what a number counted, counted last first. A ticket stands here as often as it counts."""

    items: list[CaseDocument]
    next: str | None


class MonthDocument(BaseModel):
    """A month whose figures stand."""

    month: str
    closed_at: datetime
    closed_by: str


def behind_of(asked: BehindQuery, today: date) -> Behind:
    """
    What is asked for.

    :raises FieldsRefused: there is no such figure, or the period is none.
    """
    if asked.figure not in set(Figure):
        raise bad_field("figure", "unknown_figure")
    narrowed: dict[str, Any] = asked.model_dump(include={"unit", "kind", "category", "division", "channel"})
    return Behind(Figure(asked.figure), Period.read(asked.from_, asked.to, today), **narrowed)


@statistics_api.get("/statistics/tickets")
@staff_only
@statistics_api.input(BehindQuery, location="query", arg_name="asked")
@statistics_api.output(CasePage, description="What the number counted")
def list_cases(asked: BehindQuery) -> Response:
    """List the tickets behind a number of the statistics, by the rule that counted it."""
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    behind = behind_of(asked, desk.today())
    if viewer.role not in LISTERS:
        raise NotForYou
    rows = cases_of(desk, viewer, behind, limit=asked.limit, before=read_cursor(asked.cursor))
    return list_response(
        rows,
        limit=asked.limit,
        document=lambda row: {
            "ref": row[1].ref,
            "at": moment(row[0].at),
            "unit": row[0].unit or None,
            "state": row[1].state,
        },
        key=lambda row: row[0].id or 0,
    )


@statistics_api.post("/statistics/months/<month>/close")
@once
@staff_only
@statistics_api.input(NothingBody, arg_name="body")
@statistics_api.output(MonthDocument, description="The month, closed")
def close(month: str, body: NothingBody) -> Response:
    """Close a month (YYYY-MM) that is over: its figures stand, later differences are shown beside them."""
    desk: Desk = g.desk
    closing = month_of(month)

    def act() -> Answer:
        if not may_close(g.viewer):
            raise NotForYou
        made = close_month(desk, g.viewer, closing)
        document = {"month": month, "closed_at": moment(made.closed_at), "closed_by": made.closed_by}
        return Answer(200, document)

    return answered(desk, key_of_request(), act)


def _route(name: str) -> None:
    topic = TOPICS[name]

    def tell(asked: PeriodQuery) -> Response:
        desk: Desk = g.desk
        viewer: Viewer = g.viewer
        period = Period.read(asked.from_, asked.to, desk.today())
        if viewer.role not in READERS:
            raise NotForYou
        scope = Scope.of(viewer, desk.rules.units)
        if scope.units is not None and not topic.of_units:
            raise NotForYou
        closed = [row.month for row in closed_months(desk.session)]
        tables = tables_of(desk.session, topic, scope, period)

        def address(figure: Figure, by: str, key: str) -> str | None:
            if not scope.lists:
                return None
            asked: dict[str, Any] = {"from": period.first.isoformat(), "to": period.last.isoformat()}
            if by:
                asked[by] = key
            return url_for("statistics_api.list_cases", figure=figure.value, **asked)

        return json_response(
            topic_document(topic, tables, period, desk.rules, closed=closed, address=address)
        )

    tell.__doc__ = f"Read the figures of the topic `{name}`."
    tell.__name__ = f"statistics_{name}"
    view: Any = statistics_api.output(TopicDocument, description="The figures")(tell)
    view = statistics_api.input(PeriodQuery, location="query", arg_name="asked")(view)
    statistics_api.get(f"/statistics/{name}", endpoint=f"statistics_{name}")(staff_only(view))


for _name in TOPICS:
    _route(_name)
