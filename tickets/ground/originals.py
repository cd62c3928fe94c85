"""Words of a sealed matter: what leads to a person is covered, the original is kept sealed."""

from collections.abc import Iterable
from typing import Protocol

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, PrimaryKeyConstraint
from sqlmodel import Field, Session, col, select

from tickets.ground.columns import Row
from tickets.ground.desk import Desk
from tickets.ground.redaction import redact
from tickets.ground.vault import Place, Vault

#: Who may never learn who asks: their words can tell nobody.
KNOW_NOBODY = frozenset({"handler", "head"})


class Original(Row, table=True):
    """Words as they were written, sealed for this fact and field alone."""

    __tablename__ = "original"
    __table_args__ = (PrimaryKeyConstraint("ticket_id", "seq", "field"),)

    ticket_id: int = Field(sa_column=Column(BigInteger, ForeignKey("ticket.id"), nullable=False))
    #: The fact they came with.
    seq: int
    #: title, text, note or instruction.
    field: str
    words: bytes = Field(sa_type=LargeBinary)

    @property
    def place(self) -> Place:
        """Where the seal belongs."""
        return Place("original", "words", f"{self.ticket_id}|{self.seq}|{self.field}")


class Sealable(Protocol):
    """What covering needs of a ticket."""

    id: int
    seq: int
    sealed: bool

    def names(self, vault: Vault) -> Iterable[str | None]:
        """Names that must not be told."""
        ...


def covered(desk: Desk, subject: Sealable, words: str, field: str = "note") -> str:
    """
    Give *words* as they may be kept beside the next fact of *subject*.

    On a sealed matter whatever leads to a person is covered, and the original is laid on the desk, sealed
    (信访工作条例 第三十条: 检举控告 must not reach those it is about). Covered words stay as they are.
    """
    if not subject.sealed or desk.actor.role in KNOW_NOBODY:
        return words
    told = redact(words, names=subject.names(desk.vault)).text
    if told != words:
        original = Original(ticket_id=subject.id, seq=subject.seq + 1, field=field, words=b"")
        original.words = desk.vault.seal(words, original.place)
        desk.add(original)
    return told


def originals_of(session: Session, vault: Vault, ticket_id: int) -> dict[str, str]:
    """Title and text of a ticket as they were written last, where they were covered."""
    rows = session.exec(
        select(Original).where(Original.ticket_id == ticket_id).order_by(col(Original.seq))
    ).all()
    return {row.field: vault.open(row.words, row.place) for row in rows if row.field in ("title", "text")}
