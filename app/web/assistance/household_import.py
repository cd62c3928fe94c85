"""Hand in a register (台账): tried out first, every fault with its line and column, then brought in."""

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.assistance.importing.columns import NAMES
from app.assistance.importing.upload import Outcome, take
from app.language.assistance_words import HOUSEHOLD_KINDS
from app.language.names import place_names
from app.language.sentences import FieldSentence, field_sentence
from app.web.assistance.households import KEEPERS
from app.web.forms import told_of
from app.web.staff import blueprint, staff_page
from tickets.assistance.words import HouseholdKind
from tickets.ground.errors import TicketError, bad_field
from tickets.ground.vault import masked_name

household_import = blueprint("household_import", __name__)

#: Faults, and households, shown; the counts say how many there are.
MOST = 100
MOST_SHOWN = 20


def _again(refused: TicketError) -> ResponseReturnValue:
    return _page(wrong=told_of(refused))


@household_import.get("/households/import")
@staff_page(*KEEPERS)
def show() -> ResponseReturnValue:
    """Where a register is handed in."""
    return _page()


@household_import.post("/households/import")
@staff_page(*KEEPERS, again=_again)
def bring_in() -> ResponseReturnValue:
    """Try a register out, or bring it in."""
    handed_in = request.files.get("file")
    content = handed_in.read() if handed_in else b""
    if not content:
        raise bad_field("file", "missing")
    kind = next((one for one in HouseholdKind if one == request.form.get("kind")), None)
    dry_run = request.form.get("do") != "bring"
    return _page(take(g.desk, g.viewer, content, kind=kind, dry_run=dry_run))


def _page(outcome: Outcome | None = None, wrong: list[FieldSentence] | None = None) -> str:
    brought = outcome.brought if outcome else None
    return render_template(
        "assistance/household_import.html",
        outcome=outcome,
        faults=[(fault, field_sentence(fault.bad)) for fault in brought.faults[:MOST]] if brought else [],
        shown=[(group, masked_name(group.head.name)) for group in outcome.read.groups[:MOST_SHOWN]]
        if outcome
        else [],
        wrong=wrong or [],
        kinds=[("", gettext("照表里写的")), *HOUSEHOLD_KINDS.items()],
        kind_words=HOUSEHOLD_KINDS,
        typed=request.form.get("kind", ""),
        columns=["、".join(names[:3]) for names in NAMES.values()],
        places=place_names(g.desk.rules.units),
    )
