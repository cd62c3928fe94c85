"""The words of the texts, in the language of who reads them."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, StrictUndefined, Template, select_autoescape

from notifications.table import TABLE, Rule, Told
from tickets.ground.facts import Fact, News

LANGUAGES = ("zh_Hans", "en")
SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

#: About service orders: the question how it went, and that its answer was written down.
ORDER_SURVEY, ORDER_RATED = "service_survey", "service_rated"

#: A gap of a template, as in `{{ fact.due_at | day }}`. There is no other logic in them.
GAP = re.compile(r"\{\{\s*(?P<filled_with>[^{}]+?)\s*\}\}")


@dataclass(frozen=True)
class Written:
    """One text, ready to be laid into the outbox."""

    rule: Rule
    language: str
    #: In the words for sealed tickets.
    sealed: bool
    #: Digest of the template's words.
    version: str
    text: str
    #: What fills the gaps of its template, by their names.
    params: Mapping[str, str]


class Words:
    """One template: its words, and the gaps in them by name."""

    def __init__(self, environment: Environment, source: str) -> None:
        self.source = source
        self.version = version_of(source)
        self._template: Template = environment.from_string(source)
        self._gaps = {
            gap_name(gap): environment.compile_expression(gap["filled_with"], undefined_to_none=False)
            for gap in GAP.finditer(source)
        }

    def filled(self, ref: str, fact: Fact) -> tuple[str, dict[str, str]]:
        """Its text about *fact*, and what filled each gap."""
        params = {name: str(gap(ref=ref, fact=fact)) for name, gap in self._gaps.items()}
        return self._template.render(ref=ref, fact=fact), params

    def with_gaps(self, written: str = "${%s}") -> str:
        """Its words with each gap *written* by name, as a provider wants them for approval."""
        return GAP.sub(lambda gap: written % gap_name(gap), self.source)


def version_of(source: str) -> str:
    """Give the digest that messages carry of the words they were made of."""
    return hashlib.sha256(source.encode()).hexdigest()[:12]


def gap_name(gap: re.Match[str]) -> str:
    """Call a gap by the last name before its filter: `due_at` in `fact.effect.due_at | day`."""
    return gap["filled_with"].partition("|")[0].strip().rpartition(".")[2]


def form_of(template: str, language: str, *, sealed: bool) -> str:
    """Name the words of *template* in *language* the way their file is named."""
    return f"{language}/sealed/{template}" if sealed else f"{language}/{template}"


@dataclass(frozen=True)
class Parts:
    """What the name of a form says."""

    template: str
    language: str
    sealed: bool


def parts_of(form: str) -> Parts:
    """Take the name of a form apart."""
    language, *sealed, template = form.split("/")
    return Parts(template, language, bool(sealed))


def every_form() -> list[str]:
    """Name the forms of all words there are."""
    names = sorted({rule.template for rules in TABLE.values() for rule in rules})
    return [
        form_of(name, language, sealed=sealed)
        for language in LANGUAGES
        for sealed in (False, True)
        for name in names
    ]


def order_forms() -> list[str]:
    """Name the forms of the words about service orders: they say as little as sealed ones."""
    return [
        form_of(name, language, sealed=False)
        for language in LANGUAGES
        for name in (ORDER_RATED, ORDER_SURVEY)
    ]


class Wording:
    """The words: templates of every language, plain and sealed, and the signature in front of each text."""

    def __init__(self, folder: Path, signatures: Mapping[str, str]) -> None:
        """
        Load every template of *folder* (`LANGUAGE/NAME.txt`, `LANGUAGE/sealed/NAME.txt`).

        *signatures* holds what stands in front of every text of a language, such as 【盘龙热线】. A missing
        template or signature stops the start, never a ticket.
        """
        #: What is not told, though the table has it.
        self.silent: frozenset[Told] = frozenset()
        self.signatures = {language: signatures[language] for language in LANGUAGES}
        self._environments = {language: _environment(language) for language in LANGUAGES}
        #: By the name of their form.
        self.words = {
            form: self.words_from(form, (folder / f"{form}.txt").read_text(encoding="utf-8"))
            for form in every_form()
        }

        #: Those about service orders, which nobody words anew.
        self.order_words = {
            form: self.words_from(form, (folder / f"{form}.txt").read_text(encoding="utf-8"))
            for form in order_forms()
        }

    def words_from(self, form: str, source: str) -> Words:
        """Make words of *form* from what somebody wrote."""
        return Words(self._environments[parts_of(form).language], source.strip())

    def changed(self, words: Mapping[str, Words], silent: frozenset[Told]) -> "Wording":
        """Make the same with other *words* for some forms, and with what is *silent*."""
        made = copy(self)
        made.words = {**self.words, **words}
        made.silent = silent
        return made

    def of(self, news: News) -> Iterator[Written]:
        """Write the texts that *news* becomes; none where the citizen cannot or will not be reached."""
        language = news.language if news.language in LANGUAGES else LANGUAGES[0]
        for rule in TABLE.get(type(news.fact), ()):
            is_on = (news.fact.name, rule.template) not in self.silent
            if is_on and (news.reachable or rule.asked_for) and rule.when(news.fact):
                words = self.words[form_of(rule.template, language, sealed=news.sealed)]
                text, params = words.filled(news.ref, news.fact)
                text = self.signatures[language] + text
                yield Written(rule, language, news.sealed, words.version, text, params)


def grouped(ref: str) -> str:
    """Write a number the way people read it aloud: 6-4-4."""
    return f"{ref[:6]} {ref[6:10]} {ref[10:]}"


def tail(ref: str) -> str:
    """Give the last four digits, enough to know one's own matter by."""
    return ref[-4:]


def day_zh(at: datetime) -> str:
    """Write a day with its weekday: 11月30日（周一）."""
    local = at.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日（周{WEEKDAYS_ZH[local.weekday()]}）"


def day_en(at: datetime) -> str:
    """Write a day with its weekday: Mon 30 Nov."""
    local = at.astimezone(SHANGHAI)
    return f"{WEEKDAYS_EN[local.weekday()]} {local.day} {MONTHS_EN[local.month - 1]}"


def _environment(language: str) -> Environment:
    # Nothing is escaped: these are plain texts, and a telephone shows `&amp;` as it comes.
    made = Environment(undefined=StrictUndefined, autoescape=select_autoescape(default_for_string=False))
    made.filters.update(grouped=grouped, tail=tail, day=day_en if language == "en" else day_zh)
    return made
