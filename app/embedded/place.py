"""Where the demo keeps itself: the checkout, its `var/`, and the record other commands find it by."""

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from app.embedded import locks
from app.embedded.errors import CannotStart
from app.embedded.home import make_folder

#: Without those that look alike when read from a screen or over the phone (0 O o, 1 I l i).
UNMISTAKABLE = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class DemoRecord:
    """What another command needs to work with the demo. The secrets survive every later start."""

    secret_key: str = field(repr=False)
    vault_keys: str = field(repr=False)
    password: str = field(repr=False)
    #: Empty in the record of a demo that was started before there were roots.
    seal_keys: str = field(default="", repr=False)
    database_url: str = field(default="", repr=False)
    owner_database_url: str = field(default="", repr=False)
    base_url: str = ""
    host: str = ""
    port: int = 0
    #: The supervisor's. Only `demo_is_running` tells whether it still lives: numbers are used again.
    pid: int = 0


def checkout() -> Path:
    """The folder with pyproject.toml that this code runs from, or else the current one."""
    above = Path(__file__).resolve().parents[2]
    return above if (above / "pyproject.toml").is_file() else Path.cwd()


def var(root: Path | None = None) -> Path:
    """The folder of everything the demo makes."""
    return (root or checkout()) / "var"


def make_var(root: Path | None = None) -> None:
    """Make `var/`, closed to others, but for root so that the server's user can pass through to its data."""
    make_folder(var(root), 0o711 if os.geteuid() == 0 else 0o700)
    make_folder(var(root) / "log", 0o700)


def record_path(root: Path | None = None) -> Path:
    return var(root) / "demo.json"


def lock_path(root: Path | None = None) -> Path:
    """Held by the demo's supervisor as long as it lives."""
    return var(root) / "demo.lock"


def demo_is_running(root: Path | None = None) -> bool:
    return locks.is_held(lock_path(root))


def demo_record(root: Path | None = None) -> DemoRecord | None:
    """The record of the demo of this checkout, or None if it was never started."""
    path = record_path(root)
    try:
        return DemoRecord(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as trouble:
        raise CannotStart(f"{path} cannot be read; remove it and start the demo again.") from trouble


def create_record(root: Path | None = None) -> DemoRecord:
    """A record with secrets of its own, kept for all later starts."""
    record = DemoRecord(
        secret_key=secrets.token_urlsafe(48),
        vault_keys=new_key(),
        seal_keys=new_key(),
        password="".join(secrets.choice(UNMISTAKABLE) for _ in range(8)),
    )
    write_record(record, root)
    return record


def new_key() -> str:
    """A key ring of one random key."""
    return f"1:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def write_record(record: DemoRecord, root: Path | None = None) -> None:
    """Replace the record in one step, so that a reader never sees half of one."""
    make_var(root)
    path = record_path(root)
    unfinished = path.with_suffix(".new")
    try:
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(record), file, indent=2)
            file.flush()
            os.fsync(descriptor)
        unfinished.replace(path)
    except OSError as refusal:
        raise CannotStart(f"cannot write {path}: {refusal.strerror}.") from refusal
