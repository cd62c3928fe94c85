"""The evidence as people read it: one page in Chinese and in English, which prints on A4."""

from datetime import UTC, datetime
from typing import Any

from flask import Flask, g
from markupsafe import Markup

from app.evidence.gathering import Gathered, Sealed
from app.language.i18n import HTML_LANGUAGES
from app.language.names import place_names, unit_names
from app.language.shown import in_shanghai
from tickets.ground.policy import Rulebook
from tickets.ground.timeline import Entry
from tickets.ground.units import Units

#: On paper no day is today: every moment is written in full.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def paper_of(app: Flask, gathered: Gathered, rules: Rulebook) -> str:
    """Write the page."""
    languages = []
    for language, html_language in HTML_LANGUAGES.items():
        # A request of nobody: it tells the templates which language is read.
        with app.test_request_context("/", query_string={"lang": language}):
            g.rules = rules
            told = app.jinja_env.get_template("evidence/_told.html").render(**_page(gathered, rules.units))
            languages.append((html_language, Markup(told)))  # noqa: S704 the template has escaped it
    page = app.jinja_env.get_template("evidence/paper.html")
    return page.render(ticket=gathered.ticket, languages=languages)


def _page(gathered: Gathered, units: Units) -> dict[str, Any]:
    return {
        "ticket": gathered.ticket,
        "made_at": gathered.made_at,
        "now": LONG_AGO,
        "facts": [_fact(fact, gathered) for fact in gathered.facts],
        "roots": [_root(sealed) for sealed in gathered.roots],
        "units": unit_names(units),
        "places": place_names(units),
    }


def _fact(fact: Entry, gathered: Gathered) -> dict[str, Any]:
    note = gathered.notes.get(fact.seq)
    # What the first fact was made with stands above the table.
    erased = fact.seq > 1 and fact.note_digest is not None and note is None
    told = {name: getattr(fact, name) for name in ("seq", "at", "what", "by", "role", "unit", "data")}
    return {
        **told,
        "clock": _clock(fact.at),
        "note": note.text if note else None,
        "erased": erased,
        "hash": fact.hash.hex(),
    }


def _root(sealed: Sealed) -> dict[str, Any]:
    root, first, last = sealed.root, sealed.leaf.from_seq, sealed.leaf.to_seq
    return {
        "no": root.no,
        "at": root.at,
        "clock": _clock(root.at),
        "span": f"{first}" if first == last else f"{first}–{last}",
        "hash": root.hash.hex(),
        "key": root.key,
    }


def _clock(at: datetime) -> str:
    return f"{in_shanghai(at):%Y-%m-%d %H:%M:%S}"
