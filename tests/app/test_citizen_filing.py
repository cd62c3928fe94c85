"""A citizen files on the pages, step by step, and does the rest on the page of the matter."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlmodel import col
from werkzeug.test import TestResponse

from app.filing.drafts import FOR_NUMBER, forget_drafts
from app.wiring import House
from tests.app.attachments.samples import picture
from tests.app.test_citizen_pages import brought_to, opened
from tests.makers import Api
from tickets.ground.desk import CITIZEN
from tickets.ground.facts import Supplemented
from tickets.ground.timeline import write_down
from tickets.ticket import Ticket, lock_ticket

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}
WORDS = "我妈一个人住，腿摔了，没人做饭。\n想请人来照看。"
STEPS: dict[str, dict[str, Any]] = {
    "what": {"text": WORDS},
    "where": {"subdistrict": "530103012"},
    "place": {"community": "530103012210", "address": "老粮站旁边"},
    "contact": {"contact": "open"},
    "phone": {"phone": "138 0000 0007", "name": "金女士"},
}


def send(client: FlaskClient, path: str, environ: dict[str, str] | None = None, **given: Any) -> TestResponse:
    """Open the page at *path* and send its form."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert token is not None, path
    return client.post(path, data={"csrf_token": token[1], **given}, environ_base=environ or {})


def filed(client: FlaskClient, environ: dict[str, str] | None = None, **changes: Any) -> TestResponse:
    for step, given in STEPS.items():
        answer = send(client, f"/report/{step}", environ, **(changes.get(step, given)))
        assert answer.status_code == 303, answer.text
        if answer.location == "/report/check":
            break
    return send(client, "/report/check", environ)


def the_ticket(house: House, ref: str) -> Any:
    with house.read() as session:
        return session.connection().execute(text("select * from ticket where ref = :ref"), {"ref": ref}).one()


def told(page: TestResponse) -> tuple[str, str]:
    """Number and code as the last page says them."""
    groups = re.findall(r'<dd class="groups">(.*?)</dd>', page.text)
    ref, code = ("".join(re.findall(r"<span>(\d+)</span>", group)) for group in groups)
    return ref, code


def test_a_matter_is_filed_in_steps_once_with_its_photo(client: FlaskClient, house: House) -> None:
    bad = send(client, "/report/what", text=" ", photo=(BytesIO(b"no picture"), "坏.jpg"))
    assert bad.status_code == 422
    assert "请写几句，或者录一段话。" in bad.text
    assert "坏.jpg" in bad.text
    assert 'href="#photo"' in bad.text
    what = send(client, "/report/what", text=WORDS, photo=(BytesIO(picture()), "屋里.jpg"))
    assert what.location == "/report/where"
    assert client.get("/report/phone").location == "/report/where"
    assert "屋里.jpg" in client.get("/report/what").text

    assert send(client, "/report/where").status_code == 422
    assert send(client, "/report/where", **STEPS["where"]).location == "/report/place"
    assert send(client, "/report/place", **STEPS["place"]).location == "/report/contact"
    assert send(client, "/report/contact").status_code == 422
    assert send(client, "/report/contact", contact="open").location == "/report/phone"
    short = send(client, "/report/phone", phone="138 0000 000", name="金女士")
    assert "您填了 10 位" in short.text
    assert 'value="金女士"' in short.text
    assert send(client, "/report/phone", **STEPS["phone"]).location == "/report/check"
    check = client.get("/report/check").text
    assert "<script" not in check
    assert [word for word in ("老粮站旁边", "138 0000 0007", "金女士", "屋里.jpg") if word not in check] == []

    first, again = send(client, "/report/check"), client.get("/report/done")
    ref, code = told(again)
    assert (first.status_code, first.location) == (303, "/report/done")
    assert "no-store" in again.headers["Cache-Control"]
    ticket = the_ticket(house, ref)
    assert (ticket.channel, ticket.kind, ticket.division) == ("web", "help", "530103012210")
    assert ticket.text == WORDS
    with house.read() as session:
        files = session.connection().execute(
            text("select audience, role from attachment where ticket_id = :id"), {"id": ticket.id}
        )
        assert [tuple(row) for row in files] == [("citizen", "citizen")]
    assert client.get(f"/track/{ref}").status_code == 200
    assert opened(client, {"ref": ref}, code)


