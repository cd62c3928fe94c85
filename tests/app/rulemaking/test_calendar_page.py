"""The calendar: notices and files handed in, approved by a second person, and what runs counted anew."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from sqlmodel import Session, select

from app.access.accounts import Account, hash_password
from app.clockwork import recompute_clocks, sweep_clocks
from app.rulemaking.rows import ChangeState
from app.verify import faults
from tests.app.admin.ledgers import written
from tests.app.pages import signed_in
from tests.app.rulemaking.houses import CALENDAR, RuleHouse, wrong
from tests.app.test_verify import grow_old
from tests.makers import HANDLER, HEAD, JOINT
from tests.server import PASSWORD
from tickets.ground.worktime.moments import local

NOTICE = """关于2031年部分节假日安排的通知
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月22日（农历除夕、周三）至28日（周二）放假调休，共7天。1月19日（周日）、2月1日（周六）上班。"""


def close_day(rules: RuleHouse, day: datetime, name: str = "全区停电检修") -> None:
    """Draft that nobody works on the day of a moment."""
    typed = {"first": f"{local(day):%Y-%m-%d}", "kind": "off", "name": name, "basis": "区政府办通知"}
    taken = rules.admin.send(CALENDAR, f"{CALENDAR}/days", typed)
    assert taken.status_code == 303, wrong(taken)


def test_a_pasted_notice_is_shown_day_by_day_and_holds_once_a_second_person_approved_it(
    rules: RuleHouse,
) -> None:
    with written(rules.house) as facts:
        assert rules.admin.send(CALENDAR, f"{CALENDAR}/import", {"text": NOTICE}).status_code == 303
        drafted = rules.admin.get(CALENDAR).text
        rules.approved(CALENDAR, basis="国办发明电〔2030〕1号")
    shown = rules.supervisor.get(CALENDAR, year=2031).text

    assert "2031年的放假安排定下来。" in drafted.replace(" ", "")
    assert "1 月 19 日" in drafted
    assert rules.change().source == NOTICE
    assert rules.house.rules().calendar_version == 2
    assert 2031 in rules.house.rules().calendar.announced
    assert "第 2 版" in shown
    assert [fact.what for fact in facts] == ["rules_submitted", "rules_approved", "clocks_recomputed"]
    assert facts[1].data["after"]["version"] == 2
    assert rules.admin.get("/changes").status_code == 200


def test_a_notice_that_does_not_fit_is_refused_with_its_reason_and_kept_in_the_form(rules: RuleHouse) -> None:
    text = NOTICE.replace("（周三）放假1天", "（周四）放假2天")
    refused = rules.admin.send(CALENDAR, f"{CALENDAR}/import", {"text": text})

    assert refused.status_code == 422
    assert "2031-01-01" in wrong(refused)
    assert "数下来是 1 天" in wrong(refused)
    assert "（周四）放假2天" in refused.text


def test_a_file_is_taken_as_what_was_pasted(rules: RuleHouse) -> None:
    exported = rules.admin.get(f"{CALENDAR}.toml").text
    changed = exported.replace('monday = [\n    "09:00-12:00"', 'monday = [\n    "08:30-12:00"')
    typed = {"file": (BytesIO(changed.encode()), "calendar.toml")}
    assert rules.admin.send(CALENDAR, f"{CALENDAR}/import", typed).status_code == 303
    drafted = rules.admin.get(CALENDAR).text
    broken = rules.admin.send(CALENDAR, f"{CALENDAR}/import", {"text": "[week]\nmonday = ['9-12']"})

    assert "08:30–12:00" in drafted
    assert "'9-12' is no span of hours" in wrong(broken).replace("&#39;", "'")


def test_a_day_that_is_closed_moves_the_clocks_that_end_on_it_each_with_a_fact(rules: RuleHouse) -> None:
    ref, other = (rules.api.ticket_in("handling")["ref"] for _ in range(2))
    before = rules.due(ref)
    rules.api.made(HANDLER, other, "reply", text="办好了。", founded="yes", solved="yes")
    close_day(rules, before)
    preview = rules.admin.get(CALENDAR).text
    named = rules.supervisor.get(CALENDAR)
    rules.approved(CALENDAR, recompute="1", basis="区政府办通知")
    after = rules.due(ref)
    moved = rules.recomputed(ref)

    assert after > before
    assert local(after).date() == rules.house.rules().calendar.first_working_day_from(
        local(before).date() + timedelta(days=1)
    )
    assert [(fact["clock_kind"], fact["excused"]) for fact in moved] == [("handle", False)]
    assert [datetime.fromisoformat(moved[0][name]) for name in ("before", "due_at")] == [before, after]
    assert moved[0]["change"] == str(rules.change().id)
    # What is met stays as it was, and the administrator, who reads no ticket, is not told which move.
    assert rules.due(other) == before
    assert f"/tickets/{ref}" not in preview
    assert f"/tickets/{ref}" in named.text or named.status_code != 200
    assert rules.api.read("auditor", ref)["due_at"] != before.isoformat()
    sweep_clocks(rules.house)
    assert list(faults(rules.house.settings)) == []


def test_a_share_follows_its_order_and_what_stood_still_is_counted_in_the_new_calendar(
    rules: RuleHouse,
) -> None:
    ref = rules.api.ticket_in("handling")["ref"]
    rules.api.made(HANDLER, ref, "sub_dispatch", unit=JOINT, note="请上门")
    waiting = rules.api.ticket_in("handling")["ref"]
    rules.api.made(HANDLER, waiting, "ask_citizen", text="请提供照片。")
    before = rules.due(ref)
    close_day(rules, before)
    rules.approved(CALENDAR, recompute="1")
    dues = {c["due_at"] for c in rules.api.read("auditor", ref)["clocks"] if c["kind"] == "handle"}
    stopped = next(c for c in rules.api.read("auditor", waiting)["clocks"] if c["kind"] == "handle")

    assert {datetime.fromisoformat(due) for due in dues} == {rules.due(ref)}
    assert rules.due(ref) > before
    assert (stopped["state"], stopped["calendar_version"]) == ("paused", 2)
    assert list(faults(rules.house.settings)) == []


def test_a_clock_that_was_not_recomputed_warns_by_the_calendar_it_pinned(rules: RuleHouse) -> None:
    twin, ref = (rules.api.ticket_in("handling")["ref"] for _ in range(2))
    expected = more_time(rules, twin)
    close_day(rules, datetime.fromisoformat(expected["warn_at"]))
    rules.approved(CALENDAR, recompute=[])
    lengthened = more_time(rules, ref)

    assert rules.house.rules().calendar_version == 2
    assert lengthened["calendar_version"] == 1
    assert (lengthened["due_at"], lengthened["warn_at"]) == (expected["due_at"], expected["warn_at"])


def more_time(rules: RuleHouse, ref: str) -> dict[str, Any]:
    """The handling clock of a ticket after two more days were granted."""
    asked = rules.api.made(HANDLER, ref, "ask_extension", days=2, text="要上门核实。")
    rules.api.decide(HEAD, asked, grant=True)
    return next(c for c in rules.api.read("auditor", ref)["clocks"] if c["kind"] == "handle")


def test_a_breach_stays_on_record_and_is_excused_where_time_is_left_after_all(rules: RuleHouse) -> None:
    ref = rules.api.ticket_in("handling")["ref"]
    grow_old(rules.house, ref, days=30)
    sweep_clocks(rules.house)
    late = rules.due(ref)
    today = local(datetime.now(UTC))
    typed = {
        "first": f"{local(late):%Y-%m-%d}",
        "last": f"{today + timedelta(days=1):%Y-%m-%d}",
        "kind": "off",
        "name": "雪灾停工",
    }
    assert rules.admin.send(CALENDAR, f"{CALENDAR}/days", typed).status_code == 303
    rules.approved(CALENDAR, recompute="1")
    ticket = rules.api.read("auditor", ref)
    handle = next(clock for clock in ticket["clocks"] if clock["kind"] == "handle")

    assert handle["state"] == "running"
    assert any(fact["excused"] for fact in rules.recomputed(ref))
    assert "clock_breached" in rules.api.facts(ref)
    assert list(faults(rules.house.settings)) == []


def test_nobody_approves_what_they_drafted_not_with_another_account_either(rules: RuleHouse) -> None:
    close_day(rules, datetime.now(UTC) + timedelta(days=3))
    rules.go(rules.admin, CALENDAR, "submit")
    own = rules.admin.client.post(
        f"/admin/rules/{rules.change().id}/decide",
        data={"grant": "true", "csrf_token": token(rules.admin.get(CALENDAR).text)},
    )
    with Session(rules.house.engine) as session, session.begin():
        twin = Account(
            username="admin2",
            display_name="管理员",
            role="admin",
            unit=session.exec(select(Account.unit).where(Account.username == "admin")).one(),
            person="admin",
            password_hash=hash_password(PASSWORD),
        )
        session.add(twin)
    page = signed_in(rules.app, "admin2").get(CALENDAR)

    assert own.status_code == 403
    assert rules.change().state == ChangeState.SUBMITTED
    assert "批准，马上生效" not in page.text
    assert rules.house.rules().calendar_version == 1


def token(page: str) -> str:
    """The token of a form on *page*."""
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_a_refusal_needs_its_reason_and_changes_nothing(rules: RuleHouse) -> None:
    close_day(rules, datetime.now(UTC) + timedelta(days=3))
    rules.go(rules.admin, CALENDAR, "submit")
    silent = rules.go(rules.supervisor, CALENDAR, "decide", grant="false")
    refused = rules.go(rules.supervisor, CALENDAR, "decide", grant="false", text="没有文件")

    assert silent.status_code == 422
    assert "没有写原因" in wrong(silent)
    assert refused.status_code == 303
    assert (rules.change().state, rules.change().said) == (ChangeState.REFUSED, "没有文件")
    assert rules.house.rules().calendar_version == 1
    # Another one can be begun.
    close_day(rules, datetime.now(UTC) + timedelta(days=4))
    assert rules.change().state == ChangeState.DRAFT


def test_a_submitted_change_is_neither_drafted_on_nor_decided_twice(rules: RuleHouse) -> None:
    close_day(rules, datetime.now(UTC) + timedelta(days=3))
    rules.go(rules.admin, CALENDAR, "submit")
    again = rules.admin.send(CALENDAR, f"{CALENDAR}/import", {"text": NOTICE})
    page = rules.supervisor.get(CALENDAR)
    url = f"/admin/rules/{rules.change().id}/decide"
    first = rules.supervisor.send(page, url, {"grant": "true"})
    second = rules.supervisor.client.post(
        url, data={"grant": "false", "text": "晚了", "csrf_token": token(page.text)}
    )

    assert again.status_code == 409
    assert "正在等批准" in wrong(again)
    assert (first.status_code, second.status_code) == (303, 409)
    assert rules.change().state == ChangeState.APPROVED


def test_a_withdrawn_draft_leaves_the_calendar_alone(rules: RuleHouse) -> None:
    close_day(rules, datetime.now(UTC) + timedelta(days=3))
    assert rules.go(rules.admin, CALENDAR, "withdraw").status_code == 303
    assert rules.change().state == ChangeState.WITHDRAWN
    assert rules.house.rules().calendar_version == 1


def test_the_clockwork_waits_until_every_process_reads_the_new_rules(rules: RuleHouse) -> None:
    ref = rules.api.ticket_in("handling")["ref"]
    before = rules.due(ref)
    close_day(rules, before)
    rules.go(rules.admin, CALENDAR, "submit", recompute="1")
    rules.go(rules.supervisor, CALENDAR, "decide", grant="true")
    recompute_clocks(rules.house)
    at_once = rules.due(ref)
    rules.work_off()

    assert at_once == before
    assert rules.due(ref) > before


def test_an_alarm_stands_while_a_year_is_missing(rules: RuleHouse) -> None:
    page = rules.supervisor.get(CALENDAR).text
    year = local(datetime.now(UTC)).year + 1
    calendar = rules.house.rules().calendar

    assert ("的放假安排还没有录入" in page) == (year not in calendar.announced)


def test_only_the_administrator_drafts_and_a_handler_sees_nothing(rules: RuleHouse) -> None:
    for who in (HANDLER, HEAD, "operator"):
        assert signed_in(rules.app, who).get(CALENDAR).status_code == 403
    auditor = signed_in(rules.app, "auditor")
    assert auditor.get(CALENDAR).status_code == 200
    assert "录入放假通知" not in auditor.get(CALENDAR).text
    close_day(rules, datetime.now(UTC) + timedelta(days=3))
    rules.go(rules.admin, CALENDAR, "submit")
    assert "批准，马上生效" not in auditor.get(CALENDAR).text
