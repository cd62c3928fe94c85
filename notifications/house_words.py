"""The words in force: those of the files, and on top of them what administrators saved and switched off."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from notifications.table import Told
from notifications.wording import Wording, Words, form_of
from notifications.wording_rows import ApprovalState, TemplateApproval, TextSwitch, WordingVersion
from notifications.wording_rules import faults_in

log = logging.getLogger(__name__)

#: So long after a switch a process may not have heard of it.
SETTLED_AFTER = timedelta(seconds=30)


@dataclass(frozen=True)
class Changes:
    """What administrators decided, as the tables have it."""

    #: The newest version of each form.
    versions: Mapping[str, WordingVersion] = field(default_factory=dict)
    #: Every switch, oldest first.
    switches: Sequence[TextSwitch] = ()
    #: The codes of words that a provider approved, by provider, form and the digest of those words.
    codes: Mapping[tuple[str, str, str], str] = field(default_factory=dict)

    @property
    def silent(self) -> frozenset[Told]:
        """What is not told now."""
        last = {(switch.fact, switch.template): switch.active for switch in self.switches}
        return frozenset(told for told, active in last.items() if not active)

    def says_the_same(self, other: "Changes") -> bool:
        """Whether nobody decided anything between *other* and this."""
        mine, theirs = (
            (
                {form: row.version for form, row in one.versions.items()},
                [switch.id for switch in one.switches],
                one.codes,
            )
            for one in (self, other)
        )
        return mine == theirs

    def was_told(self, told: Told, at: datetime) -> bool | None:
        """Whether *told* was switched on at that moment; None where it had been changed just before."""
        before = [one for one in self.switches if (one.fact, one.template) == told and one.at <= at]
        if before and at - before[-1].at < SETTLED_AFTER:
            return None
        return before[-1].active if before else True


def read_changes(session: Session) -> Changes:
    """Read what administrators decided."""
    versions = session.exec(select(WordingVersion).order_by(col(WordingVersion.version))).all()
    switches = session.exec(select(TextSwitch).order_by(col(TextSwitch.at))).all()
    approved = session.exec(
        select(TemplateApproval).where(TemplateApproval.state == ApprovalState.APPROVED)
    ).all()
    return Changes(
        {form_of_row(row): row for row in versions},
        switches,
        {(row.provider, form_of_row(row), row.words_version): row.code for row in approved},
    )


def form_of_row(row: WordingVersion | TemplateApproval) -> str:
    """Name the form a row is about."""
    return form_of(row.template, row.language, sealed=row.sealed)


def words_in_force(files: Wording, changes: Changes) -> Wording:
    """Lay *changes* over the words of *files*."""
    changed = {form: words for form, row in changes.versions.items() if (words := _words(files, form, row))}
    return files.changed(changed, changes.silent)


def _words(files: Wording, form: str, row: WordingVersion) -> Words | None:
    """The saved words, or None where the file's hold: a newer program may know of better rules."""
    if row.words is None or form not in files.words:
        return None
    if wrong := faults_in(files, form, row.words):
        log.error(
            "saved words break the rules, the file's are sent",
            extra={"form": form, "version": row.version, "why": "; ".join(fault.code for fault in wrong)},
        )
        return None
    return files.words_from(form, row.words)
