"""A key goes while the service runs: all is sealed anew, all is still found, and nothing is lost."""

import ast
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.exceptions import InvalidTag
from sqlalchemy import Engine, LargeBinary, event, text
from sqlmodel import Session, SQLModel, col, select

from app.access.accounts import Account
from app.access.doors import viewer_of
from app.access.totp import offer
from app.access.tracking import ticket_by_code
from app.assistance.visit_ticks import plan_visits
from app.attachments.keeping import keep
from app.calling import drafts
from app.cli import main
from app.clockwork import send_messages
from app.factory import create_app
from app.filing.drafts import begin
from app.settings import Settings
from app.tables import every_row
from app.texts.hearing import hear
from app.texts.numbers import VaultNumbers
from app.vault.registry import NOT_SEALED, REGISTRY, SealedRows
from app.vault.rotation import BATCH, Rotation, StillBehind
from app.vault.uses import uses_of
from app.verify import faults
from app.voice.calls import Doors, Lines, Switchboard
from app.voice.rows import Cause, Tongue
from app.voice.whom import want_call
from app.wiring import House
from notifications.inbox import keep_text
from notifications.message import InboundText
from notifications.providers.heard import CallRead
from tests.app.attachments.samples import PDF
from tests.app.test_citizen_tracking import track
from tests.makers import CALL, COMMUNITY, HANDLER, RIVER, Api
from tests.server import KEYS
from tickets.assistance.service_orders import ServiceOrder
from tickets.ground.columns import new_id
from tickets.ground.desk import Actor
from tickets.ground.files import FileAudience, Holder
from tickets.ground.kept_keys import VaultSecret
from tickets.ground.vault import KeyRingRefused, Vault, number_of
from tickets.intake.calls import CallEvent, Told
from tickets.intake.calls import hear as told_by_the_switch
from tickets.ticket import Identity

ROOT = Path(__file__).parents[2]
NEW = "2:ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
PHONE = "+8613900000071"
REQUESTER = {**CALL["requester"], "phone": PHONE, "id_number": "530103199001011238"}


@contextmanager
def ring_of(house: House, ring: str) -> Iterator[House]:
    """The same database, and a process that was started with another ring."""
    made = House.of(house.settings.model_copy(update={"vault_keys": ring}), pool=4)
    try:
        yield made
    finally:
        made.engine.dispose()


def api_of(house: House) -> Api:
    return Api(create_app(house.settings, house), house)


def refer(api: Api, household: dict[str, Any]) -> None:
    """A need of the household, sent to a department and refused."""
    member = household["members"][0]["id"]
    need = {"theme": "medical", "to_unit": "medical", "fields": ["name"], "need": "住院"}
    sent = api.post(
        HANDLER, "/assistance/referrals", {**need, "household": household["id"], "member": member}
    )
    refusal = {"text": "资料不全", "version": 1}
    refused = api.post("handler@medical", f"/assistance/referrals/{sent.get_json()['id']}/refuse", refusal)
    assert refused.status_code == 200, refused.text


def apply(api: Api) -> None:
    """Somebody applies for relief, whose family was visited before it was granted."""
    path = "/assistance/applications"
    somebody = {"name": "金某", "phone": PHONE, "id_number": REQUESTER["id_number"], "address": "牧羊村"}
    wanted = {"scheme": "temporary", "division": COMMUNITY, "related": True, **somebody}
    made = api.post(HANDLER, path, wanted).get_json()
    asked_on = made["made_at"][:10]
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("accept", {}),
        ("survey", {}),
        ("investigate", {"surveyors": 2, "text": "住院"}),
        ("file_visit", {"visited_on": asked_on, "visitors": 2, "text": "在家"}),
        ("confirm", {"text": "给予救助"}),
    )
    for version, (move, body) in enumerate(steps, start=1):
        answer = api.post(HANDLER, f"{path}/{made['id']}/{move}", {**body, "version": version})
        assert answer.status_code == 200, answer.text


