from tickets.clocks.units import *  # noqa: F403
