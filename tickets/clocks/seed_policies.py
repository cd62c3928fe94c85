"""The promises a new house starts with, and what each rests on."""

from typing import Any

from tickets.clocks.seed_assistance import assistance_policies
from tickets.clocks.seed_rows import HEAD_GRANTS, OWN, UNIT_HEAD, row, warn_before
from tickets.ground.clock import ClockKind
from tickets.ground.policy import SlaPolicy
from tickets.ground.words import Channel, Kind, PetitionStage, Urgency
from tickets.ground.worktime.units import Unit

DISPATCH, SIGN, CONTACT = ClockKind.DISPATCH, ClockKind.SIGN, ClockKind.CONTACT
HANDLE, REVIEW, CALLBACK = ClockKind.HANDLE, ClockKind.REVIEW, ClockKind.CALLBACK
RETURN_WINDOW, DECISION = ClockKind.RETURN_WINDOW, ClockKind.DECISION
SUPERVISION, SUPPLEMENT = ClockKind.SUPERVISION, ClockKind.SUPPLEMENT
MINUTE, HOUR, WORKING_HOUR = Unit.MINUTE, Unit.HOUR, Unit.WORKING_HOUR
WORKING_DAY, CALENDAR_DAY = Unit.WORKING_DAY, Unit.CALENDAR_DAY

BEIJING = "北京市《12345热线服务与管理规范》（征求意见稿）"
SICHUAN = "四川省12345运行管理办法（咨询3、求助和建议7、投诉举报15个工作日）"
WEIFANG = "潍坊市12345政务服务便民热线条例 第二十条（5个工作日）"
ANYANG = "安阳市政务服务条例 第五十条"
SHANDONG = "山东省政务服务热线管理办法（5个工作日，延期不超过10个工作日）"
XIAYANG = "青夏街〔2022〕22号（1个工作日内联系，重办3个工作日）"
PETITIONS_REGISTER = "信访工作条例 第二十二条"
PETITIONS_HANDLE = "信访工作条例 第三十四条"
PETITIONS_OBJECT = "信访工作条例 第二十三条（5个工作日内提出异议）"
PETITIONS_REVIEW = "信访工作条例 第三十五条（复查30日）"
PETITIONS_RE_REVIEW = "信访工作条例 第三十六条（复核30日，听证时间不计）"
PETITIONS_URL = (
    "https://github.com/Theonefkguy/Chinese-Laws/blob/2c4bb614c9e07aad1072b93426033840661e104c/"
    "行政法规/信访工作条例(2022-02-25).md"
)
ANYANG_RETURN = "安阳市政务服务条例 第五十条（24小时内退回）"
SHANGHAI_SUPERVISION = "上海市街道热线督办口径（3个工作日）"
_ANYANG_URL = (
    "https://github.com/LawRefBook/Laws/blob/79f1a0f926430fd1161dfc154634e782c85bd579/"
    "DLC/河南地方法规/地方性法规/河南/安阳市政务服务条例(2021-10-25).md"
)
#: Where a local rule can be read. Of Weifang's no public copy stays at one address.
URLS = {
    BEIJING: "http://usamodel.cn/newsDetail_forward_16042936",
    SICHUAN: "https://reportify.cn/news/1213283917809979392",
    SHANDONG: "https://m.yybnet.net/shandong/news/202001/10093219.html",
    XIAYANG: "https://www.shqp.gov.cn/xiay/xyzwgk/ml/yw/20220609/922122.html",
    ANYANG: _ANYANG_URL,
    ANYANG_RETURN: _ANYANG_URL,
    SHANGHAI_SUPERVISION: (
        "https://www.jingan.gov.cn/govxxgk/JF6/2019-12-04/186e16c3-91f3-47dc-ba01-180b2f33de13.html"
    ),
}


def default_policies() -> list[SlaPolicy]:
    """
    Make the rows of the first table of promises, new each time.

    Contact is promised where the citizen waits for a person: not for a consultation, a suggestion or praise.
    Every other clock has a row for all matters: one that no policy covers is no error at the telephone.
    """
    hotline = [*_for_all(), *_by_kind(), *_petitions(), *_second_round(), *_urgent()]
    for policy in hotline:
        policy.basis_url = policy.basis_url or URLS.get(policy.basis, "")
    return [*hotline, *assistance_policies()]


def _for_all() -> list[SlaPolicy]:
    return [
        row("H-DSP", DISPATCH, 2, WORKING_HOUR, basis=OWN, warn_share=50),
        row("H-SIGN", SIGN, 4, WORKING_HOUR, basis=OWN, warn_share=50),
        row("H-DEF", HANDLE, 5, WORKING_DAY, basis=WEIFANG, **_ordinary(5)),
        row("H-REVIEW", REVIEW, 1, WORKING_DAY, basis=OWN, warn_share=50),
        row("H-CALLBACK", CALLBACK, 3, WORKING_DAY, basis=OWN, **warn_before(1, WORKING_DAY)),
        row("H-RET", RETURN_WINDOW, 1, WORKING_DAY, basis=ANYANG_RETURN),
        row("H-DECIDE", DECISION, 1, WORKING_DAY, basis=OWN, warn_share=50),
        row("H-SUPV", SUPERVISION, 3, WORKING_DAY, basis=SHANGHAI_SUPERVISION, **warn_before(1, WORKING_DAY)),
        row("H-SUPP", SUPPLEMENT, 5, WORKING_DAY, basis=OWN),
    ]


