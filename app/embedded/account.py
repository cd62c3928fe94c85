"""As whom the server runs: PostgreSQL refuses to run as root, so root lends it a user without rights."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.embedded import leash
from app.embedded.errors import CannotStart

NAME = "zhuanban-pg"


@dataclass(frozen=True)
class Account:
    """Who runs the server; -1 is whoever we are already."""

    uid: int = -1
    gid: int = -1

    def owns(self, path: Path) -> None:
        """Give *path* to this account."""
        if self.uid >= 0:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def leashed(
        self, command: Sequence[str], folder: Path, *, ended_by: signal.Signals = signal.SIGKILL
    ) -> list[str]:
        """The command line that runs *command* in *folder* as this account and ends with us."""
        facts = [int(ended_by), os.getpid(), self.uid, self.gid]
        python = [sys.executable, "-I", "-S", leash.__file__]
        return [*python, *map(str, facts), str(folder), *command]

    def run(
        self, command: Sequence[str], folder: Path, environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run *command* to its end and keep what it says."""
        return subprocess.run(  # noqa: S603 - the command is put together by our own package
            self.leashed(command, folder),
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )

    def can_enter(self, folder: Path) -> bool:
        """Whether this account gets into *folder*. Tried out, since mode bits do not tell everything."""
        return self.run([], folder).returncode == 0


def server_account(data: Path) -> Account:
    """Who shall run the server over *data*: as root whoever owns it already, else a user made for it."""
    if os.geteuid() != 0:
        return Account()
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    entry = _entry() or _created()
    account = Account(entry.pw_uid, entry.pw_gid)
    if not account.can_enter(Path("/")):
        raise CannotStart(
            f"PostgreSQL does not run as root, and this root may not become the user {NAME}; "
            "run as an ordinary user, or set ZHUANBAN_DATABASE_URL to a PostgreSQL of your own."
        )
    return account


def _entry() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        return None


def _created() -> pwd.struct_passwd:
    advice = f"create a system user {NAME}, run as an ordinary user, or set ZHUANBAN_DATABASE_URL."
    useradd = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    if useradd is None:
        raise CannotStart(f"PostgreSQL does not run as root, and useradd is missing: {advice}")
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    made = subprocess.run(  # noqa: S603 - fixed words
        [useradd, *options, "--shell", "/usr/sbin/nologin", NAME],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    # Another process may have been quicker: what counts is that the user is there.
    entry = _entry()
    if entry is None:
        why = " ".join(made.stderr.split()) or f"exit code {made.returncode}"
        raise CannotStart(f"PostgreSQL does not run as root, and useradd failed ({why}): {advice}")
    return entry
