"""A Merkle tree in the manner of RFC 6962: one hash stands for many leaves, and each can be proved alone."""

import hashlib
from collections.abc import Sequence


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf; marked, so that no leaf can be passed off as a branch."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def branch_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two hashes beside each other."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows leaf by leaf and keeps no more of them than the hashes it still needs."""

    def __init__(self) -> None:
        self.leaves = 0
        #: Whole trees within the tree, the widest first: one for each 1 in *leaves* written in binary.
        self._peaks: list[bytes] = []

    def add(self, hashed: bytes) -> None:
        """Put the hash of the next leaf to the right of the others."""
        self._peaks.append(hashed)
        self.leaves += 1
        width = self.leaves
        while width % 2 == 0:
            right = self._peaks.pop()
            self._peaks.append(branch_hash(self._peaks.pop(), right))
            width //= 2

    def hash(self) -> bytes:
        """The hash of the whole tree."""
        if not self._peaks:
            return hashlib.sha256().digest()
        found, *others = reversed(self._peaks)
        for left in others:
            found = branch_hash(left, found)
        return found


def path(hashes: Sequence[bytes], position: int) -> list[bytes]:
    """The hashes one needs beside that of the leaf at *position*, from its neighbour up to the top."""
    if len(hashes) < 2:
        return []
    half = 1 << (len(hashes) - 1).bit_length() - 1
    if position < half:
        return [*path(hashes[:half], position), _hash_of(hashes[half:])]
    return [*path(hashes[half:], position - half), _hash_of(hashes[:half])]


def _hash_of(hashes: Sequence[bytes]) -> bytes:
    tree = Tree()
    for hashed in hashes:
        tree.add(hashed)
    return tree.hash()
