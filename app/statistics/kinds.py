"""What people ask for: by kind, matter, place and way in."""

from app.statistics import topics
from app.statistics.figures import Figure
from app.statistics.topics import Topic

TOPIC = Topic(
    name="kinds",
    figures=(Figure.RECEIVED, Figure.CLOSED),
    rates=(topics.DIRECT, topics.SOLUTION),
    tables=("kind", "category", "division", "channel"),
    of_units=False,
)
