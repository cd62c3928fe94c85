"""
Check the evidence of one ticket. Needs Python 3.9 or newer and the public key, no network and no library.

    python3 verify_evidence.py KEY [KEY ...] [--in PATH]

KEY is a public key in base64, or a PEM file with one; give the older ones, too, where keys were changed.
PATH is the zip file or the folder it was unpacked into; without it, the folder of this script.
Prints one line: OK and what was proved, exit code 0, or FAULT and what is wrong first, exit code 1.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

MANIFEST, SIGNATURE, EVIDENCE = "manifest.json", "manifest.sig", "evidence.json"
#: What the manifest names.
NAMED = (EVIDENCE, "evidence.html", "evidence.css", "README.txt", "verify_evidence.py")

#: What stands before the 32 bytes of an Ed25519 public key in a PEM file.
PEM_HEAD = bytes.fromhex("302a300506032b6570032100")


class Fault(Exception):
    """The first thing that is wrong."""


# The whole


def check(parts: Mapping[str, bytes], keys: Sequence[bytes]) -> str:
    """
    Check all *parts* of an evidence file by name against the public *keys*; what was proved, in words.

    :raises Fault: something is wrong.
    """
    manifest = check_manifest(parts, keys)
    evidence = read_json(parts[EVIDENCE], EVIDENCE)
    if evidence["ref"] != manifest["ref"]:
        raise Fault(f"the manifest is of ticket {manifest['ref']}, the evidence of {evidence['ref']}")
    rows = [read_json(fact["row"].encode(), f"fact {n}") for n, fact in enumerate(evidence["facts"], 1)]
    hashes = check_facts(evidence, rows)
    erased = check_notes(evidence, rows)
    check_words(evidence, rows)
    check_files(evidence, rows)
    first, last = check_roots(evidence, rows, hashes, keys)
    notes = sum(row["note"] is not None for row in rows)
    gone = f", {erased} of them erased," if erased else ""
    return (
        f"{evidence['ref']}: {len(rows)} facts and {notes} notes{gone} are as they were sealed"
        f" in {len(evidence['roots'])} roots from {first} to {last}"
    )


def check_manifest(parts: Mapping[str, bytes], keys: Sequence[bytes]) -> dict[str, Any]:
    """The manifest is signed, and every part is the one it names."""
    missing = [name for name in (MANIFEST, SIGNATURE, *NAMED) if name not in parts]
    if missing:
        raise Fault(f"{missing[0]} is missing")
    if not is_signed(parts[SIGNATURE].decode("ascii", "replace").strip(), parts[MANIFEST], keys):
        raise Fault(f"{MANIFEST} is not signed by a key that was given")
    manifest = read_json(parts[MANIFEST], MANIFEST)
    if manifest.get("format") != "zhuanban evidence 1":
        raise Fault(f"{MANIFEST} is of another format")
    for name in NAMED:
        if hashlib.sha256(parts[name]).hexdigest() != manifest["files"].get(name):
            raise Fault(f"{name} was changed")
    return manifest


def check_facts(evidence: dict[str, Any], rows: Sequence[dict[str, Any]]) -> list[bytes]:
    """Each fact follows the one before it; gives their hashes."""
    previous, hashes = bytes(32).hex(), []
    for seq, (fact, row) in enumerate(zip(evidence["facts"], rows), 1):  # noqa: B905 Python 3.9 has no strict
        if row["seq"] != seq or row["ticket_id"] != evidence["ticket_id"] or row["previous"] != previous:
            raise Fault(f"fact {seq} does not follow the one before it")
        hashes.append(hashlib.sha256(fact["row"].encode()).digest())
        previous = hashes[-1].hex()
    if not hashes:
        raise Fault("there is no fact")
    return hashes


def check_notes(evidence: dict[str, Any], rows: Sequence[dict[str, Any]]) -> int:
    """Each note is the one its fact was made with; gives how many were erased."""
    erased = 0
    for seq, (fact, row) in enumerate(zip(evidence["facts"], rows), 1):  # noqa: B905 Python 3.9 has no strict
        note, digest = fact["note"], row["note"]
        if note is None:
            erased += digest is not None
            continue
        salt = bytes.fromhex(note["salt"])
        words = canonical({"text": note["text"], "visible_to": note["visible_to"]})
        if len(salt) != 16 or hashlib.sha256(salt + words).hexdigest() != digest:
            raise Fault(f"the note of fact {seq} was changed")
    return erased


def check_words(evidence: dict[str, Any], rows: Sequence[dict[str, Any]]) -> None:
    """Title and text are those of the last fact about them: the first one, or one that amended them."""
    if evidence["words_salt"] is None:
        if rows[0]["note"] is not None and evidence["ticket"]["text"]:
            raise Fault("title and text cannot be held against what was taken down")
        return
    amended = [row["data"]["words"] for row in rows if row["what"] == "amended" and row["data"].get("words")]
    told = [rows[0]["note"], *amended][-1]
    ticket = canonical({name: evidence["ticket"][name] for name in ("title", "text")}).decode()
    words = canonical({"text": ticket, "visible_to": "all"})
    if hashlib.sha256(bytes.fromhex(evidence["words_salt"]) + words).hexdigest() != told:
        raise Fault("title or text are not those that were taken down")


def check_files(evidence: dict[str, Any], rows: Sequence[dict[str, Any]]) -> None:
    """Each file named came with its digest, and none that came is left out; older evidence names none."""
    if "files" not in evidence:
        return
    came = {row["data"]["attachment"]: row for row in rows if row["what"] == "attached"}
    named = {file["attachment"]: file for file in evidence["files"]}
    if came.keys() != named.keys():
        raise Fault("the files are not those that came")
    for number, file in named.items():
        if any(file[name] != came[number]["data"][name] for name in ("media_type", "size", "digest")):
            raise Fault(f"the file of fact {came[number]['seq']} is not the one that came")


def check_roots(
    evidence: dict[str, Any], rows: Sequence[dict[str, Any]], hashes: Sequence[bytes], keys: Sequence[bytes]
) -> tuple[str, str]:
    """Every fact stands in a signed root, as it is here; gives the moments of the first and the last root."""
    sealed, moments, before = 0, [], 0
    for root in evidence["roots"]:
        stated = read_json(root["statement"].encode(), "a root")
        check_root(root, stated, keys)
        leaf = read_json(root["leaf"].encode(), f"the leaf of root {stated['no']}")
        if (leaf["ledger"], leaf["subject"], leaf["name"]) != (
            "ticket",
            rows[0]["ticket_id"],
            evidence["ref"],
        ):
            raise Fault(f"the leaf of root {stated['no']} is of another ticket")
        if stated["no"] <= before or leaf["from_seq"] != sealed + 1:
            raise Fault(f"root {stated['no']} does not go on where the one before it ended")
        for seq, hashed in enumerate(leaf["hashes"], leaf["from_seq"]):
            if seq > len(hashes) or hashes[seq - 1].hex() != hashed:
                raise Fault(f"fact {seq} is not the one that root {stated['no']} sealed")
        sealed, before = sealed + len(leaf["hashes"]), stated["no"]
        moments.append(stated["at"])
    if sealed < len(hashes):
        raise Fault(f"fact {sealed + 1} is in no root")
    return moments[0], moments[-1]


def check_root(root: dict[str, Any], stated: dict[str, Any], keys: Sequence[bytes]) -> None:
    """The root is signed, and its leaf belongs to its tree."""
    no = stated.get("no")
    if stated.get("format") != "zhuanban root 1":
        raise Fault(f"root {no} is of another format")
    if not is_signed(root["signature"], root["statement"].encode(), keys):
        raise Fault(f"root {no} is not signed by a key that was given")
    hashed = hashlib.sha256(b"\x00" + root["leaf"].encode()).digest()
    way = [bytes.fromhex(step) for step in root["path"]]
    try:
        top = top_of(hashed, root["position"], stated["leaves"], way)
    except ValueError as wrong:
        raise Fault(f"root {no}: {wrong}") from wrong
    if top.hex() != stated["tree"]:
        raise Fault(f"the leaf does not belong to root {no}")


# The tree (RFC 6962)


def top_of(hashed: bytes, position: int, leaves: int, way: Sequence[bytes]) -> bytes:
    """
    The hash of the tree that the leaf with the hash *hashed* leads to by the hashes on its *way*.

    :raises ValueError: no leaf of such a tree has such a path.
    """
    if not 0 <= position < leaves:
        raise ValueError("the path begins outside of the tree")
    steps, last = list(way), leaves - 1
    while last:
        if position % 2 or position < last:
            if not steps:
                raise ValueError("the path is too short")
            beside = steps.pop(0)
            left, right = (beside, hashed) if position % 2 else (hashed, beside)
            hashed = hashlib.sha256(b"\x01" + left + right).digest()
        position, last = position // 2, last // 2
    if steps:
        raise ValueError("the path is too long")
    return hashed


# Signatures (Ed25519, RFC 8032)

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P

#: A point as x, y, z and t with x/z and y/z on the curve and t = xy/z.
Point = tuple[int, int, int, int]


def is_signed(signature: str, message: bytes, keys: Sequence[bytes]) -> bool:
    """Whether *signature*, in base64, is that of one of the public *keys* under *message*."""
    try:
        signed = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    return any(verifies(key, signed, message) for key in keys)


def verifies(key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether *signature* is that of the public *key* under *message*."""
    point = point_of(key)
    scalar = int.from_bytes(signature[32:], "little")
    if point is None or len(signature) != 64 or scalar >= ORDER:
        return False
    x, y, z, t = point
    hashed = hashlib.sha512(signature[:32] + key + message).digest()
    factor = int.from_bytes(hashed, "little") % ORDER
    found = add(times(scalar, BASE), times(factor, (-x % P, y, z, -t % P)))
    return bytes_of(found) == signature[:32]


