"""The table of promises: drafted row by row or from a file, checked, tried out, approved, never silently."""

import re
import tomllib
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest

from app.rulemaking import policies
from app.rulemaking.rows import ChangeState
from app.verify import faults
from tests.app.admin.ledgers import written
from tests.app.rulemaking.houses import POLICIES, RuleHouse, wrong
from tests.app.test_verify import grow_old
from tests.makers import HANDLER, HEAD, LEAD
from tickets.ground.clock import NOT_BY_MOVES
from tickets.ground.errors import FieldsRefused
from tickets.ground.worktime.moments import local

HELP = f"{POLICIES}/H-HLP/handle"


def saved(rules: RuleHouse, page: str = HELP, **typed: object) -> None:
    """Draft a row as its form stands, but for what is *typed*."""
    taken = rules.admin.send(page, page, typed)
    assert taken.status_code == 303, wrong(taken)


def test_a_changed_row_holds_for_new_clocks_only_unless_the_change_says_otherwise(rules: RuleHouse) -> None:
    old = rules.api.ticket_in("handling")["ref"]
    before = rules.due(old)
    saved(rules, length="4")
    page = rules.admin.get(POLICIES).text
    rules.approved(POLICIES, basis="局务会")
    new = rules.api.ticket_in("handling")["ref"]

    assert "H-HLP" in page
    assert "<del>5</del> → 4" in page
    assert rules.due(old) == before
    assert rules.due(new) < before
    assert rules.recomputed(old) == []
    handle = next(c for c in rules.api.read("auditor", new)["clocks"] if c["kind"] == "handle")
    assert (handle["policy"], handle["policy_version"]) == ("H-HLP", 2)
    assert list(faults(rules.house.settings)) == []


def test_a_row_that_is_about_another_matter_names_both_in_the_readers_language(rules: RuleHouse) -> None:
    saved(rules, f"{POLICIES}/A-DB/survey", category="MZ-01-02")
    changes = {code: names_of_changed(rules, code) for code in ("zh", "en")}

    assert changes == {
        "zh": [("民政 / 社会救助 / 低保", "民政 / 社会救助 / 特困供养")],
        "en": [
            (
                "Civil affairs / Social assistance / Minimum living allowance",
                "Civil affairs / Social assistance / Support for the destitute",
            )
        ],
    }


def names_of_changed(rules: RuleHouse, code: str) -> list[tuple[str, str]]:
    return re.findall(r"<del>(.+?)</del> → (.+?)</div>", rules.admin.get(POLICIES, lang=code).text)


def test_running_clocks_are_recomputed_where_it_was_approved_so_each_with_a_fact(rules: RuleHouse) -> None:
    ref = rules.api.ticket_in("handling")["ref"]
    before = rules.due(ref)
    saved(rules, length="3")
    with written(rules.house) as facts:
        rules.approved(POLICIES, recompute="1", basis="局务会")

    assert rules.due(ref) < before
    assert [fact["policy_version"] for fact in rules.recomputed(ref)] == [2]
    assert [(fact.what, fact.by) for fact in facts] == [
        ("rules_submitted", "admin"),
        ("rules_approved", "supervisor"),
        ("clocks_recomputed", "clock"),
    ]
    assert facts[-1].data["after"]["moved"] == 1
    assert list(faults(rules.house.settings)) == []


def test_the_order_of_a_recomputed_clock_says_so_to_the_unit(rules: RuleHouse) -> None:
    ref = rules.api.ticket_in("handling")["ref"]
    saved(rules, length="3")
    rules.approved(POLICIES, recompute="1")
    order = rules.api.read(HANDLER, ref)["orders"][0]

    assert order["due_at"] == rules.due(ref).isoformat()


def test_two_rows_nobody_could_choose_between_are_not_submitted(rules: RuleHouse) -> None:
    rules.admin.send(HELP, HELP, {})
    twin = {**typed_of(rules, HELP), "code": "H-HLP-2"}
    added = rules.admin.send(f"{POLICIES}/new", f"{POLICIES}/new", twin)
    page = rules.admin.get(POLICIES).text
    refused = rules.go(rules.admin, POLICIES, "submit")

    assert added.status_code == 303, wrong(added)
    assert "说不清用哪一条" in page
    assert "H-HLP / H-HLP-2" in page
    assert refused.status_code == 409
    assert "同样具体" in wrong(refused)
    assert rules.change().state == ChangeState.DRAFT