def test_pressed_twice_it_is_one_ticket(client: FlaskClient, house: House) -> None:
    for step, given in STEPS.items():
        send(client, f"/report/{step}", **given)
    page = client.get("/report/check").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    count = text("select count(*) from ticket")
    with house.read() as session:
        before = session.connection().execute(count).scalar_one()
    refs = set()
    for _ in range(2):
        assert client.post("/report/check", data={"csrf_token": token[1]}).location == "/report/done"
        refs.add(told(client.get("/report/done")))
    with house.read() as session:
        after = session.connection().execute(count).scalar_one()

    assert len(refs) == 1
    assert after == before + 1


@pytest.mark.parametrize("contact, sealed, anonymous", [("sealed", True, False), ("none", False, True)])
def test_who_wants_no_unit_to_know_is_not_known(
    client: FlaskClient, house: House, contact: str, sealed: bool, anonymous: bool
) -> None:
    filed(client, contact={"contact": contact})
    ticket = the_ticket(house, told(client.get("/report/done"))[0])

    assert (ticket.sealed, ticket.anonymous) == (sealed, anonymous)


def test_what_is_typed_lies_sealed_and_goes_in_time(client: FlaskClient, house: House) -> None:
    send(client, "/report/what", text="只有我知道的话")
    with house.engine.begin() as connection:
        kept = connection.execute(text("select string_agg(encode(answers, 'escape'), '') from web_draft"))
        assert "只有我知道" not in kept.scalar_one()
        connection.execute(text("update web_draft set touched_at = touched_at - interval '3 hours'"))
    assert client.get("/report/where").location == "/report/what"
    forget_drafts(house)
    with house.engine.begin() as connection:
        assert connection.execute(text("select count(answers) from web_draft")).scalar_one() == 0


def test_one_number_is_named_a_few_times_a_day(client: FlaskClient) -> None:
    codes = []
    for _ in range(FOR_NUMBER + 1):
        codes.append(filed(client, ELSEWHERE, phone={"phone": "13800000019", "name": ""}).status_code)

    assert codes == [303] * FOR_NUMBER + [429]


def test_a_citizen_adds_urges_and_takes_back(client: FlaskClient, api: Api, house: House) -> None:
    ticket, code = brought_to(api, "handling")
    ref = ticket["ref"]
    at = f"/track/{ref}"
    assert client.get(f"{at}/add").location == "/track"
    page = opened(client, ticket, code)
    assert [name for name in ("add", "urge", "withdraw", "rate", "dispute") if f"{at}/{name}" in page] == [
        "add",
        "urge",
        "withdraw",
    ]
    assert send(client, f"{at}/add", text="").status_code == 422
    for _ in range(2):
        assert send(client, f"{at}/add", text="又摔了一次").location == f"{at}/done/add"
    assert send(client, f"{at}/urge").location == f"{at}/done/urge"
    assert "明天还可以催一次" in client.get(f"{at}/done/urge").text
    assert "今天已经催过了" in client.get(f"{at}/urge").text
    assert "还没有答复" in client.get(f"{at}/rate").text
    assert send(client, f"{at}/withdraw").location == f"{at}/done/withdraw"
    assert "已经撤回" in client.get(f"{at}/done/withdraw").text
    assert the_ticket(house, ref).outcome == "withdrawn"
    assert api.facts(ref)[-3:] == ["supplemented", "urged", "withdrawn"]


