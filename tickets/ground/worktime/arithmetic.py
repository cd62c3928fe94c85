from tickets.clocks.arithmetic import *  # noqa: F403
from tickets.clocks.warning import *  # noqa: F403
