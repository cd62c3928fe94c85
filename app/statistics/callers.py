"""Who asks again: from the same number within thirty days, and to hurry."""

from app.statistics import topics
from app.statistics.figures import Figure
from app.statistics.topics import Topic

TOPIC = Topic(
    name="callers",
    figures=(Figure.RECEIVED, Figure.REPEATED, Figure.URGED, Figure.DISPUTED),
    rates=(topics.REPEATED,),
    tables=("", "division", "category"),
    of_units=False,
)
