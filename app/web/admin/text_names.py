"""What the pages call a text: what it is about, in which language, in the words for sealed tickets or not."""

from flask_babel import gettext

from app.language.text_words import TEXTS
from app.language.wording_words import PROVIDERS, WHEN
from app.language.words import LANGUAGES
from notifications.table import TABLE
from notifications.wording import parts_of


def name_of_text(template: str) -> str:
    """What a text is about; where others are called the same, when it is sent, too."""
    sent = {rule.template: f"{kind.name} {rule.template}" for kind, rules in TABLE.items() for rule in rules}
    name = str(TEXTS[template])
    is_alone = [str(TEXTS[other]) for other in sent].count(name) < 2
    return name if is_alone else f"{name} · {WHEN[sent[template]]}"


def name_of_form(form: str) -> str:
    """A text in one form: `答复 · 中文 · 密件`."""
    parts = parts_of(form)
    names = [name_of_text(parts.template), str(LANGUAGES[parts.language])]
    return " · ".join([*names, gettext("密件")] if parts.sealed else names)


def subject_of_text(subject: str) -> str:
    """What a change was about: a form, a provider and a form, or a fact and a text."""
    first, _space, rest = subject.partition(" ")
    if not rest:
        return name_of_form(first) if "/" in first else first
    if "/" in rest:
        return f"{PROVIDERS[first]} · {name_of_form(rest)}"
    return f"{WHEN[subject]} · {TEXTS[rest]}"
