"""Common phrases: words a unit writes again and again, at hand under the field they belong to."""

from uuid import UUID

from sqlmodel import Field

from tickets.ground.columns import Row, new_id


class PhraseRow(Row, table=True):
    """One phrase, for everybody or for one unit."""

    __tablename__ = "phrase"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    #: Form and field it is for, as `review.text`.
    field: str
    #: Whose it is; None is everybody's.
    unit: str | None = Field(default=None, foreign_key="unit.code")
    #: What stands on its button.
    label: str
    #: What is inserted.
    text: str
    position: int = 0
    active: bool = True
