"""Evidence proves itself with the public key alone, and holds nobody's name."""

import base64
import hashlib
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import col, select

from app.admin.ledger import HouseFact
from app.cli import main
from app.clockwork import seal_facts
from app.evidence.export import DoesNotHold, export
from app.evidence.verify_evidence import Fault, check, read_key, verifies
from app.factory import create_app
from app.sealing.keys import SealKeys
from app.verify import faults
from app.wiring import House, make_engine
from tests.app.test_verify import long_way
from tests.makers import HANDLER, Api, chased_ticket
from tests.server import Server
from tickets.ground.canonical import canonical

#: Nothing of it may be in the file, in whatever form.
CANARY = {
    "requester": {
        "name": "欧阳金丝雀",
        "phone": "13912345678",
        "id_number": "530103199001011238",
        "reply_wanted": True,
    },
    "place": {"division": "530103012", "address": "金丝雀巷七号", "lat": 25.0512345, "long": 102.7123456},
}
WORDS = (
    "欧阳",
    "金丝雀",
    "13912345678",
    "139****5678",
    "530103199001011238",
    "七号",
    "25.0512345",
    "102.7123456",
)


@pytest.fixture(scope="module")
def apart(server: Server, worker_id: str) -> Iterator[House]:
    with server.district(f"evidence_{worker_id}") as settings:
        made = House.of(settings, pool=4)
        yield made
        made.engine.dispose()


@pytest.fixture(scope="module")
def api(apart: House) -> Api:
    return Api(create_app(apart.settings, apart), apart)


@pytest.fixture(scope="module")
def ref(api: Api, apart: House) -> str:
    """A ticket that saw nearly everything, in several roots beside others."""
    ref = long_way(api)
    for _ in range(5):
        api.register()
    seal_facts(apart)
    other = api.ticket_in("closed")["ref"]
    seal_facts(apart)
    assert other
    return ref


@pytest.fixture(scope="module")
def packed(apart: House, ref: str) -> bytes:
    return export(apart, ref)


def parts_of(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(packed)) as file:
        return {name: file.read(name) for name in file.namelist()}


def key_of(house: House) -> bytes:
    return base64.b64decode(house.seal_keys.public()["1"])


