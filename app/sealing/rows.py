"""What is kept of a root: its own row, a leaf for each ledger it reached into, and the queue before it."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, Table, text
from sqlmodel import Field, SQLModel

from tickets.ground.canonical import canonical
from tickets.ground.columns import Moment, Row

#: Length of a hash in bytes.
HASH = 32


class SealRoot(Row, table=True):
    """One signature over all leaves of one moment, and over the root before it. Never changed."""

    __tablename__ = "seal_root"

    #: From 1, without a gap.
    no: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at: datetime = Field(sa_type=Moment)
    #: How many leaves its tree has.
    leaves: int
    #: Hash of the tree.
    tree: bytes = Field(sa_type=LargeBinary)
    #: Hash of the root before it.
    previous: bytes = Field(sa_type=LargeBinary)
    #: SHA-256 over its statement.
    hash: bytes = Field(sa_type=LargeBinary)
    #: Number of the key that signed.
    key: str
    #: Ed25519 over its statement.
    signature: bytes = Field(sa_type=LargeBinary)

    def statement(self) -> bytes:
        """What is hashed and signed."""
        return canonical(
            {
                "format": "zhuanban root 1",
                "no": self.no,
                "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
                "leaves": self.leaves,
                "tree": self.tree.hex(),
                "previous": self.previous.hex(),
                "key": self.key,
            }
        )


class SealLeaf(Row, table=True):
    """A stretch of facts of one ledger's subject, in the root that sealed them. Never changed."""

    __tablename__ = "seal_leaf"
    # Each fact is sealed once.
    __table_args__ = (Index("seal_leaf_of_subject", "ledger", "subject", "to_seq", unique=True),)

    root: int = Field(sa_column=Column(BigInteger, ForeignKey("seal_root.no"), primary_key=True))
    #: Place among the leaves of its root, from 0.
    position: int = Field(primary_key=True)
    #: Which ledger: `ticket` for the timelines, `house` for the changes of the house.
    ledger: str
    #: Key of the ledger's subject; a ticket's id, 0 for the house.
    subject: int = Field(sa_type=BigInteger)
    #: What people call the subject; a ticket's number.
    name: str
    from_seq: int
    to_seq: int
    #: The hashes of all facts of the stretch, one behind the other.
    hashes: bytes = Field(sa_type=LargeBinary)

    def statement(self) -> bytes:
        """What its place in the tree stands for."""
        return canonical(
            {
                "ledger": self.ledger,
                "subject": self.subject,
                "name": self.name,
                "from_seq": self.from_seq,
                "to_seq": self.to_seq,
                "hashes": [one.hex() for one in self.each()],
            }
        )

    def each(self) -> list[bytes]:
        """The hashes of its facts, from `from_seq` on."""
        return [bytes(self.hashes[start : start + HASH]) for start in range(0, len(self.hashes), HASH)]


#: Tickets with facts that no root covers yet. Filled by a trigger of the timeline, in the transaction of the
#: fact; it has no key, so writers never wait for each other here.
SEAL_QUEUE = Table(
    "seal_queue",
    SQLModel.metadata,
    Column("ticket_id", BigInteger, nullable=False),
    Column("at", Moment, nullable=False, server_default=text("clock_timestamp()")),
)
