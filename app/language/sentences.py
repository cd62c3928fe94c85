"""What people are told when something cannot be: a sentence for what is wrong, one for what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from pydantic import ValidationError

from app.language.words import MOVES, ORDER_STATES, STATES
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
    "stale": (_("这张工单刚被别人改过，现在是第 %(version)s 版。"), _("请看过最新内容后再做一次。")),
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
    "bad_sign_in": (_("账号或密码不对。"), _("请核对后再试；忘记密码请找管理员。")),
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
    message, remedy = ERRORS.get(code, ERRORS["http_500"])
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
    if "move" in words:
        words["move"] = MOVES[words["move"]]
    if isinstance(words.get("units"), list):
        words["units"] = "、".join(words["units"])
    return words
