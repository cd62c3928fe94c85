"""The route of `/api/v1` on which a list of people becomes accounts."""

from base64 import b64decode
from typing import Any

from apiflask import APIBlueprint
from flask import Response, g

from app.access.accounts import Role, Viewer
from app.admin.account_import import Outcome, take_accounts
from app.api.account_models import AccountImportBody, AccountImportDocument
from app.api.doors import NotForYou, answered, key_of_request, once, staff_only
from app.api.idempotency import Answer
from app.language.names import roles_by_name
from app.language.sentences import field_sentence
from tickets.ground.desk import Desk

accounts_api = APIBlueprint("accounts_api", __name__, url_prefix="/api/v1/accounts", tag="accounts")


@accounts_api.post("/import")
@once
@staff_only
@accounts_api.input(AccountImportBody, arg_name="body")
@accounts_api.output(AccountImportDocument, description="What became of the file")
def import_accounts(body: AccountImportBody) -> Response:
    """Bring a spreadsheet of people in, whole or not at all; by itself a dry run."""
    desk: Desk = g.desk

    def act() -> Answer:
        viewer: Viewer = g.viewer
        if viewer.role != Role.ADMIN:
            raise NotForYou
        outcome = take_accounts(desk, b64decode(body.content), roles_by_name(), dry_run=body.dry_run)
        return Answer(200, _document(outcome))

    return answered(desk, key_of_request(), act)


def _document(outcome: Outcome) -> dict[str, Any]:
    said = [(fault, field_sentence(fault.bad)) for fault in outcome.faults]
    return {
        "dry_run": outcome.dry_run,
        "lines": outcome.read.lines,
        "added": len(outcome.added),
        "changed": len(outcome.changed),
        "unchanged": outcome.unchanged,
        "unread": [*outcome.read.unread],
        "faults": [
            {"line": fault.line, "column": fault.column, "message": one.message, "remedy": one.remedy}
            for fault, one in said
        ],
        "passwords": [
            {"username": username, "password": password} for username, password in outcome.passwords.items()
        ],
    }
