"""The promises a new house starts with, and what each rests on."""

from typing import Any

from tickets.ground.clock import ClockKind
from tickets.ground.ladder import USUAL
from tickets.ground.policy import SlaPolicy
from tickets.ground.words import Channel, Kind, PauseGround, PetitionStage, Urgency
from tickets.ground.worktime.units import DAY_UNITS, ROLLING_UNITS, RollRule, StartRule, Unit

DISPATCH, SIGN, CONTACT = ClockKind.DISPATCH, ClockKind.SIGN, ClockKind.CONTACT
HANDLE, REVIEW, CALLBACK = ClockKind.HANDLE, ClockKind.REVIEW, ClockKind.CALLBACK
RETURN_WINDOW, DECISION = ClockKind.RETURN_WINDOW, ClockKind.DECISION
SUPERVISION, SUPPLEMENT = ClockKind.SUPERVISION, ClockKind.SUPPLEMENT
MINUTE, HOUR, WORKING_HOUR = Unit.MINUTE, Unit.HOUR, Unit.WORKING_HOUR
WORKING_DAY, CALENDAR_DAY = Unit.WORKING_DAY, Unit.CALENDAR_DAY

#: Who grants more time, and how many days of it without asking the supervisor.
UNIT_HEAD, HEAD_GRANTS = "unit_head", 5

#: Says that a figure is the house's own: no law sets it, and the district may change it.
OWN = "本区内部时限（无上位规定，可调整）"
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
ANYANG_RETURN = "安阳市政务服务条例 第五十条（24小时内退回）"
SHANGHAI_SUPERVISION = "上海市街道热线督办口径（3个工作日）"


def default_policies() -> list[SlaPolicy]:
    """
    Make the rows of the first table of promises, new each time.

    Contact is promised where the citizen waits for a person: not for a consultation, a suggestion or praise.
    Every other clock has a row for all matters: one that no policy covers is no error at the telephone.
    """
    return [
        *_for_all(),
        *_by_kind(),
        *_petitions(),
        *_second_round(),
        *_urgent(),
    ]


def _for_all() -> list[SlaPolicy]:
    return [
        _row("H-DSP", DISPATCH, 2, WORKING_HOUR, basis=OWN, warn_share=50),
        _row("H-SIGN", SIGN, 4, WORKING_HOUR, basis=OWN, warn_share=50),
        _row("H-DEF", HANDLE, 5, WORKING_DAY, basis=WEIFANG, **_ordinary(5)),
        _row("H-REVIEW", REVIEW, 1, WORKING_DAY, basis=OWN, warn_share=50),
        _row("H-CALLBACK", CALLBACK, 3, WORKING_DAY, basis=OWN, **_before(1, WORKING_DAY)),
        _row("H-RET", RETURN_WINDOW, 1, WORKING_DAY, basis=ANYANG_RETURN),
        _row("H-DECIDE", DECISION, 1, WORKING_DAY, basis=OWN, warn_share=50),
        _row("H-SUPV", SUPERVISION, 3, WORKING_DAY, basis=SHANGHAI_SUPERVISION, **_before(1, WORKING_DAY)),
        _row("H-SUPP", SUPPLEMENT, 5, WORKING_DAY, basis=OWN),
    ]


def _by_kind() -> list[SlaPolicy]:
    contact: dict[str, Any] = {"basis": XIAYANG, "warn_share": 50}
    report: dict[str, Any] = {"sign_off": True, **_ordinary(10, warn=3)}
    return [
        _row("H-CON", HANDLE, 3, WORKING_DAY, kind=Kind.CONSULTATION, basis=SICHUAN, **_ordinary(0)),
        _row("H-HLP", CONTACT, 1, WORKING_DAY, kind=Kind.HELP, **contact),
        _row("H-HLP", HANDLE, 5, WORKING_DAY, kind=Kind.HELP, basis=ANYANG, **_ordinary(5)),
        _row("H-SUG", HANDLE, 7, WORKING_DAY, kind=Kind.SUGGESTION, basis=SICHUAN, **_ordinary(5)),
        _row("H-PRS", HANDLE, 7, WORKING_DAY, kind=Kind.PRAISE, basis=SICHUAN, **_ordinary(5)),
        _row("H-CPL", CONTACT, 1, WORKING_DAY, kind=Kind.COMPLAINT, **contact),
        _row("H-CPL", HANDLE, 5, WORKING_DAY, kind=Kind.COMPLAINT, basis=SHANDONG, **_ordinary(10)),
        _row("H-RPT", CONTACT, 1, WORKING_DAY, kind=Kind.REPORT, **contact),
        _row("H-RPT", HANDLE, 15, WORKING_DAY, kind=Kind.REPORT, basis=SICHUAN, **report),
    ]


