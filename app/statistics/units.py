"""What each unit was given, and how it did."""

from app.statistics import topics
from app.statistics.figures import Figure
from app.statistics.topics import Topic

TOPIC = Topic(
    name="units",
    figures=(Figure.DISPATCHED, Figure.DUE, Figure.CLOSED, Figure.RETURN_GRANTED, Figure.REWORKED),
    rates=(topics.SIGNED_IN_TIME, topics.IN_TIME, *topics.THREE_RATES),
    tables=("unit",),
)
