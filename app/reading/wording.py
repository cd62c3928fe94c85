"""Every text of the house: at which facts it is sent, its words in each form, and what they cost."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from notifications.house_words import Changes, form_of_row, words_in_force
from notifications.preview import Preview, preview
from notifications.standing import Standing, law_of, may_be_switched_off, standing_of
from notifications.table import TABLE, Rule
from notifications.wording import LANGUAGES, Wording, Words, form_of, parts_of, version_of
from notifications.wording_rows import TemplateApproval, WordingVersion
from notifications.wording_rules import UNFILLABLE, faults_in

#: Providers that want to see the words before they carry them.
APPROVING = ("aliyun", "twilio")


@dataclass(frozen=True)
class Line:
    """One line of the table: a text that is sent when a fact happens."""

    fact: str
    rule: Rule
    active: bool


@dataclass(frozen=True)
class Text:
    """The words of one form, as they are sent now."""

    form: str
    template: str
    language: str
    sealed: bool
    words: Words
    shown: Preview
    #: Words of the file, which hold where nobody saved others.
    of_file: Words
    #: What somebody saved last.
    saved: WordingVersion | None
    approvals: Mapping[str, TemplateApproval]

    @property
    def number(self) -> int:
        """Which saved version these words are; 0 for those of the file."""
        return self.saved.version if self.saved and self.words is not self.of_file else 0

    @property
    def is_set_aside(self) -> bool:
        """Somebody saved words that a newer program does not let through."""
        return self.saved is not None and self.saved.words is not None and self.words is self.of_file

    @property
    def has_newer_file(self) -> bool:
        """The words of the file are others than when these were saved."""
        return self.number > 0 and self.saved is not None and self.saved.file_version != self.of_file.version

    def stands_for(self, approval: TemplateApproval) -> bool:
        """Whether *approval* was given for these very words."""
        return approval.words_version == self.words.version


@dataclass(frozen=True)
class HouseText:
    """One text: how much it weighs, when it is sent, and its words in every form."""

    template: str
    standing: Standing
    #: The law that has us tell it, where one does.
    law: str
    may_be_switched_off: bool
    lines: tuple[Line, ...]
    texts: tuple[Text, ...]


def house_texts(session: Session, files: Wording, changes: Changes) -> list[HouseText]:
    """Every text, in the order in which a ticket's citizen gets them."""
    found = _texts(session, files, changes)
    lines = _lines(changes)
    return [
        HouseText(
            template=template,
            standing=standing_of(template),
            law=law_of(template),
            may_be_switched_off=may_be_switched_off(template),
            lines=tuple(line for line in lines if line.rule.template == template),
            texts=tuple(
                found[form_of(template, language, sealed=sealed)]
                for language in LANGUAGES
                for sealed in (False, True)
            ),
        )
        for template in dict.fromkeys(line.rule.template for line in lines)
    ]


def text_of(session: Session, files: Wording, changes: Changes, form: str) -> Text | None:
    """One text in one form; None where there is none."""
    return _texts(session, files, changes).get(form)


def tried(files: Wording, text: Text, source: str) -> Preview | None:
    """What *text* would be with the words *source*; None where its gaps cannot be filled."""
    if any(fault.code in UNFILLABLE for fault in faults_in(files, text.form, source)):
        return None
    words = files.words_from(text.form, source)
    return preview(words, text.template, files.signatures[text.language])


def versions_of(session: Session, text: Text) -> list[tuple[WordingVersion, str]]:
    """What was saved for a form, newest first, each with the digest that messages carry of it."""
    query = (
        select(WordingVersion)
        .where(
            WordingVersion.template == text.template,
            WordingVersion.language == text.language,
            WordingVersion.sealed == text.sealed,
        )
        .order_by(col(WordingVersion.version).desc())
    )
    rows = session.exec(query).all()
    return [(row, row.file_version if row.words is None else version_of(row.words)) for row in rows]


def _lines(changes: Changes) -> list[Line]:
    silent = changes.silent
    return [
        Line(kind.name, rule, (kind.name, rule.template) not in silent)
        for kind, rules in TABLE.items()
        for rule in rules
    ]


def _texts(session: Session, files: Wording, changes: Changes) -> dict[str, Text]:
    in_force = words_in_force(files, changes)
    approvals: dict[str, dict[str, TemplateApproval]] = {}
    for row in session.exec(select(TemplateApproval).execution_options(populate_existing=True)).all():
        of_form = approvals.setdefault(form_of_row(row), {})
        of_form[row.provider] = row
    found = {}
    for form, words in in_force.words.items():
        parts = parts_of(form)
        found[form] = Text(
            form=form,
            template=parts.template,
            language=parts.language,
            sealed=parts.sealed,
            words=words,
            shown=preview(words, parts.template, files.signatures[parts.language]),
            of_file=files.words[form],
            saved=changes.versions.get(form),
            approvals=approvals.get(form, {}),
        )
    return found
