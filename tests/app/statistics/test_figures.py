"""Figures on one house: counted once, the same number in counts and lists, closed months as they were."""

import json
import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from itertools import chain
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from click.testing import CliRunner
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlmodel import select

from app.access.accounts import Account, Viewer
from app.access.doors import viewer_of
from app.cli import main
from app.factory import create_app
from app.statistics.behind import Behind, cases_of
from app.statistics.figures import Figure
from app.statistics.periods import Period
from app.statistics.rolling import roll_all, roll_up
from app.wiring import House
from tests.app.pages import Visitor, counted, signed_in
from tests.app.stories import STORIES
from tests.makers import HEAD, LEAD, Api
from tests.server import Server


@pytest.fixture(scope="module")
def told(server: Server, worker_id: str) -> Iterator[House]:
    """A house in which every story happened, and everything is counted."""
    with server.district(f"figures_{worker_id}") as settings:
        made = House.of(settings, pool=6)
        api = Api(create_app(settings, made), made)
        for story in STORIES:
            story(api)
        with made.session() as session, session.begin():
            roll_all(session)
        yield made
        made.engine.dispose()


@pytest.fixture(scope="module")
def app(told: House) -> Flask:
    return create_app(told.settings, told)


@pytest.fixture(scope="module")
def api(told: House, app: Flask) -> Api:
    return Api(app, told)


@pytest.fixture(scope="module")
def staff_here(told: House) -> Viewer:
    with told.read() as session:
        return viewer_of(session.exec(select(Account).where(Account.username == "auditor")).one())


def sums(house: House) -> dict[str, int]:
    with house.engine.connect() as connection:
        rows = connection.execute(text("select figure, sum(n)::int from figure_day group by figure"))
        return dict(tuple(row) for row in rows)


def test_what_was_counted_is_the_sum_of_its_cases_and_counting_again_changes_nothing(told: House) -> None:
    before = sums(told)
    with told.engine.begin() as connection:
        cases = connection.execute(
            text("select figure, count(*)::int from figure_case where until is null group by figure")
        )
        assert dict(tuple(row) for row in cases) == before
        tickets = connection.execute(text("select count(*) from ticket")).scalar_one()
        connection.execute(text("insert into figure_queue (ticket_id) select id from ticket"))
    assert before["received"] == tickets

    with told.session() as session, session.begin():
        roll_all(session)

    assert sums(told) == before


def behind(api: Api, username: str, address: str) -> list[dict[str, Any]]:
    parts = urlsplit(address)
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    answer = api.get(username, parts.path.removeprefix("/api/v1"), limit="200", **asked)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.get_json()["items"]
    return items


TOPICS = ("overview", "units", "kinds", "rates", "returns", "callers")


def numbers(
    api: Api, username: str, topic: str, **asked: str
) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    answer = api.get(username, f"/statistics/{topic}", **asked)
    assert answer.status_code == 200, answer.text
    for table in answer.get_json()["tables"]:
        for line in table["lines"]:
            for figure, found in line["figures"].items():
                yield table["by"], line["key"], figure, found


def test_behind_every_number_are_as_many_cases(told: House, api: Api, staff_here: Viewer) -> None:
    seen = 0
    with told.open_desk(staff_here.actor()) as desk:
        period = Period.read(None, None, desk.today())
        for by, key, figure, found in chain.from_iterable(numbers(api, "auditor", one) for one in TOPICS):
            narrowed = {by: key} if by else {}
            wanted = Behind(Figure(figure), period, **narrowed)
            assert len(cases_of(desk, staff_here, wanted, limit=1000)) == found["n"], (by, key, figure)
            seen += found["n"]
    assert seen > 100


def test_a_share_is_told_with_its_part_and_its_whole(api: Api) -> None:
    line = api.get("supervisor", "/statistics/rates").get_json()["tables"][0]["lines"][0]

    assert {name for name, rate in line["rates"].items() if rate["whole_n"]} >= {"solution", "satisfaction"}
    for rate in line["rates"].values():
        whole, part = line["figures"][rate["whole"]]["n"], line["figures"][rate["part"]]["n"]
        assert (rate["whole_n"], rate["part_n"]) == (whole, part)
        assert rate["share"] == (round(100 * part / whole, 1) if whole else None)


def test_who_reads_what(api: Api) -> None:
    assert api.get("operator", "/statistics/overview").status_code == 403
    assert api.get("admin", "/statistics/tickets", figure="received").status_code == 403
    assert api.get(HEAD, "/statistics/kinds").status_code == 403
    assert all(found["tickets"] is None for *_where, found in numbers(api, "admin", "units"))
    keys = {key for _by, key, _figure, _found in numbers(api, HEAD, "units")}
    assert keys == {LEAD}
    for _by, _key, figure, found in numbers(api, HEAD, "rates"):
        items = behind(api, HEAD, found["tickets"])
        assert len(items) == found["n"], figure


