"""Ways to tamper with what happened, each of which tells how the line that finds it must begin."""

import hashlib
import json
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.sealing.rows import SealLeaf
from app.sealing.tree import Tree, leaf_hash
from tests.app.tampering.owner import Owner
from tickets.ground.timeline import Entry, hash_of

#: Tampers, and says how the line that finds it begins.
Way = Callable[[Owner], str]

#: Whatever belongs to a ticket, in an order in which it can go.
OF_A_TICKET = (
    *("clock_event", "search_doc", "search_queue", "seal_queue", "note", "timeline", "message"),
    *("reply", "clock", "request", "supervision_card", "identity_change", "original", "unit_order", "vault"),
)


def _fact(owner: Owner) -> tuple[str, Entry]:
    ticket = owner.dice.choice(owner.tickets())
    return ticket.ref, owner.dice.choice(owner.timeline(ticket.id))


def _set(owner: Owner, fact: Entry, column: str, value: Any) -> None:
    owner.run(
        f'update timeline set "{column}" = :value where ticket_id = :ticket and seq = :seq',  # noqa: S608 ours
        value=json.dumps(value) if column == "data" else value,
        ticket=fact.ticket_id,
        seq=fact.seq,
    )


def _other(owner: Owner, fact: Entry, column: str) -> Any:
    """Another value for one column of *fact*."""
    if column == "at":
        return fact.at + timedelta(microseconds=owner.dice.choice((-1, 1, 86_400_000_000)))
    if column == "data":
        return owner.dice.choice(
            ({}, {**fact.data, "more": 1}, {**fact.data, next(iter(fact.data)): "x"}, [])
        )
    if column == "hash":
        return secrets.token_bytes(owner.dice.choice((32, 31)))
    if column == "note_digest":
        return owner.dice.choice((b"", secrets.token_bytes(32)))
    return owner.dice.choice(("", "somebody", f"{getattr(fact, column)} "))


def a_column_of_a_fact(owner: Owner) -> str:
    ref, fact = _fact(owner)
    column = owner.dice.choice(("at", "what", "by", "role", "unit", "data", "note_digest", "hash"))
    _set(owner, fact, column, _other(owner, fact, column))
    return f"{ref} seq {fact.seq}: "


def a_fact_changed_with_its_own_hash(owner: Owner) -> str:
    ref, fact = _fact(owner)
    before = owner.timeline(fact.ticket_id)[: fact.seq - 1]
    _set(owner, fact, "by", "somebody")
    fact.by = "somebody"
    _set(owner, fact, "hash", hash_of(fact, before[-1].hash if before else bytes(32)))
    return f"{ref} seq {fact.seq}: "


def a_fact_changed_and_the_whole_chain_made_anew(owner: Owner) -> str:
    ref, fact = _fact(owner)
    column = owner.dice.choice(("at", "by", "role"))
    _set(owner, fact, column, _other(owner, fact, column))
    owner.chain_anew(fact.ticket_id)
    return f"{ref} seq {fact.seq}: "


def a_fact_deleted(owner: Owner) -> str:
    ref, fact = _fact(owner)
    owner.run("delete from timeline where ticket_id = :id and seq = :seq", id=fact.ticket_id, seq=fact.seq)
    return f"{ref} seq {fact.seq}: "


def a_fact_deleted_and_the_gap_closed(owner: Owner) -> str:
    ticket = owner.dice.choice(owner.tickets(facts=3))
    seq = owner.dice.randrange(1, ticket.seq)
    owner.run("delete from timeline where ticket_id = :id and seq = :seq", id=ticket.id, seq=seq)
    _shift(owner, ticket.id, after=seq, by=-1)
    owner.chain_anew(ticket.id, moves=-1)
    return f"{ticket.ref} seq {seq}: "


def the_last_fact_deleted_and_the_ticket_mended(owner: Owner) -> str:
    ticket = owner.dice.choice(owner.tickets(facts=2))
    owner.run("delete from timeline where ticket_id = :id and seq = :seq", id=ticket.id, seq=ticket.seq)
    owner.chain_anew(ticket.id, moves=-1)
    return f"{ticket.ref} seq {ticket.seq}: "


