"""The words of home visits: levels, states, what is asked at the door, and what is refused there."""

from flask_babel import LazyString, lazy_pgettext
from flask_babel import lazy_gettext as _

from app.language.words import Words

VISIT_LEVELS = Words(community=_("社区每月走访"), subdistrict=_("街道半年走访"), bureau=_("近亲属备案走访"))

VISIT_STATES = Words(
    planned=lazy_pgettext("visit", "待走访"),
    not_reached=lazy_pgettext("visit", "去了没见到"),
    done=lazy_pgettext("visit", "已走访"),
    lapsed=lazy_pgettext("visit", "过期未走访"),
)

METS = Words(self=_("见到本人"), family=_("见到家人"), nobody=_("家里没人"))

LIVING = Words(
    good=lazy_pgettext("living", "好"),
    fair=lazy_pgettext("living", "一般"),
    poor=lazy_pgettext("living", "差"),
)

ASKED = Words(
    health=_("身体"),
    food=_("吃穿"),
    home=_("住房、水电"),
    mood=_("心情"),
)

VISIT_CHANGES = Words(
    people=_("人口变了"),
    income=_("收入变了"),
    health=_("身体变了"),
    home=_("住处变了"),
    work=_("工作变了"),
)

VISIT_NEEDS = Words(
    medical=_("看病买药"),
    care=_("要人照料"),
    meals=_("做饭吃饭"),
    home_repair=_("住房修补"),
    school=_("孩子上学"),
    work=_("找活干"),
    benefits=_("办补助"),
    company=_("陪伴说话"),
    legal=_("法律帮助"),
    other=lazy_pgettext("need", "别的"),
)

VISIT_FILES = Words(photo=_("现场照片"), signature=_("签字"))

VISIT_GROUNDS = Words(consent=_("单独同意（个人信息保护法第二十九条）"), signed=_("本人或家人签字"))

VISIT_FACTS = {
    "visit_done": lazy_pgettext("household", "走访"),
    "visit_missed": lazy_pgettext("household", "走访没见到人"),
    "visit_lapsed": lazy_pgettext("household", "到期没有走访"),
    "visit_alert": lazy_pgettext("household", "连续没见到，已告街道"),
    "visit_alert_noted": lazy_pgettext("household", "街道已知道没见到"),
    "visit_file_read": lazy_pgettext("household", "查看走访照片或签字"),
}

VISIT_ERRORS: dict[str, tuple[LazyString | str, LazyString | str]] = {
    "no_such_visit": (_("没有这次走访，或者不在您的辖区。"), _("请从走访名单里选。")),
    "visit_over": (_("这次走访已经记过，或者已经过期。"), _("请看走访名单；新的一期会自动列出来。")),
    "visit_of_subdistrict": (_("这次走访归街道。"), _("请由街道的工作人员去走访。")),
    "alert_over": (_("这条提醒已经处理过了。"), _("请刷新页面，看看现在的情况。")),
}

VISIT_FIELDS: dict[str, tuple[LazyString | str, LazyString | str]] = {
    "nobody_agreed": (_("没有见到人，不能留照片和签字。"), _("请去掉照片和签字，写明情况。")),
    "no_photo_consent": (
        _("没有记下这家人同意拍照。"),
        _("同意了就勾选同意；不同意就去掉照片，照样可以交。"),
    ),
    "not_signed": (_("签字太短，看不出是名字。"), _("请重签，或在纸上签字、按手印后拍照。")),
    "signature_too_long": (_("签字的笔画太多。"), _("请重签一次，写名字就行。")),
    "no_strokes": (_("签字没有传完整。"), _("请重签，或在纸上签字、按手印后拍照。")),
    "not_a_picture": (_("不是照片。"), _("请选手机拍的照片（JPG 或 PNG）。")),
    "day_over": (_("这一天已经过去了。"), _("请填今天或以后的日期。")),
}