def lived_in(house: House) -> dict[str, Any]:
    """A ticket, so that there is something in every sealed column."""
    api = api_of(house)
    ticket = api.register(requester=REQUESTER)
    for _state, username, move, body in RIVER[:-1]:
        assert api.move(username, ticket["ref"], move, **body).status_code == 200
    report = {**CALL, "requester": REQUESTER, "kind": "report", "text": "请打13800000001找我，楼下施工。"}
    again = api.post("operator", "/tickets", report, {"Idempotency-Key": "once"})
    assert again.status_code == 201
    api.made("operator", ticket["ref"], "amend", fields={"address": "牧羊村四组"}, text="写错了")
    with house.open_desk(Actor("operator", "operator")) as desk:
        account = desk.session.exec(select(Account).where(Account.username == "operator")).one()
        offer(desk.session, desk.vault, account.id or 0)
        keep(desk, Holder("draft", "1"), PDF, name="a.pdf", audience=FileAudience.INTERNAL, scans=False)
        begin(desk, None)
        told_by_the_switch(desk, Told("c-1", CallEvent.RINGING, "07", desk.now(), PHONE))
        drafts.keep(desk, viewer_of(account), new_id(), [("text", "还没有写完")])
        Switchboard(desk, Doors("https://hotline.example"), Lines(None, 1)).ended(
            CallRead("CA1", PHONE, False, "", None, 0, False)
        )
        want_call(desk, PHONE, Cause.WISH, at=desk.now(), tongue=Tongue.CHINESE)
    household = {"division": COMMUNITY, "kind": "dibao", "started_on": "2023-01-01", "address": "牧羊村"}
    somebody = {"kinship": "head", "name": "金某", "phone": PHONE, "id_number": REQUESTER["id_number"]}
    made = api.post(HANDLER, "/assistance/households", {**household, "members": [somebody]}).get_json()
    event = {"kind": "illness", "happened_on": "2023-02-01", "words": "住院"}
    api.post(HANDLER, f"/assistance/households/{made['id']}/events", event)
    plan_visits(house)
    owed = api.get(HANDLER, "/assistance/visits", level="subdistrict").get_json()["items"]
    api.post(HANDLER, f"/assistance/visits/{owed[0]['id']}/report", {"met": "nobody", "words": "住院"})
    refer(api, made)
    apply(api)
    in_need(api, made["id"])
    send_messages(house)
    house.providers["simulator"].answer(PHONE, "好的")  # type: ignore[attr-defined] # its phones
    assert hear(house, "simulator", "SIM1", PHONE, "好的，谢谢").is_new
    return ticket


def in_need(api: Api, household: int) -> None:
    """A clue, a need that was signed off, and a service that was ordered and signed for it."""
    lead = {"division": COMMUNITY, "kind": "medical", "name": "金某", "phone": PHONE, "words": "住院"}
    api.post(HANDLER, "/assistance/leads", {**lead, "id_number": REQUESTER["id_number"]})
    said = {"household": household, "kind": "care", "severity": "serious", "evidence": "独居"}
    needs = [api.post(HANDLER, "/assistance/needs", said).get_json()["id"] for _ in range(2)]
    signed = {"result": "no_longer", "signer": "self", "signature": "金某", "words": "好了"}
    closed = api.post(HANDLER, f"/assistance/needs/{needs[0]}/close", signed)
    assert closed.status_code == 200, closed.text
    order = {"need": needs[1], "item": "SH-02", "words": "门口有狗"}
    made = api.post(HANDLER, "/assistance/service-orders", order).get_json()
    api.post(HANDLER, f"/assistance/service-orders/{made['id']}/cancel", {"reason": "住院"})
    with api.house.open_desk(Actor("agency@service-agency", "agency")) as desk:
        row = desk.session.get_one(ServiceOrder, made["id"])
        row.signature = desk.vault.seal("金某", row.place("signature"))


def rotate(house: House, step: Callable[[int], None] = lambda _rows: None) -> Rotation:
    rotation = Rotation(house.engine, Vault.from_setting(house.settings.vault_keys), step=step)
    rotation.run()
    return rotation


def keys_in_use(house: House) -> set[str]:
    with house.read() as session:
        return set(uses_of(session).by_key)


def opened(house: House) -> int:
    """Open everything there is; gives how many values it was."""
    count = 0
    with house.read() as session:
        for rows in REGISTRY:
            for row in session.exec(select(rows.row)).all():
                for column in rows.columns:
                    if (sealed := getattr(row, column)) is not None:
                        house.vault.open(sealed, rows.place(row, column))
                        count += 1
    return count


# The list


def binary_columns() -> set[str]:
    every_row()
    return {
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }


def test_every_column_of_bytes_is_sealed_indexed_or_named_as_neither() -> None:
    sealed = {f"{rows.table}.{column}" for rows in REGISTRY for column in (*rows.columns, *rows.indexes)}

    assert not sealed & NOT_SEALED
    assert sealed | NOT_SEALED == binary_columns()


