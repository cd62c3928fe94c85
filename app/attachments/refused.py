"""Why a file cannot be kept."""

from typing import Any


class FileRefused(Exception):
    """A file cannot be kept; `code` names the sentence that says why and what to do."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