def _petitions() -> list[SlaPolicy]:
    notice: dict[str, Any] = {
        "channel": Channel.PETITION,
        "basis": PETITIONS_REGISTER,
        **_before(3, CALENDAR_DAY),
    }
    handle: dict[str, Any] = {
        "channel": Channel.PETITION,
        "sign_off": True,
        "buffer_days": 1,
        **_before(10, CALENDAR_DAY),
    }
    first = {**handle, "extension_cap": 30, "extension_by": UNIT_HEAD, "head_grants": 30}
    review = {**handle, "petition_stage": PetitionStage.REVIEW, **_before(5, CALENDAR_DAY)}
    re_review = {**handle, "petition_stage": PetitionStage.RE_REVIEW, **_before(5, CALENDAR_DAY)}
    return [
        _row("P-TRF", DISPATCH, 15, CALENDAR_DAY, **notice),
        _row("P-OBJ", RETURN_WINDOW, 5, WORKING_DAY, channel=Channel.PETITION, basis=PETITIONS_OBJECT),
        _row("P-HANDLE", CONTACT, 15, CALENDAR_DAY, **notice),
        _row("P-HANDLE", HANDLE, 60, CALENDAR_DAY, basis=PETITIONS_HANDLE, **first),
        _row("P-REV", HANDLE, 30, CALENDAR_DAY, basis=PETITIONS_REVIEW, **review),
        _row("P-REC", HANDLE, 30, CALENDAR_DAY, basis=PETITIONS_RE_REVIEW, **re_review),
    ]


def _second_round() -> list[SlaPolicy]:
    return [
        _row("H-REWORK", CONTACT, 1, WORKING_DAY, basis=XIAYANG, from_round=2, warn_share=50),
        _row("H-REWORK", HANDLE, 3, WORKING_DAY, basis=XIAYANG, from_round=2, **_ordinary(0)),
    ]


def _urgent() -> list[SlaPolicy]:
    urgent: dict[str, Any] = {"urgency": Urgency.URGENT}
    critical: dict[str, Any] = {"urgency": Urgency.CRITICAL, "warn_share": 50}
    return [
        _row("H-URG", DISPATCH, 30, MINUTE, basis=OWN, warn_share=50, **urgent),
        _row("H-URG", CONTACT, 2, HOUR, basis=OWN, warn_share=50, **urgent),
        _row("H-URG", HANDLE, 24, HOUR, basis=BEIJING, buffer_days=1, **_before(4, HOUR), **urgent),
        _row("H-EMG", DISPATCH, 10, MINUTE, basis=OWN, **critical),
        _row("H-EMG", CONTACT, 30, MINUTE, basis=OWN, **critical),
        _row("H-EMG", HANDLE, 2, HOUR, basis=BEIJING, buffer_days=1, sign_off=True, **critical),
    ]


def _row(code: str, clock: ClockKind, length: int, unit: Unit, **more: Any) -> SlaPolicy:
    start_rule = StartRule.NEXT_DAY if unit in DAY_UNITS else StartRule.EVENT
    # 民法典 第二百零三条, unless a row says otherwise.
    rolls = {"roll_rule": RollRule.NEXT_WORKING_DAY} if unit in ROLLING_UNITS else {}
    pauses = _pauses(clock, "urgency" not in more)
    # Who breaks the promise the citizen waits for is chased; the early and the hotline's own only break.
    ladder = [dict(step) for step in USUAL] if clock == HANDLE else []
    return SlaPolicy(
        code=code,
        clock=clock,
        length=length,
        unit=unit,
        start_rule=start_rule,
        pauses=pauses,
        ladder=ladder,
        **{**rolls, **more},
    )


def _pauses(clock: ClockKind, can_wait: bool) -> list[dict[str, Any]]:
    """
    Give what a promise stands still for: the citizen's papers, and what is put aside with a date.

    Hearings: 信访工作条例 第三十六条. Public display: 重庆市最低生活保障条例 第十九条. Checks of what was
    declared: 最低生活保障审核确认办法 第十七条.
    """
    if clock not in (HANDLE, DISPATCH):
        return []
    grounds: dict[PauseGround, int | None] = {
        PauseGround.AWAITING_INFORMATION: None,
        PauseGround.LONG_TERM: None,
    }
    if clock == HANDLE and can_wait:
        grounds |= {PauseGround.HEARING: 30, PauseGround.PUBLICATION: 30, PauseGround.CHECKING: 45}
    return [{"ground": ground, "most": most} for ground, most in grounds.items()]


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
    return {**_before(warn, WORKING_DAY), **granted, "buffer_days": 1}


def _before(length: int, unit: Unit) -> dict[str, Any]:
    return {"warn_length": length, "warn_unit": unit}
