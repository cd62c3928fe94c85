"""The form of a visit: what its fields are called, what it offers, and the pictures that come with it."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _

from app.assistance.visit_bodies import VisitWords
from app.attachments.keeping import FIELD
from app.language import assistance_words, visit_words
from app.language.visit_words import ASKED
from app.web.assistance.household_forms import ReasonWords
from app.web.assistance.signed import ON_PAPER, SIGNED
from app.web.forms import KEY, FormKind, Typed
from tickets.assistance.households import Member

VISIT = FormKind(
    VisitWords,
    {
        "met": _("见到人了吗？"),
        "present": _("还有谁在场"),
        **ASKED,
        "changes": _("家里有什么变化？"),
        "needs": _("需要什么？（点一下就选上）"),
        "may_share": _("问过他们：可以把需要告诉帮得上忙的部门和机构"),
        "words": _("记几句"),
        "next_on": _("下次哪天再去"),
        "photo_consent": _("问过这家人，同意拍照留存"),
    },
    beside={FIELD: _("现场照片"), SIGNED: _("签字"), ON_PAPER: _("或者：拍纸上的签字、手印")},
    many=frozenset({"present", "changes", "needs"}),
    checks=frozenset({"may_share", "photo_consent"}),
)


LOOK = FormKind(ReasonWords, {"reason": _("看照片或签字的理由")})


#: What a draft leaves out: pictures are taken again, and so is the consent to them.
NOT_KEPT = frozenset({"photo_consent"})


def typed_so_far(typed: Typed) -> list[tuple[str, str]]:
    """What of the form a draft keeps, with the key by which it is taken once."""
    kept = {KEY, *VISIT.labels} - NOT_KEPT
    return [(name, value) for name, value in typed.items(multi=True) if name in kept]


def choices(members: Sequence[Member]) -> dict[str, list[tuple[Any, Any]]]:
    """What the form offers to choose from."""
    here = (row for row in members if row.left_on is None)
    kinships = assistance_words.KINSHIPS
    return {
        "met": list(visit_words.METS.items()),
        "living": list(visit_words.LIVING.items()),
        "changes": list(visit_words.VISIT_CHANGES.items()),
        "needs": list(visit_words.VISIT_NEEDS.items()),
        "present": [(str(row.id), f"{kinships[row.kinship]} {row.name_masked}") for row in here],
    }
