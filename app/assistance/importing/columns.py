"""The usual columns of a register (台账): what each is called, and which fields it fills."""

from collections.abc import Iterable, Mapping

from app.sheets import Heads, heads_among

#: Field to what its column is called, without brackets and blanks.
NAMES: Mapping[str, tuple[str, ...]] = {
    "name": ("姓名", "户主姓名", "成员姓名", "保障对象姓名", "申请人姓名", "对象姓名"),
    "id_number": ("身份证号", "身份证号码", "公民身份号码", "证件号码", "本人身份证号", "成员身份证号"),
    "head_id_number": ("户主身份证号", "户主身份证号码", "户主证件号码", "申请人身份证号"),
    "kinship": ("与户主关系", "家庭关系", "关系", "与申请人关系"),
    "division": ("社区", "村", "村社区", "社区村", "村居", "村居委会", "村委会", "居委会", "区划代码"),
    "subdistrict": ("街道", "乡镇", "乡镇街道", "街道乡镇", "镇街"),
    "kind": ("救助类别", "救助类型", "保障类别", "保障类型", "对象类别", "类别"),
    "phone": ("联系电话", "电话", "手机号", "手机号码", "联系方式"),
    "address": ("家庭住址", "住址", "家庭地址", "居住地址", "现住址"),
    "started_on": ("享受起始时间", "起始时间", "开始时间", "纳入时间", "享受时间", "审批时间", "保障起始月"),
    "month": ("保障月份", "月份", "发放月份"),
    "amount": (
        *("保障金额", "月保障金额", "户月保障金额", "月保障金额元", "发放金额", "救助金额", "金额"),
        *("发放金额元", "实发金额", "实发金额元", "补贴金额", "补贴金额元", "救助金额元", "金额元"),
    ),
    "persons": ("保障人口", "保障人数"),
    "care": ("自理能力", "生活自理能力", "照料等级", "护理等级"),
    "disability": ("残疾等级", "残疾情况", "是否残疾", "残疾类别"),
    "illness": ("重病", "是否重病", "患病情况", "健康状况"),
    "student": ("在校学生", "是否在校生", "是否在校", "就学情况"),
    "unemployed": ("就业状况", "就业情况"),
    "related": ("近亲属备案", "是否近亲属备案"),
    "recheck": ("复核周期",),
}
#: Our own names of the fields are known, too.
BY_NAME = {name: field for field, names in NAMES.items() for name in (field, *names)}


def is_whole(heads: Heads) -> bool:
    """Whether these are the heads of a register at all: who, by which number, and where."""
    who = "name" in heads.at and bool({"id_number", "head_id_number"} & heads.at.keys())
    return who and bool({"division", "subdistrict"} & heads.at.keys())


def heads_of(row: Iterable[str]) -> Heads:
    """Read a row as the head of a register."""
    return heads_among(row, BY_NAME)
