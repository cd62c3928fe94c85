"""The forms of an application, one for each step: what their fields are called and how they look."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from app.assistance import application_bodies as bodies
from app.assistance import application_steps as steps
from app.language.application_words import HARD_GROUNDS
from app.web.forms import FormKind, Shape
from tickets.assistance.application_words import ApplicationMove, ApplicationState

M = ApplicationMove
VERSION = {"version": _("版本")}


@dataclass(frozen=True)
class StepForm:
    """A step as a form: its fields, what is done with them, and whether it is what one came for."""

    kind: FormKind
    act: Callable[..., Any]
    main: bool = True


def _step(act: Callable[..., Any], body: Any, *, main: bool = True, **fields: tuple[Any, Shape]) -> StepForm:
    labels = {name: label for name, (label, _shape) in fields.items()}
    shapes = {name: shape for name, (_label, shape) in fields.items()}
    return StepForm(FormKind(body, {**labels, **VERSION}, shapes=shapes), act, main)


AREA = Shape("area")
STEPS: Mapping[ApplicationMove, StepForm] = {
    M.ASK_PAPERS: _step(
        steps.ask_papers,
        bodies.PapersAsked,
        main=False,
        papers=(_("缺的材料"), Shape("area", hint=_("一行一样，一次说全；只能告知一次。"), rows=4)),
    ),
    M.ACCEPT: _step(steps.accept, bodies.ApplicationRead),
    M.SURVEY: _step(steps.survey, bodies.ApplicationRead),
    M.INVESTIGATE: _step(
        steps.investigate,
        bodies.Findings,
        surveyors=(_("几人调查"), Shape("number", hint=_("至少两人。"))),
        text=(_("调查结果和初审意见"), Shape("area", rows=5)),
    ),
    M.PUBLISH: _step(steps.publish, bodies.ApplicationRead),
    M.LENGTHEN: _step(
        steps.lengthen,
        bodies.Lengthening,
        main=False,
        ground=(_("特殊情况"), Shape("select", options="ground")),
    ),
    M.COMPLAIN: _step(
        steps.complain, bodies.Complaint, main=False, ticket=(_("投诉工单编号"), Shape(hint=_("14 位数字。")))
    ),
    M.FILE_VISIT: _step(
        steps.file_visit,
        bodies.VisitFiled,
        visited_on=(_("哪天走访"), Shape("date")),
        visitors=(_("几人走访"), Shape("number", hint=_("至少两人。"))),
        text=(_("走访看到的情况"), AREA),
    ),
    M.CONFIRM: _step(steps.confirm, bodies.ApplicationText, text=(_("确认意见"), AREA)),
    M.REFUSE: _step(
        steps.refuse,
        bodies.Refusal,
        main=False,
        text=(_("不予确认的理由"), AREA),
        remedy=(_("不服可以怎么办"), AREA),
    ),
    M.END: _step(steps.end, bodies.ApplicationRead),
    M.WITHDRAW: _step(steps.withdraw, bodies.ApplicationText, main=False, text=(_("撤回的原因"), AREA)),
}

NEW = FormKind(
    bodies.NewApplication,
    {
        "scheme": _("申请什么"),
        "division": _("社区或街道"),
        "name": _("姓名"),
        "id_number": _("身份证号"),
        "phone": _("电话"),
        "address": _("住址"),
        "household": _("户号（已建档的）"),
        "related": _("与村（社区）或经办人员是近亲属（备案）"),
    },
    checks=frozenset({"related"}),
)
LOOK = FormKind(bodies.ReasonToLook, {"reason": _("理由")})
GROUNDS = list(HARD_GROUNDS.items())
#: A receipt is given for what was accepted.
HAS_RECEIPT = frozenset(ApplicationState) - {
    ApplicationState.DRAFT,
    ApplicationState.PAPERS,
    ApplicationState.WITHDRAWN,
}
