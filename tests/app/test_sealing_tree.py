"""The tree of RFC 6962: the hashes certificate logs have published for it, and a path for every leaf."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.evidence.verify_evidence import top_of
from app.sealing.tree import Tree, leaf_hash, path

#: Leaves and the hash of the tree after each, as certificate logs test themselves with.
PUBLISHED = {
    "": "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "00": "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "10": "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "2021": "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "3031": "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "40414243": "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "5051525354555657": "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "606162636465666768696a6b6c6d6e6f": "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def tree_over(hashes: list[bytes]) -> Tree:
    tree = Tree()
    for hashed in hashes:
        tree.add(hashed)
    return tree


def test_it_has_the_published_hashes() -> None:
    tree = Tree()
    empty = tree.hash().hex()
    found = {}
    for leaf in PUBLISHED:
        tree.add(leaf_hash(bytes.fromhex(leaf)))
        found[leaf] = tree.hash().hex()

    assert empty == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert found == PUBLISHED


def leads_to(top: bytes, hashed: bytes, position: int, leaves: int, way: list[bytes]) -> bool:
    try:
        return top_of(hashed, position, leaves, way) == top
    except ValueError:
        return False


@given(st.integers(1, 100), st.data())
def test_every_leaf_leads_to_the_top_from_its_own_place_alone(leaves: int, data: st.DataObject) -> None:
    hashes = [leaf_hash(str(number).encode()) for number in range(leaves)]
    position = data.draw(st.integers(0, leaves - 1))
    way, top = path(hashes, position), tree_over(hashes).hash()

    assert [place for place in range(leaves) if leads_to(top, hashes[position], place, leaves, way)] == [
        position
    ]
    assert not leads_to(top, leaf_hash(b"another"), position, leaves, way)


@given(st.integers(2, 200), st.data())
def test_a_path_that_is_too_short_too_long_or_bent_leads_nowhere(leaves: int, data: st.DataObject) -> None:
    hashes = [leaf_hash(str(number).encode()) for number in range(leaves)]
    position = data.draw(st.integers(0, leaves - 1))
    way, top = path(hashes, position), tree_over(hashes).hash()
    step = data.draw(st.integers(0, len(way) - 1))
    bent = [*way[:step], leaf_hash(way[step]), *way[step + 1 :]]

    assert top_of(hashes[position], position, leaves, bent) != top
    for wrong in (way[:-1], [*way, top]):
        with pytest.raises(ValueError, match="path"):
            top_of(hashes[position], position, leaves, wrong)


def test_no_tree_has_the_hash_of_a_smaller_one() -> None:
    hashes = [leaf_hash(str(number).encode()) for number in range(64)]
    tops = [tree_over(hashes[:leaves]).hash() for leaves in range(1, 65)]

    assert len(set(tops)) == len(tops)
    assert all(a != b for a, b in pairwise(tops))
