"""Providers of texts in words: their names, what ails one, why shares were moved."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.language.words import Words
from notifications.health import ENOUGH, Ill, Reason
from notifications.pulse import Pulse
from notifications.routes import ShiftRow

PROVIDERS = Words(aliyun=_("阿里云短信"), twilio=_("Twilio"), simulator=_("模拟手机"))

REASONS = Words(
    failing=_("常常失败"),
    slow_answers=_("应答慢"),
    slow_texts=_("送达慢"),
    back=_("回到常态"),
    by_hand=_("人工调整"),
)


def name_of(provider: str) -> str:
    """The name of a provider; one that is gone goes by its code."""
    return str(PROVIDERS.get(provider, provider))


def state_of(pulse: Pulse, ill: Ill | None) -> str:
    """How a provider does."""
    if ill is not None:
        return str(REASONS[ill.reason])
    few = pulse.tried < ENOUGH and pulse.sent < ENOUGH
    return str(gettext("用得少，看不出") if few else gettext("正常"))


def why_moved(row: ShiftRow) -> str:
    """Why the share in *row* was moved."""
    said = {"provider": name_of(row.about or ""), "bad": row.bad, "seen": row.seen}
    if row.reason == Reason.FAILING:
        return str(gettext("%(provider)s：%(seen)s 次调用有 %(bad)s 次失败", **said))
    if row.reason == Reason.SLOW_ANSWERS:
        return str(gettext("%(provider)s：%(seen)s 次调用有 %(bad)s 次超过 5 秒", **said))
    if row.reason == Reason.SLOW_TEXTS:
        return str(gettext("%(provider)s：%(seen)s 条短信有 %(bad)s 条 4 分钟内没有回执", **said))
    return row.said or str(gettext("各通道都正常，逐步回到常态"))
