"""A register brought in: by file, page, API and command line; tried out, named faults, found again."""

import io
from base64 import b64encode
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from app.assistance.importing import values
from app.assistance.importing.columns import heads_of
from app.assistance.importing.table import read_table
from app.cli import main
from app.wiring import House
from tests.app.assistance.registers import HEADS, as_csv, as_xlsx, household, id_number
from tests.app.pages import form_of, signed_in
from tests.makers import Api
from tickets.assistance.words import CareLevel, HouseholdKind, Kinship, Trait
from tickets.ground.errors import FieldsRefused

PATH = "/assistance/households"
HANDLER = "handler@530103012"
#: Far from the numbers of other tests.
FIRST = 4_000_000


def brought(api: Api, rows: list[list[str]], who: str = HANDLER, **more: Any) -> dict[str, Any]:
    content = b64encode(as_csv([list(HEADS), *rows])).decode()
    answer = api.post(who, f"{PATH}/import", {"content": content, "dry_run": False, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def counts(outcome: dict[str, Any]) -> tuple[int, int, int]:
    return outcome["added"], outcome["changed"], outcome["unchanged"]


@pytest.mark.parametrize("content", [as_csv, lambda rows: as_csv(rows, "gbk"), as_xlsx])
def test_a_table_is_read_whatever_wrote_it(content: Any) -> None:
    table = read_table(content([HEADS, *household(0, persons=2)]))

    assert [table.heads.value(row, "name") for _line, row in table.rows] == ["金某", "金某"]
    assert table.heads.value(table.rows[0][1], "amount") == "767.50"
    assert table.heads.value(table.rows[1][1], "id_number") == id_number(1)


@pytest.mark.parametrize(
    "content, code",
    [(b"PK\x03\x04 broken", "not_a_sheet"), (as_csv([["a", "b"]]), "no_heads"), (b"", "no_heads")],
)
def test_what_is_no_table_is_said(content: bytes, code: str) -> None:
    with pytest.raises(FieldsRefused) as refused:
        read_table(content)

    assert [bad.code for bad in refused.value.fields] == [code]


def test_the_words_of_registers_are_understood() -> None:
    assert heads_of(["户主姓名", "户主身份证号码", "乡镇（街道）", "备注"]).unread == ("备注",)
    kinds = ("城市低保", "低保边缘家庭", "分散供养特困", "支出型困难", "dibao")
    assert [values.one_of_words(one, values.KINDS, "x") for one in kinds] == [
        HouseholdKind.DIBAO,
        HouseholdKind.MARGINAL,
        HouseholdKind.TEKUN,
        HouseholdKind.RIGID,
        HouseholdKind.DIBAO,
    ]
    kin = ("之子", "长女", "妻子", "孙女", "祖母", "父亲", "弟弟", "户主")
    assert [values.one_of_words(one, values.KINSHIPS, "x") for one in kin] == [
        Kinship.CHILD,
        Kinship.CHILD,
        Kinship.SPOUSE,
        Kinship.GRANDCHILD,
        Kinship.GRANDPARENT,
        Kinship.PARENT,
        Kinship.SIBLING,
        Kinship.HEAD,
    ]
    care = ("部分丧失自理能力", "完全丧失", "能自理", "半自理")
    assert [values.one_of_words(one, values.CARE, "x") for one in care] == [
        CareLevel.PARTLY,
        CareLevel.FULLY,
        CareLevel.SELF,
        CareLevel.PARTLY,
    ]
    days = ("2021-07-01", "2021/7/1", "2021年7月", "202107", "2021.7")
    assert {values.day(one) for one in days} == {date(2021, 7, 1)}
    assert values.traits("肢体二级", "无", "是", "未就业") == (
        Trait.DISABLED,
        Trait.SEVERELY_DISABLED,
        Trait.STUDENT,
        Trait.UNEMPLOYED,
    )
    assert values.fen("1,767.5") == 176750
    for wrong in ("-1", "1.005", "多"):
        with pytest.raises(values.NotRead):
            values.fen(wrong)


def test_a_register_is_tried_out_brought_in_and_found_again(api: Api) -> None:
    rows = [*household(FIRST, persons=2), *household(FIRST + 10)]
    assert counts(brought(api, rows, dry_run=True)) == (2, 0, 0)
    assert api.get(HANDLER, PATH, q=id_number(FIRST)).get_json()["items"] == []
    assert counts(brought(api, rows)) == (2, 0, 0)
    assert counts(brought(api, rows)) == (0, 0, 2)
    rows[0][6], rows[-1][8] = "13900007777", "800"
    more = [*rows[:2], household(FIRST + 20)[0], *rows[2:]]
    more[2][4] = "之女"
    assert counts(brought(api, more)) == (0, 2, 0)
    assert counts(brought(api, more)) == (0, 0, 2)

    (one,) = api.get(HANDLER, PATH, q="13900007777").get_json()["items"]
    assert (one["persons"], one["kind"], one["division"]) == (3, "dibao", "530103012210")
    (other,) = api.get(HANDLER, PATH, q=id_number(FIRST + 10)).get_json()["items"]
    whole = api.get(HANDLER, f"{PATH}/{other['id']}").get_json()
    assert whole["benefits"] == [{"month": "2023-08", "scheme": "dibao", "fen": 80000, "persons": 1}]
    facts = api.get(HANDLER, f"{PATH}/{one['id']}/facts").get_json()["items"]
    assert [fact["what"] for fact in facts] == ["imported", "imported"]
    assert facts[0]["data"] == {"changed": ["members"], "before": {"persons": 2}, "after": {"persons": 3}}
    before, after = ({"fen": fen, "persons": 1} for fen in (76750, 80000))
    facts = api.get(HANDLER, f"{PATH}/{other['id']}/facts").get_json()["items"]
    paid = {"month": "2023-08-01", "scheme": "dibao"}
    assert facts[0]["data"]["benefit"] == {**paid, "before": before, "after": after}
    assert facts[1]["data"]["benefit"] == {**paid, "before": None, "after": before}


def test_columns_a_file_does_not_have_leave_what_is_known_as_it_is(api: Api) -> None:
    (row,) = household(FIRST + 50)
    beside = ["近亲属备案", "复核周期", "保障人口"]
    content = b64encode(as_csv([[*HEADS, *beside], [*row, "是", "半年", "2"]])).decode()
    api.post(HANDLER, f"{PATH}/import", {"content": content, "dry_run": False})
    (one,) = api.get(HANDLER, PATH, q=row[3]).get_json()["items"]
    kept = ("division", "related", "recheck")
    assert [one[name] for name in kept] == ["530103012210", True, "half_yearly"]
    row[1] = ""
    assert counts(brought(api, [row])) == (0, 0, 1)
    row[7], row[8] = "四组", "800"
    assert counts(brought(api, [row])) == (0, 1, 0)

    whole = api.get(HANDLER, f"{PATH}/{one['id']}").get_json()
    assert [whole[name] for name in kept] == [one[name] for name in kept]
    assert whole["benefits"] == [{"month": "2023-08", "scheme": "dibao", "fen": 80000, "persons": 2}]
    # A no is a word, too.
    content = b64encode(as_csv([[*HEADS, *beside], [*row, "否", "每年", ""]])).decode()
    api.post(HANDLER, f"{PATH}/import", {"content": content, "dry_run": False})
    whole = api.get(HANDLER, f"{PATH}/{one['id']}").get_json()
    assert [whole[name] for name in kept] == ["530103012210", False, "yearly"]
    fact = api.get(HANDLER, f"{PATH}/{one['id']}/facts").get_json()["items"][0]["data"]
    assert fact["before"] == {"recheck": "half_yearly", "related": True}
    assert fact["after"] == {"recheck": "yearly", "related": False}


def test_each_fault_names_line_column_and_remedy_and_hurts_nobody_else(api: Api) -> None:
    good = household(FIRST + 100)
    wrong = [household(FIRST + 110 + number)[0] for number in range(8)]
    wrong[0][3] = "530103"
    wrong[1][1] = "没有这个村"
    wrong[2][5] = "其他"
    wrong[3][8] = "很多"
    wrong[4][3] = good[0][3]
    wrong[5][4] = "邻居"
    wrong[6][2] = ""
    wrong[7][0], wrong[7][1] = "东华街道", ""
    outcome = brought(api, [*good, *wrong])
    told = [(fault["line"], fault["column"]) for fault in outcome["faults"]]

    columns = ["身份证号码", "村（社区）", "救助类别", "保障金额", "身份证号码", "与户主关系", "姓名", "街道"]
    assert told == list(enumerate(columns, start=3))
    assert all(fault["message"] and fault["remedy"] for fault in outcome["faults"])
    assert not any(row[3] in str(outcome["faults"]) for row in wrong)
    # The sum alone cannot be used; the household can.
    assert outcome["added"] == 2


def test_what_has_ended_is_not_taken_up_by_a_file(api: Api) -> None:
    rows = household(FIRST + 150)
    brought(api, rows)
    (one,) = api.get(HANDLER, PATH, q=rows[0][3]).get_json()["items"]
    ended = {"state": "ended", "on": "2026-02-01", "reason": "去世", "version": one["version"]}
    assert api.post(HANDLER, f"{PATH}/{one['id']}/state", ended).status_code == 200
    rows[0][8] = "900"
    outcome = brought(api, rows)

    assert (counts(outcome), [fault["line"] for fault in outcome["faults"]]) == ((0, 0, 0), [2])


def test_nobody_brings_in_what_is_not_theirs(api: Api) -> None:
    rows = household(FIRST + 200)
    assert counts(brought(api, rows)) == (1, 0, 0)
    mine = [[*row] for row in rows]
    mine[0][0], mine[0][1] = "拓东街道", ""
    outcome = brought(api, mine, "handler@530103001")
    assert (counts(outcome), len(outcome["faults"])) == ((0, 0, 0), 1)
    body = {"content": "QQ=="}
    assert api.post("visitor@530103012210", f"{PATH}/import", body).status_code == 403
    assert api.post(HANDLER, f"{PATH}/import", {"content": "no base64!"}).status_code == 422


def test_a_page_takes_a_file(app: Flask) -> None:
    handler = signed_in(app, HANDLER)
    page = handler.get("/households/import")
    hidden = form_of(page, "/households/import")
    content = as_xlsx([HEADS, *household(FIRST + 300, persons=2), ["", "", "某", "1", "", "低保"]])

    def sent(do: str) -> str:
        file = (io.BytesIO(content), "register.xlsx")
        return handler.client.post("/households/import", data={**hidden, "do": do, "file": file}).text

    tried = sent("try")
    assert ("什么都没有写入" in tried, "1 户" in tried, "不是有效的身份证号" in tried) == (True, True, True)
    assert "金**" in tried
    assert id_number(FIRST + 300) not in tried
    assert "导入的结果" in sent("bring")
    assert "没有填写" in handler.client.post("/households/import", data={**hidden, "do": "try"}).text


def test_the_command_line_brings_in_a_file(house: House, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_bytes(as_csv([HEADS, *household(FIRST + 400), *household(FIRST + 410)], "gbk"))
    settings = house.settings
    names = ("database_url", "owner_database_url", "secret_key", "vault_keys", "base_url")
    env = {f"ZHUANBAN_{name.upper()}": getattr(settings, name) for name in names}
    run = CliRunner().invoke(main, ["import", "households", str(file)], env={**env, "ZHUANBAN_DEMO": "1"})

    assert run.exit_code == 0, run.output
    assert run.stdout == "2 rows, 2 households added, 0 changed, 0 unchanged, 0 errors\n"
    file.write_bytes(as_csv([HEADS, ["", "x", "某", "1", "户主", "低保"]]))
    again = CliRunner().invoke(main, ["import", "households", str(file), "--dry-run"], env=env)
    assert again.exit_code == 1
    assert "line 2, 身份证号码: 不是有效的身份证号。" in again.stderr
