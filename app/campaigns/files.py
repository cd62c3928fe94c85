"""The result of a campaign as a workbook: what came of it, and each call; nothing says who a citizen is."""

from collections.abc import Sequence

from flask_babel import gettext as _

from app.language.campaign_words import RATE_MEANS, RATE_NAMES, WHY_LEFT_OUT
from app.language.shown import iso
from app.language.words import SATISFACTION, SOLVED
from app.reading.campaigns import Result
from app.workbooks import Cell, Sheet, as_xlsx
from tickets.callback.campaigns import Campaign, CampaignCall
from tickets.ticket import Ticket


def workbook(
    campaign: Campaign, about: str, result: Result, calls: Sequence[tuple[CampaignCall, Ticket]]
) -> bytes:
    """The file: one sheet of figures with their denominators, one of the calls in the order of the draw."""
    return as_xlsx([_figures(campaign, about, result), _calls(calls)])


def _figures(campaign: Campaign, about: str, result: Result) -> Sheet:
    rows: list[list[Cell]] = [
        [_("名称"), _("数"), _("分母"), "%", _("口径")],
        [_("目的"), campaign.purpose],
        [_("回访什么"), about],
        [_("办结日期"), f"{campaign.closed_from} – {campaign.closed_to}"],
        [_("抽样种子"), campaign.seed],
        [_("可以抽的"), campaign.eligible],
        *([_("不抽：%(why)s", why=WHY_LEFT_OUT[why]), number] for why, number in campaign.left_out.items()),
        [_("抽到"), result.drawn],
        [_("接通"), result.reached],
        [_("三次没有接通"), result.in_vain],
        [_("还要打"), result.waiting],
    ]
    for rate in result.rates:
        name, means = str(RATE_NAMES[rate.name]), str(RATE_MEANS[rate.name])
        rows.append([name, rate.part, rate.whole, rate.share, means])
    return Sheet(_("结果"), rows)


def _calls(calls: Sequence[tuple[CampaignCall, Ticket]]) -> Sheet:
    rows: list[list[Cell]] = [
        [
            *(_("顺序"), _("工单编号"), _("拨打次数"), _("接通"), _("联系了吗"), _("解决了吗"), _("满意吗")),
            *(_("群众原话"), _("回访员"), _("时间")),
        ]
    ]
    rows += [
        [
            call.place,
            ticket.ref,
            call.tries,
            yes_or_no(call.reached),
            yes_or_no(call.contacted),
            str(SOLVED[call.solved]) if call.solved else None,
            str(SATISFACTION[str(call.satisfaction)]) if call.satisfaction else None,
            call.reason,
            call.answered_by,
            iso(call.answered_at) if call.answered_at else None,
        ]
        for call, ticket in calls
    ]
    return Sheet(_("逐件"), rows)


def yes_or_no(said: bool | None) -> str | None:
    """What stands in a cell for a yes, a no, and nothing said."""
    if said is None:
        return None
    return str(_("是") if said else _("否"))
