"""
Become another program that dies with its parent, if need be as another user.

Run as a file of its own: `python -I -S leash.py SIGNAL PARENT UID GID FOLDER [COMMAND ...]`. A fresh
process does this, because code between fork and exec is not safe in a parent that has threads.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

#: The exit code of a leash that could not become the command.
NOT_STARTED = 126


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":  # elsewhere only the signals of the parent end its children
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(option, value, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl refused")


def die_with_parent(signal_number: int, parent: int) -> None:
    """
    Ask the kernel for *signal_number* when the parent ends, however it ends.

    The kernel means the thread that started us, and forgets the wish when the user changes.
    """
    _prctl(PR_SET_PDEATHSIG, signal_number)
    if os.getppid() != parent:
        raise SystemExit(NOT_STARTED)  # it was gone before we could ask


def adopt_orphans() -> None:
    """Become the parent of whatever our children leave behind, so that we can end it."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def main(arguments: list[str]) -> None:
    signal_number, parent, uid, gid = map(int, arguments[:4])
    folder, command = arguments[4], arguments[5:]
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    die_with_parent(signal_number, parent)
    os.chdir(folder)
    if command:
        # Python ignores these, and what is ignored stays so in the next program.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        os.execv(command[0], command)  # noqa: S606 - the command is put together by our own package


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except OSError as trouble:
        sys.stderr.write(f"{trouble}\n")
        sys.exit(NOT_STARTED)
