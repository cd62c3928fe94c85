"""The replay driver against a live service: words come back to the letter, and what goes wrong is counted."""

import csv
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from werkzeug.serving import make_server

from app.factory import create_app
from app.wiring import House, make_engine
from tests.chaos.service import environment, free_port
from tests.replay.__main__ import main

COLUMNS = ("id", "user", "subject", "created_at", "content", "reply", "replied_at")
WORDS = (
    ("路灯不亮", "小区门口的路灯坏了三天，\r\n晚上看不清。  ", "已换灯泡。\n谢谢！"),
    ("", " 楼上半夜有声音 “咚咚”，\t请管一管。", "已上门劝说 🙂"),
    ("停车", "消防通道上停了车，进不去。", "已挪车；如再发生，请拨打 110。"),
    ("公交站牌" * 40, "站牌上的时间看不清。", "　已更换。"),
    ("噪音", "工地夜里施工。", "已责令停工，罚款 1,000 元。"),
)

#: What a careless migration might do to the words of citizens.
TRIMMING = """
    create function trimmed() returns trigger language plpgsql as
    $$ begin new.text := btrim(new.text); return new; end $$;
    create trigger trimmed before insert on ticket for each row execute function trimmed()
"""


@pytest.fixture
def url(fresh_house: House) -> Iterator[str]:
    """Where a service of this test's own answers."""
    server = make_server("127.0.0.1", 0, create_app(fresh_house.settings, fresh_house), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def written(folder: Path, *rows: tuple[str, str, str]) -> Path:
    path = folder / "matters.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for number, (subject, content, reply) in enumerate(rows, 1):
            days = "2024-03-01 08:00:00", "2024-03-02 08:00:00"
            table.writerow((f"K{number}", "某某", subject, days[0], content, reply, days[1]))
    return path


def replay(house: House, url: str, path: Path, *options: str) -> Result:
    arguments = [str(path), "--url", url, "--clients", "2", *options]
    return CliRunner().invoke(main, arguments, env=environment(house.settings))


def test_every_row_goes_the_whole_way(fresh_house: House, url: str, tmp_path: Path) -> None:
    result = replay(fresh_house, url, written(tmp_path, *WORDS))

    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("5 tickets, 0 errors, ")
    assert result.stdout.endswith(" tickets/s\n")
    assert ": no fault" in result.stderr
    with fresh_house.read() as session:
        asked = text("select state, ticket.text, reply.text from ticket join reply on ticket_id = ticket.id")
        rows = sorted(map(tuple, session.connection().execute(asked)))
    assert rows == sorted(("closed", content, reply) for _, content, reply in WORDS)


def test_a_row_that_cannot_be_told_to_the_letter_is_an_error(
    fresh_house: House, url: str, tmp_path: Path
) -> None:
    path = written(tmp_path, WORDS[0], ("无答复", "一直没有人管。", "  "), WORDS[2])
    result = replay(fresh_house, url, path, "--limit", "2")

    assert result.exit_code == 1
    assert result.stdout.startswith("2 tickets, 1 errors, ")
    assert "row 2 (id K2): reply is empty" in result.stderr


def test_a_service_that_stores_other_words_is_found_out(fresh_house: House, url: str, tmp_path: Path) -> None:
    settings = fresh_house.settings
    owner = make_engine(settings, settings.owner_database_url or settings.database_url, pool=1)
    with owner.begin() as connection:
        connection.execute(text(TRIMMING))
    owner.dispose()
    result = replay(fresh_house, url, written(tmp_path, *WORDS))

    assert result.exit_code == 1
    assert result.stdout.startswith("5 tickets, 2 errors, ")
    assert result.stderr.count("the text is not the one that was sent") == 2


def test_a_file_of_another_sort_is_refused(fresh_house: House, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("number,words\n1,x\n", encoding="utf-8")
    result = replay(fresh_house, "http://127.0.0.1:9", path)

    assert result.exit_code == 1
    assert "the file has no column id, subject, created_at, content, reply" in result.stderr


def test_a_service_that_is_not_there_is_said_so_at_once(fresh_house: House, tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    result = replay(fresh_house, nowhere, written(tmp_path, WORDS[0]))

    assert result.exit_code == 1
    assert f"nobody answers at {nowhere}" in result.stderr
