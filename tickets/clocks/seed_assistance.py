"""The promises of social assistance a new house starts with: the casework sets their clocks, no ticket."""

from typing import Any

from tickets.clocks.seed_rows import HEAD_GRANTS, OWN, UNIT_HEAD, row, warn_before
from tickets.ground.clock import ClockKind
from tickets.ground.policy import SlaPolicy
from tickets.ground.words import PauseGround
from tickets.ground.worktime.units import RollRule, Unit

HOUR, WORKING_DAY, CALENDAR_DAY = Unit.HOUR, Unit.WORKING_DAY, Unit.CALENDAR_DAY

#: Where they are in the first tree of categories.
DIBAO, TEKUN, TEMPORARY, RIGID = "MZ-01-01", "MZ-01-02", "MZ-01-03", "MZ-01-04"

_LAWS = "https://github.com/passwordgloo/Comet-law/blob/c54bdec804f4c43a80f91875a065f8bdcaddd222/docs"
DIBAO_URL = f"{_LAWS}/department/1.1.1.md"
RIGID_URL = f"{_LAWS}/department/1.1.3.md"
TEKUN_URL = f"{_LAWS}/department/1.2.md"
REFORM_URL = f"{_LAWS}/policy/2.1.md"
DELEGATED_URL = f"{_LAWS}/policy/2.2.md"
RELIEF_URL = "https://m.163.com/dy/article/KKEIQ8M00514R9KQ.html"
CHUXIONG_URL = "http://chuxiong.gov.cn/info/1535/37971.htm"

#: An applicant who still owes papers is waited for.
WAITS = [{"ground": PauseGround.AWAITING_INFORMATION, "most": None}]
#: While a list hangs out in public, nobody can decide.
HANGS = [*WAITS, {"ground": PauseGround.PUBLICATION, "most": None}]


def assistance_policies() -> list[SlaPolicy]:
    """
    Make the rows, new each time.

    Each scheme is named by its category; what differs within one is a clock of its own, for the case and not
    the matter decides which of them holds.
    """
    return [*_applications(), *_relief(), *_reports(), *_visits()]


def _applications() -> list[SlaPolicy]:
    dibao: dict[str, Any] = {"category": DIBAO, "basis_url": DIBAO_URL}
    tekun: dict[str, Any] = {"category": TEKUN, "basis_url": TEKUN_URL}
    rigid: dict[str, Any] = {
        "category": RIGID,
        "basis": "刚性支出困难家庭认定办法 第八条（30个工作日，特殊情况45个工作日）",
        "basis_url": RIGID_URL,
    }
    # Its own rule sets no days; the list hangs as long as the one of 低保.
    rigid_listed = {**rigid, "basis": OWN}
    term = {"pauses": HANGS, **warn_before(5, WORKING_DAY)}
    step = {"pauses": WAITS, **warn_before(3, WORKING_DAY)}
    decided = "最低生活保障审核确认办法 第二十二条（30个工作日，特殊情况45个工作日）"
    delegated = {
        **dibao,
        "basis": "关于进一步做好最低生活保障等社会救助兜底保障工作的通知 四（一）（权限下放20个工作日）",
        "basis_url": DELEGATED_URL,
    }
    surveyed = "最低生活保障审核确认办法 第十五条（3个工作日内启动调查）"
    listed = "最低生活保障审核确认办法 第十九条（公示7天）"
    judged = "特困人员认定办法 第十三条（15个工作日内提出初审意见）"
    hung_out = "特困人员认定办法 第十五条（公示7天）"
    confirmed = "特困人员认定办法 第十六条（15个工作日内提出确认意见）"
    return [
        row("A-DB", ClockKind.SURVEY, 3, WORKING_DAY, basis=surveyed, warn_share=50, **dibao),
        row("A-DB", ClockKind.PUBLICATION, 7, CALENDAR_DAY, basis=listed, roll_rule=RollRule.NONE, **dibao),
        row("A-DB", ClockKind.DETERMINATION, 30, WORKING_DAY, basis=decided, **dibao, **term),
        row("A-DB", ClockKind.DETERMINATION_DELEGATED, 20, WORKING_DAY, **delegated, **term),
        row("A-DBX", ClockKind.DETERMINATION_HARD, 45, WORKING_DAY, basis=decided, **dibao, **term),
        row("A-TK", ClockKind.FIRST_JUDGEMENT, 15, WORKING_DAY, basis=judged, **tekun, **step),
        # It hangs for seven days, whatever days they are.
        row("A-TK", ClockKind.PUBLICATION, 7, CALENDAR_DAY, basis=hung_out, roll_rule=RollRule.NONE, **tekun),
        row("A-TK", ClockKind.CONFIRMATION, 15, WORKING_DAY, basis=confirmed, **tekun, **step),
        row("A-RIG", ClockKind.PUBLICATION, 7, CALENDAR_DAY, roll_rule=RollRule.NONE, **rigid_listed),
        row("A-RIG", ClockKind.DETERMINATION, 30, WORKING_DAY, **rigid, **term),
        row("A-RIG", ClockKind.DETERMINATION_HARD, 45, WORKING_DAY, **rigid, **term),
    ]


