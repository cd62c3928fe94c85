"""The phone simulator of the demo: texts land at once on phones that a page shows."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, select

from notifications.message import Direction, SimulatedText
from notifications.providers import Parcel, Sent, Trouble
from notifications.segments import count_segments
from tickets.ground.columns import new_id
from tickets.ground.vault import Vault


class Simulator:
    """A provider whose network is a table. Each call is a short transaction of its own."""

    name = "simulator"
    takes_upstream = True
    abroad = False
    tells = True

    def __init__(self, sessions: Callable[[], Session], vault: Vault) -> None:
        self._sessions = sessions
        self._vault = vault

    def why_not(self, parcel: Parcel) -> Trouble | None:
        """Nothing."""
        return None

    def send(self, parcel: Parcel) -> Sent:
        """Put *parcel* on its phone."""
        sid = self._keep(parcel.phone, parcel.text, Direction.OUT, parcel.our_id)
        return Sent(sid=sid, segments=count_segments(parcel.text), delivered=True)

    def find(self, parcel: Parcel, since: datetime) -> Sequence[str]:
        """Look for *parcel* on the phones, by our own id."""
        with self._sessions() as session, session.begin():
            found = session.exec(select(SimulatedText.id).where(SimulatedText.our_id == parcel.our_id)).all()
            return [_sid(id_) for id_ in found]

    def answer(self, phone: str, words: str) -> str:
        """Let the holder of *phone* text us; gives the sid under which it came in."""
        return self._keep(phone, words, Direction.IN, None)

    def _keep(self, phone: str, words: str, direction: Direction, our_id: UUID | None) -> str:
        with self._sessions() as session, session.begin():
            row = SimulatedText(
                id=new_id(),
                phone_index=self._vault.index("phone", phone),
                index_key=self._vault.current,
                phone=b"",
                body=b"",
                direction=direction,
                our_id=our_id,
                at=session.connection().execute(text("select clock_timestamp()")).scalar_one(),
            )
            row.phone = self._vault.seal(phone, row.place("phone"))
            row.body = self._vault.seal(words, row.place("body"))
            session.add(row)
            return _sid(row.id)


def _sid(id_: UUID) -> str:
    return f"SIM{id_.hex}"
