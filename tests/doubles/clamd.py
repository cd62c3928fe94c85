"""A clamd: takes INSTREAM over a real socket, finds what it was told to find, and can be broken."""

import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: What it takes for a virus.
VIRUS = b"LOOKS-LIKE-A-VIRUS"


class Clamd(socketserver.ThreadingUnixStreamServer):
    """The server; *says* is its answer where it is not to look, *meanwhile* happens before it answers."""

    daemon_threads = True
    says: bytes | None = None
    meanwhile: Callable[[], object] | None = None

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), Asked)
        #: How many bytes each file had.
        self.seen: list[int] = []


class Asked(socketserver.StreamRequestHandler):
    """One file."""

    server: Clamd

    def handle(self) -> None:
        """Read the pieces up to the empty one, and answer as clamd does."""
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        self.server.seen.append(len(content))
        if self.server.meanwhile is not None:
            self.server.meanwhile()
        found = b"stream: Test.Virus FOUND\0" if VIRUS in content else b"stream: OK\0"
        self.wfile.write(found if self.server.says is None else self.server.says)


@contextmanager
def clamd(path: Path) -> Iterator[Clamd]:
    """A clamd that listens at *path*."""
    with Clamd(path) as server:
        serving: Any = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        try:
            yield server
        finally:
            server.shutdown()
            serving.join()
