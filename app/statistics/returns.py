"""What came back: returned by units, sent back to them, disputed by citizens."""

from app.statistics import topics
from app.statistics.figures import Figure
from app.statistics.topics import Topic

TOPIC = Topic(
    name="returns",
    figures=(
        Figure.DISPATCHED,
        Figure.RETURN_ASKED,
        Figure.RETURN_GRANTED,
        Figure.RETURN_REFUSED,
        Figure.REWORKED,
        Figure.DISPUTED,
    ),
    rates=(topics.RETURNED, topics.RETURN_REFUSED, topics.REWORKED),
    tables=("", "unit"),
)
