"""What the codes of promises are called: clocks, steps, pauses, units of time, and why a day was counted."""

from flask_babel import lazy_gettext as _

from app.language.words import Words

CLOCKS = Words(
    dispatch=_("派单"),
    sign=_("签收"),
    return_window=_("退回期"),
    contact=_("联系群众"),
    handle=_("办理"),
    review=_("审核"),
    callback=_("回访"),
    supervision=_("督办答复"),
    decision=_("批复申请"),
    supplement=_("等群众补充"),
    plan=_("处置方案"),
    registration=_("信访登记"),
    survey=_("启动经济状况调查"),
    determination=_("审核确认"),
    determination_delegated=_("审核确认（委托街道）"),
    determination_hard=_("审核确认（特殊情形）"),
    first_judgement=_("调查和初审"),
    publication=_("公示"),
    confirmation=_("区级确认"),
    relief_contact=_("急难先行联系"),
    relief=_("急难救助"),
    relief_papers=_("补办急难救助手续"),
    inspection_contact=_("联系举报人"),
    inspection=_("举报核查和反馈"),
    visit_community=_("社区走访"),
    visit_subdistrict=_("街道走访"),
)

CLOCK_STATES = Words(
    running=_("计时中"),
    paused=_("暂停计时"),
    met=_("按时"),
    breached=_("已逾期"),
    cancelled=_("不再计时"),
)

#: The steps of the ladder, as the board and the tickets call them.
LADDER = Words(
    warned=_("临期提醒"),
    breached=_("逾期告知"),
    urged=_("书面催办"),
    listed=_("通报"),
)

#: Why a clock stands still.
PAUSES = Words(
    review=_("审核中暂停"),
    awaiting_information=_("等群众补充，暂停"),
    long_term=_("挂账期间暂停"),
    hearing=_("听证期间暂停"),
    publication=_("公示期间暂停"),
    checking=_("核对、核查期间暂停"),
)

#: What a promise can stand still for.
PAUSE_GROUNDS = Words(
    awaiting_information=_("等群众补充"),
    long_term=_("客观上一时办不成"),
    hearing=_("举行听证"),
    publication=_("公示"),
    checking=_("等其他部门核对、核查"),
)

#: Why a day was counted, or was not.
DAY_REASONS = Words(
    start_day=_("起算的当天不计入"),
    not_begun=_("还没有起算"),
    working_day=_("工作日"),
    make_up_day=_("调休上班"),
    calendar_day=_("自然日"),
    wall_clock=_("按钟表连续计时"),
    in_period=_("在这一期里"),
    period_end=_("这一期的最后一天"),
    rest_day=_("周末"),
    holiday=_("放假"),
    paused=_("暂停计时"),
    out_of_hours=_("没有用到上班时间"),
    rolled_to=_("最后一天放假，顺延到这天"),
)

UNITS_OF_TIME = Words(
    minute=_("分钟"),
    hour=_("小时"),
    working_hour=_("工作小时"),
    working_day=_("工作日"),
    calendar_day=_("自然日"),
    calendar_month=_("月"),
    month=_("自然月（到月底）"),
    half_year=_("半年（到 6 月底、12 月底）"),
)

#: From when a period is counted.
START_RULES = Words(
    event=_("从那一刻起"), next_day=_("从第二天算起"), next_working_day=_("从下一个工作日算起")
)

#: What becomes of a last day on which nobody works.
ROLL_RULES = Words(next_working_day=_("顺延到下一个工作日"), none=_("不顺延，到当天 24 点"))

#: Why something is due at another moment than the counted one.
BOUNDS = Words(
    fixed=_("督办时定了日期"),
    outer=_("上级平台要求得更早"),
    parent=_("不能晚于上一级派单"),
)
