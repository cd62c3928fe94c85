"""What people are told when something cannot be: a sentence for what is wrong, one for what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from pydantic import ValidationError

from app.language.words import MOVES, ORDER_STATES, REQUESTS, STATES
from tickets.ground.errors import BadField

Said = tuple[LazyString | str, LazyString | str]

#: What went wrong with a whole request: the sentence, the remedy.
ERRORS: dict[str, Said] = {
    "no_token": (
        _("没有有效的令牌。"),
        _("请在 Authorization 头中带上 Bearer 令牌；令牌用 zhuanban token 生成。"),
    ),
    "not_for_you": (_("这个账号不能做这一步。"), _("请换有权限的账号，或请有权限的同事来做。")),
    "not_yours": (_("这一步不归您办理。"), _("请让持有这张派单的单位或负责的岗位来做。")),
    "not_found": (_("没有查到这张工单。"), _("请核对工单编号；也可能它不在您可以查看的范围内。")),
    "no_such_change": (_("没有这份规则改动。"), _("请核对编号；规则改动由管理员、督办员、监督员查看。")),
    "stale": (_("这张工单刚被别人改过，现在是第 %(version)s 版。"), _("请看过最新内容后再做一次。")),
    "stale_by": (
        _("%(by)s 刚改过这张工单，现在是第 %(version)s 版。"),
        _("请看过最新内容后再做一次。"),
    ),
    "move_not_allowed_by": (
        _("工单现在是“%(state)s”，不能“%(move)s”：%(by)s 刚办过一步。"),
        _("请刷新页面，看看现在可以做什么。"),
    ),
    "move_not_allowed": (_("工单现在是“%(state)s”，不能“%(move)s”。"), _("请刷新页面，看看现在可以做什么。")),
    "already_signed": (_("这张派单已经签收过了。"), _("不用再签收，可以接着办理。")),
    "order_ended": (_("本单位的派单已经结束（%(state)s）。"), _("不用再办理；如需补充，请联系派单员。")),
    "sign_first": (_("这张派单还没有签收。"), _("请先签收，再答复。")),
    "open_joint_orders": (
        _("协办单位还没有答复：%(units)s。"),
        _("请等协办单位答复，或在“不等协办”（without_joint）中写明原因。"),
    ),
    "sealed_no_contact": (
        _("这张工单的信息受限，承办单位不直接联系群众。"),
        _("有问题请写给热线，由热线去问。"),
    ),
    "own_request": (_("自己提的申请，不能自己批。"), _("请由另一个人来批复；同一个人的其他账号也不行。")),
    "already_asked": (_("这张派单的“%(request)s”申请还没有批复。"), _("请等批复后再提。")),
    "already_decided": (_("这项申请已经由 %(by)s 批复了。"), _("请刷新页面，看看结果。")),
    "designated": (
        _("这张派单已经指定由本单位承办，不能再退回。"),
        _("请接着办理；有困难可以申请延期或挂账。"),
    ),
    "return_window_over": (_("退回的时间已经过了。"), _("请接着办理，或请派单员收回。")),
    "lead_only": (_("这一步只能由主办单位来做。"), _("请把意见告诉主办单位。")),
    "no_extension": (_("时限规则 %(policy)s 不能延期。"), _("请按时答复；确实办不成，可以申请挂账。")),
    "extended_before": (_("这一轮已经延期过一次。"), _("每一轮只能延期一次，请按时答复。")),
    "extension_too_late": (_("办理时限已到，或者不在计时，不能申请延期。"), _("延期要在到期之前申请。")),
    "other_date_stands": (_("延期后也不能晚于上级平台或上一级派单的期限。"), _("请先与派单的一方商量改期。")),
    "date_has_passed": (_("申请里写的日期已经过了。"), _("请让单位重新申请，写一个以后的日期。")),
    "open_sub_orders": (_("二次派单还没有答复：%(units)s。"), _("请等下级单位答复，或由派单员同意其退回。")),
    "sign_off_waits": (_("答复正在等负责人签发。"), _("请先签发或退回这份答复。")),
    "asked_this_round": (_("这一轮已经请群众补充过一次。"), _("请按现有情况办理，或先电话联系群众。")),
    "urged_today": (_("今天已经催办过一次。"), _("明天还没有答复，可以再催。")),
    "no_number_on_file": (_("登记的号码为空，或群众不要答复，发不了查询码。"), _("请先用“更正”补上号码。")),
    "not_sealed": (_("这张工单不是密件，不用申请。"), _("请直接写明理由查看。")),
    "no_card_open": (_("没有等着答复的督办单。"), _("请刷新页面，看看是不是已经答复了。")),
    "supervision_open": (_("督办单还没有答复，不能并单。"), _("请先答复督办，再并单。")),
    "merge_into_itself": (_("不能并到自己。"), _("请填另一张工单的编号。")),
    "merge_into_follower": (_("那张工单已经并入 %(master)s。"), _("请并到 %(master)s。")),
    "merge_into_closed": (_("那张工单已经办结。"), _("请并到还在办理的工单；已有结论的，可以直接告知结果。")),
    "merge_sealed": (_("密件只能和密件合并。"), _("请分开办理。")),
    "merge_about_others": (_("两张工单反映的单位不同，不能合并。"), _("请分开办理。")),
    "merge_recused": (_("本单要求回避的人，主单没有登记回避。"), _("请先在主单上用“更正”登记回避，再并单。")),
    "not_merged": (_("这张工单没有并入别的工单。"), _("不用取消。")),
    "master_open": (_("同一件事正在 %(master)s 里办理。"), _("请等答复；要分开办，请派单员取消并单。")),
    "handed_over": (_("这件事已经转给紧急服务，热线不再跟踪。"), _("请直接联系接手的部门。")),
    "dispute_too_late": (_("办结已经超过 %(days)s 天，不能再提异议。"), _("有新的情况，请重新登记。")),
    "disputed_before": (_("这件事已经提过一次异议。"), _("没有新的情况不再重办；有新的情况，请重新登记。")),
    "petition_final": (
        _("同一信访人的同一事项已经复核终结，答复编号 %(final)s。"),
        _("请告知该答复，选“不予受理”（已依法办结）。"),
    ),
    "too_many_looks": (
        _("一小时内查看身份信息已达 %(most)s 次。"),
        _("请过一会儿再看；确有需要请找督办员。"),
    ),
    "too_many_rounds": (_("这张工单已经重办到第 %(rounds)s 轮。"), _("再重办要由督办员决定。")),
    "key_still_running": (_("同一个 Idempotency-Key 的请求还在处理。"), _("请稍等片刻，用同一个键再试。")),
    "key_with_other_body": (
        _("这个 Idempotency-Key 已用于另一个请求。"),
        _("内容不同的请求请换一个新的键。"),
    ),
    "unit_holds_orders": (
        _("“%(unit)s”还有 %(orders)s 张没有办结的派单，不能停用。"),
        _("请等它们办结，或请派单员改派后再停用。"),
    ),
    "units_below": (
        _("“%(unit)s”下面还有 %(count)s 个在用的单位，不能停用。"),
        _("请先把它们移到别的单位下面，或先停用它们。"),
    ),
    "unit_above_closed": (_("它的上级“%(unit)s”已经停用。"), _("请先恢复上级，或把它移到别的单位下面。")),
    "hotline_stays": (
        _("热线负责派单和回访，不能停用，也不能移到别的单位下面。"),
        _("可以改它的名称和别名。"),
    ),
    "last_admin": (_("这是最后一个在用的管理员账号。"), _("请先另设一个管理员，再改这一个。")),
    "unit_of_account_closed": (_("账号所在的“%(unit)s”已经停用。"), _("请先给账号换一个在用的单位。")),
    "rules_submitted": (
        _("%(by)s 已经提交了一份改动，正在等批准。"),
        _("请等它批准，或先作废它，再改。"),
    ),
    "rules_drafted_by_another": (_("%(by)s 正在改，还没有提交。"), _("请等他提交，或先作废那份草稿。")),
    "rules_not_so": (_("这份改动已经由 %(by)s 处理过了。"), _("请刷新页面，看看现在的情况。")),
    "table_ambiguous": (
        _("有两条规则同样具体，遇到同一件事说不清用哪一条。"),
        _("请看“检查”一栏，给其中一条加上条件，或删去一条。"),
    ),
    "table_gap": (_("有的事没有任何规则管。"), _("请看“检查”一栏，补一条适用于“全部”的规则。")),
    "fields_refused": (_("有几处填写不能使用。"), _("请按下面每一处的提示修改后再提交。")),
    "not_json": (_("请求的内容不是 JSON。"), _("请检查括号、引号和编码（UTF-8），再发一次。")),
    "busy": (_("系统正忙，这一次没有办成，也没有留下任何改动。"), _("请过几秒再试。")),
    "too_many_tries": (_("今天试得太多了。"), _("请明天再试，或拨打 12345 查询。")),
    "form_expired": (_("页面放得太久，这次提交没有收下。"), _("请再点一次提交；填写的内容还在。")),
    "http_400": (_("请求不完整。"), _("请刷新页面后再试。")),
    "http_401": (_("请先登录。"), _("登录后再做这一步。")),
    "http_403": (_("您没有这一项权限。"), _("请换账号，或联系管理员。")),
    "http_404": (_("没有这个页面。"), _("请检查地址，或从首页进入。")),
    "http_405": (_("这个地址不接受这种请求。"), _("请按接口说明使用。")),
    "http_413": (_("提交的内容超过 1 MB。"), _("请缩短内容后再试。")),
    "http_429": (_("请求太频繁。"), _("请过一会儿再试。")),
    "http_500": (_("系统出了错，这一次没有办成。"), _("请再试一次；还不行请联系管理员。")),
    "http_503": (_("系统正忙。"), _("请过几秒再试。")),
}

#: What can be wrong with one field.
FIELDS: dict[str, Said] = {
    "missing": (_("没有填写。"), _("请填写这一项。")),
    "empty": (_("内容是空的。"), _("请写明内容，只有空格不算。")),
    "too_long": (_("太长了，最多 %(max_length)s 个字。"), _("请缩短；长材料请分次补充。")),
    "too_short": (_("太短了，至少 %(min_length)s 个字。"), _("请补充完整。")),
    "unknown_field": (_("没有这一项。"), _("请删去它，或按接口说明核对名称。")),
    "not_in_list": (_("不是可以选的值。"), _("请从这些值中选：%(expected)s。")),
    "wrong_type": (_("类型不对。"), _("请按接口说明填写这一项。")),
    "out_of_range": (_("数值超出范围。"), _("请填写允许范围内的数。")),
    "bad_pattern": (_("写法不对。"), _("请按接口说明的格式填写。")),
    "bad_character": (_("含有不能保存的字符。"), _("请删去特殊控制字符后再提交。")),
    "bad_time": (_("不是带时区的时间。"), _("请写成 2026-11-23T09:00:00+08:00 的样子。")),
    "in_the_future": (_("时间还没有到。"), _("请填写已经发生的时间。")),
    "in_the_past": (_("时间已经过了。"), _("请填写以后的时间。")),
    "after_parent": (_("晚于上一级派单的期限。"), _("请填写不晚于上一级派单的时间。")),
    "no_such_pause": (_("时限规则 %(policy)s 不因这个原因暂停。"), _("请选别的原因，或申请延期。")),
    "over_cap": (_("超过了规则允许的 %(cap)s 天。"), _("请填写不超过上限的天数。")),
    "nothing_changed": (_("和登记的一样，没有改动。"), _("请填写要更正的内容。")),
    "route_needed": (_("没有写明法定途径。"), _("请写明群众可以去哪里：法院、仲裁委或复议机关。")),
    "not_below": (_("“%(unit)s”不是本单位的下级。"), _("请从下级单位中选；委办局也可以选街道。")),
    "unit_has_share": (_("“%(unit)s”已经有这张工单的派单。"), _("不用重复派；请等它答复。")),
    "unit_holds_ticket": (_("“%(unit)s”正在承办这张工单。"), _("请先收回派单，再登记它是被反映的单位。")),
    "unknown_colleague": (_("本单位没有“%(username)s”这个人。"), _("请从本单位的承办人和负责人中选。")),
    "recused": (_("“%(username)s”须回避这张工单。"), _("请换一位同事办理。")),
    "unknown_ticket": (_("没有“%(ref)s”这张工单。"), _("请核对编号；也可能它不在您可以查看的范围内。")),
    "unknown_petition": (_("没有编号为“%(ref)s”的信访件。"), _("请填上一级答复的工单编号。")),
    "wrong_stage": (_("“%(ref)s”不是上一级的答复。"), _("复查要接初次答复，复核要接复查答复。")),
    "not_answered_yet": (_("“%(ref)s”还没有答复。"), _("请等答复后，再申请复查或复核。")),
    "bad_phone": (_("不是有效的电话号码。"), _("请填 11 位手机号，或带区号的座机号。")),
    "bad_id_number": (_("不是有效的身份证号。"), _("请核对 18 位号码，末位可以是 X。")),
    "unknown_unit": (_("没有“%(unit)s”这个单位。"), _("请从单位名单（/api/v1/units）中选。")),
    "agency_not_allowed": (
        _("“%(unit)s”是第三方机构，不能承办工单。"),
        _("请转给有职责的单位；服务另下服务订单。"),
    ),
    "unit_complained_about": (_("“%(unit)s”就是被反映的单位或它的下级。"), _("请转给它的上级或主管部门。")),
    "unit_named_twice": (_("“%(unit)s”写了两次。"), _("一个单位只写一次。")),
    "unknown_division": (_("没有“%(division)s”这个区划。"), _("请填盘龙区街道或社区的区划代码。")),
    "reason_needed": (_("没有写原因。"), _("请写明原因，对方和以后查看的人都要知道为什么。")),
    "petition_channel": (_("只有信访渠道才填信访信息。"), _("请把渠道改为 petition，或删去信访信息。")),
    "bad_key": (_("幂等键是空的或超过 %(most)s 个字符。"), _("请换一个较短的键，例如 UUID。")),
    "bad_version": (_("不是工单的版本号。"), _('请照抄 ETag 里的值，例如 "3"。')),
    "bad_cursor": (_("不是上一页给出的游标。"), _("请照抄上一页的 next，或不带游标从头开始。")),
    "taken": (_("“%(given)s”已经有了。"), _("请换一个，或去改已有的那一项。")),
    "name_taken": (_("同一个上级下面已经有“%(given)s”。"), _("请换一个名称。")),
    "one_hotline": (_("热线只有一个。"), _("请选别的种类。")),
    "division_code": (_("街道、社区的代码就是区划代码。"), _("请填 6 至 12 位数字。")),
    "needs_subdistrict": (_("社区要在街道下面。"), _("请选一个街道作上级。")),
    "under_itself": (_("“%(unit)s”就是它自己或在它下面。"), _("请选别的上级。")),
    "unknown_category": (_("没有“%(category)s”这个分类。"), _("请从分类表中选。")),
    "code_of_another_branch": (_("代码要接着上级分类的代码写。"), _("请用“%(begin)s”开头。")),
    "last_offered": (_("这张表里只剩这一项可以选了。"), _("请先恢复另一项，再停用这一项。")),
    "past_day": (_("这一天已经过去。"), _("请填今天或以后的日期；已经回来就清空。")),
    "no_deputy": (_("代理人要是本单位另一位同事在用的账号。"), _("请从名单中选。")),
    "days_in_disorder": (_("最后一天早于第一天。"), _("请改其中一个日期。")),
    "bad_day": (_("不是日期。"), _("请写成 2026-11-23 的样子。")),
    "bad_clock_time": (_("不是钟点。"), _("请写成 17:30 的样子。")),
    "notice_without_year": (
        _("看不出是哪一年的通知。"),
        _("请连同标题一起贴进来，或在“年份”里填年份。"),
    ),
    "notice_without_days": (
        _("里面没有找到放假或上班的日期。"),
        _("请贴通知的正文，如“一、元旦：1月1日至3日放假，共3天。”"),
    ),
    "notice_no_date": (_("%(name)s：“%(given)s”不是一个日期。"), _("请对照原文改正。")),
    "notice_weekday": (
        _("%(name)s：%(day)s 写的是%(given)s，对不上。"),
        _("请核对日期和年份。"),
    ),
    "notice_span": (_("%(name)s：从 %(first)s 到 %(last)s 不是一段假期。"), _("请对照原文改正。")),
    "notice_count": (
        _("%(name)s：写的是共 %(given)s 天，数下来是 %(count)s 天。"),
        _("请对照原文改正日期或天数。"),
    ),
    "notice_worked_anyway": (_("%(name)s：%(day)s 本来就是工作日，不用调休上班。"), _("请核对日期和年份。")),
    "notice_twice": (_("%(name)s：%(day)s 又放假又上班。"), _("请对照原文改正。")),
    "not_toml": (_("不是 TOML 文件：%(problem)s。"), _("请按导出的文件的样子改正。")),
    "not_a_calendar": (_("这份日历不能用：%(problem)s"), _("请按导出的文件的样子改正。")),
    "not_a_table": (_("里面没有时限规则。"), _("文件由 [[policies]] 一段一段组成，请按导出的文件来写。")),
    "too_many_rows": (_("规则太多，最多 %(most)s 条。"), _("请合并条件相近的规则。")),
    "row_twice": (_("“%(policy)s”的 %(clock)s 写了两次。"), _("同一代码、同一种时限只写一条。")),
    "too_many_days": (_("一次最多 %(most)s 天。"), _("请核对日期，或分几次写。")),
    "start_rule_of_unit": (
        _("起算方式和时间单位对不上。"),
        _("按日、按月的从第二天或下一个工作日算起；按分钟、小时、自然月、半年的从那一刻起。"),
    ),
    "roll_rule_of_unit": (
        _("最后一天不上班时怎么办，和时间单位对不上。"),
        _("只有按自然日、按月的时限才写，其他的留空。"),
    ),
    "one_warning": (_("提醒写得不全，或写了两种。"), _("写“提前多少”和单位，或只写百分之几。")),
    "warning_in_months": (_("提醒不能按月、按半年。"), _("请按天或小时写提前多少。")),
    "period_not_paused": (
        _("按自然月、半年的时限不能暂停。"),
        _("请去掉暂停的原因：一期里要做的事，到期末还是要做。"),
    ),
    "hours_not_extended": (_("按分钟、小时、自然月、半年的时限不能延期。"), _("请把延期改为 0。")),
    "head_over_cap": (_("负责人可批的天数多于最多可延的天数。"), _("请改小负责人可批的天数。")),
    "step_days": (_("督办阶梯的天数不对。"), _("书面催办、通报要写几个工作日；提醒和超期不写。")),
    "ladder_in_disorder": (
        _("督办阶梯的次序不对，或一步写了两次。"),
        _("请按提醒、超期、书面催办、通报的次序各写一次。"),
    ),
    "pause_twice": (_("同一个暂停原因写了两次。"), _("一个原因只写一次。")),
    "bad_url": (_("不是网址。"), _("请以 https:// 开头。")),
    "bad_sign_in": (_("账号或密码不对。"), _("请核对后再试；忘记密码请找管理员。")),
    "wrong_password": (_("现在的密码不对。"), _("请重新填写；忘记了请找管理员。")),
    "wrong_code": (
        _("验证码不对，或者已经用过。"),
        _("请填手机上现在显示的 6 位数字；手机不在身边，就填一个恢复码。"),
    ),
    "wrong_first_code": (
        _("验证码不对。"),
        _("请填手机上现在显示的 6 位数字；一直不对，就看看手机的时间准不准。"),
    ),
    "half_over": (_("填验证码的时间过了。"), _("请重新填写账号和密码。")),
    "password_short": (
        _("密码太短，至少要 %(least)s 个字符。"),
        _("可以用几个不相干的词连成一句，好记又难猜。"),
    ),
    "password_holds_name": (_("密码里有账号名。"), _("请换一个别人猜不到的。")),
    "password_common": (_("这个密码太常见，一猜就中。"), _("请换一个别人猜不到的。")),
    "password_same": (_("新密码和现在的一样。"), _("请换一个新的。")),
    "passwords_differ": (_("两次填写的新密码不一样。"), _("请在两处填写同一个新密码。")),
    "wait_seconds": (
        _("连续输错多次，请等 %(seconds)s 秒再试。"),
        _("忘记密码请找管理员；管理员也可以解除等待。"),
    ),
    "wait_minutes": (
        _("连续输错多次，请等 %(minutes)s 分钟再试。"),
        _("忘记密码请找管理员；管理员也可以解除等待。"),
    ),
    "bad_ref": (_("编号应是 14 位数字。"), _("请照短信里的编号再填一次，空格可有可无。")),
    "bad_code": (_("查询码应是 6 位数字。"), _("请照短信里的查询码再填一次。")),
    "no_such_ticket": (
        _("编号或查询码不对，没有查到。"),
        _("请对照短信再填；查询码丢了请用登记的电话拨打 12345。"),
    ),
}

#: Pydantic's words for what is wrong, in ours.
OURS = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "string_too_short": "too_short",
    "too_short": "too_short",
    "string_pattern_mismatch": "bad_pattern",
    "string_unicode": "bad_character",
    "enum": "not_in_list",
    "literal_error": "not_in_list",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "timezone_aware": "bad_time",
    "datetime_parsing": "bad_time",
    "datetime_from_date_parsing": "bad_time",
    "datetime_type": "bad_time",
    "date_parsing": "bad_day",
    "date_from_datetime_parsing": "bad_day",
    "date_from_datetime_inexact": "bad_day",
    "time_parsing": "bad_clock_time",
}


@dataclass(frozen=True)
class Sentence:
    """What is wrong, and what to do."""

    message: str
    remedy: str


@dataclass(frozen=True)
class FieldSentence(Sentence):
    """What is wrong with one field."""

    field: str


def sentence(code: str, params: Mapping[str, Any]) -> Sentence:
    """What to say of the error *code*, in the language of who asked."""
    # Whoever was first is named where it is known.
    told = f"{code}_by" if "by" in params and f"{code}_by" in ERRORS else code
    message, remedy = ERRORS.get(told, ERRORS["http_500"])
    words = _in_words(params)
    return Sentence(str(message) % words, str(remedy) % words)


def field_sentence(bad: BadField) -> FieldSentence:
    """What to say of one field."""
    message, remedy = FIELDS.get(bad.code, FIELDS["wrong_type"])
    words = _in_words(bad.params)
    return FieldSentence(message=str(message) % words, remedy=str(remedy) % words, field=bad.field)


def fields_of(error: ValidationError, prefix: str = "") -> list[BadField]:
    """What pydantic found wrong, as fields of ours. The values given are left out: they may be personal."""
    return [
        BadField(
            prefix + (".".join(str(part) for part in found["loc"]) or "body"),
            OURS.get(found["type"], found["type"] if found["type"] in FIELDS else "wrong_type"),
            dict(found.get("ctx", {})),
        )
        for found in error.errors(include_url=False, include_input=False)
    ]


def _in_words(params: Mapping[str, Any]) -> dict[str, Any]:
    words = dict(params)
    if "state" in words:
        words["state"] = STATES.get(words["state"]) or ORDER_STATES[words["state"]]
    if "request" in words:
        words["request"] = REQUESTS[words["request"]]
    if "move" in words:
        words["move"] = MOVES[words["move"]]
    if isinstance(words.get("units"), list):
        words["units"] = "、".join(words["units"])
    return words
