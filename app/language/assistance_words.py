"""The words of social assistance: themes, groups of households, standings, and what is refused there."""

from flask_babel import LazyString, lazy_pgettext
from flask_babel import lazy_gettext as _

from app.language.application_words import (
    APPLICATION_ERRORS,
    APPLICATION_FACTS,
    APPLICATION_FIELDS,
    APPLICATION_WORK,
)
from app.language.need_words import NEED_ERRORS, NEED_FACTS, NEED_FIELDS
from app.language.payment_words import PAYMENT_ERRORS, PAYMENT_FACTS, PAYMENT_FIELDS
from app.language.referral_words import REFERRAL_ERRORS, REFERRAL_FACTS, REFERRAL_FIELDS, REFERRAL_WORK
from app.language.service_words import SERVICE_ERRORS, SERVICE_FACTS, SERVICE_FIELDS
from app.language.visit_words import VISIT_ERRORS, VISIT_FACTS, VISIT_FIELDS
from app.language.words import Words

POLICY_THEMES = Words(
    civil=_("民政"),
    medical=_("医疗"),
    housing=_("住房"),
    education=_("教育"),
    employment=_("就业"),
    justice=_("司法"),
)

POLICY_STANDINGS = Words(
    in_force=lazy_pgettext("policy", "有效"),
    not_yet=lazy_pgettext("policy", "尚未生效"),
    expiring=lazy_pgettext("policy", "即将到期"),
    expired=lazy_pgettext("policy", "已到期"),
    stale=lazy_pgettext("policy", "一年没有确认"),
    replaced=lazy_pgettext("policy", "旧版本"),
)

HOUSEHOLD_KINDS = Words(
    dibao=_("低保"),
    tekun=_("特困"),
    temporary=_("临时救助"),
    marginal=_("低保边缘"),
    rigid=_("刚性支出困难"),
)

CARE_LEVELS = Words(self=_("能自理"), partly=_("部分丧失自理能力"), fully=_("完全丧失自理能力"))

TRAITS = Words(
    student=_("在校学生"),
    disabled=_("残疾"),
    severely_disabled=_("重度残疾"),
    seriously_ill=_("重病"),
    unemployed=_("有劳动能力未就业"),
    child_in_need=_("困境儿童"),
)

HOUSEHOLD_STATES = Words(active=_("在保"), fading=_("渐退期"), ended=_("已停保"))

RECHECKS = Words(yearly=_("每年"), half_yearly=_("每半年"))

KINSHIPS = Words(
    head=_("户主"),
    spouse=_("配偶"),
    child=_("子女"),
    parent=_("父母"),
    grandparent=_("祖父母"),
    grandchild=_("孙子女"),
    sibling=_("兄弟姐妹"),
    other=lazy_pgettext("kinship", "其他"),
)

INDICATORS = Words(
    eating=_("吃饭"),
    dressing=_("穿衣"),
    bed=_("上下床"),
    toilet=_("如厕"),
    walking=_("室内行走"),
    bathing=_("洗澡"),
)

SCHEMES = Words(
    dibao=_("低保金"),
    tekun=_("特困供养金"),
    care=_("照料护理补贴"),
    temporary=_("临时救助金"),
    price=_("价格临时补贴"),
)

LIFE_EVENTS = Words(
    birth=_("出生"),
    death=_("去世"),
    marriage=_("结婚"),
    divorce=_("离婚"),
    illness=_("重病"),
    accident=_("意外事故"),
    disability=_("残疾"),
    job_found=_("找到工作"),
    job_lost=_("失去工作"),
    school=_("入学或毕业"),
    moved=_("搬迁"),
    prison=_("服刑"),
    other=lazy_pgettext("life event", "其他"),
)

HOUSEHOLD_FACTS = Words(
    added=lazy_pgettext("household", "建档"),
    imported=lazy_pgettext("household", "导入台账"),
    amended=lazy_pgettext("household", "修改"),
    state_changed=lazy_pgettext("household", "改状态"),
    member_added=lazy_pgettext("household", "增加成员"),
    member_amended=lazy_pgettext("household", "修改成员"),
    member_left=lazy_pgettext("household", "成员离开"),
    life_event=lazy_pgettext("household", "家庭变故"),
    benefit_put=lazy_pgettext("household", "记待遇"),
    identity_read=lazy_pgettext("household", "查看身份"),
    **VISIT_FACTS,
    **REFERRAL_FACTS,
    **PAYMENT_FACTS,
    **APPLICATION_FACTS,
    **NEED_FACTS,
    **SERVICE_FACTS,
    aid_given=lazy_pgettext("household", "记临时救助"),
    service_given=lazy_pgettext("household", "记服务"),
)

#: Work of social assistance that `roles.yaml` gives to roles.
ASSISTANCE_WORK = Words(
    keep_policies=_("维护政策库"),
    read_households=_("看救助家庭"),
    keep_households=_("维护救助家庭、导入台账"),
    note_events=_("记家庭变故"),
    clear_households=_("看家庭成员身份（要写理由）"),
    report_visits=_("走访救助家庭"),
    settle_visits=_("处理走访未见到的提醒、看走访照片和签字（要写理由）"),
    **REFERRAL_WORK,
    **APPLICATION_WORK,
    report_leads=_("报线索"),
    check_leads=_("核查线索"),
    keep_needs=_("维护需求清单"),
    order_services=_("下服务订单、组织、验收"),
    approve_services=_("批准服务订单、签服务合同"),
    serve=_("上门服务"),
    rate_services=_("问服务对象，记评分"),
    report_agencies=_("替服务对象投诉机构"),
    read_assistance_figures=_("看救助统计"),
    close_assistance_months=_("给救助统计关账"),
)