def typed_of(rules: RuleHouse, page: str) -> dict[str, str]:
    """What the form of a row sends as it stands, without what names the form."""
    from tests.app.pages import form_of

    typed = form_of(rules.admin.get(page), page)
    return {name: value for name, value in typed.items() if name not in ("csrf_token", "idempotency_key")}


def test_a_table_with_a_hole_is_not_submitted_and_a_row_nobody_gets_is_named(rules: RuleHouse) -> None:
    review = f"{POLICIES}/H-REVIEW/review"
    assert rules.admin.send(review, f"{review}/remove", {}).status_code == 303
    hidden = {
        **typed_of(rules, HELP),
        "code": "H-NEVER",
        "channel": "phone",
        "from_round": "2",
        "kind": "help",
    }
    rules.admin.send(f"{POLICIES}/new", f"{POLICIES}/new", hidden)
    page = rules.admin.get(POLICIES).text
    refused = rules.go(rules.admin, POLICIES, "submit")

    assert "没有规则管" in page
    assert refused.status_code == 409
    assert "没有任何规则管" in wrong(refused)


def test_the_exported_file_comes_back_as_it_was(rules: RuleHouse) -> None:
    exported = rules.admin.get(f"{POLICIES}.toml")
    table = tomllib.loads(exported.text)
    changed = exported.text.replace(
        'code = "H-HLP"\nclock = "handle"\nkind = "help"\nlength = 5',
        'code = "H-HLP"\nclock = "handle"\nkind = "help"\nlength = 6',
    )
    same = rules.admin.send(POLICIES, f"{POLICIES}/import", {"text": exported.text})
    unchanged = rules.admin.get(POLICIES).text
    rules.admin.send(
        POLICIES, f"{POLICIES}/import", {"file": (BytesIO(changed.encode()), "p.toml"), "text": ""}
    )
    page = rules.admin.get(POLICIES).text

    assert exported.content_type.startswith("application/toml")
    assert len(table["policies"]) == sum(p.superseded_at is None for p in rules.house.rules().policies)
    assert same.status_code == 303
    assert "和现行规则一样" in unchanged
    assert "<del>5</del> → 6" in page
    assert len(re.findall("<del>", page)) == 1


@pytest.mark.parametrize(
    "text, told",
    [
        ("policies = 1", "没有时限规则"),
        ("[[policies]", "不是 TOML 文件"),
        ("[[policies]]\ncode = 'A'\nclock = 'handle'", "没有填写"),
        (
            "[[policies]]\ncode='A'\nclock='handle'\nlength=1\nunit='hour'\nstart_rule='next_day'\nbasis='x'",
            "起算方式和时间单位对不上",
        ),
    ],
)
def test_a_file_that_is_no_table_says_what_is_wrong(rules: RuleHouse, text: str, told: str) -> None:
    refused = rules.admin.send(POLICIES, f"{POLICIES}/import", {"text": text})

    assert refused.status_code == 422
    assert told in wrong(refused)


@pytest.mark.parametrize(
    "typed, told",
    [
        ({"length": "0"}, "数值超出范围"),
        ({"head_grants": "99"}, "多于最多可延的天数"),
        ({"warn_share": "50"}, "提醒写得不全"),
        ({"unit": "hour", "start_rule": "event"}, "按分钟、小时、自然月、半年的时限不能延期"),
        ({"unit": "month", "start_rule": "event", "extension_cap": "0", "head_grants": "0"}, "不能暂停"),
        ({"unit": "half_year", "extension_cap": "0", "head_grants": "0"}, "起算方式和时间单位对不上"),
        ({"warn_unit": "calendar_month"}, "提醒不能按月"),
        ({"roll_rule": "none"}, "只有按自然日、按月的时限才写"),
        ({"basis": ""}, "没有填写"),
        ({"basis_url": "javascript:alert(1)"}, "不是网址"),
    ],
)
def test_a_row_that_cannot_be_says_why_and_keeps_what_was_typed(
    rules: RuleHouse, typed: dict[str, str], told: str
) -> None:
    refused = rules.admin.send(HELP, HELP, {"code": "H-KEPT", **typed})

    assert refused.status_code == 422
    assert told in wrong(refused)
    assert 'value="H-KEPT"' in refused.text