def _by_kind() -> list[SlaPolicy]:
    contact: dict[str, Any] = {"basis": XIAYANG, "warn_share": 50}
    report: dict[str, Any] = {"sign_off": True, **_ordinary(10, warn=3)}
    return [
        row("H-CON", HANDLE, 3, WORKING_DAY, kind=Kind.CONSULTATION, basis=SICHUAN, **_ordinary(0)),
        row("H-HLP", CONTACT, 1, WORKING_DAY, kind=Kind.HELP, **contact),
        row("H-HLP", HANDLE, 5, WORKING_DAY, kind=Kind.HELP, basis=ANYANG, **_ordinary(5)),
        row("H-SUG", HANDLE, 7, WORKING_DAY, kind=Kind.SUGGESTION, basis=SICHUAN, **_ordinary(5)),
        row("H-PRS", HANDLE, 7, WORKING_DAY, kind=Kind.PRAISE, basis=SICHUAN, **_ordinary(5)),
        row("H-CPL", CONTACT, 1, WORKING_DAY, kind=Kind.COMPLAINT, **contact),
        row("H-CPL", HANDLE, 5, WORKING_DAY, kind=Kind.COMPLAINT, basis=SHANDONG, **_ordinary(10)),
        row("H-RPT", CONTACT, 1, WORKING_DAY, kind=Kind.REPORT, **contact),
        row("H-RPT", HANDLE, 15, WORKING_DAY, kind=Kind.REPORT, basis=SICHUAN, **report),
    ]


def _petitions() -> list[SlaPolicy]:
    law: dict[str, Any] = {"channel": Channel.PETITION, "basis_url": PETITIONS_URL}
    notice: dict[str, Any] = {
        **law,
        "basis": PETITIONS_REGISTER,
        **warn_before(3, CALENDAR_DAY),
    }
    handle: dict[str, Any] = {
        **law,
        "sign_off": True,
        "buffer_days": 1,
        **warn_before(10, CALENDAR_DAY),
    }
    first = {**handle, "extension_cap": 30, "extension_by": UNIT_HEAD, "head_grants": 30}
    review = {**handle, "petition_stage": PetitionStage.REVIEW, **warn_before(5, CALENDAR_DAY)}
    re_review = {**handle, "petition_stage": PetitionStage.RE_REVIEW, **warn_before(5, CALENDAR_DAY)}
    return [
        row("P-REG", ClockKind.REGISTRATION, 15, CALENDAR_DAY, **notice),
        row("P-TRF", DISPATCH, 15, CALENDAR_DAY, **notice),
        row("P-OBJ", RETURN_WINDOW, 5, WORKING_DAY, basis=PETITIONS_OBJECT, **law),
        row("P-HANDLE", CONTACT, 15, CALENDAR_DAY, **notice),
        row("P-HANDLE", HANDLE, 60, CALENDAR_DAY, basis=PETITIONS_HANDLE, **first),
        row("P-REV", HANDLE, 30, CALENDAR_DAY, basis=PETITIONS_REVIEW, **review),
        row("P-REC", HANDLE, 30, CALENDAR_DAY, basis=PETITIONS_RE_REVIEW, **re_review),
    ]


def _second_round() -> list[SlaPolicy]:
    return [
        row("H-REWORK", CONTACT, 1, WORKING_DAY, basis=XIAYANG, from_round=2, warn_share=50),
        row("H-REWORK", HANDLE, 3, WORKING_DAY, basis=XIAYANG, from_round=2, **_ordinary(0)),
    ]


def _urgent() -> list[SlaPolicy]:
    urgent: dict[str, Any] = {"urgency": Urgency.URGENT}
    critical: dict[str, Any] = {"urgency": Urgency.CRITICAL, "warn_share": 50}
    return [
        row("H-URG", DISPATCH, 30, MINUTE, basis=OWN, warn_share=50, **urgent),
        row("H-URG", CONTACT, 2, HOUR, basis=OWN, warn_share=50, **urgent),
        row("H-URG", HANDLE, 24, HOUR, basis=BEIJING, buffer_days=1, **warn_before(4, HOUR), **urgent),
        row("H-EMG", DISPATCH, 10, MINUTE, basis=OWN, **critical),
        row("H-EMG", CONTACT, 30, MINUTE, basis=OWN, **critical),
        row("H-EMG", HANDLE, 2, HOUR, basis=BEIJING, buffer_days=1, sign_off=True, **critical),
        row("H-EMG", ClockKind.PLAN, 24, HOUR, basis=BEIJING, **critical),
    ]


def _ordinary(extension: int, *, warn: int = 1) -> dict[str, Any]:
    """Give what most handling terms share: a warning, more time from the unit's head, a day kept back."""
    granted = (
        {
            "extension_cap": extension,
            "extension_by": UNIT_HEAD,
            "head_grants": min(extension, HEAD_GRANTS),
        }
        if extension
        else {}
    )
    return {**warn_before(warn, WORKING_DAY), **granted, "buffer_days": 1}
