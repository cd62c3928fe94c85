"""The application's role: it is made by `db upgrade`, owns nothing, and cannot rewrite what happened."""

from collections.abc import Iterator

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import make_url, text
from sqlalchemy.exc import ProgrammingError

from app.cli import main
from app.clockwork import seal_facts
from app.embedded.cluster import Cluster
from app.migrations.roles import APPEND_ONLY
from app.verify import Verification
from app.wiring import House
from tests.makers import Api
from tests.server import KEYS, Server

#: Ways to rewrite a table; each must be refused for want of a right, before any trigger is asked.
REWRITING = (
    "update {table} set {column} = {column}",
    "delete from {table}",
    "truncate {table}",
    "truncate {table} cascade",
    "insert into {table} select * from {table} on conflict ({key}) do update set {column} = 0",
    "merge into {table} t using {table} s on false when not matched then insert default values"
    " when matched then delete",
    "select * from {table} for update",
    "select * from {table} for share",
    "lock table {table} in exclusive mode",
    "alter table {table} disable trigger all",
    "alter table {table} disable trigger only_added_to",
    "alter table {table} add column mine int",
    "drop trigger only_added_to on {table}",
    "drop table {table}",
    "alter table {table} owner to current_user",
    "create trigger mine before insert on {table} for each row execute function refuse_change()",
    "create rule mine as on insert to {table} do instead nothing",
)
OF_THE_HOUSE = (
    "set session_replication_role = replica",
    "create or replace function refuse_change() returns trigger language plpgsql as 'begin return new; end'",
    "drop function waits_for_seal() cascade",
    "create table mine (id int)",
    "set role {owner}",
    "update alembic_version set version_num = ''",
)
KEYS_OF = {
    "timeline": ("ticket_id, seq", "seq"),
    "clock_event": ("clock_id, kind, due_at", "seq"),
    "house_fact": ("seq", "seq"),
    "household_fact": ("household_id, seq", "seq"),
    "assistance_month": ("month", "closed_by"),
    "assistance_figure": ("month, division, figure, part", "n"),
    "seal_root": ("no", "no"),
    "seal_leaf": ("root, position", "position"),
    "provider_shift": ("id", "seen"),
}


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", REWRITING)
def test_the_application_cannot_rewrite_what_happened(
    api: Api, house: House, table: str, statement: str
) -> None:
    api.register()
    seal_facts(house)
    key, column = KEYS_OF[table]

    with house.engine.connect() as connection, pytest.raises(ProgrammingError) as refused:
        connection.execute(text(statement.format(table=table, key=key, column=column)))
    assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)
    assert "only ever added to" not in str(refused.value.orig)


@pytest.mark.parametrize("statement", OF_THE_HOUSE)
def test_the_application_cannot_put_the_guards_to_sleep(house: House, statement: str) -> None:
    owner = make_url(house.settings.owner_database_url or "").username
    with house.engine.connect() as connection, pytest.raises(ProgrammingError) as refused:
        connection.execute(text(statement.format(owner=owner)))

    assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)


def test_the_application_reads_and_adds(api: Api, house: House) -> None:
    api.register()
    with house.engine.connect() as connection:
        for table in APPEND_ONLY:
            # Not refused, only without any effect.
            connection.execute(text(f"grant all on {table} to current_user"))
        rights = {
            (table, right)
            for table in APPEND_ONLY
            for right in ("select", "insert", "update", "delete", "truncate", "references", "trigger")
            if connection.execute(text("select has_table_privilege(:table, :right)"), locals()).scalar_one()
        }

    assert rights == {(table, right) for table in APPEND_ONLY for right in ("select", "insert")}


OWNED = """
    select 'relation ' || relname from pg_class where relowner = current_user::regrole
    union all select 'schema ' || nspname from pg_namespace where nspowner = current_user::regrole
    union all select 'function ' || proname from pg_proc where proowner = current_user::regrole
    union all select 'type ' || typname from pg_type where typowner = current_user::regrole
    union all select 'database ' || datname from pg_database where datdba = current_user::regrole
"""


def test_the_application_owns_nothing_and_is_nobody_else(house: House) -> None:
    with house.engine.connect() as connection:
        owned = connection.execute(text(OWNED)).scalars().all()
        above = connection.execute(
            text(
                "select rolname from pg_roles where rolname <> current_user and"
                " pg_has_role(current_user, oid, 'member')"
            )
        ).scalars()

        assert owned == []
        assert above.all() == []


