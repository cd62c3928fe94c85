"""Hours of the night in which no text leaves that can wait."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from notifications.wording import SHANGHAI

#: By how much the texts of a night are drawn together in the morning, so that they keep their order.
CLOSER = 1000


@dataclass(frozen=True)
class Quiet:
    """From *begins* until before *ends*, in Shanghai; over midnight where it ends earlier than it begins."""

    begins: time = time(21)
    ends: time = time(8)

    def until(self, moment: datetime) -> datetime | None:
        """
        Say when a text may go that would go at *moment*; None where that is no quiet hour.

        Those of one night go within a minute after its end, in the order in which they would have gone.
        """
        local = moment.astimezone(SHANGHAI)
        began = datetime.combine(local.date(), self.begins, SHANGHAI)
        if began > local:
            began -= timedelta(days=1)
        over = datetime.combine(began.date(), self.ends, SHANGHAI)
        if over <= began:
            over += timedelta(days=1)
        return over + (local - began) / CLOSER if local < over else None
