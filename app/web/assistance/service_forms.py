"""The forms of service orders and contracts: what their fields are called."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from app.assistance import service_bodies as bodies
from app.attachments.keeping import FIELD
from app.web.assistance.signed import ON_PAPER, SIGNED
from app.web.assistance.visit_form import LOOK
from app.web.forms import FormKind
from tickets.assistance.service_words import ServiceStep

REASON = {"reason": _("理由")}

STEP_FORMS: Mapping[ServiceStep, FormKind] = {
    ServiceStep.APPROVE: FormKind(bodies.Approval, {"contract": _("合同")}),
    ServiceStep.REFUSE: FormKind(bodies.Why, REASON),
    ServiceStep.ORGANISE: FormKind(bodies.Organised, {"serve_by": _("最晚哪天服务")}),
    ServiceStep.SCHEDULE: FormKind(
        bodies.Scheduled,
        {"worker": _("谁去"), "planned_at": _("约定时间")},
        moments=frozenset({"planned_at"}),
    ),
    ServiceStep.CHECK_IN: FormKind(bodies.Nothing, {}),
    ServiceStep.NO_SHOW: FormKind(bodies.NoShow, {"missing": _("谁没有到")}),
    ServiceStep.DELIVER: FormKind(
        bodies.Delivered,
        {
            "done": _("做了什么"),
            "signer": _("谁签字"),
            "signature": _("签字人姓名"),
            "rating": _("评分"),
            "photo_consent": _("问过服务对象，同意拍照留存"),
        },
        beside={FIELD: _("现场照片"), SIGNED: _("签字"), ON_PAPER: _("或者：拍纸上的签字、手印")},
        many=frozenset({"done"}),
        checks=frozenset({"photo_consent"}),
    ),
    ServiceStep.ACCEPT: FormKind(bodies.Accepted, {"result": _("需求的结果")}),
    ServiceStep.SEND_BACK: FormKind(bodies.Why, REASON),
    ServiceStep.CANCEL: FormKind(bodies.Why, REASON),
}

RATE = FormKind(bodies.Rated, {"rating": _("评分")})
COMPLAINT = FormKind(bodies.Complaint, {"text": _("投诉什么")})
#: Every form that can come back on the page of an order, by its name there.
ON_PAGE: Mapping[str, FormKind] = {
    **{str(step): kind for step, kind in STEP_FORMS.items()},
    "rate": RATE,
    "complaint": COMPLAINT,
    "look_file": LOOK,
}

PROPOSE = FormKind(bodies.NewOrder, {"need": _("需求编号"), "item": _("服务项目"), "words": _("要交代的话")})

CONTRACT = FormKind(
    bodies.ContractWords,
    {
        "agency": _("第三方机构"),
        "title": _("合同名称"),
        "starts_on": _("从哪天"),
        "ends_on": _("到哪天"),
        "quota": _("人次"),
        "workers": _("服务人员名单"),
    },
    beside={"prices": _("单价")},
    lists=frozenset({"workers"}),
)