#: What went wrong with a whole request, as in `refusals.py`.
ASSISTANCE_ERRORS: dict[str, tuple[LazyString | str, LazyString | str]] = {
    **VISIT_ERRORS,
    **PAYMENT_ERRORS,
    "no_such_policy": (_("没有这条政策，或者不归您维护。"), _("请在政策库里查；维护归所属部门的负责人。")),
    "policy_moved_on": (
        _("%(by)s 刚改过这条政策，现在是第 %(version)s 版。"),
        _("请看过最新内容后再改。"),
    ),
    "no_such_household": (_("没有这户救助家庭，或者不在您的辖区。"), _("请核对户号；列表里是您能看的家庭。")),
    "household_moved_on": (_("这户刚被别人改过，现在是第 %(version)s 版。"), _("请看过最新内容后再改。")),
    "household_stands_so": (_("这户已经是这个状态。"), _("请刷新页面，看看现在的情况。")),
    "member_left_before": (_("这位成员已经不在这户了。"), _("请刷新页面，看看现在的情况。")),
    "policy_ended": (
        _("这条政策 %(day)s 已到期，不能只确认不变。"),
        _("还在执行就修改有效期，成为新的一版。"),
    ),
    **REFERRAL_ERRORS,
    **APPLICATION_ERRORS,
    **NEED_ERRORS,
    **SERVICE_ERRORS,
}

#: What is wrong with one field.
ASSISTANCE_FIELDS: dict[str, tuple[LazyString | str, LazyString | str]] = {
    **VISIT_FIELDS,
    **PAYMENT_FIELDS,
    "other_department": (_("不是您的部门。"), _("只能新增本部门的政策；别的部门由它的负责人来写。")),
    "unknown_policy": (_("政策库里没有“%(given)s”。"), _("请从政策库里选，或者不写政策编号。")),
    "care_differs": (_("自理能力和六项指标对不上。"), _("只填六项，等级由系统算；或者只填等级。")),
    "one_head": (_("一户要有一位户主，只能有一位。"), _("请把与户主关系改好。")),
    "day_ahead": (_("这一天还没有到。"), _("请填今天或以前的日期。")),
    "no_such_member": (_("这户没有这位成员。"), _("请从这户的成员里选。")),
    "no_such_place": (_("没有这个街道或社区。"), _("请从区划名单（/api/v1/divisions）中选。")),
    "division_not_yours": (_("这个街道或社区不在您的辖区。"), _("请选本辖区的社区，或请区民政局来录入。")),
    "in_a_household": (
        _("这个身份证号已经在一户救助家庭里。"),
        _("请按身份证号查到那一户；确实迁出的，先在那一户记迁出。"),
    ),
    "not_a_sheet": (_("不是能打开的表格。"), _("请用 .xlsx、.xls 或 .csv 文件，去掉密码。")),
    "no_heads": (
        _("没有找到表头。"),
        _("前 10 行里要有一行表头，至少有姓名、身份证号、社区（或街道）三列。"),
    ),
    "too_many_lines": (_("行数太多，最多 %(most)s 行。"), _("请分成几个文件。")),
    "twice_in_sheet": (_("这个身份证号和第 %(first)s 行的一样。"), _("一个人只留一行。")),
    "no_head_in_sheet": (_("找不到这位成员的户主。"), _("请把户主放在前面一行，或者写对户主身份证号。")),
    "unknown_place": (
        _("没有这个社区或街道，或者有几个同名。"),
        _("请写全称或区划代码；同名的社区要有街道一列。"),
    ),
    "unknown_kind": (
        _("看不懂救助类别。"),
        _("请写低保、特困、临时救助、低保边缘或刚性支出困难；也可以给整个文件选一个类别。"),
    ),
    "unknown_kinship": (_("看不懂与户主关系。"), _("请写户主、配偶、子、女、父、母、孙子女、兄弟姐妹。")),
    "unknown_care": (_("看不懂自理能力。"), _("请写能自理、部分丧失、完全丧失。")),
    "unknown_recheck": (_("看不懂复核周期。"), _("请写每年或每半年。")),
    "bad_day_in_sheet": (_("不是日期。"), _("请写成 2021-07-01、2021-07 或 2021年7月。")),
    "bad_sum": (_("不是金额。"), _("请写元，最多两位小数，例如 713.50。")),
    "not_base64": (_("不是 base64。"), _("请把文件的字节写成 base64。")),
    "household_has_ended": (_("这一户已经停保。"), _("确实重新纳入的，先在那一户把状态改为在保，再导入。")),
    "ages_backward": (_("最大年龄小于最小年龄。"), _("请改其中一个年龄。")),
    **REFERRAL_FIELDS,
    **APPLICATION_FIELDS,
    **NEED_FIELDS,
    **SERVICE_FIELDS,
}