def _insert(owner: Owner, ticket: int, seq: int) -> None:
    owner.run(
        "insert into timeline (ticket_id, seq, at, what, by, role, data, hash)"
        " values (:ticket, :seq, clock_timestamp(), 'identity_read', 'auditor', 'auditor',"
        """ '{"fields_shown": ["phone"]}', '')""",
        ticket=ticket,
        seq=seq,
    )


def _shift(owner: Owner, ticket: int, *, after: int, by: int) -> None:
    for step in (1000 + by, -1000):
        floor = after if step > 0 else 500
        owner.connection.exec_driver_sql(
            "update timeline set seq = seq + %s where ticket_id = %s and seq > %s", (step, ticket, floor)
        )


def a_fact_forged_at_the_end(owner: Owner) -> str:
    ticket = owner.dice.choice(owner.tickets())
    _insert(owner, ticket.id, ticket.seq + 1)
    owner.chain_anew(ticket.id)
    return f"{ticket.ref} seq {ticket.seq + 1}: "


def a_fact_forged_in_between(owner: Owner) -> str:
    ticket = owner.dice.choice(owner.tickets(facts=2))
    seq = owner.dice.randrange(2, ticket.seq + 1)
    _shift(owner, ticket.id, after=seq - 1, by=1)
    _insert(owner, ticket.id, seq)
    owner.chain_anew(ticket.id)
    return f"{ticket.ref} seq {seq}: "


def _swap(owner: Owner) -> tuple[Any, int]:
    ticket = owner.dice.choice(owner.tickets(facts=3))
    first, second = sorted(owner.dice.sample(range(1, ticket.seq + 1), 2))
    for now, then in ((first, 1000), (second, first), (1000, second)):
        owner.run(
            "update timeline set seq = :then where ticket_id = :id and seq = :now",
            id=ticket.id,
            now=now,
            then=then,
        )
    return ticket, first


def two_facts_swapped(owner: Owner) -> str:
    ticket, first = _swap(owner)
    return f"{ticket.ref} seq {first}: "


def two_facts_swapped_and_the_whole_chain_made_anew(owner: Owner) -> str:
    ticket, first = _swap(owner)
    owner.chain_anew(ticket.id)
    return f"{ticket.ref} seq {first}: "


def a_fact_moved_to_another_ticket(owner: Owner) -> str:
    source, target = owner.dice.sample(owner.tickets(), 2)
    seq = owner.dice.randrange(1, source.seq + 1)
    owner.run(
        "update timeline set ticket_id = :target, seq = :last where ticket_id = :source and seq = :seq",
        target=target.id,
        last=target.seq + 1,
        source=source.id,
        seq=seq,
    )
    return owner.dice.choice((f"{source.ref} seq {seq}: ", f"{target.ref} seq {target.seq + 1}: "))


def a_note(owner: Owner) -> str:
    note = owner.dice.choice(
        owner.rows("select ticket_id, note.seq, ref from note join ticket on id = ticket_id order by 1, 2")
    )
    change = owner.dice.choice(
        (
            "text = text || '。'",
            "text = ''",
            "visible_to = case visible_to when 'all' then 'hotline' else 'all' end",
            "salt = sha256(salt)",
            "salt = salt || convert_to(left(text, 1), 'UTF8'), text = substr(text, 2)",
        )
    )
    owner.run(
        f"update note set {change} where ticket_id = :ticket and seq = :seq",  # noqa: S608 ours
        ticket=note.ticket_id,
        seq=note.seq,
    )
    return f"{note.ref} seq {note.seq}: the note was changed"


def the_words_of_the_matter(owner: Owner) -> str:
    ticket = owner.dice.choice(owner.tickets())
    change = owner.dice.choice(("title = title || '！'", "text = substr(text, 2)", "words_salt = null"))
    owner.run(f"update ticket set {change} where id = :id", id=ticket.id)  # noqa: S608 ours
    last = max(fact.seq for fact in owner.timeline(ticket.id) if fact.seq == 1 or fact.data.get("words"))
    return f"{ticket.ref} seq {last}: "


