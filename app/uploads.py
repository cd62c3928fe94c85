"""Routes that take files: how much may be sent to them, and where it stays while it is looked at."""

from collections.abc import Callable
from io import BytesIO
from typing import IO, Any, TypeVar

from flask import Request, current_app

#: Bytes of a body, and of one with files.
MOST_BODY = 1024 * 1024
MOST_WITH_FILES = 21 * 1024 * 1024

View = TypeVar("View", bound=Callable[..., Any])


def takes_files(view: View) -> View:
    """Say that a route takes files, so that more may be sent to it."""
    view.takes_files = True  # type: ignore[attr-defined] # read before a body is
    return view


class Upload(Request):
    """A request that may bring files, where its route takes them."""

    @property
    def brings_files(self) -> bool:
        """Its route takes files."""
        view = current_app.view_functions.get(self.endpoint or "") if current_app else None
        return getattr(view, "takes_files", False)

    @property
    def max_content_length(self) -> int | None:
        """How many bytes are read at most."""
        return MOST_WITH_FILES if self.brings_files else MOST_BODY

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        raise AttributeError("the route says how much is taken")

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """Keep what comes in memory: on a disk it would lie unsealed."""
        return BytesIO()
