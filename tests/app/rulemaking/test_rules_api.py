"""Rules changed over the API: drafted by the administrator, decided by another person, read by few."""

from typing import Any
from uuid import uuid4

import pytest

from app.api import rule_changes
from app.rulemaking import policies
from app.verify import faults
from tests.app.admin.ledgers import written
from tests.app.rulemaking.houses import RuleHouse
from tests.makers import HANDLER

CHANGES = "/sla/changes"


def table(rules: RuleHouse, old: str = "length = 5", new: str = "length = 6") -> str:
    """The table in force as a file, with something changed."""
    return policies.to_toml(policies.rows_in_force(rules.house.rules().policies)).replace(old, new)


def made(rules: RuleHouse, who: str, path: str = "", **body: Any) -> dict[str, Any]:
    answer = rules.api.post(who, f"{CHANGES}{path}", body)
    assert answer.status_code in (200, 201), answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def submitted(rules: RuleHouse) -> str:
    """A changed table that waits for its decision."""
    change = made(rules, "admin", kind="policies", text=table(rules), basis="局务会")
    made(rules, "admin", f"/{change['id']}/submit", recompute=False)
    found: str = change["id"]
    return found


def test_a_table_is_drafted_submitted_and_put_in_force_by_a_second_person(rules: RuleHouse) -> None:
    with written(rules.house) as facts:
        change = made(rules, "admin", kind="policies", text=table(rules), basis="局务会")
        waits = made(rules, "admin", f"/{change['id']}/submit", recompute=True)
        own = rules.api.post("admin", f"{CHANGES}/{change['id']}/decide", {"grant": True})
        done = made(rules, "supervisor", f"/{change['id']}/decide", grant=True, text="同意")
    handle = next(
        one
        for one in rules.api.get("operator", "/sla/policies").get_json()["items"]
        if (one["code"], one["clock"]) == ("H-HLP", "handle")
    )

    assert (change["state"], change["basis"], change["faults"]) == ("draft", "局务会", [])
    assert (waits["state"], waits["recompute"], waits["basis"]) == ("submitted", True, "局务会")
    assert own.status_code == 403
    assert (done["state"], done["decided_by"], done["said"]) == ("approved", "supervisor", "同意")
    assert (handle["length"], handle["version"]) == (6, 2)
    assert [fact.what for fact in facts] == ["rules_submitted", "rules_approved"]
    assert list(faults(rules.house.settings)) == []


def test_a_notice_becomes_a_version_of_the_calendar(rules: RuleHouse) -> None:
    notice = "关于2031年部分节假日安排的通知\n一、元旦：1月1日（周三）放假1天，不调休。"
    change = made(rules, "admin", kind="calendar", text=notice, basis="国办发明电〔2030〕1号")
    made(rules, "admin", f"/{change['id']}/submit", recompute=True)
    done = made(rules, "supervisor", f"/{change['id']}/decide", grant=True)

    assert change["data"]["days"]["2031-01-01"]["kind"] == "off"
    assert done["calendar_version"] == 2
    assert 2031 in rules.house.rules().calendar.announced


def test_a_refusal_says_why_and_a_withdrawal_ends_it(rules: RuleHouse) -> None:
    first = submitted(rules)
    silent = rules.api.post("supervisor", f"{CHANGES}/{first}/decide", {"grant": False})
    refused = made(rules, "supervisor", f"/{first}/decide", grant=False, text="缺依据")
    twice = rules.api.post("supervisor", f"{CHANGES}/{first}/decide", {"grant": True})
    second = submitted(rules)
    busy = rules.api.post("admin", CHANGES, {"kind": "policies", "text": table(rules)})
    gone = made(rules, "admin", f"/{second}/withdraw")

    assert [one["field"] for one in silent.get_json()["errors"]] == ["text"]
    assert (refused["state"], refused["said"]) == ("refused", "缺依据")
    assert (twice.status_code, busy.status_code) == (409, 409)
    assert gone["state"] == "withdrawn"


