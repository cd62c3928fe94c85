"""The sealer: take what is committed, build a tree, sign its root, chain it to the last one."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import Engine, text
from sqlmodel import Session

from app.sealing.keys import SealKeys
from app.sealing.ledgers import LEDGERS, Ledger, Stretch
from app.sealing.rows import HASH, SealLeaf, SealRoot
from app.sealing.tree import Tree, leaf_hash
from tickets.ground.one_statement import insert_all

#: Subjects of one ledger in one root at most.
BATCH = 5000

#: What the first root follows.
BEFORE_ALL = bytes(HASH)

#: One sealer at a time in each district; the lock ends with the transaction.
ALONE = text("select pg_advisory_xact_lock(hashtext('zhuanban seal'), hashtext(current_schema()))")
LAST = text("select no, hash from seal_root order by no desc limit 1")


def seal_all(
    engine: Engine, keys: SealKeys, *, ledgers: Sequence[Ledger] = LEDGERS, at_most: int = BATCH
) -> list[SealRoot]:
    """
    Seal every fact committed so far that no root covers; the roots made, none if there was nothing new.

    :raises NoSealKey: there is no private key; nothing was taken.
    """
    number = keys.newest
    made: list[SealRoot] = []
    more = True
    while more:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            session.connection().execute(ALONE)
            root, more = _seal(session, keys, number, ledgers, at_most)
            made += [root] if root else []
    return made


def _seal(
    session: Session, keys: SealKeys, number: str, ledgers: Sequence[Ledger], at_most: int
) -> tuple[SealRoot | None, bool]:
    """One root over one batch of each ledger, and whether there may be more to seal."""
    # Each statement sees what was committed before it, also by a sealer this one has waited for.
    connection = session.connection()
    taken = [(ledger.name, ledger.unsealed(connection, at_most)) for ledger in ledgers]
    more = any(one.more for _, one in taken)
    stretches = [(name, stretch) for name, one in taken for stretch in one.stretches]
    if not stretches:
        return None, more
    last = connection.execute(LAST).one_or_none()
    no, previous = (last.no + 1, bytes(last.hash)) if last else (1, BEFORE_ALL)
    leaves = [_leaf(no, place, *one) for place, one in enumerate(stretches)]
    root = SealRoot(
        no=no,
        at=connection.execute(text("select clock_timestamp()")).scalar_one(),
        leaves=len(leaves),
        tree=_tree_over(leaves),
        previous=previous,
        hash=b"",
        key=number,
        signature=b"",
    )
    statement = root.statement()
    root.hash, root.signature = hashlib.sha256(statement).digest(), keys.sign(statement)
    insert_all(session, [root, *leaves])
    return root, more


def _leaf(root: int, position: int, ledger: str, stretch: Stretch) -> SealLeaf:
    return SealLeaf(
        root=root,
        position=position,
        ledger=ledger,
        subject=stretch.subject,
        name=stretch.name,
        from_seq=stretch.from_seq,
        to_seq=stretch.to_seq,
        hashes=b"".join(stretch.hashes),
    )


def _tree_over(leaves: Sequence[SealLeaf]) -> bytes:
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf_hash(leaf.statement()))
    return tree.hash()
