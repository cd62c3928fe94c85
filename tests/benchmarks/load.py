"""A load generator that costs little itself: one process, plain sockets, requests made beforehand."""

import selectors
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter


@dataclass
class Result:
    """What came back."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    #: Seconds each answer took, in the order they came.
    took: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return len(self.took) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds within which *share* of the answers came."""
        ordered = sorted(self.took)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@dataclass
class _Client:
    connection: socket.socket
    sent_at: float = 0.0
    received: bytes = b""


def drive(host: str, port: int, requests: Iterator[bytes], *, clients: int, count: int) -> Result:
    """Send *count* of *requests* over *clients* kept-open connections, one at a time on each."""
    waiting = selectors.DefaultSelector()
    result = Result()
    began = perf_counter()
    left = count
    for _ in range(clients):
        client = _Client(socket.create_connection((host, port)))
        client.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting.register(client.connection, selectors.EVENT_READ, client)
        left -= _send(client, requests)
    while waiting.get_map():
        for key, _ in waiting.select(timeout=30):
            client = key.data
            if not _is_answered(client, result):
                continue
            if left > 0:
                left -= _send(client, requests)
            else:
                waiting.unregister(client.connection)
                client.connection.close()
    result.seconds = perf_counter() - began
    return result


def _send(client: _Client, requests: Iterator[bytes]) -> int:
    client.received = b""
    client.sent_at = perf_counter()
    client.connection.sendall(next(requests))
    return 1


def _is_answered(client: _Client, result: Result) -> bool:
    chunk = client.connection.recv(262_144)
    if not chunk:
        raise ConnectionError(
            f"the server closed the connection after {dict(result.statuses)} with {client.received[:300]!r}"
        )
    client.received += chunk
    head, _, body = client.received.partition(b"\r\n\r\n")
    if not body and b"\r\n\r\n" not in client.received:
        return False
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    if len(body) < length:
        return False
    result.took.append(perf_counter() - client.sent_at)
    result.statuses[int(head.split(b" ", 2)[1])] += 1
    return True


def request(method: str, path: str, *, body: bytes = b"", **headers: str) -> bytes:
    """One request on a kept-open connection."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
