"""
Collect garbage between requests and ticks, never amid them.

Python 3.11 may collect inside any allocation, and what is collected may run code of the ORM that lets another
thread in. With several threads on large pages that crashed workers (SIGSEGV in the allocator, under eight
users within minutes); with one thread, or with collection only where nothing is half done, it never did.
Python 3.12 collects between instructions only: when 3.11 is no longer supported this module may go.
"""

import gc

#: New objects after which it is worth looking.
YOUNG = 20_000


def settle() -> None:
    """Begin serving: what is loaded stays for good, and nothing is collected unasked any more."""
    gc.collect()
    gc.freeze()
    gc.disable()


def tidy() -> None:
    """Collect if enough has gathered. To be called where nothing of this thread is half done."""
    if gc.get_count()[0] > YOUNG:
        gc.collect()