@pytest.fixture
def maker(server: Server, worker_id: str) -> Iterator[tuple[Cluster, str]]:
    """An empty database whose owner may make roles, named like the database."""
    if server.cluster is None:
        pytest.skip("roles are made on the embedded server only: another is somebody else's")
    name = f"rights_{worker_id}"
    with server.cluster.connect() as connection:
        connection.execute(f"create role {name} login createrole password 'of-the-tests'")
        connection.execute(f"create database {name} owner {name}")
    yield server.cluster, name
    server.cluster.drop(name)
    with server.cluster.connect() as connection:
        connection.execute(f"drop role if exists {name}_app")
        connection.execute(f"drop role {name}")


def environment(cluster: Cluster, owner: str, application: str) -> dict[str, str]:
    def url(user: str) -> str:
        place = cluster.url(owner).partition("@")[2]
        return f"postgresql://{user}@{place}"

    return {
        "ZHUANBAN_DATABASE_URL": url(application),
        "ZHUANBAN_OWNER_DATABASE_URL": url(f"{owner}:of-the-tests"),
        "ZHUANBAN_SECRET_KEY": "of-no-use-outside-the-tests-0123456789",
        "ZHUANBAN_VAULT_KEYS": KEYS,
    }


def test_an_upgrade_makes_the_role_and_can_be_repeated(maker: tuple[Cluster, str]) -> None:
    cluster, owner = maker
    settings = environment(cluster, owner, f"{owner}_app:p%40ss")
    first = CliRunner().invoke(main, ["db", "upgrade"], env=settings)
    again = CliRunner().invoke(main, ["db", "upgrade"], env=settings)
    current = CliRunner().invoke(main, ["db", "check"], env=settings)
    with psycopg.connect(settings["ZHUANBAN_DATABASE_URL"]) as connection:
        kinds = connection.execute(
            "select rolsuper, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user"
        ).fetchall()

    assert (first.exit_code, again.exit_code, current.exit_code) == (0, 0, 0)
    assert f"made the role {owner}_app of the application" in first.stderr
    assert "made the role" not in again.stderr
    assert kinds == [(False, False, False)]


def test_an_upgrade_takes_back_rights_of_old(maker: tuple[Cluster, str]) -> None:
    cluster, owner = maker
    settings = environment(cluster, owner, f"{owner}_app:secret")
    assert CliRunner().invoke(main, ["db", "upgrade"], env=settings).exit_code == 0
    with psycopg.connect(settings["ZHUANBAN_OWNER_DATABASE_URL"]) as connection:
        connection.execute(f"grant all on all tables in schema zhuanban to {owner}_app")
        connection.execute(f"grant update (by) on zhuanban.timeline to {owner}_app")
        connection.execute(f"grant create on schema zhuanban to {owner}_app")
    assert CliRunner().invoke(main, ["db", "upgrade"], env=settings).exit_code == 0
    with psycopg.connect(settings["ZHUANBAN_DATABASE_URL"]) as connection:
        rights = connection.execute(
            "select has_any_column_privilege('zhuanban.timeline', 'update'),"
            " has_table_privilege('zhuanban.timeline', 'truncate'),"
            " has_schema_privilege('zhuanban', 'create')"
        ).fetchall()

    assert rights == [(False, False, False)]


def test_an_owner_who_may_not_make_roles_is_told_what_to_ask_for(maker: tuple[Cluster, str]) -> None:
    cluster, owner = maker
    with cluster.connect() as connection:
        connection.execute(f"alter role {owner} nocreaterole")
    told = CliRunner().invoke(main, ["db", "upgrade"], env=environment(cluster, owner, f"{owner}_app:x"))

    assert told.exit_code == 1
    assert f'let an administrator run: create role "{owner}_app" login' in told.stderr


def test_a_role_above_the_guards_is_refused(maker: tuple[Cluster, str]) -> None:
    cluster, owner = maker
    with cluster.connect() as connection:
        connection.execute(f"create role {owner}_app login password 'x'")
        connection.execute(f"grant {owner} to {owner}_app")
    told = CliRunner().invoke(main, ["db", "upgrade"], env=environment(cluster, owner, f"{owner}_app:x"))

    assert told.exit_code == 1
    assert "is a superuser or a member of the owner" in told.stderr


def test_verify_remarks_on_a_role_that_may_rewrite(fresh_house: House) -> None:
    settings = fresh_house.settings
    as_owner = settings.model_copy(update={"database_url": settings.owner_database_url})
    remarks: list[str] = []

    assert list(Verification(as_owner, remark=remarks.append).faults()) == []
    assert remarks == [
        "house seq 0: the role of the application may rewrite assistance_figure, assistance_month,"
        " clock_event, house_fact, household_fact,"
        " provider_shift, seal_leaf, seal_root, timeline; give it one of its own"
    ]