def _relief() -> list[SlaPolicy]:
    temporary: dict[str, Any] = {"category": TEMPORARY}
    given = {
        **temporary,
        "basis": "健全完善临时救助制度的意见（小额快救不超过3日）",
        "basis_url": RELIEF_URL,
        # Who has nothing to eat does not wait for the holidays to end.
        "roll_rule": RollRule.NONE,
    }
    papers = {
        **temporary,
        "basis": "楚雄州临时救助口径（先行救助，5个工作日内补办手续）",
        "basis_url": CHUXIONG_URL,
    }
    by_expense = {
        **temporary,
        "basis": "楚雄州临时救助口径（街道10、县级10个工作日）",
        "basis_url": CHUXIONG_URL,
    }
    return [
        row("A-TMP-U", ClockKind.RELIEF_CONTACT, 2, HOUR, basis=OWN, warn_share=50, **temporary),
        row("A-TMP-U", ClockKind.RELIEF, 3, CALENDAR_DAY, **given, **warn_before(12, HOUR)),
        row("A-TMP-U", ClockKind.RELIEF_PAPERS, 5, WORKING_DAY, **papers, **warn_before(1, WORKING_DAY)),
        row(
            "A-TMP",
            ClockKind.DETERMINATION,
            20,
            WORKING_DAY,
            pauses=WAITS,
            **by_expense,
            **warn_before(12, HOUR),
        ),
    ]


def _reports() -> list[SlaPolicy]:
    checked: dict[str, Any] = {
        "basis": "最低生活保障审核确认办法 第三十七条（逐一核查反馈）；浙江省社会救助条例 第五十八条（15日）",
        "basis_url": DIBAO_URL,
        "extension_cap": 15,
        "extension_by": UNIT_HEAD,
        "head_grants": HEAD_GRANTS,
        **warn_before(3, CALENDAR_DAY),
    }
    return [
        row("A-RPT", ClockKind.INSPECTION_CONTACT, 1, WORKING_DAY, basis=OWN, warn_share=50),
        row("A-RPT", ClockKind.INSPECTION, 15, CALENDAR_DAY, **checked),
    ]


def _visits() -> list[SlaPolicy]:
    basis = "盘龙区走访口径（社区每月、街道每半年至少一次）；关于改革完善社会救助制度的意见（2020）二十二"
    visit: dict[str, Any] = {"basis": basis, "basis_url": REFORM_URL}
    return [
        row("V-VIL", ClockKind.VISIT_COMMUNITY, 1, Unit.MONTH, **visit, **warn_before(5, CALENDAR_DAY)),
        row(
            "V-STR", ClockKind.VISIT_SUBDISTRICT, 1, Unit.HALF_YEAR, **visit, **warn_before(30, CALENDAR_DAY)
        ),
    ]
