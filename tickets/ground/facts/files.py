"""Facts about files: what came, was taken back or could not be kept. None says what a file is called."""

from dataclasses import dataclass

from tickets.ground.facts.base import Fact


@dataclass(frozen=True, kw_only=True)
class Attached(Fact):
    """A file was handed in."""

    name = "attached"
    attachment: str
    media_type: str
    size: int
    #: SHA-256 of the bytes as they are kept.
    digest: str
    audience: str


@dataclass(frozen=True, kw_only=True)
class AttachmentRemoved(Fact):
    """A file was taken back, with a reason."""

    name = "attachment_removed"
    attachment: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class AttachmentRestored(Fact):
    """A file that was taken back is there again."""

    name = "attachment_restored"
    attachment: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class AttachmentRefused(Fact):
    """The scanner found something in a file; its bytes are gone."""

    name = "attachment_refused"
    attachment: str
    digest: str
