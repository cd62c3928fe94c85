"""The house's own pages: who opens them, who sends their forms, and what the loaded rules say of roles."""

import re

import pytest
from flask import Flask

from app.access.accounts import Role
from app.access.rules import RULES
from app.wiring import House
from tests.app.admin.ledgers import written
from tests.app.pages import Visitor, links_of, signed_in
from tests.makers import OF_ROLE

UNITS = {Role.HANDLER, Role.HEAD}
DUTY = {Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR, Role.ADMIN, *UNITS}

RULES_READERS = {Role.ADMIN, Role.SUPERVISOR, Role.AUDITOR}

#: Each page, and who may open it; everybody else is told that it is not theirs.
PAGES = {
    "/admin/units": {Role.ADMIN},
    "/admin/units/housing": {Role.ADMIN},
    "/admin/accounts": {Role.ADMIN},
    "/admin/accounts/1": {Role.ADMIN},
    "/admin/accounts/import": {Role.ADMIN},
    "/admin/categories": {Role.ADMIN},
    "/admin/categories/MZ": {Role.ADMIN},
    "/admin/reasons": {Role.ADMIN},
    "/admin/reasons/close/explained": {Role.ADMIN},
    "/admin/policies": RULES_READERS,
    "/admin/policies/new": {Role.ADMIN},
    "/admin/policies/H-HLP/handle": {Role.ADMIN},
    "/admin/calendar": RULES_READERS,
    "/admin/workers": {Role.ADMIN},
    "/admin/providers": {Role.ADMIN, Role.AUDITOR},
    "/admin/messages": RULES_READERS,
    "/admin/wording": RULES_READERS,
    "/admin/wording/zh_Hans/sealed/survey": RULES_READERS,
    "/roles": {Role.ADMIN, Role.AUDITOR},
    "/changes": {Role.ADMIN, Role.AUDITOR},
    "/phrases": {Role.ADMIN, Role.HEAD},
    "/duty": DUTY,
    "/absence": UNITS,
}

#: Those that stand in the navigation.
KNOWN = {path for path in PAGES if not re.search(r"/(housing|1|import|MZ|close|new|H-HLP|zh_Hans)\b", path)}

#: Each form, and who may send it.
FORMS = {
    "/admin/units": {Role.ADMIN},
    "/admin/units/housing/names": {Role.ADMIN},
    "/admin/units/housing/active": {Role.ADMIN},
    "/admin/accounts": {Role.ADMIN},
    "/admin/accounts/1/post": {Role.ADMIN},
    "/admin/accounts/import": {Role.ADMIN},
    "/admin/accounts/1/password": {Role.ADMIN},
    "/admin/categories": {Role.ADMIN},
    "/admin/categories/MZ": {Role.ADMIN},
    "/admin/reasons/close/explained": {Role.ADMIN},
    "/admin/policies/new": {Role.ADMIN},
    "/admin/policies/H-HLP/handle": {Role.ADMIN},
    "/admin/policies/import": {Role.ADMIN},
    "/admin/calendar/import": {Role.ADMIN},
    "/admin/calendar/days": {Role.ADMIN},
    "/admin/providers": {Role.ADMIN},
    "/admin/messages/budget": {Role.ADMIN},
    "/admin/messages/again": {Role.ADMIN},
    "/admin/wording/told/reviewed/survey": {Role.ADMIN},
    "/admin/wording/en/plain/survey": {Role.ADMIN},
    "/admin/wording/en/plain/survey/preview": {Role.ADMIN},
    "/admin/wording/en/plain/survey/back": {Role.ADMIN},
    "/admin/wording/en/plain/survey/approval/aliyun": {Role.ADMIN},
    "/phrases": {Role.ADMIN, Role.HEAD},
    "/duty/panlong-civil": {Role.ADMIN, Role.HEAD},
    "/absence/1": UNITS,
}


def token_of(visitor: Visitor) -> dict[str, str]:
    page = visitor.get("/desk").text
    return {"csrf_token": re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]}


@pytest.mark.parametrize("role", list(Role))
def test_each_page_opens_for_those_it_is_for_and_is_linked_for_them(app: Flask, role: Role) -> None:
    visitor = signed_in(app, OF_ROLE[role])
    # In the bar, or on the overview that an administrator's desk is.
    home = visitor.get("/desk")
    links = {*links_of(home), *re.findall(r'<a class="alone" href="([^"]+)"', home.text)}
    statuses = {path: visitor.get(path).status_code for path in PAGES}

    assert statuses == {path: 200 if role in roles else 403 for path, roles in PAGES.items()}
    assert {path for path in PAGES if path in links} == {path for path in KNOWN if role in PAGES[path]}


@pytest.mark.parametrize("with_token", [True, False], ids=["with its token", "without"])
@pytest.mark.parametrize("role", list(Role))
def test_forms_of_others_change_nothing_and_show_nothing(
    app: Flask, house: House, role: Role, with_token: bool
) -> None:
    visitor = signed_in(app, OF_ROLE[role])
    token = token_of(visitor) if with_token else {}
    with written(house) as facts:
        answers = {
            path: visitor.client.post(path, data=token) for path, roles in FORMS.items() if role not in roles
        }

    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(answers, 403)
    assert not any("区民政局" in answer.text for answer in answers.values())
    assert facts == []


def test_a_stranger_is_sent_to_the_door(app: Flask) -> None:
    visitor = Visitor(app)
    answers = [visitor.get(path) for path in PAGES]

    assert {answer.status_code for answer in answers} == {303}
    assert all(answer.headers["Location"].startswith("/sign-in?next=") for answer in answers)


def test_the_roles_page_says_what_the_loaded_rules_say(app: Flask) -> None:
    page = signed_in(app, "auditor").get("/roles").text
    rows = {
        head: [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td>(.*?)</td>", cells)]
        for head, cells in re.findall(r'<th scope="row">([^<]+)</th>(.*?)</tr>', page, re.DOTALL)
    }
    roles = list(Role)

    beside = len(RULES.texts) + len(RULES.campaigns) + len(RULES.files) + len(RULES.assistance)
    assert len(rows) == len(RULES.moves) + beside + 3
    assert [roles[at] for at, cell in enumerate(rows["签收"]) if cell != "—"] == [Role.HANDLER, Role.HEAD]
    assert rows["看工单"][roles.index(Role.ADMIN)] == "不看工单"
    for cells in rows.values():
        assert len(cells) == len(roles)


def test_the_overview_links_every_page_and_the_promises_can_be_read(app: Flask) -> None:
    admin = signed_in(app, "admin")
    overview = admin.get("/desk").text
    promises = admin.get("/admin/policies").text

    for path, roles in PAGES.items():
        if path in KNOWN and Role.ADMIN in roles:
            assert f'href="{path}"' in overview.partition("<main")[2]
    assert "H-DSP" in promises
    assert "2 个工作小时" in promises
