"""
The life of a ticket, with no web, no SMS and no scheduler in it.

    citizen -> intake -> ticket -> transfer -> handling -> clocks -> callback -> citizen

`intake` makes a draft and registers it, `transfer` gives it to units, `handling` is what a unit does with it
and what the reviewer says, `clocks` notices what is late, `callback` asks the citizen. `ticket/` is what they
share, and `ground/` is what all of them stand on.
"""
