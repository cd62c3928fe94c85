"""What roots sealed of a ticket: every fact once, or waiting for it, and still the fact that was sealed."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from app.sealing.rows import HASH, SealLeaf
from app.verify.dossier import Dossier, Finding, Known


def check_seals(dossier: Dossier, _known: Known) -> Iterator[Finding]:
    """Hold the timeline against what roots sealed of it. Whether the roots are true is checked apart."""
    hashes = {fact.seq: bytes(fact.hash) for fact in dossier.facts}
    yield from check_leaves(dossier.leaves, hashes, dossier.ticket.ref, is_queued=dossier.is_queued)


def check_leaves(
    leaves: Sequence[SealLeaf], hashes: Mapping[int, bytes], name: str, *, is_queued: bool
) -> Iterator[Finding]:
    """
    Hold the *leaves* of one subject of any ledger, in the order of its facts, against their *hashes*.

    A fact is queued together with what makes it, and leaves the queue together with what seals it: there is
    no moment at which one is neither sealed nor waiting.
    """
    expected = 1
    for leaf in leaves:
        yield from _alone(leaf, name)
        if leaf.from_seq > expected:
            yield Finding(expected, f"{_span(expected, leaf.from_seq - 1)} in no root, but later ones are")
        elif leaf.from_seq < expected:
            yield Finding(leaf.from_seq, f"root {leaf.root} sealed again what was sealed before")
        expected = leaf.to_seq + 1
    # What follows the first other fact is another chain: naming it, too, would prove nothing.
    yield from islice(_others(leaves, hashes), 1)
    last = max(hashes, default=0)
    if last >= expected and not is_queued:
        yield Finding(expected, f"{_span(expected, last)} neither sealed nor waiting to be")


def _alone(leaf: SealLeaf, name: str) -> Iterator[Finding]:
    """Find what is wrong with a leaf whatever stands beside it."""
    if leaf.name != name:
        yield Finding(leaf.from_seq, f"root {leaf.root} sealed this under the number {leaf.name}")
    if len(leaf.hashes) != HASH * (leaf.to_seq - leaf.from_seq + 1):
        yield Finding(leaf.from_seq, f"root {leaf.root} has not one hash for each fact it sealed")


def _others(leaves: Sequence[SealLeaf], hashes: Mapping[int, bytes]) -> Iterator[Finding]:
    """Find facts that are not those that were sealed."""
    for leaf in leaves:
        for seq, sealed in enumerate(leaf.each(), leaf.from_seq):
            if seq not in hashes:
                yield Finding(seq, f"the fact that root {leaf.root} sealed is missing")
            elif hashes[seq] != sealed:
                yield Finding(seq, f"the fact is another one than root {leaf.root} sealed")


def _span(first: int, last: int) -> str:
    return f"the fact {first} is" if first == last else f"the facts {first} to {last} are"
