"""Which fact becomes which texts, and their words, in the language of who reads them."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, StrictUndefined, Template, select_autoescape

from notifications.message import Audience
from tickets.ground import facts
from tickets.ground.facts import Fact, News
from tickets.ground.words import Stage

LANGUAGES = ("zh_Hans", "en")
SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

#: The one text that asks for an answer.
SURVEY = "survey"


@dataclass(frozen=True)
class Rule:
    """One line of the table: this template goes to this reader when the fact is of this sort."""

    template: str
    #: Asked of the fact the rule stands under, whose type the table's key tells.
    when: Callable[[Any], bool] = lambda fact: True
    audience: Audience = Audience.CITIZEN
    #: How long the text is worth sending.
    valid_for: timedelta = timedelta(days=3)
    #: It answers what the citizen just did, and leaves at night too.
    at_once: bool = False
    #: The citizen asked for just this text, and gets it even where no reply was wanted.
    asked_for: bool = False


def _granted(kind: str) -> Callable[[Any], bool]:
    """What was asked is granted, and the citizen's own answer is what it is about."""
    return lambda fact: fact.granted and fact.kind == kind and fact.order_role in ("lead", None)


#: What a follower's citizen hears when the ticket it follows was not answered but ended.
ENDINGS = frozenset({"declined", "handed_over", "decided"})


def _stands(stage: Stage, *, late: bool = False) -> Callable[[Any], bool]:
    """Where the matter stands, with a day to name."""
    return lambda fact: fact.stage == stage and fact.due_at is not None and fact.late == late


def _goes_on(fact: Any) -> bool:
    """It is on its way, and no day can be named: there is none, or it passed before a unit had the matter."""
    has_passed = fact.late and fact.stage != Stage.IN_HAND
    return fact.stage not in FOUND_OUT and (fact.due_at is None or has_passed)


#: Where a matter stands when there is nothing more to wait for.
FOUND_OUT = (Stage.ANSWERED, Stage.ENDED)


def _progress(name: str, when: Callable[[Any], bool]) -> Rule:
    """An answer to whoever texts the number of a ticket; tomorrow it may be wrong."""
    return Rule(f"progress_{name}", when, valid_for=timedelta(hours=12), at_once=True, asked_for=True)


#: Each fact and the texts it becomes.
TABLE: dict[type[Fact], tuple[Rule, ...]] = {
    facts.Registered: (Rule("received", at_once=True),),
    facts.CodeReissued: (Rule("code_again", at_once=True),),
    facts.Declined: (Rule("ended"),),
    facts.CitizenAsked: (Rule("asked"),),
    facts.Dispatched: (
        Rule("transferred", when=lambda fact: fact.round == 1),
        # Disputed, or given to another unit in a later round.
        Rule("transferred_again", when=lambda fact: fact.round > 1),
    ),
    facts.Reworked: (Rule("transferred_again"),),
    facts.Merged: (Rule("merged"),),
    facts.Followed: (
        Rule("answered", when=lambda fact: fact.to == "callback"),
        Rule(SURVEY, when=lambda fact: fact.to == "callback", valid_for=timedelta(days=7)),
        Rule("ended", when=lambda fact: fact.what in ENDINGS),
    ),
    # Joint units answer the lead, and what was kept late needs no chasing any more.
    facts.ClockBreached: (
        Rule(
            "late",
            when=lambda fact: (
                fact.clock_kind == "handle" and fact.order_role == "lead" and not fact.kept_late
            ),
        ),
    ),
    facts.Reviewed: (
        Rule("answered", when=lambda fact: fact.passed and fact.to in ("callback", "closed")),
        Rule(SURVEY, when=lambda fact: fact.passed and fact.to == "callback", valid_for=timedelta(days=7)),
    ),
    facts.Decided: (
        Rule("extended", when=_granted("extension")),
        Rule("shelved", when=_granted("shelving")),
        Rule("ended", when=_granted("termination")),
        Rule("withdrawn", when=_granted("withdrawal")),
    ),
    facts.Withdrawn: (Rule("withdrawn", at_once=True),),
    facts.Disputed: (Rule("disputed", at_once=True),),
    facts.ProgressAsked: (
        _progress("received", _stands(Stage.RECEIVED)),
        _progress("in_hand", _stands(Stage.IN_HAND)),
        _progress("late", _stands(Stage.IN_HAND, late=True)),
        _progress("waiting", _stands(Stage.WAITING)),
        _progress("put_aside", _stands(Stage.PUT_ASIDE)),
        _progress("going", _goes_on),
        _progress("answered", lambda fact: fact.stage == Stage.ANSWERED),
        _progress("ended", lambda fact: fact.stage == Stage.ENDED),
    ),
}

#: Facts of which no reader hears by text, and why.
SILENT_ON_PURPOSE: dict[type[Fact], str] = {
    facts.Answered: "the citizen heard it on the telephone",
    facts.HandedOver: "the citizen is on the telephone with whoever takes over",
    facts.Amended: "the citizen told us, or will see it",
    facts.Supplemented: "the citizen told us",
    facts.NotSupplemented: "it goes on as it is; the date of the answer says so",
    facts.Noted: "of the house",
    facts.Urged: "the citizen told us",
    facts.Recalled: "of the house; the next transfer is told",
    facts.ReturnAsked: "of the house",
    facts.SubDispatched: "of the house; the lead answers",
    facts.Unmerged: "it goes on as if nothing had been",
    facts.FollowerJoined: "told to the follower",
    facts.FollowerLeft: "of the house",
    facts.Signed: "of the house; the unit's call follows",
    facts.Taken: "of the house",
    facts.Contacted: "the citizen was on the telephone",
    facts.ExtensionAsked: "of the house until it is granted",
    facts.ShelvingAsked: "of the house until it is granted",
    facts.Resumed: "the unit's call follows",
    facts.TerminationAsked: "of the house until it is granted",
    facts.SignOffAsked: "of the house",
    facts.Replied: "not an answer before the reviewer passed it",
    facts.UnsealAsked: "of the house",
    facts.RequestLapsed: "of the house",
    facts.CalledBack: "the citizen was asked or told us",
    facts.Closed: "the callback desk explains it",
    facts.CitizenTold: "the citizen was on the telephone",
    facts.WithdrawalAsked: "the reviewer calls first",
    facts.Supervised: "of the house",
    facts.SupervisionAnswered: "of the house",
    facts.ClockWarned: "of the house",
    facts.ClockUrged: "of the house; the citizen heard of it when it broke",
    facts.ClockListed: "of the house; the citizen heard of it when it broke",
    facts.ClockRecomputed: "the next text says the new date",
    facts.Archived: "of the house",
    facts.IdentityRead: "of the house",
    facts.TextRepeated: "the text that did not arrive goes once more, in its own words",
}


#: A fact and a text it becomes, by their names.
Told = tuple[str, str]

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