def a_ticket_deleted_with_all_its_rows(owner: Owner) -> str:
    ticket = owner.dice.choice(owner.tickets())
    for table in OF_A_TICKET:
        of_ticket = (
            "clock_id in (select id from clock where ticket_id" if table == "clock_event" else "(ticket_id"
        )
        owner.connection.exec_driver_sql(f"delete from {table} where {of_ticket} = %s)", (ticket.id,))  # noqa: S608 ours
    owner.run("delete from ticket where id = :id", id=ticket.id)
    return f"{ticket.ref} seq 0: "


def a_column_of_a_root(owner: Owner) -> str:
    root = owner.root()
    change = owner.dice.choice(
        (
            "at = at + interval '1 microsecond'",
            "leaves = leaves + 1",
            "tree = sha256(tree)",
            "previous = sha256(previous)",
            "hash = sha256(hash)",
            "key = '9'",
            "signature = sha512(signature)",
            "signature = ''",
        )
    )
    owner.run(f"update seal_root set {change} where no = :no", no=root.no)  # noqa: S608 ours
    return f"root seq {root.no}: "


def a_root_deleted(owner: Owner) -> str:
    root = owner.root()
    owner.run("delete from seal_root where no = :no", no=root.no)
    return f"root seq {root.no}: "


def two_roots_swapped(owner: Owner) -> str:
    first, second = sorted((owner.root().no, owner.root().no))
    if first == second:
        return two_roots_swapped(owner)
    for now, then in ((first, 1000), (second, first), (1000, second)):
        owner.run("update seal_root set no = :then where no = :now", now=now, then=then)
    return f"root seq {owner.dice.choice((first, second))}: "


def the_last_root_deleted_with_its_leaves(owner: Owner) -> str:
    (last,) = owner.rows("select max(no) as no from seal_root")
    leaf = owner.rows(
        "select name, from_seq from seal_leaf where root = :no order by ledger desc, position", no=last.no
    )[0]
    owner.run("delete from seal_leaf where root = :no", no=last.no)
    owner.run("delete from seal_root where no = :no", no=last.no)
    return f"{leaf.name} seq {leaf.from_seq}: "


def a_column_of_a_leaf(owner: Owner) -> str:
    leaf = owner.leaf()
    change = owner.dice.choice(
        (
            "position = position + 1000",
            "ledger = 'other'",
            "subject = subject + 1000",
            "name = name || '0'",
            "from_seq = from_seq + 1000, to_seq = to_seq + 1000",
            "to_seq = to_seq + 1000",
            "hashes = sha256(hashes)",
            "hashes = hashes || sha256(hashes)",
        )
    )
    _leaf(owner, f"update seal_leaf set {change}", leaf)  # noqa: S608 ours
    return f"root seq {leaf.root}: "


def _leaf(owner: Owner, change: str, leaf: SealLeaf, **values: Any) -> None:
    owner.run(
        f"{change} where root = :root and position = :place", root=leaf.root, place=leaf.position, **values
    )


def a_leaf_deleted(owner: Owner) -> str:
    leaf = owner.leaf()
    _leaf(owner, "delete from seal_leaf", leaf)
    # Changes of the house wait in no queue: without their leaf they might be waiting still.
    alone = leaf.ledger == "ticket" and owner.dice.random() < 0.5
    return f"{leaf.name} seq {leaf.from_seq}: " if alone else f"root seq {leaf.root}: "


def a_leaf_too_many(owner: Owner) -> str:
    leaf = owner.leaf()
    owner.run(
        "insert into seal_leaf select root, 1 + max(position) over (), ledger, subject, name, 900, 900,"
        " sha256('x') from seal_leaf where root = :root limit 1",
        root=leaf.root,
    )
    return f"root seq {leaf.root}: "


