"""Lock files: the kernel lets go of them when the last holder dies, so none is ever left behind."""

import fcntl
import os
import time
from pathlib import Path

from app.embedded.errors import Held

LOOK_AGAIN = 0.05


def hold(path: Path, *, patience: float = 0) -> int:
    """
    Take the lock *path* and return its descriptor; closing that lets go.

    :raise Held: if somebody else still has it after *patience* seconds.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    deadline = time.monotonic() + patience
    while not _try(descriptor, fcntl.LOCK_EX):
        if time.monotonic() >= deadline:
            os.close(descriptor)
            raise Held(path)
        time.sleep(LOOK_AGAIN)
    return descriptor


def is_held(path: Path) -> bool:
    """Whether anybody holds the lock *path* at this moment."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    try:
        return not _try(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
