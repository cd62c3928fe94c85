"""What can keep the embedded PostgreSQL or the demo from starting, in one sentence for a person."""


class CannotStart(Exception):
    """Its text is one clear sentence that says what is wrong and what to do."""


class Held(Exception):
    """Somebody else holds the lock file."""