def test_a_draft_is_tried_out_on_last_years_tickets_and_changes_nothing(rules: RuleHouse) -> None:
    refs = [rules.api.ticket_in("handling")["ref"] for _ in range(3)]
    rules.api.made(HANDLER, refs[0], "reply", text="办好了。", founded="yes", solved="yes")
    grow_old(rules.house, refs[1], days=30)
    facts = [rules.api.facts(ref) for ref in refs]
    saved(rules, length="100")
    tried = rules.go(rules.admin, POLICIES, "try")
    page = rules.supervisor.get(POLICIES)
    simulation = rules.change().simulation or {}
    row = next(one for one in simulation["rows"] if (one["unit"], one["clock"]) == (LEAD, "handle"))

    assert tried.status_code == 303
    assert simulation["tickets"] == 3
    assert (row["clocks"], row["late"], row["late_then"], row["moved"]) == (3, 1, 0, 3)
    assert "data:image/svg+xml;base64," in page.text
    assert "<b>-1</b>" in page.text
    assert [rules.api.facts(ref) for ref in refs] == facts


def test_a_matter_is_put_aside_only_for_what_its_policy_pauses_for_and_no_longer(rules: RuleHouse) -> None:
    saved(rules, paused=["hearing"], **{"most.hearing": "20"})
    rules.approved(POLICIES)
    ref = rules.api.ticket_in("handling")["ref"]
    until = rules.due(ref).replace(year=rules.due(ref).year + 1).isoformat()
    other = rules.api.move(HEAD, ref, "ask_shelving", until=until, text="等")
    long = rules.api.move(HEAD, ref, "ask_shelving", until=until, text="等", ground="hearing")
    asked = rules.api.made(
        HEAD, ref, "ask_shelving", until=rules.due(ref).isoformat(), text="听证", ground="hearing"
    )
    rules.api.decide("supervisor", asked, grant=True)
    clock = next(c for c in rules.api.read("auditor", ref)["clocks"] if c["kind"] == "handle")
    back = rules.api.made(HEAD, ref, "resume")

    assert [one["field"] for one in other.get_json()["errors"]] == ["ground"]
    assert [one["field"] for one in long.get_json()["errors"]] == ["until"]
    assert clock["state"] == "paused"
    handle = next(c for c in back["clocks"] if c["kind"] == "handle")
    assert (handle["state"], [pause["ground"] for pause in handle["paused"]]) == ("running", ["hearing"])
    assert list(faults(rules.house.settings)) == []


def day_off(rules: RuleHouse) -> tuple[date, int]:
    """A day off that is more than a week away, and how many days it is until then."""
    calendar, today = rules.house.rules().calendar, local(datetime.now(UTC)).date()
    far = next(n for n in range(8, 20) if not calendar.is_working(today + timedelta(days=n)))
    return today + timedelta(days=far), far


def test_a_last_day_off_rolls_or_stays_as_the_policy_a_clock_pinned_has_it(rules: RuleHouse) -> None:
    last, days = day_off(rules)
    saved(rules, unit="calendar_day", length=str(days), roll_rule="none")
    drafted = rules.admin.get(POLICIES).text
    rules.approved(POLICIES)
    stays = rules.api.ticket_in("handling")["ref"]
    saved(rules, roll_rule="next_working_day")
    page = rules.admin.get(POLICIES).text
    rules.approved(POLICIES)
    rolls = rules.api.ticket_in("handling")["ref"]
    calendar = rules.house.rules().calendar

    assert "不顺延，到当天 24 点" in drafted
    assert "<del>不顺延，到当天 24 点</del> → 顺延到下一个工作日" in page
    assert local(rules.due(stays)) == local(rules.due(stays)).replace(hour=0, minute=0)
    assert local(rules.due(stays)).date() == last + timedelta(days=1)
    assert local(rules.due(rolls)) == calendar.close_of(calendar.first_working_day_from(last))
    assert "不上班也不顺延" in why_page(rules, stays)
    assert "不上班，顺延到下一个工作日" in why_page(rules, rolls)
    assert list(faults(rules.house.settings)) == []


def why_page(rules: RuleHouse, ref: str) -> str:
    """Why a ticket is to be answered when it is."""
    clock = next(c for c in rules.api.read("auditor", ref)["clocks"] if c["kind"] == "handle")
    return rules.supervisor.get(f"/tickets/{ref}/clocks/{clock['id']}").text