def test_a_double_click_adds_once_and_whatever_is_new_is_kept(
    client: FlaskClient, api: Api, house: House
) -> None:
    made = api.register()
    ref, at = made["ref"], f"/track/{made['ref']}/add"
    opened(client, made, made["tracking_code"])

    def added(text: str, *photos: bytes) -> list[str]:
        """What two clicks add."""
        before = len(api.facts(ref))
        for _click in range(2):
            files = [(BytesIO(photo), f"{number}.jpg") for number, photo in enumerate(photos)]
            assert send(client, at, text=text, photo=files).status_code == 303
        return api.facts(ref)[before:]

    wide, tall = picture(size=(64, 32)), picture(size=(32, 64))
    assert added("还没有人来") == ["supplemented"]
    assert added("还没有人来", wide, tall) == ["supplemented", "attached", "attached"]
    assert added("还没有人来", tall) == ["supplemented", "attached"]
    assert added("", wide) == ["supplemented", "attached"]
    assert added("还没有人来") == ["supplemented"]
    with house.open_desk(CITIZEN) as desk:
        ticket, earlier = lock_ticket(desk, col(Ticket.ref) == ref), desk.now() - timedelta(minutes=1)
        write_down(desk, ticket, Supplemented(to=ticket.state), at=earlier, note="又停水了")
    assert added("又停水了") == ["supplemented"], "said a second time"

    again = "这次选的照片和录音都没有留下，请再选一次。"
    half = [(BytesIO(wide), "好.jpg"), (BytesIO(b"no picture"), "坏.jpg")]
    refused = send(client, at, text="楼道", photo=half)
    assert refused.status_code == 422
    assert re.search(f'id="photo-wrong">.*坏.jpg.*{again}', refused.text)
    many = send(client, at, text="楼道", photo=[(BytesIO(wide), f"{n}.jpg") for n in range(7)])
    assert (many.status_code, again in many.text) == (422, True)
    bad = send(client, at, text="楼道", photo=[(BytesIO(b"no picture"), "坏.jpg")])
    assert again not in bad.text


def test_a_report_is_taken_back_after_a_call_only(client: FlaskClient, api: Api, house: House) -> None:
    made = api.register(kind="report")
    at = f"/track/{made['ref']}"
    opened(client, made, made["tracking_code"])
    assert "先打电话和您核实" in client.get(f"{at}/withdraw").text
    send(client, f"{at}/withdraw", text="不想说了")

    assert "您的话记下了" in client.get(f"{at}/done/withdraw").text
    assert the_ticket(house, made["ref"]).state == "registered"
    assert "您已经说过要撤回" in client.get(f"{at}/withdraw").text


def test_a_citizen_rates_says_why_and_disputes(client: FlaskClient, api: Api, house: House) -> None:
    ticket, code = brought_to(api, "callback")
    at = f"/track/{ticket['ref']}"
    opened(client, ticket, code)
    nothing = send(client, f"{at}/rate")
    assert nothing.status_code == 422
    assert nothing.text.count('aria-describedby="') == 3
    no: dict[str, Any] = {"contacted": "no", "solved": "no", "satisfaction": "1"}
    why = send(client, f"{at}/rate", **no)
    assert "哪里没办好？" in why.text
    assert send(client, f"{at}/rate", **no, why="1").status_code == 422
    assert send(client, f"{at}/rate", **no, why="1", reason=["manner"], text="骂人").status_code == 303
    row = the_ticket(house, ticket["ref"])
    assert (row.state, row.citizen_solved, row.satisfaction, row.awaits_reviewer) == (
        "callback",
        "no",
        1,
        True,
    )
    assert "您已经评过了" in client.get(f"{at}/rate").text

    closed, code = brought_to(api, "closed")
    at = f"/track/{closed['ref']}"
    assert f"{at}/dispute" in opened(client, closed, code)
    assert send(client, f"{at}/dispute", text="没有人来").location == f"{at}/done/dispute"
    assert the_ticket(house, closed["ref"]).round == 2
    assert "再办" in client.get(f"{at}/done/dispute").text


def test_the_first_page_is_light(client: FlaskClient) -> None:
    page = client.get("/")
    parts = re.findall(r'<(?:link[^>]*href|script[^>]*src|img[^>]*src)="([^"]+)"', page.text)
    whole = len(page.data) + sum(len(client.get(part, buffered=True).data) for part in parts)

    assert any(part.endswith("citizen.css") for part in parts)
    assert whole <= 60_000
