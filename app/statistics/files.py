"""Figures as files for a spreadsheet: one sheet a table, and how each figure is counted."""

from collections.abc import Sequence

from flask_babel import gettext as _

from app.language.figure_words import FIGURES, MEANS, RATES, SORTED_BY, TOPIC_NAMES
from app.statistics.naming import namer
from app.statistics.periods import Period
from app.statistics.topics import Table, Topic
from app.workbooks import Cell, Sheet
from tickets.ground.policy import Rulebook


def sheets(topic: Topic, tables: Sequence[Table], period: Period, rules: Rulebook) -> list[Sheet]:
    """The tables of a topic, and a last sheet that says how all is counted."""
    return [*(_sheet(topic, table, period, rules) for table in tables), _meanings(topic)]


def _sheet(topic: Topic, table: Table, period: Period, rules: Rulebook) -> Sheet:
    head: list[Cell] = [str(SORTED_BY[table.by]) if table.by else _("期间")]
    for figure in topic.counted:
        name = str(FIGURES[figure])
        head += [name, _("%(figure)s，上期", figure=name), _("%(figure)s，去年同期", figure=name)]
        head.append(_("%(figure)s，封账后差额", figure=name))
    head += [f"{RATES[rate.name]} %" for rate in topic.rates]
    rows = [head]
    named = namer(rules, table.by)
    for line in table.lines:
        row: list[Cell] = [named(line.key) if table.by else f"{period.first} – {period.last}"]
        for figure in topic.counted:
            now = line.count(figure)
            row += [now.n, line.count(figure, "before").n, line.count(figure, "year_before").n]
            row.append(now.correction)
        rows.append([*row, *(rate.share(line) for rate in topic.rates)])
    return Sheet(str(SORTED_BY[table.by]) if table.by else str(TOPIC_NAMES[topic.name]), rows)


def _meanings(topic: Topic) -> Sheet:
    rows: list[list[Cell]] = [[_("名称"), _("口径")]]
    rows += [[str(FIGURES[figure]), str(MEANS[figure])] for figure in topic.counted]
    rows += [[str(RATES[rate.name]), f"{FIGURES[rate.part]} ÷ {FIGURES[rate.whole]}"] for rate in topic.rates]
    return Sheet(_("口径"), rows)
