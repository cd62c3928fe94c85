"""What is said of an answer that cannot be used, in words for everybody."""

import re
from unicodedata import normalize

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.language.sentences import FieldSentence

DIGITS_OF_MOBILE = 11

SAID = {
    "nothing_said": lazy_gettext("请写几句，或者录一段话。"),
    "no_subdistrict": lazy_gettext("请选一个街道。不知道就选“不清楚”。"),
    "no_place": lazy_gettext("请写一个地方，附近的学校、车站也行。"),
    "no_contact": lazy_gettext("请在三种里选一种。"),
    "choose_again": lazy_gettext("这次选的照片和录音都没有留下，请再选一次。"),
    "no_words": lazy_gettext("请写几句，再交上去。"),
    "not_contacted": lazy_gettext("第 1 题还没有选。"),
    "not_solved": lazy_gettext("第 2 题还没有选。"),
    "not_satisfied": lazy_gettext("第 3 题还没有选。"),
    "no_reason": lazy_gettext("请选一个原因，或者写几句。"),
}


def say(field: str, code: str) -> FieldSentence:
    """What to say of *field*."""
    return FieldSentence(str(SAID[code]), "", field=field)


def another_phone(wrong: FieldSentence, typed: str) -> FieldSentence:
    """What to say of a number: a mobile that is too short or too long is told its length."""
    digits = re.sub(r"\D", "", normalize("NFKC", typed)).removeprefix("86")
    if wrong.field != "phone":
        return wrong
    if not digits:
        return FieldSentence(_("请填电话号码。"), "", field="phone")
    if digits.startswith("1") and len(digits) != DIGITS_OF_MOBILE:
        said = _("手机号要有 11 位。您填了 %(num)s 位，请再看一遍。", num=len(digits))
        return FieldSentence(said, "", field="phone")
    return FieldSentence(_("这个号码打不通。请填手机号，或者座机加区号（0871）。"), "", field="phone")
