"""The words of the statistics of social assistance."""

from flask_babel import LazyString, lazy_pgettext
from flask_babel import lazy_gettext as _

from app.language.words import Words

TEAMS = Words(
    medical=lazy_pgettext("team", "助医小队"),
    student=lazy_pgettext("team", "学生志愿者"),
    agency=lazy_pgettext("team", "服务机构"),
    volunteer=lazy_pgettext("team", "其他志愿者"),
)

#: The lines of the table, in order: name in the documents, and what it is called.
LINES: dict[str, LazyString | str] = {
    "households": _("低保户数（期末）"),
    "persons": _("低保人数（期末）"),
    "dibao_amount": _("低保金（元）"),
    "temporary_cases": _("临时救助（次）"),
    "temporary_amount": _("临时救助金（元）"),
    "tekun_persons": _("特困人数（期末）"),
    "tekun_amount": _("特困供养金（元）"),
    "care_amount": _("护理照料补贴（元）"),
    "price_amount": _("价格临时补贴（元）"),
    "medical_person_times": _("助医服务（人次）"),
    "student_person_times": _("学生志愿服务（人次）"),
}

#: What is refused with the whole request, and what with one field.
FIGURE_ERRORS: dict[str, tuple[LazyString | str, LazyString | str]] = {
    "assistance_month_closed": (_("这个月的救助统计已经关账。"), _("关账的数字不再变，不用再关。")),
}
FIGURE_FIELDS: dict[str, tuple[LazyString | str, LazyString | str]] = {
    "no_such_month": (_("不是年月。"), _("请写成 2023-08 的样子。")),
    "figures_backward": (_("截止月早于起始月。"), _("请把两个月对调。")),
    "figures_too_long": (_("最多看 %(most)s 个月。"), _("请缩短时段，分几次看。")),
    "assistance_month_open": (_("这个月还没有过完。"), _("请等到下个月再关账。")),
}
