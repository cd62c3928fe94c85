"""What came in beside the tickets and waits for a person: texts, voice messages, calls to give back."""

from dataclasses import dataclass

from sqlmodel import select

from app.reading import call_backs, texts, voice
from tickets.ground.desk import Desk


@dataclass(frozen=True)
class Arrived:
    """How many wait, of each sort."""

    texts: int = 0
    voice: int = 0
    call_backs: int = 0


def count_arrived(desk: Desk) -> Arrived:
    """Count what waits, as the lists show it, in one question."""
    waiting = (texts.WAIT, voice.WAIT, call_backs.WAIT)
    return Arrived(*desk.session.exec(select(*(one.scalar_subquery() for one in waiting))).one())
