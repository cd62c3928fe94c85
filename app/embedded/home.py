"""Where a cluster lives: in the folder asked for, or, where the server's user cannot go, elsewhere."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.embedded.account import Account, server_account
from app.embedded.errors import CannotStart

#: The longest path of a socket that every system takes (Linux 107 bytes, macOS 103).
LONGEST_SOCKET = 103
PORT = 5432


@dataclass(frozen=True)
class Home:
    """
    One cluster's files.

    Ours are the locks, the passwords, the log and the access rules; the server owns *data* and the
    sockets' folder, nothing else.
    """

    folder: Path
    account: Account

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def passwords(self) -> Path:
        return self.folder / "passwords.json"

    @property
    def access_rules(self) -> Path:
        return self.folder / "pg_hba.conf"

    @property
    def starter_lock(self) -> Path:
        """Held by whoever started the server, as long as they look after it."""
        return self.folder / "starter.lock"

    @property
    def server_lock(self) -> Path:
        """Held by the server's own processes: free only when the last of them is gone."""
        return self.folder / "server.lock"

    @property
    def sockets(self) -> Path:
        """Where the server listens: in its folder, or under the temp folder if that path is too long."""
        inside = self.folder / "socket"
        if _fits(inside):
            return inside
        name = f"zhuanban-{_hash(self.folder)}"
        short = [Path(place) / name for place in (tempfile.gettempdir(), "/var/tmp")]  # noqa: S108 - owner checked
        return next((place for place in short if _fits(place)), short[-1])


def find_home(folder: Path) -> Home:
    """
    The home of the cluster of *folder*, made if it is not there yet.

    As root the server runs as a user who may not be able to enter the folder. The permissions of the
    folders above are not ours to loosen; the cluster then gets a place of its own, found again by name.
    """
    data = folder / "data"
    elsewhere = own_place(folder)
    if elsewhere is not None and not data.exists() and (elsewhere / "data").exists():
        return Home(elsewhere, server_account(elsewhere / "data"))
    account = server_account(data)
    make_folder(folder, 0o700 if elsewhere is None else 0o711)
    if elsewhere is None or account.can_enter(folder):
        return Home(folder, account)
    if data.exists():
        raise CannotStart(
            f"the server's user may no longer enter {folder}; let it in, or start with FRESH=1."
        )
    make_place(elsewhere, folder)
    return Home(elsewhere, account)


def own_place(folder: Path) -> Path | None:
    """The place outside *folder* that root may use for it; nobody else needs one."""
    return place_of_root(_hash(folder)) if os.geteuid() == 0 else None


def place_of_root(name: str) -> Path:
    """The place called *name* outside of every checkout: where it is already, else where root may write."""
    places = (Path("/var/lib/zhuanban") / name, Path("/var/tmp") / f"zhuanban-{name}")  # noqa: S108 - owner checked
    taken = [place for place in places if place.is_dir()]
    writable = [place for place in places if os.access(_nearest(place), os.W_OK)]
    return next(iter([*taken, *writable]), places[-1])


def make_place(place: Path, why: object) -> None:
    """Make *place*, with a note for whoever finds it and wonders *why*."""
    make_folder(place, 0o711)
    if place.is_symlink() or place.lstat().st_uid != os.geteuid():
        raise CannotStart(f"{place} belongs to somebody else; remove it and start again.")
    (place / "belongs-to.txt").write_text(f"{why}\n", encoding="utf-8")


def make_folder(folder: Path, mode: int) -> None:
    """Make *folder* with exactly *mode*; one that is there stays as it is."""
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)
    except OSError as refusal:
        raise CannotStart(f"cannot write in {folder}: {refusal.strerror}.") from refusal
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CannotStart(f"cannot write in {folder}: permission denied.")


def make_sockets_folder(home: Home) -> None:
    """Make the folder of the sockets, which only the server's user may enter."""
    folder = home.sockets
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = folder.lstat().st_uid
        if folder.is_symlink() or owner not in {os.geteuid(), home.account.uid}:
            raise CannotStart(f"{folder} belongs to somebody else; remove it and start again.")
        folder.chmod(0o700)
        home.account.owns(folder)
    except OSError as refusal:
        raise CannotStart(f"cannot make {folder}: {refusal.strerror}.") from refusal


def _nearest(path: Path) -> Path:
    return next(parent for parent in path.parents if parent.exists())


def _hash(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]


def _fits(folder: Path) -> bool:
    # A comma would make a client believe in two hosts.
    return len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET and "," not in str(folder)