def point_of(encoded: bytes) -> Point | None:
    """The point written as *encoded*; None if it is none."""
    if len(encoded) != 32:
        return None
    number = int.from_bytes(encoded, "little")
    y, is_odd = number % 2**255, number >> 255
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square or (x == 0 and is_odd):
        return None
    x = P - x if x % 2 != is_odd else x
    return x, y, 1, x * y % P


def bytes_of(point: Point) -> bytes:
    """How *point* is written."""
    x, y, z, _ = point
    scale = pow(z, -1, P)
    x, y = x * scale % P, y * scale % P
    return (y | (x % 2) << 255).to_bytes(32, "little")


def add(one: Point, other: Point) -> Point:
    """The sum of two points, which may be the same."""
    a = (one[1] - one[0]) * (other[1] - other[0])
    b = (one[1] + one[0]) * (other[1] + other[0])
    c = 2 * D * one[3] * other[3]
    d = 2 * one[2] * other[2]
    e, f, g, h = (b - a) % P, (d - c) % P, (d + c) % P, (b + a) % P
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(factor: int, point: Point) -> Point:
    """The point added to itself so often."""
    found = (0, 1, 1, 0)
    for bit in bin(factor)[2:]:
        found = add(found, found)
        if bit == "1":
            found = add(found, point)
    return found


