from tickets.clocks.calendar import *  # noqa: F403