def a_chain_and_its_root_made_anew_without_the_key(owner: Owner) -> str:
    """Compute whatever can be computed: chain, leaves, trees, roots. One thing cannot."""
    leaf = owner.dice.choice([leaf for leaf in owner.leaves() if leaf.ledger == "ticket"])
    owner.run(
        "update timeline set by = 'somebody' where ticket_id = :ticket and seq = :seq",
        ticket=leaf.subject,
        seq=leaf.from_seq,
    )
    owner.chain_anew(leaf.subject)
    facts = owner.timeline(leaf.subject)
    for each in (one for one in owner.leaves() if one.subject == leaf.subject):
        hashes = b"".join(fact.hash for fact in facts[each.from_seq - 1 : each.to_seq])
        _leaf(owner, "update seal_leaf set hashes = :hashes", each, hashes=hashes)
    _sign_anew(owner, leaf.root)
    return f"root seq {leaf.root}: "


def _sign_anew(owner: Owner, first: int) -> None:
    """Make the roots from *first* on anew, signed with a key of one's own."""
    key = Ed25519PrivateKey.generate()
    previous = b""
    for root in owner.roots(first):
        tree = Tree()
        for leaf in owner.leaves(root.no):
            tree.add(leaf_hash(leaf.statement()))
        root.tree, root.previous = tree.hash(), previous or root.previous
        statement = root.statement()
        previous = hashlib.sha256(statement).digest()
        owner.run(
            "update seal_root set tree = :tree, previous = :previous, hash = :hash, signature = :signature"
            " where no = :no",
            tree=root.tree,
            previous=root.previous,
            hash=previous,
            signature=key.sign(statement),
            no=root.no,
        )


def a_change_of_the_house(owner: Owner) -> str:
    fact = owner.dice.choice(owner.house())
    column = owner.dice.choice(("at", "what", "by", "role", "data", "hash"))
    value: Any = {
        "at": fact.at + timedelta(microseconds=1),
        "data": json.dumps({**fact.data, "subject": "another"}),
        "hash": secrets.token_bytes(32),
    }.get(column, "somebody")
    owner.run(f'update house_fact set "{column}" = :value where seq = :seq', value=value, seq=fact.seq)  # noqa: S608 ours
    return f"house seq {fact.seq}: "


def a_change_of_the_house_and_the_whole_chain_made_anew(owner: Owner) -> str:
    fact = owner.dice.choice(owner.house())
    owner.run("update house_fact set by = 'somebody' where seq = :seq", seq=fact.seq)
    owner.house_anew()
    return f"house seq {fact.seq}: "


def a_change_of_the_house_deleted_and_the_gap_closed(owner: Owner) -> str:
    fact = owner.dice.choice(owner.house())
    owner.run("delete from house_fact where seq = :seq", seq=fact.seq)
    owner.house_anew()
    return f"house seq {fact.seq}: "


WAYS: tuple[Way, ...] = (
    a_column_of_a_fact,
    a_fact_changed_with_its_own_hash,
    a_fact_changed_and_the_whole_chain_made_anew,
    a_fact_deleted,
    a_fact_deleted_and_the_gap_closed,
    the_last_fact_deleted_and_the_ticket_mended,
    a_fact_forged_at_the_end,
    a_fact_forged_in_between,
    two_facts_swapped,
    two_facts_swapped_and_the_whole_chain_made_anew,
    a_fact_moved_to_another_ticket,
    a_note,
    the_words_of_the_matter,
    a_ticket_deleted_with_all_its_rows,
    a_column_of_a_root,
    a_root_deleted,
    two_roots_swapped,
    the_last_root_deleted_with_its_leaves,
    a_column_of_a_leaf,
    a_leaf_deleted,
    a_leaf_too_many,
    a_chain_and_its_root_made_anew_without_the_key,
    a_change_of_the_house,
    a_change_of_the_house_and_the_whole_chain_made_anew,
    a_change_of_the_house_deleted_and_the_gap_closed,
)
