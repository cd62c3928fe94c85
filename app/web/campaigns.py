"""Campaigns for who makes and reads them: the list, a new one, what came of one."""

from typing import Any
from uuid import UUID

from flask import Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.access.accounts import Role
from app.access.rules import RULES
from app.campaigns.acting import CampaignBody, campaign_for, make_campaign, may
from app.campaigns.files import workbook, yes_or_no
from app.language.campaign_words import RATE_MEANS, RATE_NAMES, WHY_LEFT_OUT
from app.language.names import category_name, category_options, options, unit_names
from app.reading.campaigns import calls_of, campaigns_of, result_of, results_of
from app.web.forms import Done, Form, FormKind, once
from app.web.staff import blueprint, staff_page
from tickets.callback import campaigns as acts
from tickets.callback.campaigns import Campaign
from tickets.callback.sampling import MOST
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError, bad_field
from tickets.ground.refs import SHANGHAI

campaigns_pages = blueprint("campaigns", __name__)

READERS = tuple(role for role in Role if role in RULES.campaigns["read"])
MAKERS = tuple(role for role in Role if role in RULES.campaigns["make"])
#: Campaigns on one page.
SHOWN = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

NEW = FormKind(
    CampaignBody,
    {
        "purpose": _("目的"),
        "unit": _("单位（含下级）"),
        "category": _("分类（含下级）"),
        "closed_from": _("办结日期，从"),
        "closed_to": _("到（含）"),
        "size": _("抽多少件"),
    },
)


@campaigns_pages.get("/campaigns")
@staff_page(*READERS)
def show() -> ResponseReturnValue:
    """All campaigns, newest first, and the form of a new one."""
    return _list()


def _again(refused: TicketError) -> ResponseReturnValue:
    return _list(refused)


@campaigns_pages.post("/campaigns")
@staff_page(*MAKERS, again=_again)
def make() -> ResponseReturnValue:
    """Make a campaign: its sample is drawn here, once."""
    body: CampaignBody = NEW.read(request.form)

    def act() -> Done:
        made = make_campaign(g.desk, body)
        return Done(url_for("campaigns.result", number=made.id), gettext("已抽好样本，回访员可以打了。"))

    return once(g.desk, g.viewer, act).response()


@campaigns_pages.get("/campaigns/<uuid:number>")
@staff_page(*READERS)
def result(number: UUID) -> ResponseReturnValue:
    """What came of one so far."""
    return _page(campaign_for(g.desk, number))


def _page_again(refused: TicketError, number: UUID) -> ResponseReturnValue:
    return _page(campaign_for(g.desk, number), refused)


@campaigns_pages.post("/campaigns/<uuid:number>/end")
@staff_page(*MAKERS, again=_page_again)
def end(number: UUID) -> ResponseReturnValue:
    """Call nobody any more."""

    def act() -> Done:
        acts.end(g.desk, campaign_for(g.desk, number, lock=True))
        return Done(
            url_for("campaigns.result", number=number), gettext("已结束，回访员不再打。可以重新开始。")
        )

    return once(g.desk, g.viewer, act).response()


@campaigns_pages.post("/campaigns/<uuid:number>/reopen")
@staff_page(*MAKERS, again=_page_again)
def reopen(number: UUID) -> ResponseReturnValue:
    """Go on with one that was ended."""

    def act() -> Done:
        acts.reopen(g.desk, campaign_for(g.desk, number, lock=True))
        return Done(url_for("campaigns.result", number=number), gettext("已重新开始。"))

    return once(g.desk, g.viewer, act).response()


@campaigns_pages.get("/campaigns/<uuid:number>.xlsx")
@staff_page(*READERS)
def file(number: UUID) -> ResponseReturnValue:
    """The result as a workbook."""
    desk: Desk = g.desk
    campaign = campaign_for(desk, number)
    calls = calls_of(desk, campaign)
    answer = Response(
        workbook(campaign, about(desk, campaign), result_of(desk, campaign), calls), mimetype=XLSX
    )
    name = f"campaign-{campaign.closed_from}-{campaign.closed_to}.xlsx"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def about(desk: Desk, campaign: Campaign) -> str:
    """Which unit and which matters, in words."""
    units, code = unit_names(desk.rules.units), campaign.unit
    unit = units.get(code, code) if code else ""
    category = category_name(desk.rules.categories, campaign.category) if campaign.category else ""
    return " · ".join(part for part in (unit, category) if part)


def _before() -> UUID | None:
    given = request.args.get("before")
    try:
        return UUID(given) if given else None
    except ValueError:
        raise bad_field("cursor", "bad_cursor") from None


def _list(refused: TicketError | None = None) -> str:
    desk: Desk = g.desk
    rows = campaigns_of(desk, limit=SHOWN, before=None if refused else _before())
    results = results_of(desk, rows[:SHOWN])
    today = desk.now().astimezone(SHANGHAI).date()
    typed = {
        "closed_from": today.replace(day=1).isoformat(),
        "closed_to": today.isoformat(),
        "size": "50",
    }
    form = Form.again(NEW, request.form, refused) if refused else Form.blank(NEW, typed)
    return render_template(
        "callback/campaigns.html",
        rows=[(row, about(desk, row), results[row.id]) for row in rows[:SHOWN]],
        next_url=url_for("campaigns.show", before=rows[SHOWN - 1].id) if len(rows) > SHOWN else "",
        first_url=url_for("campaigns.show") if request.args.get("before") else "",
        form=form if may(g.viewer, "make") else None,
        units=[("", "—"), *options(desk.rules.units, lambda unit: unit.kind != "agency")],
        categories=[("", "—"), *category_options(desk.rules.categories)],
        most=MOST,
        last_day=today.isoformat(),
    )


def _page(campaign: Campaign, refused: TicketError | None = None) -> str:
    desk: Desk = g.desk
    told: dict[str, Any] = {"wrong": Form.again(NEW, request.form, refused).wrong if refused else ()}
    return render_template(
        "callback/campaign.html",
        campaign=campaign,
        about=about(desk, campaign),
        result=result_of(desk, campaign),
        calls=calls_of(desk, campaign),
        may_make=may(g.viewer, "make"),
        left_out=[(WHY_LEFT_OUT[why], number) for why, number in campaign.left_out.items()],
        rate_names=RATE_NAMES,
        rate_means=RATE_MEANS,
        yes_or_no=yes_or_no,
        **told,
    )
