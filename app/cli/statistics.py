"""Figures at the console, of all units: what the API tells, without the tickets behind."""

import json
import sys
from pathlib import Path

import click

from app.cli.common import Trouble, at_the_console


@click.command()
@click.argument("topic", required=False, default="overview")
@click.option("--from", "first", metavar="DAY", help="First day or month: 2026-11-01 or 2026-11.")
@click.option("--to", "last", metavar="DAY", help="Last day or month, included.")
@click.option("--csv", "as_what", flag_value="csv", help="As a table instead of JSON.")
@click.option("--xlsx", type=Path, help="Write a workbook there instead, and print its path.")
def statistics(
    topic: str, first: str | None, last: str | None, as_what: str | None, xlsx: Path | None
) -> None:
    """Print the figures of a TOPIC: overview, units, kinds, rates, returns or callers."""
    from flask import Flask

    from app.factory import now
    from app.language.i18n import init_i18n
    from app.statistics.all_topics import TOPICS
    from app.statistics.documents import topic_document
    from app.statistics.files import sheets
    from app.statistics.months import closed_months
    from app.statistics.periods import Period
    from app.statistics.scope import Scope
    from app.statistics.topics import tables_of
    from app.workbooks import as_csv, as_xlsx
    from tickets.ground.errors import FieldsRefused
    from tickets.ground.refs import SHANGHAI

    if topic not in TOPICS:
        raise Trouble(f"there is no topic {topic}; there are {', '.join(TOPICS)}")
    asked = TOPICS[topic]
    app = Flask(__name__)
    init_i18n(app, now)
    with at_the_console() as desk, app.test_request_context():
        try:
            period = Period.read(first, last, desk.now().astimezone(SHANGHAI).date())
        except FieldsRefused as refused:
            fields = ", ".join(f"--{problem.field}" for problem in refused.fields)
            raise Trouble(
                f"{fields} wants a day or a month, such as 2026-11, and not after --to"
            ) from refused
        tables = tables_of(desk.session, asked, Scope(None, lists=False), period)
        closed = [row.month for row in closed_months(desk.session)]
        if xlsx is not None:
            xlsx.write_bytes(as_xlsx(sheets(asked, tables, period, desk.rules)))
            click.echo(xlsx)
        elif as_what == "csv":
            sys.stdout.write(as_csv(sheets(asked, tables, period, desk.rules)).decode("utf-8-sig"))
        else:
            told = topic_document(
                asked, tables, period, desk.rules, closed=closed, address=lambda *_about: None
            )
            click.echo(json.dumps(told, ensure_ascii=False, indent=2))
