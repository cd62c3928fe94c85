"""Everything on one page, against the period before and the same days of last year."""

from app.statistics import topics
from app.statistics.figures import Figure
from app.statistics.topics import Topic

TOPIC = Topic(
    name="overview",
    figures=(
        Figure.RECEIVED,
        Figure.ANSWERED_DIRECTLY,
        Figure.DISPATCHED,
        Figure.CLOSED,
        Figure.UNRATED,
        Figure.RETURN_GRANTED,
        Figure.REWORKED,
        Figure.REPEATED,
        Figure.DISPUTED,
        Figure.URGED,
    ),
    rates=(
        *topics.THREE_RATES,
        topics.IN_TIME,
        topics.SIGNED_IN_TIME,
        topics.DIRECT,
        topics.UNITS_SOLUTION,
        topics.AT_ONE_GO,
    ),
    tables=("",),
)
