"""Every column that is sealed with the ring, and every index made with it. A test holds the list complete."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, func, inspect, or_
from sqlalchemy.orm import InstrumentedAttribute

from app.access.accounts import Account
from app.access.totp import totp_place
from app.admin.duty import DutyRow
from app.api.idempotency import StoredAnswer
from app.calling.drafts import MatterDraft
from app.filing.rows import WebDraft
from app.voice.rows import CallBack, VoiceCall
from notifications.message import InboundText, Message, SimulatedText
from tickets.assistance.applications import SEALED as OF_APPLICATION
from tickets.assistance.applications import Application, ApplicationVisit
from tickets.assistance.households import SEALED as OF_MEMBER
from tickets.assistance.households import Happening, Household, Member
from tickets.assistance.needs import INDEXED_OF_LEAD, SEALED_OF_LEAD, Lead, Need
from tickets.assistance.referrals import Referral
from tickets.assistance.service_orders import ServiceOrder
from tickets.assistance.visits import VisitReport
from tickets.ground.columns import Row
from tickets.ground.files import Attachment
from tickets.ground.kept_keys import VaultSecret
from tickets.ground.originals import Original
from tickets.ground.vault import Place, Vault, number_of
from tickets.intake.amend import IdentityChange
from tickets.intake.calls import Call
from tickets.ticket import Identity
from tickets.ticket.identity import SEALED


@dataclass(frozen=True)
class Index:
    """A blind index: of which kind, and of which sealed column of its row."""

    kind: str
    of: str


@dataclass(frozen=True)
class SealedRows:
    """A table with sealed columns."""

    row: type[Row]
    columns: tuple[str, ...]
    #: Where the seal of a column of a row belongs.
    place: Callable[[Any, str], Place]
    #: Index column to what it is made of; `index_key` of the row says with which key.
    indexes: Mapping[str, Index] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """Its name in the database."""
        return str(self.row.__tablename__)

    @property
    def key(self) -> tuple[InstrumentedAttribute[Any], ...]:
        """The columns of its primary key, in the order of the key."""
        return tuple(self.attribute(str(column.key)) for column in inspect(self.row).primary_key)

    def attribute(self, column: str) -> InstrumentedAttribute[Any]:
        """One of its columns, for a query."""
        found: InstrumentedAttribute[Any] = getattr(self.row, column)
        return found

    def behind(self, vault: Vault) -> ColumnElement[bool]:
        """Which rows hold something that the newest key did not seal or index."""
        begins = f"{vault.current}:".encode()
        found = [func.substring(self.attribute(column), 1, len(begins)) != begins for column in self.columns]
        for column in self.indexes:
            other = self.attribute("index_key").is_distinct_from(vault.current)
            found.append(self.attribute(column).is_not(None) & other)
        return or_(*found)

    def renew(self, vault: Vault, row: Any) -> None:
        """
        Seal and index *row* with the newest key.

        :raises cryptography.exceptions.InvalidTag: a value was changed, or belongs elsewhere.
        :raises KeyError: a key is no longer in the ring.
        """
        opened = {column: self._opened(vault, row, column) for column in self.columns}
        for column, value in opened.items():
            if value is not None and number_of(getattr(row, column)) != vault.current:
                setattr(row, column, vault.seal(value, self.place(row, column)))
        for column, index in self.indexes.items():
            value = opened[index.of]
            if getattr(row, column) is not None and value is not None:
                setattr(row, column, vault.index(index.kind, value))
        if self.indexes:
            row.index_key = vault.current

    def _opened(self, vault: Vault, row: Any, column: str) -> str | None:
        sealed = getattr(row, column)
        return None if sealed is None else vault.open(sealed, self.place(row, column))


#: Texts stand before the vault: the number of an old one is found by the index that both still have.
REGISTRY: tuple[SealedRows, ...] = (
    SealedRows(VaultSecret, ("value",), lambda row, _column: row.place),
    SealedRows(InboundText, ("text", "phone"), InboundText.place, {"from_index": Index("phone", "phone")}),
    SealedRows(
        Identity,
        SEALED,
        Identity.place,
        {"phone_index": Index("phone", "phone"), "id_number_index": Index("id_number", "id_number")},
    ),
    SealedRows(Household, ("address",), Household.place),
    SealedRows(
        Member,
        OF_MEMBER,
        Member.place,
        {f"{column}_index": Index(column, column) for column in OF_MEMBER},
    ),
    SealedRows(Happening, ("words",), lambda row, _column: row.place),
    SealedRows(VisitReport, ("said",), lambda row, _column: row.place),
    SealedRows(
        Application,
        OF_APPLICATION,
        Application.place,
        {"id_number_index": Index("id_number", "id_number")},
    ),
    SealedRows(ApplicationVisit, ("seen",), lambda row, _column: row.place),
    SealedRows(Referral, ("package", "answer"), Referral.place),
    SealedRows(
        Lead,
        SEALED_OF_LEAD,
        Lead.place,
        {f"{column}_index": Index(column, column) for column in INDEXED_OF_LEAD},
    ),
    SealedRows(Need, ("evidence", "signature", "words"), Need.place),
    SealedRows(ServiceOrder, ("words", "signature", "reason"), ServiceOrder.place),
    SealedRows(IdentityChange, ("before", "after"), IdentityChange.place),
    SealedRows(Original, ("words",), lambda row, _column: row.place),
    # Its bytes are sealed with a key of its own, which is what the ring seals.
    SealedRows(Attachment, ("name", "key"), Attachment.place),
    SealedRows(Account, ("totp_secret",), lambda row, _column: totp_place(row.id)),
    SealedRows(DutyRow, ("phone",), lambda row, _column: row.place()),
    SealedRows(Call, ("number",), Call.place, {"number_index": Index("phone", "number")}),
    SealedRows(MatterDraft, ("words",), MatterDraft.place),
    SealedRows(Message, ("body", "params"), Message.place),
    SealedRows(WebDraft, ("answers",), lambda row, _column: row.place),
    SealedRows(StoredAnswer, ("answer",), lambda row, _column: row.place),
    SealedRows(VoiceCall, ("phone",), VoiceCall.place),
    SealedRows(CallBack, ("phone",), CallBack.place, {"from_index": Index("phone", "phone")}),
    SealedRows(
        SimulatedText, ("phone", "body"), SimulatedText.place, {"phone_index": Index("phone", "phone")}
    ),
)

#: Bytes that are neither: digests of what is no secret or random, hashes of secrets nobody keeps, and what
#: is sealed with a key that stands sealed in its row.
#: The hashes of tracking codes, recovery codes and addresses are made with the kept key and never again.
NOT_SEALED = frozenset(
    {
        "api_token.hash",
        "assistance_month.digest",
        "attachment.sha256",
        "attachment.thumbnail",
        "attachment_piece.data",
        "calendar_feed.hash",
        "house_fact.hash",
        "household.chain_head",
        "household_fact.hash",
        "idempotency.request",
        "note.salt",
        "payment_sheet.digest",
        "recovery_code.hash",
        "seal_leaf.hashes",
        "seal_root.hash",
        "seal_root.previous",
        "seal_root.signature",
        "seal_root.tree",
        "sign_in_half.hash",
        "ticket.chain_head",
        "ticket.words_salt",
        "timeline.hash",
        "timeline.note_digest",
        "tracking_try.address",
        "vault.code_hash",
        "web_draft.address",
        "web_draft.phone",
        "web_session.hash",
        "wall_link.hash",
    }
)
