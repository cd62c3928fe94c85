"""The roots: none missing, each signed, each over its leaves, each upon the one before it."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from app.sealing.keys import SealKeys
from app.sealing.rows import SealLeaf, SealRoot
from app.sealing.sealer import BEFORE_ALL
from app.sealing.tree import Tree, leaf_hash
from app.verify.reading import Archive


class RootCheck:
    """One way along the chain of roots, from the first to the last."""

    def __init__(self, keys: SealKeys, known: Mapping[int, str]) -> None:
        """*known* are hashes of roots by number, as somebody noted them elsewhere."""
        self._keys = keys
        self._known = dict(known)
        self._expected = 1
        #: What the next root may name as the one before it.
        self._before = {BEFORE_ALL}
        #: How many were looked at.
        self.roots = 0

    def faults(self, archive: Archive) -> Iterator[str]:
        """Every fault, as `root seq NO: …`."""
        for root, leaves in archive.roots():
            self.roots += 1
            if root.no != self._expected:
                yield f"root seq {self._expected}: the root is missing; the next is {root.no}"
            elif bytes(root.previous) not in self._before:
                yield f"root seq {root.no}: it follows another root than the one before it"
            for what in (*self._true(root), *_leaves(root, leaves)):
                yield f"root seq {root.no}: {what}"
            self._expected = root.no + 1
        for no in archive.rootless:
            yield f"root seq {no}: the root is gone, but its leaves are there"
        for no in sorted(self._known):
            yield f"root seq {no}: the root is gone, or has another hash than was noted"

    def _true(self, root: SealRoot) -> Iterator[str]:
        statement = root.statement()
        hashed = hashlib.sha256(statement).digest()
        if hashed != bytes(root.hash):
            yield "the root was changed"
        if not self._keys.knows(root.key):
            yield f"there is no public key {root.key!r} to check its signature with"
        elif not self._keys.signed(root.key, bytes(root.signature), statement):
            yield "its signature is not of this root"
        # Of a changed root either may be what it was: the next is named only for a fault of its own.
        self._before = {hashed, bytes(root.hash)}
        if self._known.get(root.no) == hashed.hex():
            del self._known[root.no]


def _leaves(root: SealRoot, leaves: Sequence[SealLeaf]) -> Iterator[str]:
    tree = Tree()
    for place, leaf in enumerate(leaves):
        if leaf.position != place:
            yield f"its leaf {place} is missing"
            return
        tree.add(leaf_hash(leaf.statement()))
    if tree.leaves != root.leaves:
        yield f"it has {tree.leaves} leaves, but sealed {root.leaves}"
    elif tree.hash() != bytes(root.tree):
        yield "one of its leaves was changed"
