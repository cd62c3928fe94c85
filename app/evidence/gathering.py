"""Everything the evidence of one ticket says, read in one piece; no identity is read at all."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from app.access.accounts import Role, Viewer
from app.api.documents import moment, ticket_document
from app.sealing.ledgers import Timelines
from app.sealing.rows import SealLeaf, SealRoot
from app.sealing.tree import leaf_hash, path
from tickets.ground.facts import Amended, Registered
from tickets.ground.files import GONE, Attachment
from tickets.ground.timeline import GENESIS, Entry, Note, as_hashed, digest_of_words
from tickets.ticket import Ticket

#: The auditor may read every note and sees sealed matters redacted: so does who reads the evidence.
READER = Viewer(
    account_id=0, username="evidence", display_name="", role=Role.AUDITOR, unit="", person="evidence"
)

#: What the ticket's document tells of who asked and where they live.
PLAIN_OF_REQUESTER = ("anonymous", "confidential", "reply_wanted")
PLAIN_OF_PLACE = ("division",)


@dataclass(frozen=True)
class Sealed:
    """A root that covers facts of the ticket, the leaf that says which, and the way between them."""

    root: SealRoot
    leaf: SealLeaf
    path: list[bytes]


@dataclass(frozen=True)
class Gathered:
    """The rows of one ticket's evidence."""

    made_at: datetime
    ticket: Ticket
    facts: list[Entry]
    notes: dict[int, Note]
    roots: list[Sealed]
    files: list[Attachment]

    def document(self) -> dict[str, Any]:
        """As `evidence.json` has it: what was hashed stands there word for word."""
        words = self.ticket.words() if self.ticket.text else None
        return {
            "format": "zhuanban evidence 1",
            "ref": self.ticket.ref,
            "ticket_id": self.ticket.id,
            "made_at": moment(self.made_at),
            "ticket": _ticket(self.ticket),
            "words_salt": words.salt.hex() if words else None,
            "facts": [
                {"row": row.decode(), "note": self._note(fact)}
                for fact, row in zip(self.facts, _rows(self.facts), strict=True)
            ],
            "files": [_file(row) for row in self.files],
            "roots": [_root(sealed) for sealed in self.roots],
        }

    def _note(self, fact: Entry) -> dict[str, Any] | None:
        if fact.what == Registered.name:
            return self._first_words(fact)
        note = self.notes.get(fact.seq)
        return None if note is None else _kept(note.text, bytes(note.salt), note.visible_to)

    def _first_words(self, fact: Entry) -> dict[str, Any] | None:
        """The words of the matter as the first fact was made with them; None where covered later."""
        titles = [entry.data["changes"]["title"][0] for entry in self.facts if _renames(entry)]
        words = self.ticket.words(title=titles[0] if titles else None) if self.ticket.text else None
        if words is None or digest_of_words(words) != fact.note_digest:
            return None
        return _kept(words.text, words.salt, "all")


def _renames(fact: Entry) -> bool:
    return fact.what == Amended.name and "title" in fact.data["changes"]


def gather(session: Session, ticket: Ticket, made_at: datetime) -> Gathered:
    """Read what belongs to the evidence of *ticket*, which is locked: all its facts are there and sealed."""
    facts = session.exec(select(Entry).where(Entry.ticket_id == ticket.id).order_by(col(Entry.seq))).all()
    notes = session.exec(select(Note).where(Note.ticket_id == ticket.id)).all()
    leaves = session.exec(
        select(SealLeaf, SealRoot)
        .join(SealRoot, col(SealRoot.no) == col(SealLeaf.root))
        .where(SealLeaf.ledger == Timelines.name, SealLeaf.subject == ticket.id)
        .order_by(col(SealLeaf.to_seq))
    ).all()
    files = session.exec(
        select(Attachment)
        .where(Attachment.ticket_id == ticket.id)
        .order_by(col(Attachment.seq))
        .options(defer(Attachment.thumbnail))  # type: ignore[arg-type] # SQLModel types a column as its value
    ).all()
    return Gathered(
        made_at=made_at,
        ticket=ticket,
        facts=list(facts),
        notes={note.seq: note for note in notes},
        roots=[Sealed(root, leaf, _path(session, leaf)) for leaf, root in leaves],
        files=list(files),
    )


def _path(session: Session, leaf: SealLeaf) -> list[bytes]:
    beside = session.exec(
        select(SealLeaf).where(SealLeaf.root == leaf.root).order_by(col(SealLeaf.position))
    ).all()
    return path([leaf_hash(one.statement()) for one in beside], leaf.position)


def _rows(facts: Sequence[Entry]) -> list[bytes]:
    before = [GENESIS, *(bytes(fact.hash) for fact in facts)]
    return [as_hashed(fact, previous) for fact, previous in zip(facts, before, strict=False)]


def _ticket(ticket: Ticket) -> dict[str, Any]:
    document = ticket_document(ticket, READER)
    del document["allowed_moves"]
    requester = document["requester"]
    document["requester"] = requester and {name: requester[name] for name in PLAIN_OF_REQUESTER}
    document["place"] = {name: document["place"][name] for name in PLAIN_OF_PLACE}
    return document


def _file(row: Attachment) -> dict[str, Any]:
    """What there is of a file, by the digest it came with; its name may name somebody."""
    return {
        "attachment": str(row.id),
        "seq": row.seq,
        "media_type": row.media_type,
        "size": row.size,
        "digest": bytes(row.sha256).hex(),
        "state": "removed" if row.removed_at is not None and row.state not in GONE else row.state,
    }


def _kept(text: str, salt: bytes, visible_to: str) -> dict[str, Any]:
    return {"text": text, "salt": salt.hex(), "visible_to": visible_to}


def _root(sealed: Sealed) -> dict[str, Any]:
    return {
        "statement": sealed.root.statement().decode(),
        "signature": b64encode(sealed.root.signature).decode(),
        "leaf": sealed.leaf.statement().decode(),
        "position": sealed.leaf.position,
        "path": [step.hex() for step in sealed.path],
    }
