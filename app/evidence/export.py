"""Export one ticket's evidence: seal what is new, read it, sign the parts, check them as a stranger would."""

import hashlib
import json
import os
import zipfile
from base64 import b64decode, b64encode
from io import BytesIO
from pathlib import Path

from sqlmodel import col

from app.admin.ledger import CONSOLE, write_house_fact
from app.evidence.gathering import Gathered, gather
from app.evidence.paper import paper_of
from app.evidence.verify_evidence import EVIDENCE, MANIFEST, SIGNATURE, Fault, check
from app.factory import create_app
from app.sealing.keys import SealKeys
from app.sealing.sealer import seal_all
from app.wiring import House
from tickets.ground.canonical import canonical
from tickets.ground.desk import Actor
from tickets.ground.errors import NotFound
from tickets.ground.refs import SHANGHAI, read_ref
from tickets.ticket import Ticket, lock_ticket

HERE = Path(__file__).parent
#: Parts that are the same in every file.
FIXED = ("evidence.css", "README.txt", "verify_evidence.py")

EXPORTER = Actor(username="evidence", role="system")


class DoesNotHold(Exception):
    """What was gathered does not prove itself; the text says what is wrong first."""


def export(house: House, ref: str) -> bytes:
    """
    The zip file with the evidence of the ticket *ref*, all its facts sealed.

    :raises NotFound: there is no such ticket.
    :raises NoSealKey: there is no private key to sign with.
    :raises DoesNotHold: the rows of the ticket were tampered with.
    """
    number = read_ref(ref)
    if number is None:
        raise NotFound
    with house.open_desk(EXPORTER) as desk:
        # While the ticket is locked no fact joins it: the one just sealed is the last.
        ticket = lock_ticket(desk, col(Ticket.ref) == number)
        seal_all(house.engine, house.seal_keys)
        gathered = gather(desk.session, ticket, desk.now())
    paper = paper_of(create_app(house.settings, house), gathered, house.rules())
    parts = _parts(gathered, paper, house.seal_keys)
    _check(parts, house.seal_keys)
    return _zipped(parts, gathered)


def write_evidence(house: House, ref: str, path: Path) -> Path:
    """
    Write the evidence of the ticket *ref* to *path*, or to a file of its own in that folder; where it is.

    That it was exported is kept in the ledger of the house.

    :raises OSError: it cannot be written there.
    """
    packed = export(house, ref)
    file = path / f"evidence-{read_ref(ref)}.zip" if path.is_dir() else path
    unfinished = file.with_name(f"{file.name}.new")
    unfinished.unlink(missing_ok=True)
    # What a citizen said is for whoever asked for it, not for everybody on this machine.
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        written.write(packed)
    with house.open_desk(CONSOLE) as desk:
        write_house_fact(desk, "evidence_exported", str(read_ref(ref)), {}, {})
    return unfinished.replace(file)


def _parts(gathered: Gathered, paper: str, keys: SealKeys) -> dict[str, bytes]:
    parts = {
        EVIDENCE: json.dumps(gathered.document(), ensure_ascii=False, indent=1).encode(),
        "evidence.html": paper.encode(),
        **{name: (HERE / name).read_bytes() for name in FIXED},
    }
    manifest = {
        "format": "zhuanban evidence 1",
        "ref": gathered.ticket.ref,
        "made_at": gathered.made_at.isoformat(),
        "key": keys.newest,
        "files": {name: hashlib.sha256(part).hexdigest() for name, part in parts.items()},
    }
    stated = canonical(manifest)
    return {**parts, MANIFEST: stated, SIGNATURE: b64encode(keys.sign(stated)) + b"\n"}


def _check(parts: dict[str, bytes], keys: SealKeys) -> None:
    try:
        check(parts, [b64decode(key) for key in keys.public().values()])
    except Fault as fault:
        raise DoesNotHold(str(fault)) from fault


def _zipped(parts: dict[str, bytes], gathered: Gathered) -> bytes:
    at = gathered.made_at.astimezone(SHANGHAI)
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), part, zipfile.ZIP_DEFLATED)
    return file.getvalue()
