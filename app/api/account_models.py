"""What the API tells of a list of people that is brought in, and what it is asked."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, StringConstraints

from app.api.household_models import FaultDocument, of_base64
from tickets.intake.draft import Strict


class AccountImportBody(Strict):
    """A spreadsheet, as base64; a dry run reads and checks it and writes nothing."""

    content: Annotated[str, StringConstraints(min_length=1), AfterValidator(of_base64)]
    dry_run: bool = True


class FirstPasswordDocument(BaseModel):
    """The password of somebody new; it has to be changed after signing in."""

    username: str
    password: str


class AccountImportDocument(BaseModel):
    """What became of the file. Passwords are told this once."""

    dry_run: bool
    lines: int
    added: int
    changed: int
    unchanged: int
    unread: list[str]
    faults: list[FaultDocument]
    passwords: list[FirstPasswordDocument]
