"""Every topic by its name, in the order of the tabs. A further one is a file and a line here."""

from collections.abc import Mapping

from app.statistics import callers, kinds, overview, rates, returns, units
from app.statistics.scope import Scope
from app.statistics.topics import Topic

TOPICS: Mapping[str, Topic] = {
    module.TOPIC.name: module.TOPIC for module in (overview, units, kinds, rates, returns, callers)
}


def topics_for(scope: Scope) -> list[Topic]:
    """The topics somebody with this scope reads."""
    return [topic for topic in TOPICS.values() if topic.of_units or scope.units is None]
