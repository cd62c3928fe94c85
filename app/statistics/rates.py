"""The three rates, what units say of themselves beside them, and timeliness; of all, then by unit."""

from app.statistics import topics
from app.statistics.figures import Figure
from app.statistics.topics import Topic

TOPIC = Topic(
    name="rates",
    figures=(Figure.CLOSED, Figure.UNRATED),
    rates=(
        *topics.THREE_RATES,
        topics.UNITS_SOLUTION,
        topics.IN_TIME,
        topics.SIGNED_IN_TIME,
        topics.AT_ONE_GO,
    ),
    tables=("", "unit"),
)
