"""What the help pages say in whole sentences: roles, a first day in a few steps, moves and states."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.access.accounts import Role
from app.language.words import Words

PURPOSES = Words(
    operator=_("接电话，能当场答的当场答，要办的写成工单。"),
    dispatcher=_("把工单派给该办的单位，合并重复的，批复退回。"),
    handler=_("签收、联系群众、办理、答复；看先到期的。"),
    head=_("承办人能做的都能做，还要签发答复、批复延期、提出挂账。"),
    reviewer=_("把诉求和答复并排看：答到了没有，退回还是通过；群众不满意的，定下怎么办。"),
    caller=_("给群众打电话：联系了没有，解决了没有，满意不满意。"),
    supervisor=_("在逾期之前看到要逾期的，催、督办、批复延期和挂账。"),
    auditor=_("看谁看过什么、改过什么；批复查看密件的申请。"),
    admin=_("管单位、账号、时限、日历和短信用语；看不到工单。"),
)


@dataclass(frozen=True)
class Step:
    """One step of a first day, and the page it happens on."""

    text: LazyString
    endpoint: str = ""


_DESK = "desks.show"

#: At most five a role: what somebody needs before the first ticket, and no more.
TOURS: dict[Role, tuple[Step, ...]] = {
    Role.OPERATOR: (
        Step(_("电话响了就开「接电话」：先看号码以前反映过什么。"), "intake.show"),
        Step(_("写下诉求，选类型、分类和地点；查得到的政策当场答。")),
        Step(_("登记后把工单编号和查询码念给群众，短信也会发。")),
        Step(_("同一个人同一件事再来电，补充到原来的工单，不要新登记。")),
        Step(_("群众发来而没有工单的短信，在「短信来件」里处理。"), "texts.show"),
    ),
    Role.DISPATCHER: (
        Step(_("派单台从最先到期的开始，一行一件。"), _DESK),
        Step(_("选一个主办，需要时加协办；被投诉的单位和它的下级选不了。")),
        Step(_("一样的事并单：各人的号码、短信和回访都还在。")),
        Step(_("单位申请退回的，在同一页批复；不同意就是指定承办，不能再退。")),
        Step(_("派错了，对方签收之前可以收回。")),
    ),
    Role.HANDLER: (
        Step(_("承办台最上面是先到期的。先签收，再联系群众。"), _DESK),
        Step(_("不归本单位的，在退回时限内申请退回，写清理由。")),
        Step(_("办不完的，到期之前申请延期，写清新日期和理由，群众会收到短信。")),
        Step(_("答复写给群众看：办了什么，结果怎样，没解决的为什么。内部的话写在备注里。")),
        Step(_("日期旁边的「为什么是这一天」逐日说明时限怎么算。")),
    ),
    Role.HEAD: (
        Step(_("承办台里「待您批复」是等您签发的答复和等您批的延期。"), _DESK),
        Step(_("自己提出的，要由别人批复。")),
        Step(_("一时解决不了的申请挂账，写清措施和日期，到日期自动恢复。")),
        Step(_("每天的简报列出快到期的和已逾期的。"), "digest.newest"),
        Step(_("外出之前填好代理人，工单会转到他名下。"), "absence.mine"),
    ),
    Role.REVIEWER: (
        Step(_("审核台一件一件看：诉求在左，答复在右。"), _DESK),
        Step(_("答非所问、没有联系群众的退回，写清缺什么。")),
        Step(_("群众不满意的：重办、解释后办结，或者不再办理。")),
        Step(_("申请终止办理和撤回由您批复，撤回之前先听群众说。")),
    ),
    Role.CALLER: (
        Step(_("回访台按该打的顺序排；群众约了时段的，到时段才出现。"), _DESK),
        Step(_("打开一件就显示这一个号码，每看一次都有记录。")),
        Step(_("问三句：单位联系您了吗，解决了吗，满意吗。")),
        Step(_("没打通也记下来；分两天打三次仍不通才能结束，不算满意。")),
    ),
    Role.SUPERVISOR: (
        Step(_("督办台按阶梯排：预警、催办、到期、逾期、通报。"), _DESK),
        Step(_("督办件有自己的期限，单位要在期限内答复督办。")),
        Step(_("超过部门权限的延期和所有挂账由您批复。")),
        Step(_("通报页按单位列出被通报的工单，可以打印。"), "supervision.reported"),
        Step(_("时限规则的改动要由您或另一位管理员定下才生效。"), "admin_policies.show"),
    ),
    Role.AUDITOR: (
        Step(_("监督台列出未办结的工单；每张工单的「办理过程」有每一次查看身份的记录。"), _DESK),
        Step(_("申请查看密件由您批复，同意后只开放一天。")),
        Step(_("变更记录里有每一次对单位、账号和规则的改动。"), "changes.show"),
    ),
    Role.ADMIN: (
        Step(_("管理台列出可以设置的，和最近的改动。"), _DESK),
        Step(_("单位是一棵树；停用之前先看它还有没有工单和下级。"), "admin_units.tree"),
        Step(_("放假通知发布后，贴进工作日历，未完成的时限会重算。"), "admin_calendars.show"),
        Step(_("改时限要先看「会改变什么」，再由别人定下。"), "admin_policies.show"),
        Step(_("短信没送到、通道不好、预算快用完，都在短信运行里。"), "traffic.show"),
    ),
}

#: What a move does, in one sentence.
MEANINGS = Words(
    register=_("把来电或来件登记成工单，得到编号和查询码，派单时限开始。"),
    answer=_("当场答完，工单办结；依据政策库的，写明是哪一条。"),
    hand_over=_("转给公安、消防、急救或交警，记录留下。"),
    decline=_("依法不受理，选理由；该走法定途径的告诉群众走哪里。"),
    amend=_("改正电话、地址、类型、分类或紧急程度；时限跟着重算。"),
    ask_citizen=_("请群众补材料，办理时限暂停；到期没补就自动恢复。"),
    supplement=_("把群众补充的话或材料记进工单，告诉正在办的人。"),
    note=_("写内部备注，可以只给本单位、给热线或给各方看。"),
    dispatch=_("派给一个主办和若干协办，各有期限和依据。"),
    recall=_("主办签收之前收回派单。"),
    sign=_("签收，签收时限到此为止。"),
    take=_("写明本单位里由谁办。"),
    ask_return=_("不归本单位的，在退回时限内申请退回，由派单员批复。"),
    sub_dispatch=_("派给下级单位，期限不晚于本单位的；它没办完，本单位不能答复。"),
    contact=_("记下什么时候联系了群众，通了没有。"),
    ask_extension=_("到期之前申请延期，一轮一次，不超过上限。"),
    ask_shelving=_("一时办不了的，写明措施和日期申请挂账。"),
    resume=_("挂账的提前恢复办理。"),
    reply=_("答复：属实吗，解决了吗，怎么告诉群众的。"),
    review=_("通过答复，或者写明理由退回重写。"),
    call_back=_("记下群众的话：联系了没有，解决了没有，满意不满意。"),
    rework=_("开新的一轮重办，以前各轮都留着；第三轮起由督办员定。"),
    close=_("解释后办结、不再办理或联系不上，写明理由；群众的不满意照样计入。"),
    ask_termination=_("依法办不下去的，附书面说明申请终止，由审核员批复。"),
    withdraw=_("群众自己撤回；举报和督办件要先听群众说再定。"),
    merge=_("并到同一件事的工单；每个来电人的号码、短信和回访都保留。"),
    unmerge=_("取消并单，状态、轮次和时限都恢复原样。"),
    urge=_("记下群众的催促，告诉正在办的单位，一天一次。"),
    supervise=_("日常、挂牌或约谈督办，写明期限和批示。"),
    answer_supervision=_("在期限内答复督办。"),
    dispute=_("办结十天内群众不认可的，重新登记，开新的一轮。"),
    reissue=_("给登记的号码再发一个查询码，旧的作废。"),
    ask_unseal=_("写明理由申请看密件的身份，由监督员批复。"),
)

STATE_MEANINGS = Words(
    registered=_("登记了，等派单员派出。"),
    awaiting_information=_("等群众补充，办理时限暂停。"),
    dispatched=_("派出了，主办还没有签收。"),
    handling=_("主办正在办理。"),
    long_term=_("一时解决不了，有措施和日期，到日期自动恢复。"),
    replied=_("主办已答复，等审核。"),
    callback=_("答复已通过，等群众的话。"),
    closed=_("办结了；群众十天内还可以提出异议。"),
    archived=_("保存期满，内容已按规定处理。"),
)
