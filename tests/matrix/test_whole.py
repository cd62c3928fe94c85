"""No door is left out: each route of the API stands in the matrix, or here with the reason why not."""

from flask import Flask

from app.moves import DOORS
from tickets.assistance.service_words import ServiceStep

TICKET = "/api/v1/tickets/<ref>"
ASSISTANCE = "/api/v1/assistance"

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
#: The policy library and the households hang on no ticket: tests/app/assistance says who may do what.
POLICIES = {
    *(f"GET /api/v1/policies{part}" for part in ("", "/matching", "/ringing", "/gaps", "/<code>")),
    *(f"POST /api/v1/policies{part}" for part in ("", "/<code>/amend", "/<code>/confirm")),
}
HOUSEHOLD = "/api/v1/assistance/households"
HOUSEHOLDS = {
    *(f"GET {HOUSEHOLD}{part}" for part in ("", "/<int:number>", "/<int:number>/facts")),
    *(f"POST {HOUSEHOLD}{part}" for part in ("", "/import")),
    *(
        f"POST {HOUSEHOLD}/<int:number>/{step}"
        for step in ("clear", "amend", "state", "members", "events", "benefits")
    ),
    *(f"POST {HOUSEHOLD}/<int:number>/members/<uuid:member>/{step}" for step in ("amend", "left")),
}
#: Clues, needs and services of the own area or agency: tests/app/assistance/test_{needs,service_orders}.py.
SERVICES = {
    *(f"{method} {ASSISTANCE}/{part}" for method in ("GET", "POST") for part in ("leads", "needs")),
    *(
        f"{method} {ASSISTANCE}/service-{part}"
        for method in ("GET", "POST")
        for part in ("orders", "contracts")
    ),
    *(f"GET {ASSISTANCE}/{part}/<int:number>" for part in ("leads", "needs", "service-orders")),
    *(f"POST {ASSISTANCE}/leads/<int:number>/{step}" for step in ("clear", "need", "close")),
    f"POST {ASSISTANCE}/leads/import",
    *(f"POST {ASSISTANCE}/needs/<int:number>/{step}" for step in ("arrange", "close")),
    f"GET {ASSISTANCE}/service-orders/items",
    *(f"POST {ASSISTANCE}/service-orders/<int:number>/{step}" for step in ("recipient", *ServiceStep)),
    f"GET {ASSISTANCE}/service-contracts/<int:number>/settlement",
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

    elsewhere = LISTS | RULES | TEXTS | TELLING | PROVIDERS | POLICIES | HOUSEHOLDS | SERVICES | DESCRIPTION
    assert routes - TRIED - elsewhere == set()
    assert TRIED - routes == set()
