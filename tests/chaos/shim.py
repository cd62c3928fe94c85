"""A wall clock of one's own for a process: set forward and back while it runs, and nobody else's moves."""

import shutil
import struct
import subprocess
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

SOURCE = Path(__file__).with_name("clockshim.c")


class NoCompiler(Exception):
    """There is nothing here that compiles C."""


@dataclass(frozen=True)
class Shim:
    """How far the clock of those who run with `environment` is off."""

    library: Path
    file: Path

    def shift(self, by: timedelta) -> None:
        """Put their clock *by* off the machine's own, from now on."""
        nanoseconds = by // timedelta(microseconds=1) * 1000
        with self.file.open("r+b") as opened:
            # One write of eight bytes at one place: whoever reads sees the old number or the new one.
            opened.write(struct.pack("@q", nanoseconds))

    def environment(self) -> dict[str, str]:
        """What a process needs to be told by this clock."""
        return {"LD_PRELOAD": str(self.library), "CLOCKSHIM": str(self.file)}


def compiled(folder: Path) -> Path:
    """
    The library, in *folder*.

    :raises NoCompiler: there is no gcc.
    """
    compiler = shutil.which("gcc")
    if compiler is None:
        raise NoCompiler("gcc is needed to compile the clock shim")
    library = folder / "clockshim.so"
    options = ["-O2", "-Wall", "-shared", "-fPIC", "-o", str(library)]
    subprocess.run([compiler, *options, str(SOURCE), "-ldl"], check=True)  # noqa: S603 our own words
    library.chmod(0o755)
    return library


def shim_in(folder: Path, library: Path, name: str) -> Shim:
    """A clock called *name*, right as it stands."""
    file = folder / f"{name}.clock"
    file.write_bytes(bytes(8))
    # PostgreSQL may run as another user.
    file.chmod(0o644)
    return Shim(library, file)
