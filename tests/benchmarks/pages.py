"""Pages and lists as people open them: signed in, one user and eight, with many tickets in the tables."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import cycle
from urllib.parse import quote, urlencode

from tests.benchmarks.bed import HOST, Bed, CannotMeasure, say
from tests.benchmarks.load import Result, request
from tests.benchmarks.texts import COMMON, RARE, SOMETIMES
from tests.server import PASSWORD

USERS = (1, 8)
DISPATCHER, HANDLER = "dispatcher", "handler@panlong-civil"
SUPERVISOR = "supervisor"
DESKS = (DISPATCHER, HANDLER, "reviewer", "caller", SUPERVISOR)


@dataclass(frozen=True)
class Opened:
    """What was opened, of which kind, and the answers by number of users."""

    what: str
    kind: str
    results: dict[int, Result]


@dataclass(frozen=True)
class _Visit:
    what: str
    kind: str
    requests: Sequence[bytes]


def measure(bed: Bed, kinds: Sequence[str], seconds: float) -> list[Opened]:
    """Open every page of *kinds* again and again for about *seconds*."""
    visitors = {name: _cookie(bed, name) for name in DESKS}
    visits = [
        *(
            _Visit(f"desk of {name.split('@')[0]}", "desk", _pages(visitors[name], ["/desk"]))
            for name in DESKS
        ),
        _Visit("ticket page, hotline", "ticket", _pages(visitors[DISPATCHER], _of_tickets(bed, ""))),
        _Visit("ticket page, unit", "ticket", _pages(visitors[HANDLER], _of_tickets(bed, "panlong-civil"))),
        _Visit("board on the wall", "desk", _pages(visitors[SUPERVISOR], ["/board"])),
        _Visit(
            "figures of a month", "desk", _pages(visitors[SUPERVISOR], ["/statistics", "/statistics/units"])
        ),
        *_searches(bed, visitors),
    ]
    return [_open(bed, visit, seconds) for visit in visits if visit.kind in kinds]


def main_pages(bed: Bed) -> list[tuple[str, str, Sequence[str]]]:
    """The five main pages: what each is, who opens it (nobody for a citizen), and where."""
    return [
        ("operator's intake", "operator", ["/intake"]),
        ("dispatcher's desk", DISPATCHER, ["/desk"]),
        ("unit's desk", HANDLER, ["/desk"]),
        ("ticket page", DISPATCHER, _of_tickets(bed, "")),
        ("citizen's start", "", ["/", "/track"]),
    ]


def measure_main(bed: Bed, seconds: float) -> list[Opened]:
    """Open the main pages alone, again and again for about *seconds*."""
    return [
        _open(bed, _Visit(what, "main", _pages(_cookie(bed, username) if username else "", paths)), seconds)
        for what, username, paths in main_pages(bed)
    ]


def _open(bed: Bed, visit: _Visit, seconds: float) -> Opened:
    results = {}
    for users in USERS:
        rate = _drive(bed, visit, users, 10 * users).per_second
        results[users] = _drive(bed, visit, users, max(int(rate * seconds), 20 * users))
    told = ", ".join(f"{users} at once {result.percentile(0.95):.0f} ms" for users, result in results.items())
    say(f"  {visit.what}: p95 {told}")
    return Opened(visit.what, visit.kind, results)


def _drive(bed: Bed, visit: _Visit, users: int, count: int) -> Result:
    return bed.drive(cycle(visit.requests), clients=users, count=count, status=200)


def _pages(cookie: str, paths: Sequence[str]) -> list[bytes]:
    return [request("GET", path, Cookie=cookie) for path in paths]


def _of_tickets(bed: Bed, unit: str) -> list[str]:
    """Pages of tickets from all over the table, of one unit's where it is named."""
    with bed.administrator() as connection:
        found = connection.execute(
            "select ref from ticket where %(unit)s = '' or exists"
            " (select from unit_order where ticket_id = ticket.id and unit = %(unit)s)"
            " order by md5(ref) limit 500",
            {"unit": unit},
        ).fetchall()
    return [f"/tickets/{ref}" for (ref,) in found]


def _searches(bed: Bed, visitors: dict[str, str]) -> list[_Visit]:
    token = f"Bearer {bed.token(DISPATCHER)}"
    words = {"a rare": RARE, "an uncommon": SOMETIMES, "a common": COMMON}
    return [
        visit
        for name, word in words.items()
        for visit in (
            _Visit(
                f"search for {name} word, API",
                "search",
                [request("GET", f"/api/v1/tickets?q={quote(word)}", Authorization=token)],
            ),
            _Visit(
                f"search for {name} word, page",
                "search page",
                _pages(visitors[DISPATCHER], [f"/tickets?q={quote(word)}"]),
            ),
        )
    ]


def _cookie(bed: Bed, username: str) -> str:
    """Sign in as people do, and give the cookie."""
    connection = HTTPConnection(HOST, bed.port, timeout=30)
    connection.request("GET", "/sign-in")
    form = connection.getresponse()
    page, cookie = form.read().decode(), _cookie_in(form.headers.get_all("Set-Cookie", []))
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    if token is None:
        raise CannotMeasure("the page of the sign-in has no token")
    body = urlencode({"username": username, "password": PASSWORD, "csrf_token": token[1]})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    connection.request("POST", "/sign-in", body, headers)
    answer = connection.getresponse()
    if answer.status != 303:
        raise CannotMeasure(f"signing in as {username} was answered {answer.status}")
    return _cookie_in(answer.headers.get_all("Set-Cookie", []))


def _cookie_in(lines: Sequence[str]) -> str:
    return "; ".join(line.split(";")[0] for line in lines)
