"""No door is left out: each route of the API stands in the matrix, or here with the reason why not."""

from flask import Flask

from app.moves import DOORS

TICKET = "/api/v1/tickets/<ref>"

#: Tried by the matrix.
TRIED = {
    *(f"POST {TICKET}/{move}" for move in DOORS),
    f"POST {TICKET}/requests/<request_id>/decide",
    "POST /api/v1/tickets",
    "GET /api/v1/tickets",
    *(f"GET {TICKET}{part}" for part in ("", "/timeline", "/clocks", "/messages", "/texts")),
    f"GET {TICKET}/identity",
    "GET /api/v1/clocks/<clock_id>/explanation",
}
#: The house's lists: every account reads them, and they are about no ticket.
LISTS = {
    *(f"GET /api/v1/{name}" for name in ("units", "divisions", "categories", "wording")),
    *(f"GET /api/v1/sla/{name}" for name in ("policies", "calendars")),
}
#: Changes of the rules are about no ticket: tests/app/rulemaking/test_rules_api.py says who may do what.
RULES = {
    *(f"{method} /api/v1/sla/changes" for method in ("GET", "POST")),
    "GET /api/v1/sla/changes/<change_id>",
    *(f"POST /api/v1/sla/changes/<change_id>/{step}" for step in ("submit", "withdraw", "decide")),
}
#: Texts that belong to no ticket: tests/app/texts/test_texts.py says who may settle them.
TEXTS = {
    "GET /api/v1/texts",
    *(f"POST /api/v1/texts/<text_id>/{step}" for step in ("add", "register", "set_aside", "put_back")),
}
#: What could not be brought by text: tests/app/texts/test_telling.py says who may tell it.
TELLING = {"GET /api/v1/to_tell", f"GET {TICKET}/to_tell", f"POST {TICKET}/told"}
#: Who carries texts: tests/app/admin/test_providers_page.py says who may move what.
PROVIDERS = {
    *(f"GET /api/v1/providers{part}" for part in ("", "/routes", "/shifts")),
    "POST /api/v1/providers/routes",
}
#: Figures of assistance and what they are counted from: tests/app/assistance/test_statistics.py says who may.
ASSISTANCE_FIGURES = {
    "GET /api/v1/statistics/assistance",
    "POST /api/v1/assistance/months/<month>/close",
    "GET /api/v1/assistance/households/<int:number>/given",
    *(f"POST /api/v1/assistance/households/<int:number>/{what}" for what in ("temporary-aid", "services")),
}
#: The description of the API itself, for everybody.
DESCRIPTION = {"GET /api/v1/openapi.json", "GET /api/v1/docs", "GET /api/docs"}


def test_every_route_of_the_api_is_tried(app: Flask) -> None:
    routes = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/")
    }

    tried_elsewhere = TEXTS | TELLING | PROVIDERS | ASSISTANCE_FIGURES
    assert routes - TRIED - LISTS - RULES - tried_elsewhere - DESCRIPTION == set()
    assert TRIED - routes == set()
