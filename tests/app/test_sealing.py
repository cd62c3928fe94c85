"""The sealer: every committed fact in exactly one root, whoever commits when and however many sealers run."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlmodel import col, select

from app.cli import main
from app.clockwork import seal_facts
from app.factory import create_app
from app.heartbeat import beat
from app.sealing.keys import NoSealKey, SealKeys
from app.sealing.ledgers import Stretch, Taken, Timelines
from app.sealing.rows import SealLeaf, SealRoot
from app.sealing.sealer import BEFORE_ALL, seal_all
from app.settings import Settings
from app.verify import Verification, faults
from app.wiring import House
from tests.makers import HANDLER, Api
from tests.server import Server
from tickets.ground.desk import Actor
from tickets.intake.draft import Draft
from tickets.intake.register import register

OTHER_KEYS = "2:YW5vdGhlci1rZXktZm9yLXRoZS10ZXN0cy1vZi10aGk="


@pytest.fixture
def sealing(server: Server, worker_id: str) -> Iterator[House]:
    """A house in which nothing was sealed yet."""
    with server.district(f"sealing_{worker_id}") as settings:
        made = House.of(settings, pool=10)
        yield made
        made.engine.dispose()


@pytest.fixture
def api(sealing: House) -> Api:
    return Api(create_app(sealing.settings, sealing), sealing)


def roots_of(house: House) -> list[SealRoot]:
    with house.read() as session:
        return list(session.exec(select(SealRoot).order_by(col(SealRoot.no))).all())


def stretches_of(house: House) -> list[tuple[int, str, int, int]]:
    """Root, ticket, and the facts of it that were sealed, in the order they were."""
    with house.read() as session:
        leaves = session.exec(select(SealLeaf).order_by(col(SealLeaf.root), col(SealLeaf.position))).all()
        return [(leaf.root, leaf.name, leaf.from_seq, leaf.to_seq) for leaf in leaves]


def queued(house: House) -> int:
    with house.engine.connect() as connection:
        return int(connection.execute(text("select count(*) from seal_queue")).scalar_one())


def another(house: House, keys: str | None, public: str | None = None) -> Settings:
    return house.settings.model_copy(update={"seal_keys": keys, "seal_public_keys": public})


def test_each_root_goes_on_where_the_last_ended(sealing: House, api: Api) -> None:
    first = api.ticket_in("dispatched")["ref"]
    second = api.register()["ref"]
    seal_facts(sealing)
    api.move(HANDLER, first, "sign")
    seal_facts(sealing)
    roots = roots_of(sealing)

    assert stretches_of(sealing) == [(1, first, 1, 2), (1, second, 1, 1), (2, first, 3, 3)]
    assert [root.previous for root in roots] == [BEFORE_ALL, roots[0].hash]
    assert all(sealing.seal_keys.signed("1", root.signature, root.statement()) for root in roots)
    assert list(faults(sealing.settings)) == []


def test_where_nothing_happened_there_is_no_root(sealing: House, api: Api) -> None:
    api.register()
    seal_facts(sealing)
    seal_facts(sealing)

    assert len(roots_of(sealing)) == 1
    assert queued(sealing) == 0


def test_a_fact_committed_later_than_a_newer_one_is_sealed_later(sealing: House, api: Api) -> None:
    draft = Draft.model_validate({"channel": "phone", "kind": "help", "text": "路灯坏了"})
    with sealing.open_desk(Actor("operator", "operator", "hotline")) as desk:
        slow = register(desk, draft).ticket
        desk.clear()
        quick = api.register()["ref"]
        seal_facts(sealing)
        before = stretches_of(sealing)
    seal_facts(sealing)

    assert slow.ref < quick
    assert before == [(1, quick, 1, 1)]
    assert stretches_of(sealing) == [*before, (2, slow.ref, 1, 1)]
    assert list(faults(sealing.settings)) == []


def test_what_is_rolled_back_is_never_sealed(sealing: House, api: Api) -> None:
    draft = Draft.model_validate({"channel": "phone", "kind": "help", "text": "路灯坏了"})
    with sealing.open_desk(Actor("operator", "operator", "hotline")) as desk:
        register(desk, draft)
        desk.clear()
        desk.session.rollback()
    seal_facts(sealing)

    assert roots_of(sealing) == []


def test_many_sealers_and_writers_leave_one_chain(sealing: House, api: Api) -> None:
    api.token("operator")

    def write(_number: int) -> None:
        api.register()

    def seal(_number: int) -> None:
        seal_all(sealing.engine, sealing.seal_keys, at_most=3)

    with ThreadPoolExecutor(8) as pool:
        done = [pool.submit(write if number % 3 else seal, number) for number in range(60)]
        for one in done:
            one.result()
    seal_facts(sealing)
    roots = roots_of(sealing)

    assert [root.no for root in roots] == list(range(1, len(roots) + 1))
    assert all(later.previous == earlier.hash for earlier, later in pairwise(roots))
    assert len({name for _, name, _, _ in stretches_of(sealing)}) == len(stretches_of(sealing)) == 40
    assert list(faults(sealing.settings)) == []


def test_a_long_queue_is_sealed_in_batches_to_its_end(sealing: House, api: Api) -> None:
    # The same tickets stand in the queue again and again: a batch may hold nothing new and must not end it.
    for _ in range(3):
        api.ticket_in("closed")
    last = api.register()["ref"]
    made = seal_all(sealing.engine, sealing.seal_keys, at_most=2)

    assert queued(sealing) == 0
    assert len(made) < 10
    assert {name for _, name, _, _ in stretches_of(sealing)} >= {last}
    assert list(faults(sealing.settings)) == []


def test_without_a_key_nothing_is_taken_and_verify_says_so(
    sealing: House, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    api.register()
    keyless = another(sealing, None)
    with sealing.engine.begin() as connection:
        connection.execute(text("update seal_queue set at = at - interval '6 minutes'"))
        connection.execute(text("delete from heartbeat"))
    remarks: list[str] = []
    seal_facts(House.of(keyless, pool=1))
    nobody_seals = list(Verification(keyless, remark=remarks.append).faults())
    with sealing.engine.begin() as connection:
        beat(connection, "a worker")
    somebody_should = list(faults(keyless))

    assert "nothing is sealed: ZHUANBAN_SEAL_KEYS is not set" in caplog.text
    assert queued(sealing) == 1
    assert nobody_seals == []
    assert remarks == somebody_should
    assert somebody_should[0].startswith("house seq 0: facts of 1 tickets wait since ")
    assert somebody_should[0].endswith(" to be sealed; ZHUANBAN_SEAL_KEYS is not set")


def test_a_key_can_be_changed_and_the_old_one_forgotten(sealing: House, api: Api) -> None:
    api.register()
    seal_facts(sealing)
    old, old_public = sealing.settings.seal_keys, "1:" + sealing.seal_keys.public()["1"]
    both = House.of(another(sealing, f"{OTHER_KEYS},{old}"), pool=1)
    api.register()
    seal_facts(both)
    both.engine.dispose()

    assert [root.key for root in roots_of(sealing)] == ["1", "2"]
    assert list(faults(both.settings)) == []
    assert list(faults(another(sealing, OTHER_KEYS, old_public))) == []
    assert list(faults(another(sealing, OTHER_KEYS))) == [
        "root seq 1: there is no public key '1' to check its signature with"
    ]
    stranger = OTHER_KEYS.replace("2:", "1:") + "," + OTHER_KEYS
    assert [line for line in faults(another(sealing, stranger)) if line.startswith("root")] == [
        "root seq 1: its signature is not of this root"
    ]


def test_a_root_noted_elsewhere_must_still_be_there(sealing: House, api: Api) -> None:
    api.register()
    seal_facts(sealing)
    (root,) = roots_of(sealing)
    noted = Verification(sealing.settings, noted={1: root.hash.hex()})
    exchanged = Verification(sealing.settings, noted={1: "00" * 32, 2: "11" * 32})

    assert list(noted.faults()) == []
    assert list(exchanged.faults()) == [
        f"root seq {no}: the root is gone, or has another hash than was noted" for no in (1, 2)
    ]


def test_a_root_to_look_for_is_named_by_number_and_hash(sealing: House, api: Api) -> None:
    api.register()
    seal_facts(sealing)
    (root,) = roots_of(sealing)
    known = f"1:{root.hash.hex()}"
    runner, given = CliRunner(), environment(sealing.settings)
    there = runner.invoke(main, ["verify", "--known", known], env=given)
    gone = runner.invoke(main, ["verify", "--known", known, "--known", f"2{known[1:]}"], env=given)
    unreadable = runner.invoke(main, ["verify", "--known", root.hash.hex()], env=given)

    assert there.stdout.endswith(" 1 sealed facts, 1 roots: no fault\n")
    assert gone.stdout.startswith("root seq 2: the root is gone, or has another hash than was noted\n")
    assert [one.exit_code for one in (there, gone, unreadable)] == [0, 1, 1]
    assert "--known wants the number of a root" in unreadable.stderr


class Diary:
    """A ledger of one chain, as another part of the house may have one."""

    name = "diary"

    def __init__(self) -> None:
        self.waiting = [Stretch(0, "diary", 1, (b"a" * 32, b"b" * 32))]

    def unsealed(self, _connection: Any, _at_most: int) -> Taken:
        """Hand over what waits."""
        taken, self.waiting = self.waiting, []
        return Taken(taken, more=False)


def test_another_ledger_is_sealed_under_the_same_roots(sealing: House, api: Api) -> None:
    ref = api.register()["ref"]
    (root,) = seal_all(sealing.engine, sealing.seal_keys, ledgers=[Timelines(), Diary()])

    assert root.leaves == 2
    assert stretches_of(sealing) == [(1, ref, 1, 1), (1, "diary", 1, 2)]
    assert list(faults(sealing.settings)) == []


def test_nothing_is_signed_without_a_private_key() -> None:
    public = "1:" + SealKeys.from_settings(OTHER_KEYS, None).public()["2"]
    keys = SealKeys.from_settings(None, public)

    assert not keys.can_sign
    with pytest.raises(NoSealKey):
        keys.sign(b"anything")


def environment(settings: Settings) -> dict[str, str]:
    return {
        "ZHUANBAN_DATABASE_URL": settings.database_url,
        "ZHUANBAN_SECRET_KEY": settings.secret_key,
        "ZHUANBAN_VAULT_KEYS": settings.vault_keys,
        "ZHUANBAN_SEAL_KEYS": settings.seal_keys or "",
        "ZHUANBAN_SCHEMA": settings.schema_,
    }


def test_the_public_keys_are_printed(sealing: House) -> None:
    told = CliRunner().invoke(main, ["seal", "key"], env=environment(another(sealing, OTHER_KEYS)))
    number, begin, _, end = told.stdout.splitlines()

    assert told.exit_code == 0
    assert number == "2:" + SealKeys.from_settings(OTHER_KEYS, None).public()["2"]
    assert (begin, end) == ("-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----")
    assert OTHER_KEYS.removeprefix("2:") not in told.stdout
