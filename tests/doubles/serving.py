"""The HTTP server under every double."""

import sys
from http.server import ThreadingHTTPServer
from typing import Any


class Server(ThreadingHTTPServer):
    """Serves every request in a thread of its own."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet about callers that are killed or lose patience: that is what we are for."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)