def test_a_table_that_cannot_be_is_told_by_row_or_by_its_faults(rules: RuleHouse) -> None:
    text = table(rules)
    row = rules.api.post("admin", CHANGES, {"kind": "policies", "text": text.replace('"hour"', '"week"')})
    hole = table(rules, 'code = "H-REVIEW"', 'code = "H-REVIEW"\nkind = "help"')
    change = made(rules, "admin", kind="policies", text=hole)
    refused = rules.api.post("admin", f"{CHANGES}/{change['id']}/submit", {"recompute": False})
    unknown = rules.api.post("admin", CHANGES, {"kind": "policies", "text": text, "color": "red"})

    assert row.status_code == 422
    assert all(one["field"].startswith("policies.") for one in row.get_json()["errors"])
    assert {"fault": "gap", "clock": "review", "codes": []} in change["faults"]
    assert (refused.status_code, unknown.status_code) == (409, 422)


def test_the_list_is_newest_first_goes_on_and_can_be_narrowed(rules: RuleHouse) -> None:
    ids = []
    for _ in range(3):
        ids.append(submitted(rules))
        made(rules, "supervisor", f"/{ids[-1]}/decide", grant=False, text="再议")
    page = rules.api.get("auditor", CHANGES, limit=2).get_json()
    rest = rules.api.get("auditor", CHANGES, limit=2, cursor=page["next"]).get_json()
    none = rules.api.get("auditor", CHANGES, state="approved").get_json()
    whole = rules.api.get("auditor", f"{CHANGES}/{ids[0]}").get_json()

    assert [one["id"] for one in page["items"] + rest["items"]] == ids[::-1]
    assert (rest["next"], none["items"]) == (None, [])
    assert rules.api.get("auditor", CHANGES, kind="calendar").get_json()["items"] == []
    assert set(page["items"][0]) == set(rule_changes.RuleChangeDocument.model_fields)
    assert set(whole) == set(rule_changes.WholeRuleChangeDocument.model_fields)
    assert len(whole["data"]["policies"]) == len(
        rules.api.get("operator", "/sla/policies").get_json()["items"]
    )


@pytest.mark.parametrize("who", ["operator", "dispatcher", HANDLER, "reviewer", "caller"])
def test_who_does_not_read_the_rules_is_told_of_no_change(rules: RuleHouse, who: str) -> None:
    change = submitted(rules)
    steps = {"submit": {"recompute": True}, "withdraw": {}, "decide": {"grant": True}}
    codes = {
        rules.api.post(who, f"{CHANGES}/{change}/{step}", body).status_code for step, body in steps.items()
    }

    assert rules.api.get(who, CHANGES).status_code == 403
    assert rules.api.get(who, f"{CHANGES}/{change}").status_code == 404
    assert codes == {404}
    assert rules.api.post(who, CHANGES, {"kind": "policies", "text": table(rules)}).status_code == 403


@pytest.mark.parametrize("who, decides", [("auditor", False), ("supervisor", True)])
def test_only_the_administrator_drafts_and_an_auditor_only_reads(
    rules: RuleHouse, who: str, decides: bool
) -> None:
    change = submitted(rules)
    withdrawn = rules.api.post(who, f"{CHANGES}/{change}/withdraw", {})
    drafted = rules.api.post(who, CHANGES, {"kind": "policies", "text": table(rules)})
    decided = rules.api.post(who, f"{CHANGES}/{change}/decide", {"grant": True})

    assert rules.api.get(who, f"{CHANGES}/{change}").status_code == 200
    assert (withdrawn.status_code, drafted.status_code) == (403, 403)
    assert (decided.status_code == 200) == decides


def test_the_same_key_decides_once_and_an_unknown_change_is_not_there(rules: RuleHouse) -> None:
    change, key = submitted(rules), {"Idempotency-Key": "k-1"}
    path = f"{CHANGES}/{change}/decide"
    answers = [rules.api.post("supervisor", path, {"grant": True}, key) for _ in range(2)]
    unknown = [rules.api.get("admin", f"{CHANGES}/{one}") for one in (uuid4(), "nothing")]

    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].get_json() == answers[1].get_json()
    assert [one.status_code for one in unknown] == [404, 404]
    assert "没有这份规则改动" in unknown[0].get_json()["detail"] + unknown[0].get_json()["title"]