def test_clocks_that_run_are_rolled_where_it_was_approved_so(rules: RuleHouse) -> None:
    last, days = day_off(rules)
    saved(rules, unit="calendar_day", length=str(days), roll_rule="none")
    rules.approved(POLICIES)
    ref = rules.api.ticket_in("handling")["ref"]
    saved(rules, roll_rule="next_working_day")
    rules.approved(POLICIES, recompute="1")

    calendar = rules.house.rules().calendar
    assert local(rules.due(ref)) == local(calendar.close_of(calendar.first_working_day_from(last)))
    assert len(rules.recomputed(ref)) == 1
    assert list(faults(rules.house.settings)) == []


def test_a_file_of_earlier_days_says_nothing_of_days_off_and_means_the_law() -> None:
    row = {"code": "X", "clock": "handle", "length": 30, "start_rule": "next_day", "basis": "x"}
    days, working = (
        policies.of_data({"policies": [{**row, "unit": u}]}) for u in ("calendar_day", "working_day")
    )

    assert days[0].roll_rule == "next_working_day"
    assert policies.of_toml(policies.to_toml(days)) == days
    assert 'roll_rule = "next_working_day"' in policies.to_toml(days)
    assert working[0].roll_rule is None


@pytest.mark.parametrize("unit", ["working_day", "hour"])
def test_what_never_ends_on_a_day_off_says_nothing_of_days_off(unit: str) -> None:
    start_rule = "event" if unit == "hour" else "next_day"
    row = {"code": "X", "clock": "sign", "length": 3, "unit": unit, "start_rule": start_rule, "basis": "x"}
    with pytest.raises(FieldsRefused) as refused:
        policies.of_data({"policies": [{**row, "roll_rule": "none"}]})

    assert [bad.code for bad in refused.value.fields] == ["roll_rule_of_unit"]


def test_a_promise_by_the_month_of_the_calendar_ends_with_it_and_says_so(rules: RuleHouse) -> None:
    saved(
        rules,
        unit="half_year",
        length="1",
        start_rule="event",
        paused=[],
        extension_cap="0",
        head_grants="0",
        warn_length="30",
        warn_unit="calendar_day",
        buffer_days="0",
    )
    table = rules.admin.get(f"{POLICIES}.toml", draft="").text
    rules.approved(POLICIES)
    ref = rules.api.ticket_in("handling")["ref"]
    due, now = local(rules.due(ref)), local(datetime.now(UTC))
    why = why_page(rules, ref)
    clock = next(c for c in rules.api.read("auditor", ref)["clocks"] if c["kind"] == "handle")
    told = rules.api.get("auditor", f"/clocks/{clock['id']}/explanation").get_json()

    assert 'unit = "half_year"' in table
    assert (due.month, due.day, due.hour) in ((1, 1, 0), (7, 1, 0))
    assert timedelta() < due - now < timedelta(days=185)
    assert datetime.fromisoformat(clock["warn_at"]) == due - timedelta(days=30)
    assert "给 1 个半年" in why
    assert "不顺延" in why
    assert told["days"][-1] == {
        "date": f"{due - timedelta(days=1):%Y-%m-%d}",
        "counted": True,
        "n": 1,
        "reason": "period_end",
        "name": "",
    }
    assert list(faults(rules.house.settings)) == []


CASEWORK = [
    "A-TK/publication",
    "A-RPT/inspection",
    "V-STR/visit_subdistrict",
    "P-REG/registration",
    "H-EMG/plan",
]


@pytest.mark.parametrize("name", CASEWORK)
def test_a_promise_of_the_casework_is_on_the_page_and_its_form_says_what_it_said(
    rules: RuleHouse, name: str
) -> None:
    saved(rules, f"{POLICIES}/{name}")
    page = rules.admin.get(POLICIES).text

    assert f'href="{POLICIES}/{name}"' in page
    assert "和现行规则一样" in page
    assert "每件事都有且只有一条规则管" in page


@pytest.mark.parametrize("kind, urgency", [("report", "normal"), ("help", "urgent"), ("help", "critical")])
def test_no_ticket_starts_a_clock_of_the_casework(rules: RuleHouse, kind: str, urgency: str) -> None:
    ref = rules.api.register(kind=kind, urgency=urgency, category="MZ-01-03")["ref"]
    rules.api.made("dispatcher", ref, "dispatch", lead=LEAD)

    assert not {c["kind"] for c in rules.api.read("auditor", ref)["clocks"]} & NOT_BY_MOVES
    assert list(faults(rules.house.settings)) == []
