"""Ask clamd over its socket whether there is a virus in a file: the few lines of INSTREAM that it takes."""

import socket
import struct
from collections.abc import Iterable
from contextlib import closing

#: Seconds until somebody who does not answer counts as away.
PATIENCE = 30.0

#: Bytes of an answer; the longest is the name of a virus.
MOST_ANSWER = 4096

BEGINS, ENDS = b"zINSTREAM\0", struct.pack("!L", 0)


class ScannerAway(Exception):
    """The scanner cannot be reached, or does not say whether the file is clean; the text says which."""


def virus_in(address: str, content: Iterable[bytes]) -> str | None:
    """
    Have the clamd at *address* look at *content*; gives the name of what it found.

    :raises ScannerAway: it cannot be asked, or has no answer.
    """
    try:
        with closing(_connected(address)) as line:
            line.sendall(BEGINS)
            for piece in content:
                line.sendall(struct.pack("!L", len(piece)) + piece)
            line.sendall(ENDS)
            answer = _heard(line)
    except OSError as away:
        raise ScannerAway(type(away).__name__) from away
    if answer.endswith("FOUND"):
        return answer.removeprefix("stream:").removesuffix("FOUND").strip()
    if answer.endswith(": OK"):
        return None
    raise ScannerAway(answer[:100] or "no answer")


def _connected(address: str) -> socket.socket:
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(PATIENCE)
    try:
        line.connect(address)
    except OSError:
        line.close()
        raise
    return line


def _heard(line: socket.socket) -> str:
    heard = b""
    while not heard.endswith(b"\0") and len(heard) < MOST_ANSWER and (more := line.recv(MOST_ANSWER)):
        heard += more
    return heard.rstrip(b"\0\n").decode("utf-8", "replace").strip()
