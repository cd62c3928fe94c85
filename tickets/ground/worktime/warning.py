from tickets.clocks.warning import *  # noqa: F403
