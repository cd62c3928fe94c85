"""Who the citizen is: sealed in the vault, shown masked, and shown in clear only as a fact."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, text
from sqlmodel import Field

from tickets.ground.columns import Row
from tickets.ground.vault import Opens, Place, Vault, masked_name, masked_phone

SEALED = ("name", "phone", "id_number", "address")


class Identity(Opens, Row, table=True):
    """The vault's row of one ticket."""

    __tablename__ = "vault"
    __table_args__ = (
        Index(
            "vault_phone",
            "phone_index",
            text("ticket_id desc"),
            postgresql_where=text("phone_index is not null"),
        ),
        Index("vault_id_number", "id_number_index", postgresql_where=text("id_number_index is not null")),
    )

    ticket_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("ticket.id"), primary_key=True, autoincrement=False)
    )
    name: bytes | None = Field(default=None, sa_type=LargeBinary)
    phone: bytes | None = Field(default=None, sa_type=LargeBinary)
    id_number: bytes | None = Field(default=None, sa_type=LargeBinary)
    address: bytes | None = Field(default=None, sa_type=LargeBinary)
    phone_index: bytes | None = Field(default=None, sa_type=LargeBinary)
    id_number_index: bytes | None = Field(default=None, sa_type=LargeBinary)
    name_masked: str | None = None
    phone_masked: str | None = None
    #: Number of the key its indexes were made with; None before these were kept: the oldest of that time.
    index_key: str | None = None
    #: Keyed hash of the tracking code.
    code_hash: bytes = Field(sa_type=LargeBinary)

    def place(self, column: str) -> Place:
        """Where the seal of one of its columns belongs."""
        return Place("vault", column, str(self.ticket_id))


def seal_identity(
    vault: Vault, ticket_id: int, *, ref: str, code: str, known: dict[str, str | None]
) -> Identity:
    """Seal what is *known* of the citizen (name, phone, id_number, address) for one ticket."""
    row = Identity(ticket_id=ticket_id, code_hash=vault.code_hash(ref, code), index_key=vault.current)
    for column in SEALED:
        if value := known.get(column):
            _put(vault, row, column, value)
    _index(vault, row)
    return row


def put_right(vault: Vault, row: Identity, column: str, value: str | None) -> None:
    """Seal *value* in *column*, with all that is derived from it."""
    _put(vault, row, column, value)
    _index(vault, row)


def _put(vault: Vault, row: Identity, column: str, value: str | None) -> None:
    setattr(row, column, vault.seal(value, row.place(column)) if value else None)
    if column == "phone":
        row.phone_masked = masked_phone(value)
    elif column == "name":
        row.name_masked = masked_name(value)


def _index(vault: Vault, row: Identity) -> None:
    """Index everything of the row with one and the same key, the newest."""
    phone, id_number = row.open(vault, "phone"), row.open(vault, "id_number")
    row.phone_index = vault.index("phone", phone) if phone else None
    row.id_number_index = vault.index("id_number", id_number) if id_number else None
    row.index_key = vault.current