@pytest.mark.parametrize(
    "asked, field",
    [
        ({"from": "2026-13"}, "from"),
        ({"to": "20261101"}, "to"),
        ({"from": "2026-11-02", "to": "2026-11-01"}, "to"),
        ({"from": "1926-11", "to": "2026-11"}, "from"),
    ],
)
def test_a_period_that_is_none_is_refused_by_its_field(api: Api, asked: dict[str, str], field: str) -> None:
    answer = api.get("auditor", "/statistics/overview", **asked)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.get_json()["errors"]] == [field]


def test_the_pages_tell_the_same_and_ask_a_fixed_number_of_times(told: House, app: Flask) -> None:
    supervisor = signed_in(app, "supervisor")
    for topic in TOPICS:
        page = supervisor.get(f"/statistics/{topic}")
        assert page.status_code == 200
    with counted(told.engine) as sent:
        supervisor.get("/statistics/kinds")
    # who looks; what day it is; four tables; closed months
    assert len(sent) == 7, sent
    links = re.findall(r'href="(/statistics/tickets[^"]+)"', supervisor.get("/statistics/kinds").text)
    with counted(told.engine) as sent:
        assert supervisor.client.get(unescape(links[0])).status_code == 200
    assert len(sent) <= 7, sent
    refused = supervisor.get("/statistics", **{"from": "never"})
    assert refused.status_code == 422
    assert 'href="#from"' in refused.text


def test_files_hold_the_same_figures_and_no_formula(told: House, app: Flask, api: Api) -> None:
    with told.engine.begin() as connection:
        connection.execute(text("update unit set name = '=1+1' where code = :code"), {"code": LEAD})
    told.shelf.forget()
    auditor = signed_in(app, "auditor")
    given = auditor.get("/statistics/units.csv").data
    book = CalamineWorkbook.from_filelike(BytesIO(auditor.get("/statistics/units.xlsx").data))

    assert given.startswith(b"\xef\xbb\xbf")
    assert "\r\n'=1+1," in given.decode()
    rows = {row[0]: row for row in book.get_sheet_by_index(0).to_python()}
    dispatched = next(
        found["n"]
        for _by, key, figure, found in numbers(api, "auditor", "units")
        if (key, figure) == (LEAD, "dispatched")
    )
    assert rows["=1+1"][1] == dispatched
    assert auditor.get("/statistics/units/unit.svg").data.startswith(b"<svg")
    assert signed_in(app, HEAD).get("/statistics/kinds").status_code == 404


def listed(visitor: Visitor, address: str) -> int:
    """How many rows the list at *address* has, on all its pages."""
    rows = 0
    while address:
        page = visitor.client.get(unescape(address))
        assert page.status_code == 200, address
        rows += page.text.count('<span class="ref">')
        following = re.search(r'href="([^"]+)" rel="next"', page.text)
        address = following[1] if following else ""
    return rows


TILE = re.compile(r'<a class="tile [^"]*" href="([^"]+)">.*?<b>(\d+)</b>', re.DOTALL)


def test_every_tile_of_the_board_leads_to_as_many_tickets(told: House, app: Flask) -> None:
    supervisor = signed_in(app, "supervisor")
    with counted(told.engine) as sent:
        board = supervisor.get("/board")
    # who looks; the time; intake, open ones, rates, urgent ones, late units, places
    assert len(sent) == 8, sent
    tiles = TILE.findall(board.text)
    assert len(tiles) == 7
    for address, n in tiles:
        assert listed(supervisor, address) == int(n), address
    ways = re.findall(r'<a class="" href="([^"]+channel[^"]+)">[^<]+</a><b>(\d+)</b>', board.text)
    assert {int(n) for _address, n in ways} > {0}
    # Hot places and late units stand beside their name, the parts of the three rates are links themselves.
    named = re.findall(r'<a class="grow" href="([^"]+)">[^<]+</a><b[^>]*>(\d+)</b>', board.text)
    shares = re.findall(r'<a class="" href="([^"]+)">(\d+)</a>', board.text)
    assert any("division=" in address for address, _n in named)
    assert len(shares) == 6
    for address, n in (*ways, *named, *shares):
        assert listed(supervisor, address) == int(n), address


