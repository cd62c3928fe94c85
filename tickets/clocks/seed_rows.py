"""How a row of the first table of promises is made."""

from typing import Any

from tickets.ground.clock import ClockKind
from tickets.ground.ladder import USUAL
from tickets.ground.policy import SlaPolicy
from tickets.ground.words import PauseGround
from tickets.ground.worktime.units import DAY_UNITS, ROLLING_UNITS, RollRule, StartRule, Unit

#: Says that a figure is the house's own: no law sets it, and the district may change it.
OWN = "本区内部时限（无上位规定，可调整）"

#: Who grants more time, and how many days of it without asking the supervisor.
UNIT_HEAD, HEAD_GRANTS = "unit_head", 5


def row(code: str, clock: ClockKind, length: int, unit: Unit, **more: Any) -> SlaPolicy:
    """Make a row that counts as the law does, unless *more* says otherwise."""
    usual: dict[str, Any] = {
        "start_rule": StartRule.NEXT_DAY if unit in DAY_UNITS else StartRule.EVENT,
        # 民法典 第二百零三条.
        "roll_rule": RollRule.NEXT_WORKING_DAY if unit in ROLLING_UNITS else None,
        "pauses": pauses(clock, "urgency" not in more),
        # Who breaks the promise the citizen waits for is chased; the early and the hotline's own only break.
        "ladder": [dict(step) for step in USUAL] if clock == ClockKind.HANDLE else [],
    }
    return SlaPolicy(code=code, clock=clock, length=length, unit=unit, **{**usual, **more})


def warn_before(length: int, unit: Unit) -> dict[str, Any]:
    """Give a warning so long before the due moment."""
    return {"warn_length": length, "warn_unit": unit}


def pauses(clock: ClockKind, can_wait: bool) -> list[dict[str, Any]]:
    """
    Give what a promise stands still for: the citizen's papers, and what is put aside with a date.

    Hearings: 信访工作条例 第三十六条. Public display: 重庆市最低生活保障条例 第十九条. Checks of what was
    declared: 最低生活保障审核确认办法 第十七条.
    """
    if clock not in (ClockKind.HANDLE, ClockKind.DISPATCH):
        return []
    grounds: dict[PauseGround, int | None] = {
        PauseGround.AWAITING_INFORMATION: None,
        PauseGround.LONG_TERM: None,
    }
    if clock == ClockKind.HANDLE and can_wait:
        grounds |= {PauseGround.HEARING: 30, PauseGround.PUBLICATION: 30, PauseGround.CHECKING: 45}
    return [{"ground": ground, "most": most} for ground, most in grounds.items()]