def _base() -> Point:
    found = point_of((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    assert found is not None  # noqa: S101 the curve has it
    return found


BASE = _base()


# Reading


def canonical(values: dict[str, Any]) -> bytes:
    """The one way values are written down before they are hashed."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def read_json(written: bytes, name: str) -> dict[str, Any]:
    """The object *written*."""
    try:
        found = json.loads(written)
    except ValueError as broken:
        raise Fault(f"{name} cannot be read") from broken
    if not isinstance(found, dict):
        raise Fault(f"{name} cannot be read")
    return found


def read_key(given: str) -> bytes:
    """A public key from base64, with or without its number in front, or from a PEM file."""
    path = Path(given)
    words = path.read_text("ascii") if len(given) < 200 and path.is_file() else given
    lines = [line for line in words.split() if "-----" not in line and line not in ("BEGIN", "END", "PUBLIC")]
    try:
        found = base64.b64decode("".join(lines).rpartition(":")[2], validate=True)
    except (binascii.Error, ValueError) as broken:
        raise Fault(f"{given} is no public key") from broken
    found = found[len(PEM_HEAD) :] if found.startswith(PEM_HEAD) else found
    if point_of(found) is None:
        raise Fault(f"{given} is no public key")
    return found


def read_parts(path: Path) -> dict[str, bytes]:
    """Every part by name, of a zip file or of the folder it was unpacked into."""
    expected = (MANIFEST, SIGNATURE, *NAMED)
    if path.is_dir():
        return {name: (path / name).read_bytes() for name in expected if (path / name).is_file()}
    with zipfile.ZipFile(path) as packed:
        names = packed.namelist()
        if wrong := [name for name in names if name not in expected or names.count(name) > 1]:
            raise Fault(f"{wrong[0]} does not belong there, or is there twice")
        return {name: packed.read(name) for name in names}


def main(arguments: Sequence[str]) -> int:
    """Check what the command line names."""
    given, path = list(arguments), Path(__file__).resolve().parent
    if "--in" in given[:-1]:
        where = given.index("--in")
        path = Path(given[where + 1])
        del given[where : where + 2]
    if not given or given[0].startswith("-"):
        sys.stderr.write(__doc__ or "")
        return 2
    try:
        sys.stdout.write(f"OK {check(read_parts(path), [read_key(key) for key in given])}\n")
    except Fault as fault:
        sys.stdout.write(f"FAULT {fault}\n")
        return 1
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError, AttributeError) as broken:
        sys.stdout.write(f"FAULT it cannot be read: {type(broken).__name__}: {broken}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