def test_a_screen_sees_the_board_by_its_secret_until_it_is_revoked(told: House, app: Flask) -> None:
    supervisor = signed_in(app, "supervisor")
    page = supervisor.get("/board/screens")
    assert supervisor.send(page, "/board/screens", {"name": " "}).status_code == 422
    made = supervisor.send(page, "/board/screens", {"name": "三楼大厅"})
    secret = re.search(r"/wall/([\w-]+)", made.text)
    assert secret is not None
    screen = app.test_client()

    shown = screen.get(f"/wall/{secret[1]}")
    part = screen.get(f"/wall/{secret[1]}/part")

    assert shown.status_code == part.status_code == 200
    # No way to a ticket, and no number of one.
    assert "<a " not in shown.text
    with told.engine.connect() as connection:
        refs, titles = zip(*connection.execute(text("select ref, title from ticket")), strict=True)
    assert not [word for word in (*refs, *titles) if word in shown.text]
    again = screen.get(f"/wall/{secret[1]}/part", headers={"If-None-Match": part.headers["ETag"]})
    assert again.status_code in (200, 304)
    assert (again.status_code == 304) == (again.headers["ETag"] == part.headers["ETag"])
    action = re.search(r"/board/screens/\d+/revoke", made.text)
    assert action is not None
    assert supervisor.send(made, action[0], {}).status_code == 303
    assert screen.get(f"/wall/{secret[1]}").status_code == 404
    assert screen.get("/wall/none/part").status_code == 404
    assert signed_in(app, "auditor").get("/board/screens").status_code == 403


def test_the_console_tells_the_same(told: House, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = told.settings
    for name, value in (
        ("DATABASE_URL", settings.database_url),
        ("SCHEMA", settings.schema_),
        ("SECRET_KEY", settings.secret_key),
        ("VAULT_KEYS", settings.vault_keys),
    ):
        monkeypatch.setenv(f"ZHUANBAN_{name}", value)
    ran = CliRunner().invoke(main, ["statistics", "returns"])
    assert ran.exit_code == 0, ran.output
    here = api.get("admin", "/statistics/returns").get_json()

    assert json.loads(ran.stdout)["tables"] == here["tables"]
    assert CliRunner().invoke(main, ["statistics", "nothing"]).exit_code == 1
    assert CliRunner().invoke(main, ["statistics", "--from", "2026"]).exit_code == 1


def moved_back(house: House, days: int) -> None:
    """Let all that happened have happened *days* ago, and count it anew."""
    with house.engine.begin() as connection:
        for statement in MOVED_BACK:
            connection.execute(text(statement), {"days": days})
        connection.execute(text("insert into figure_queue (ticket_id) select id from ticket"))
    with house.session() as session, session.begin():
        roll_all(session)


MOVED_BACK = (
    "update ticket set registered_at = registered_at - make_interval(days => :days),"
    " closed_at = closed_at - make_interval(days => :days)",
    "update unit_order set given_at = given_at - make_interval(days => :days)",
)


def test_a_closed_month_stands_and_what_comes_later_stands_beside_it(told: House, api: Api) -> None:
    moved_back(told, 40)
    with told.engine.connect() as connection:
        day = connection.execute(
            text("select max(day) from figure_day where figure = 'received'")
        ).scalar_one()
    month = f"{day:%Y-%m}"
    asked = {"from": month, "to": month}
    before = {str(key): found["n"] for *key, found in numbers(api, "auditor", "overview", **asked)}

    assert api.post("auditor", f"/statistics/months/{month}/close").status_code == 403
    for coming in ("2999-01", "9999-12"):
        assert api.post("supervisor", f"/statistics/months/{coming}/close").status_code == 422
    assert api.post("supervisor", f"/statistics/months/{month}/close").status_code == 200
    assert api.post("supervisor", f"/statistics/months/{month}/close").status_code == 409
    with told.engine.begin() as connection:
        connection.execute(
            text(
                "update ticket set closed_at = null where id ="
                " (select ticket_id from figure_case where figure = 'closed' and until is null"
                " and day between :first and :last order by id limit 1)"
            ),
            {"first": day.replace(day=1), "last": day},
        )
        connection.execute(text("insert into figure_queue (ticket_id) select id from ticket"))
    with told.session() as session, session.begin():
        assert roll_up(session, 10_000)

    after = {str(key): found for *key, found in numbers(api, "auditor", "overview", **asked)}
    assert {key: found["n"] for key, found in after.items()} == before
    assert after[str(["", "", "closed"])]["correction"] == -1
    for key, found in after.items():
        items = behind(api, "auditor", found["tickets"])
        assert len(items) == found["n"], key
    with told.engine.connect() as connection:
        for by in ("unit", "kind", "category", "division", "channel"):
            # What heads read sorted by all, the house reads sorted by one: of open and of closed months.
            for sums_of, totals in (("figure_day", "figure_total"), ("figure_frozen", "figure_frozen_total")):
                asked_of = f"select day, figure, {by}, sum(n)::int from {sums_of} group by 1, 2, 3"  # noqa: S608
                told_by = f"select day, figure, key, n from {totals} where by = '{by}'"  # noqa: S608
                rows = connection.execute(text(told_by)).all()
                assert sorted(map(tuple, rows)) == sorted(map(tuple, connection.execute(text(asked_of))))
                assert rows
    for table in ("figure_frozen", "figure_frozen_total"):
        with told.engine.begin() as connection, pytest.raises(ProgrammingError, match="permission"):
            connection.execute(text(f"update {table} set n = 0"))  # noqa: S608 a name of ours
