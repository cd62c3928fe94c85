"""Why something is suggested, in words."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, ngettext

from app.language.names import category_name, place_names, unit_names
from app.language.words import KINDS
from tickets.ground.policy import Rulebook
from tickets.intake.suggest import Reason, Suggested


def name_of(what: str, value: str, rules: Rulebook) -> str:
    """What a suggested kind, category or unit is called."""
    if what == "kind":
        return str(KINDS[value])
    if what == "category":
        return category_name(rules.categories, value)
    return unit_names(rules.units).get(value, value)


def why(what: str, one: Suggested, rules: Rulebook) -> str:
    """All reasons of a suggestion, in one line."""
    return str(gettext("；")).join(str(_sentence(what, reason, rules)) for reason in one.reasons)


def _sentence(what: str, reason: Reason, rules: Rulebook) -> Any:
    given = reason.params
    if reason.code == "words":
        return gettext("有“%(words)s”这样的词", words=_listed(given["words"]))
    if reason.code == "category_leads":
        category = category_name(rules.categories, given["category"])
        return gettext("“%(category)s”通常由它主办", category=category)
    if reason.code == "place":
        return gettext("事情发生在%(place)s，属地负责", place=_place(given["place"], rules))
    if reason.code == "alike_here":
        return _of_place(given, _place(given["place"], rules))
    return _answered(given) if what == "unit" else _classed(given)


def _place(code: str, rules: Rulebook) -> str:
    return place_names(rules.units).get(code, code)


def _of_place(given: dict[str, Any], place: str) -> Any:
    return ngettext(
        "%(place)s相似的 %(num)s 件中，%(of_them)s 件最后由它答复",
        "%(place)s相似的 %(num)s 件中，%(of_them)s 件最后由它答复",
        given["alike"],
        place=place,
        of_them=given["of_them"],
    )


def _answered(given: dict[str, Any]) -> Any:
    return ngettext(
        "相似的 %(num)s 件中，%(of_them)s 件最后由它答复",
        "相似的 %(num)s 件中，%(of_them)s 件最后由它答复",
        given["alike"],
        of_them=given["of_them"],
    )


def _classed(given: dict[str, Any]) -> Any:
    return ngettext(
        "相似的 %(num)s 件中，%(of_them)s 件归这一类",
        "相似的 %(num)s 件中，%(of_them)s 件归这一类",
        given["alike"],
        of_them=given["of_them"],
    )


def _listed(words: Sequence[str]) -> str:
    return str(gettext("、")).join(words)