def run(where: Path, *arguments: str) -> tuple[int, str]:
    """Run the script that came with the evidence: no package of ours or anybody's, no environment."""
    done = subprocess.run(  # noqa: S603 our own script
        [sys.executable, "-I", "-S", "-W", "error", str(where / "verify_evidence.py"), *arguments],
        env={},
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=where,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def unpacked(packed: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(BytesIO(packed)) as file:
        file.extractall(folder)
    return folder


def test_it_verifies_offline_with_the_public_key_alone(
    apart: House, ref: str, packed: bytes, tmp_path: Path
) -> None:
    folder = unpacked(packed, tmp_path)
    (tmp_path / "whole.zip").write_bytes(packed)
    (tmp_path / "key.pem").write_text(apart.seal_keys.pem("1"))
    public = apart.seal_keys.public()["1"]
    code, told = run(folder, public)

    assert (code, told[:18]) == (0, f"OK {ref}:")
    assert re.search(r"18 facts and \d+ notes are as they were sealed in 1 roots from ", told)
    assert run(folder, "key.pem") == run(folder, f"1:{public}", "--in", "whole.zip") == (code, told)


def test_that_a_unit_was_chased_is_told_and_proved(fresh_house: House, tmp_path: Path) -> None:
    late = chased_ticket(
        Api(create_app(fresh_house.settings, fresh_house), fresh_house), fresh_house, "listed"
    )
    seal_facts(fresh_house)
    made = export(fresh_house, late)
    page = parts_of(made)["evidence.html"].decode()

    assert "<b>书面催办</b>第 1 号：区民政局，办理应于" in page
    assert "<b>列入通报</b>：区民政局，办理应于" in page
    assert run(unpacked(made, tmp_path), fresh_house.seal_keys.public()["1"])[0] == 0


def test_another_key_proves_nothing(packed: bytes, tmp_path: Path) -> None:
    folder = unpacked(packed, tmp_path)
    stranger = base64.b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode()

    assert run(folder, stranger) == (1, "FAULT manifest.json is not signed by a key that was given\n")
    assert run(folder, "no-key") == (1, "FAULT no-key is no public key\n")


def test_every_byte_of_every_part_counts(apart: House, packed: bytes) -> None:
    parts = parts_of(packed)
    for name, part in parts.items():
        for place in (0, len(part) // 3, len(part) - 1 - (name == "manifest.sig")):
            changed = {**parts, name: part[:place] + bytes([part[place] ^ 1]) + part[place + 1 :]}
            with pytest.raises(Fault):
                check(changed, [key_of(apart)])
        with pytest.raises(Fault, match=f"{name} is missing"):
            check({other: parts[other] for other in parts if other != name}, [key_of(apart)])


def signed_anew(house: House, parts: Mapping[str, bytes], evidence: Mapping[str, Any]) -> dict[str, bytes]:
    """The parts with another evidence.json, as somebody with the key of the manifest could make them."""
    written = json.dumps(evidence, ensure_ascii=False).encode()
    manifest = json.loads(parts["manifest.json"])
    manifest["files"]["evidence.json"] = hashlib.sha256(written).hexdigest()
    stated = canonical(manifest)
    signature = base64.b64encode(house.seal_keys.sign(stated))
    return {**parts, "evidence.json": written, "manifest.json": stated, "manifest.sig": signature}


def fact(evidence: Any, seq: int, **changes: Any) -> None:
    row = json.loads(evidence["facts"][seq - 1]["row"])
    evidence["facts"][seq - 1]["row"] = canonical({**row, **changes}).decode()


def a_note(evidence: Any) -> Any:
    return next(fact["note"] for fact in evidence["facts"][1:] if fact["note"])


def in_root(evidence: Any, part: str, **changes: Any) -> None:
    root = evidence["roots"][-1]
    root[part] = canonical({**json.loads(root[part]), **changes}).decode()


TAMPERED: dict[str, Callable[[Any], Any]] = {
    "a fact changed": lambda e: fact(e, 3, by="x"),
    "a first fact changed": lambda e: fact(e, 1, by="x"),
    "a last fact changed": lambda e: fact(e, len(e["facts"]), by="x"),
    "a fact left out": lambda e: e["facts"].pop(3),
    "the last fact left out": lambda e: e["facts"].pop(),
    "a fact twice": lambda e: e["facts"].insert(3, e["facts"][3]),
    "facts changed places": lambda e: e["facts"].insert(3, e["facts"].pop(5)),
    "all facts left out": lambda e: e["facts"].clear(),
    "a note in other words": lambda e: a_note(e).update(text="别的话"),
    "a note for others": lambda e: a_note(e).update(visible_to="hotline"),
    "another salt": lambda e: a_note(e).update(salt="00" * 16),
    "a longer salt": lambda e: a_note(e).update(salt=a_note(e)["salt"] + "00"),
    "the matter in other words": lambda e: e["facts"][0]["note"].update(text="{}"),
    "another title": lambda e: e["ticket"].update(title="无"),
    "words without their salt": lambda e: e.update(words_salt=None),
    "another number": lambda e: e.update(ref="26112400000012"),
    "another ticket": lambda e: e.update(ticket_id=99),
    "a root left out": lambda e: e["roots"].pop(),
    "all roots left out": lambda e: e["roots"].clear(),
    "a root of another time": lambda e: in_root(e, "statement", at="2020-01-01T00:00:00.000000+00:00"),
    "a root of another number": lambda e: in_root(e, "statement", no=77),
    "another signature": lambda e: e["roots"][-1].update(signature=base64.b64encode(bytes(64)).decode()),
    "no signature": lambda e: e["roots"][-1].update(signature=""),
    "a leaf of another ticket": lambda e: in_root(e, "leaf", name="26112400000012"),
    "a leaf that begins later": lambda e: in_root(e, "leaf", from_seq=2),
    "a bent path": lambda e: e["roots"][-1]["path"].__setitem__(0, "00" * 32),
    "a shorter path": lambda e: e["roots"][-1]["path"].pop(),
    "a longer path": lambda e: e["roots"][-1]["path"].append("00" * 32),
    "another place in the tree": lambda e: e["roots"][-1].update(position=1),
    "a place outside of the tree": lambda e: e["roots"][-1].update(position=-1),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_not_even_the_key_of_today_can_change_what_was_sealed(
    apart: House, packed: bytes, tmp_path: Path, what: str
) -> None:
    parts = parts_of(packed)
    evidence = json.loads(parts["evidence.json"])
    TAMPERED[what](evidence)
    for name, part in signed_anew(apart, parts, evidence).items():
        (tmp_path / name).write_bytes(part)
    code, told = run(tmp_path, apart.seal_keys.public()["1"])

    assert (code, told[:6]) == (1, "FAULT "), told
    assert "Error" not in told


def test_the_evidence_itself_is_signed_anew_without_a_fault(apart: House, packed: bytes) -> None:
    # Else the tampering above might be refused for a wrong reason.
    parts = parts_of(packed)

    assert check(signed_anew(apart, parts, json.loads(parts["evidence.json"])), [key_of(apart)])


def test_nobodys_identity_is_in_it(apart: House, api: Api) -> None:
    for kind in ("help", "report"):
        ref = api.register(**CANARY, kind=kind)["ref"]
        api.move("dispatcher", ref, "dispatch", lead="panlong-civil", note="请上门")
        everything = b"\n".join(parts_of(export(apart, ref)).values()).decode()

        assert [word for word in WORDS if word in everything.replace(ref, "")] == []


def test_new_facts_are_sealed_before_they_are_exported(apart: House, api: Api) -> None:
    ref = api.ticket_in("dispatched")["ref"]
    first = json.loads(parts_of(export(apart, ref))["evidence.json"])
    api.move(HANDLER, ref, "sign")
    second = json.loads(parts_of(export(apart, ref))["evidence.json"])

    assert [len(first["facts"]), len(second["facts"])] == [2, 3]
    assert second["roots"][:-1] == first["roots"]
    assert second["facts"][:2] == first["facts"]
    assert list(faults(apart.settings)) == []


def test_an_erased_note_is_said_to_be_erased(apart: House, api: Api) -> None:
    ref = api.ticket_in("dispatched")["ref"]
    with apart.engine.begin() as connection:
        connection.execute(
            text("delete from note using ticket where ticket.id = ticket_id and ref = :ref"), {"ref": ref}
        )
    parts = parts_of(export(apart, ref))

    assert "and 2 notes, 1 of them erased, are" in check(parts, [key_of(apart)])
    assert parts["evidence.html"].decode().count("附言已按保存期限清除。") == 1


def test_the_old_key_is_asked_for_where_keys_were_changed(apart: House, api: Api) -> None:
    ref = api.register()["ref"]
    seal_facts(apart)
    changed = apart.settings.model_copy(
        update={"seal_keys": f"2:YW5vdGhlci1rZXktZm9yLXRoZS10ZXN0cy1vZi10aGk=,{apart.settings.seal_keys}"}
    )
    newer = House.of(changed, pool=2)
    api.move("operator", ref, "answer", text="九点到五点。")
    parts = parts_of(export(newer, ref))
    newer.engine.dispose()
    keys = [base64.b64decode(key) for key in newer.seal_keys.public().values()]

    assert "in 2 roots" in check(parts, keys)
    with pytest.raises(Fault, match=r"root .* is not signed by a key that was given"):
        check(parts, keys[:1])
    # Both are private keys of the ring, so `verify` with the old ring alone misses the new one.
    assert any("no public key '2'" in line for line in faults(apart.settings))


def test_a_tampered_ticket_is_not_exported(fresh_house: House) -> None:
    api = Api(create_app(fresh_house.settings, fresh_house), fresh_house)
    ref = api.ticket_in("handling")["ref"]
    settings = fresh_house.settings
    owner = make_engine(settings, settings.owner_database_url or "", pool=1)
    with owner.begin() as connection:
        connection.execute(text("alter table timeline disable trigger user"))
        connection.execute(text("update timeline set by = 'somebody' where seq = 2"))
        connection.execute(text("alter table timeline enable trigger user"))
    owner.dispose()

    with pytest.raises(DoesNotHold, match="fact 3 does not follow"):
        export(fresh_house, ref)


def test_the_page_is_read_in_both_languages(ref: str, packed: bytes) -> None:
    page = parts_of(packed)["evidence.html"].decode()
    chinese, english = re.findall(r"<article lang=\"(?:zh-CN|en)\">(.*?)</article>", page, re.DOTALL)
    number = f"{ref[:6]} {ref[6:10]} {ref[10:]}"

    assert f"<h1>工单证据 {number}</h1>" in chinese
    assert f"<h1>Evidence of ticket {number}</h1>" in english
    assert chinese.count("<tr>") == english.count("<tr>") == 18 + 1 + 2
    assert "重办" in chinese
    assert "今日" not in chinese
    assert not re.search("[一-鿿]", "".join(re.findall("<(?:th|h1|h2|dt)[ >].*?</", english)))
    assert re.findall("<(?:script|img|style|link)[^>]*>", page) == [
        '<link rel="stylesheet" href="evidence.css">'
    ]


def test_the_command_writes_the_file_and_prints_where(apart: House, ref: str, tmp_path: Path) -> None:
    settings = apart.settings
    environment = {
        "ZHUANBAN_DATABASE_URL": settings.database_url,
        "ZHUANBAN_SECRET_KEY": settings.secret_key,
        "ZHUANBAN_VAULT_KEYS": settings.vault_keys,
        "ZHUANBAN_SEAL_KEYS": settings.seal_keys or "",
        "ZHUANBAN_SCHEMA": settings.schema_,
    }
    runner = CliRunner()
    spaced = f"{ref[:6]} {ref[6:]}"
    folder = runner.invoke(main, ["evidence", spaced, "--out", str(tmp_path)], env=environment)
    named = runner.invoke(main, ["evidence", ref, "--out", str(tmp_path / "mine.zip")], env=environment)
    unknown = runner.invoke(main, ["evidence", "26112400000012"], env=environment)
    keyless = runner.invoke(main, ["evidence", ref], env={**environment, "ZHUANBAN_SEAL_KEYS": ""})
    nowhere = runner.invoke(main, ["evidence", ref, "--out", "/proc/none/x.zip"], env=environment)

    assert (folder.exit_code, folder.stdout) == (0, f"{tmp_path / f'evidence-{ref}.zip'}\n")
    assert (named.exit_code, named.stdout) == (0, f"{tmp_path / 'mine.zip'}\n")
    assert (tmp_path / "mine.zip").stat().st_mode & 0o777 == 0o600
    assert {one.exit_code for one in (unknown, keyless, nowhere)} == {1}
    assert "there is no ticket 26112400000012" in unknown.stderr
    assert "ZHUANBAN_SEAL_KEYS is not set" in keyless.stderr
    assert "cannot write there" in nowhere.stderr
    with apart.read() as session:
        told = session.exec(select(HouseFact).order_by(col(HouseFact.seq).desc()).limit(2)).all()
    assert {(fact.what, fact.by, fact.data["subject"]) for fact in told} == {
        ("evidence_exported", "console", ref)
    }


def test_a_zip_with_something_else_in_it_is_refused(apart: House, packed: bytes, tmp_path: Path) -> None:
    folder = unpacked(packed, tmp_path)
    (folder / "more.zip").write_bytes(packed)
    with zipfile.ZipFile(folder / "more.zip", "a") as file:
        file.writestr("secret.html", "x")
    refused = run(folder, apart.seal_keys.public()["1"], "--in", "more.zip")

    assert refused == (1, "FAULT secret.html does not belong there, or is there twice\n")


def test_the_signature_of_the_standard_is_known() -> None:
    # RFC 8032, 7.1, test 1.
    key = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0"
        "595bbe24655141438e7a100b"
    )
    order = 2**252 + 27742317777372353535851937790883648493
    again = signature[:32] + (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")

    assert verifies(key, signature, b"")
    assert not verifies(key, again, b"")
    assert not verifies(key, signature, b"x")
    assert not verifies(key, signature[:63], b"")


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_signatures_are_judged_as_the_library_judges_them(seed: bytes, message: bytes, bit: int) -> None:
    ours = SealKeys.from_settings("1:" + base64.b64encode(seed).decode(), None)
    key, signature = base64.b64decode(ours.public()["1"]), ours.sign(message)
    bent = bytearray(signature)
    bent[bit // 8] ^= 1 << bit % 8
    wrong_key = bytearray(key)
    wrong_key[bit % 32] ^= 1 << bit % 8

    assert verifies(key, signature, message)
    assert not verifies(key, bytes(bent), message)
    assert not verifies(bytes(wrong_key), signature, message)


def test_keys_are_read_as_they_are_printed(apart: House, tmp_path: Path) -> None:
    pem = tmp_path / "key.pem"
    pem.write_text(apart.seal_keys.pem("1"))
    public = apart.seal_keys.public()["1"]

    assert {read_key(given) for given in (str(pem), public, f"1:{public}")} == {key_of(apart)}