def test_every_place_of_a_seal_is_on_the_list() -> None:
    named = {
        node.args[0].value
        for part in ("app", "notifications", "tickets")
        for path in (ROOT / part).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Place"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }

    assert named == {rows.table for rows in REGISTRY}


def test_the_tests_fill_every_sealed_column(fresh_house: House) -> None:
    lived_in(fresh_house)
    with fresh_house.read() as session:
        filled = {where for counter in uses_of(session).by_key.values() for where in counter}

    assert filled == {
        f"{rows.table}.{column}" for rows in REGISTRY for column in (*rows.columns, *rows.indexes)
    }


# The whole way


def test_the_old_key_can_go(fresh_house: House) -> None:
    ticket = lived_in(fresh_house)
    before = opened(fresh_house)
    with ring_of(fresh_house, f"{NEW},{KEYS}") as both:
        assert rotate(both).closed.total() == 0
        assert keys_in_use(both) == {"2"}

    with ring_of(fresh_house, NEW) as house:
        # The very first thing a new process is asked.
        visitor = create_app(house.settings, house).test_client()
        assert track(visitor, ticket["ref"], ticket["tracking_code"]).status_code == 303
        assert opened(house) == before
        assert list(faults(house.settings)) == []
        api = api_of(house)
        found = api.get("operator", "/tickets", q=PHONE.removeprefix("+86")).get_json()["items"]
        assert {one["ref"] for one in found} >= {ticket["ref"]}
        with house.read() as session:
            code = ticket["tracking_code"]
            assert ticket_by_code(session, house.vault, ref=ticket["ref"], code=code, address="203.0.113.9")
            wrong = f"{(int(code) + 1) % 10**6:06d}"
            assert not ticket_by_code(session, house.vault, ref=ticket["ref"], code=wrong, address=None)
        heard = hear(house, "simulator", "SIM2", PHONE, "5")
        assert (heard.ref, heard.closed) == (ticket["ref"], True)


def test_an_answer_once_given_is_given_again(fresh_house: House) -> None:
    body, key = {**CALL, "requester": REQUESTER}, {"Idempotency-Key": "once"}
    first = api_of(fresh_house).post("operator", "/tickets", body, key).get_json()
    with ring_of(fresh_house, f"{NEW},{KEYS}") as both:
        rotate(both)
    with ring_of(fresh_house, NEW) as house:
        assert api_of(house).post("operator", "/tickets", body, key).get_json() == first


@pytest.mark.parametrize("ring", [f"{NEW},{KEYS}", f"{KEYS},{NEW}"])
def test_while_keys_change_everything_is_found_with_either_order(fresh_house: House, ring: str) -> None:
    ticket = lived_in(fresh_house)
    with ring_of(fresh_house, ring) as house:
        newer = api_of(house).register(requester=REQUESTER)
        for other in (house, fresh_house) if ring.startswith("1") else (house,):
            found = api_of(other).get("operator", "/tickets", q=PHONE.removeprefix("+86")).get_json()["items"]
            assert {one["ref"] for one in found} >= {ticket["ref"], newer["ref"]}
        assert list(faults(house.settings)) == []
        # A process that has the ring in the other order opens what this one sealed.
        with ring_of(fresh_house, ",".join(reversed(ring.split(",")))) as another:
            assert opened(another) == opened(house)


def test_phones_of_the_simulator_stay_one_phone(fresh_house: House) -> None:
    lived_in(fresh_house)
    with ring_of(fresh_house, f"{NEW},{KEYS}") as house:
        house.providers["simulator"].answer(PHONE, "还有一句")  # type: ignore[attr-defined] # its phones
        page = create_app(house.settings, house).test_client().get("/phones").text

        assert page.count('<h2 id="phone-13900000071">') == 1
        assert "还有一句" in page


def test_without_the_key_that_sealed_it_the_kept_key_is_missed(fresh_house: House) -> None:
    with (
        ring_of(fresh_house, NEW) as early,
        pytest.raises(KeyRingRefused, match="key 1 sealed"),
        early.read(),
    ):
        pass


# Beside a running service


@contextmanager
def at_work(*works: Callable[[], object]) -> Iterator[None]:
    """Threads that do *works* over and over until the block ends; what troubles them is raised."""
    ended = Event()

    def until_ended(work: Callable[[], object]) -> None:
        while not ended.is_set():
            work()

    with ThreadPoolExecutor(len(works)) as threads:
        running = [threads.submit(until_ended, work) for work in works]
        try:
            yield
        finally:
            ended.set()
        for one in running:
            one.result()


def look(house: House) -> None:
    """Read identities as pages and senders do."""
    with house.read() as session:
        for row in session.exec(select(Identity).limit(50)).all():
            assert VaultNumbers(house.vault).phone_of(session, row.ticket_id) == PHONE
            assert row.phone_index in house.vault.indexes("phone", PHONE)


def test_the_service_reads_and_writes_meanwhile(fresh_house: House) -> None:
    api = api_of(fresh_house)
    for _ in range(BATCH + 20):
        api.register(requester=REQUESTER)
    made: list[dict[str, Any]] = []
    with ring_of(fresh_house, f"{NEW},{KEYS}") as both:
        busy = api_of(both)
        busy.token("operator")

        with at_work(
            lambda: made.append(busy.register(requester=REQUESTER)),
            lambda: look(both),
            lambda: send_messages(both),
        ):
            rotate(both)
            while not made:  # the service answered while keys were changed, or goes on to do so
                pass

        assert made
        assert keys_in_use(both) == {"2"}
        send_messages(both)
        assert list(faults(both.settings)) == []
    with ring_of(fresh_house, NEW) as house:
        assert opened(house) > 4 * (BATCH + 20)


def test_a_run_that_was_ended_is_taken_up_again(fresh_house: House) -> None:
    api = api_of(fresh_house)
    for _ in range(3):
        api.register(requester=REQUESTER)

    class Killed(Exception):
        pass

    def die(_rows: int) -> None:
        raise Killed

    with ring_of(fresh_house, f"{NEW},{KEYS}") as both:
        with pytest.raises(Killed):
            rotate(both, step=die)
        some = keys_in_use(both)
        rotate(both)

        assert some == {"1", "2"}
        assert keys_in_use(both) == {"2"}
        assert rotate(both).left() == 0
    with ring_of(fresh_house, NEW) as house:
        assert opened(house)


def impatient(engine: Engine) -> Engine:
    """Connections that wait for a lock for a moment only."""

    @event.listens_for(engine, "connect")
    def hurry(connection: Any, _record: Any) -> None:
        connection.execute("set lock_timeout = '300ms'")
        connection.commit()

    return engine


def test_a_row_in_other_hands_is_come_back_to(fresh_house: House) -> None:
    lived_in(fresh_house)
    with ring_of(fresh_house, f"{NEW},{KEYS}") as both:
        impatient(both.engine)
        with fresh_house.engine.connect() as holder:
            holder.execute(
                text("select 1 from vault where ticket_id = (select min(ticket_id) from vault) for update")
            )
            with pytest.raises(StillBehind, match="rows of vault are held"):
                rotate(both)
            with both.read() as session:
                numbers = [
                    number_of(row.phone or b"")
                    for row in session.exec(select(Identity).order_by(col(Identity.ticket_id)))
                ]
            assert numbers == ["1", "2"], "all others were done"
            holder.rollback()
        rotate(both)

        assert keys_in_use(both) == {"2"}


def test_somebody_who_goes_on_with_the_old_key_is_noticed(fresh_house: House) -> None:
    api = api_of(fresh_house)
    api.register()

    def write_on(_rows: int) -> None:
        api.register()

    with ring_of(fresh_house, f"{NEW},{KEYS}") as both, pytest.raises(StillBehind, match="another order"):
        rotate(both, step=write_on)


# What does not open


def test_what_does_not_open_is_told_and_all_else_done(fresh_house: House) -> None:
    lived_in(fresh_house)
    with fresh_house.engine.begin() as connection:
        connection.execute(
            text(
                "update vault set phone = (select name from vault order by ticket_id limit 1)"
                " where ticket_id = (select max(ticket_id) from vault)"
            )
        )
    with ring_of(fresh_house, f"{NEW},{KEYS}") as both:
        assert dict(rotate(both).closed) == {"vault": 1}
        with both.read() as session:
            by_key = uses_of(session).by_key

        assert by_key["1"].total() == 6
        assert set(by_key["1"]) <= {
            f"vault.{name}"
            for name in ("name", "phone", "id_number", "address", "phone_index", "id_number_index")
        }


@pytest.mark.parametrize("rows", REGISTRY, ids=lambda rows: rows.table)
def test_a_value_moved_elsewhere_opens_nowhere(fresh_house: House, rows: SealedRows) -> None:
    lived_in(fresh_house)
    with ring_of(fresh_house, f"{NEW},{KEYS}") as both:
        rotate(both)
        with both.read() as session:
            held = [rows.attribute(column).is_not(None) for column in rows.columns]
            row = session.exec(select(rows.row).where(*held)).first()
            for column in rows.columns:
                place = rows.place(row, column)
                for elsewhere in (
                    type(place)(place.table, place.column, place.row + "0"),
                    type(place)(place.table, place.column + "x", place.row),
                    type(place)(place.table + "x", place.column, place.row),
                ):
                    with pytest.raises(InvalidTag):
                        both.vault.open(getattr(row, column), elsewhere)


# Rows from before the numbers of index keys were kept


def from_before(house: House) -> None:
    with house.engine.begin() as connection:
        for table in ("vault", "inbound_text", "simulated_text"):
            connection.execute(text(f"update {table} set index_key = null"))  # noqa: S608 our tables
        connection.execute(text("update inbound_text set phone = null"))


def test_rows_from_before_are_found_and_brought_up(fresh_house: House) -> None:
    lived_in(fresh_house)
    stranger = "+8613900000072"
    with Session(fresh_house.engine) as session, session.begin():
        at: datetime = session.connection().execute(text("select clock_timestamp()")).scalar_one()
        for sid in ("a", "b"):
            keep_text(session, fresh_house.vault, provider="x", sid=sid, phone=stranger, words="在吗", at=at)
    from_before(fresh_house)
    with ring_of(fresh_house, f"{NEW},{KEYS}") as both:
        found = api_of(both).get("dispatcher", "/tickets", q=PHONE.removeprefix("+86")).get_json()["items"]
        assert len(found) == 1, "the sealed one is found by nobody"
        with both.read() as session:
            assert not uses_of(session).may_go(both.vault, "1")
        rotate(both)
        with both.read() as session:
            assert uses_of(session).may_go(both.vault, "1")
            known = session.exec(select(InboundText).where(InboundText.provider == "simulator")).one()
            unknown = session.exec(select(InboundText).where(InboundText.provider == "x")).all()

        assert both.vault.open(known.phone or b"", known.place("phone")) == PHONE
        assert known.from_index == both.vault.index("phone", PHONE)
        assert len({row.from_index for row in unknown}) == 1
        assert {row.phone for row in unknown} == {None}
        assert unknown[0].from_index not in both.vault.indexes("phone", stranger)


# The command


def environment(settings: Settings, ring: str) -> dict[str, str]:
    return {
        "ZHUANBAN_DATABASE_URL": settings.database_url,
        "ZHUANBAN_SECRET_KEY": settings.secret_key,
        "ZHUANBAN_VAULT_KEYS": ring,
        "ZHUANBAN_SCHEMA": settings.schema_,
    }


def test_the_commands_say_which_key_may_go(fresh_house: House) -> None:
    lived_in(fresh_house)

    def run(ring: str, command: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(main, ["vault", command], env=environment(fresh_house.settings, ring))
        return done.exit_code, done.stdout, done.stderr

    code, before, _ = run(f"{NEW},{KEYS}", "check")
    assert code == 0
    assert before.splitlines()[0] == "key 2: newest, 0 values"
    assert re.match(
        r"key 1: \d+ values: .*1 idempotency.answer, .*2 vault.phone_index", before.splitlines()[1]
    )

    code, answer, said = run(f"{NEW},{KEYS}", "rotate")
    assert (code, answer, said) == (0, "", "everything that opens is sealed with key 2\n")

    code, after, _ = run(f"{NEW},{KEYS}", "check")
    assert code == 0
    assert after.splitlines()[0].startswith("key 2: newest, ")
    assert after.splitlines()[1:] == ["key 1: in no use, may be dropped"]

    code, missed, _ = run(KEYS, "check")
    assert code == 1
    assert missed.splitlines()[-1].startswith("key 2: NOT IN THE RING, ")
    code, _, said = run(f"3:{NEW.removeprefix('2:')}", "rotate")
    assert code == 1
    assert said.startswith("zhuanban: ")


def test_an_oldest_key_that_codes_rest_on_may_not_go(fresh_house: House) -> None:
    with fresh_house.engine.connect() as connection, pytest.raises(Exception, match="permission denied"):
        connection.execute(text("delete from vault_secret"))
    with ring_of(fresh_house, f"{NEW},{KEYS}") as both, both.read() as session:
        rows = session.exec(select(VaultSecret.name)).all()

        assert rows == ["tracking_code"]
        assert not uses_of(session).may_go(both.vault, "1")
        assert not uses_of(session).may_go(both.vault, "2")
