"""What a failed call proves: a connection that was never made has carried nothing."""

from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout
from urllib3.exceptions import MaxRetryError, NewConnectionError


def never_left(gone: NoConnection) -> bool:
    """Whether the connection was never made, so that nothing can have been taken."""
    if isinstance(gone, ConnectTimeout):
        return True
    cause = gone.args[0] if gone.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)
