"""What the lines of a table are called in the language of who reads."""

from collections.abc import Callable, Mapping

from flask_babel import gettext as _
from flask_babel import pgettext

from app.language.names import category_name, place_names, unit_names
from app.language.words import CHANNELS, KINDS
from app.statistics.counting import By
from tickets.ground.policy import Rulebook

Namer = Callable[[str], str]


def namer(rules: Rulebook, by: By) -> Namer:
    """Names for the lines of a table sorted by *by*."""
    names: dict[str, Namer] = {
        "unit": _known(unit_names(rules.units)),
        "division": _known(place_names(rules.units)),
        "kind": lambda key: str(KINDS[key]),
        "channel": lambda key: str(CHANNELS[key]),
        "category": lambda key: category_name(rules.categories, key),
    }

    def name(key: str) -> str:
        if not by:
            return str(_("合计"))
        if not key:
            return str(pgettext("statistics", "未经单位") if by == "unit" else pgettext("statistics", "未填"))
        return str(_("、")).join(names[by](one) for one in key.split(","))

    return name


def _known(names: Mapping[str, str]) -> Namer:
    return lambda key: names.get(key, key)
