"""No door is left out: each route of the API stands in the matrix, or here with the reason why not."""

from flask import Flask

from app.moves import DOORS
from app.statistics.all_topics import TOPICS

TICKET = "/api/v1/tickets/<ref>"

#: Tried by the matrix.
TRIED = {
    *(f"POST {TICKET}/{move}" for move in DOORS),
    f"POST {TICKET}/requests/<request_id>/decide",
    "POST /api/v1/tickets",
    "GET /api/v1/tickets",
    *(
        f"GET {TICKET}{part}"
        for part in ("", "/timeline", "/clocks", "/messages", "/outbound_calls", "/texts")
    ),
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
#: All texts together: tests/app/texts/test_messages_api.py says who may read and do what.
MESSAGES = {
    "GET /api/v1/statistics/messages",
    *(f"GET /api/v1/messages/{part}" for part in ("standing", "lost")),
    *(f"POST /api/v1/messages/{step}" for step in ("again", "budget")),
}
#: The policy library hangs on no ticket: tests/app/assistance says who may do what.
POLICIES = {
    *(f"GET /api/v1/policies{part}" for part in ("", "/matching", "/ringing", "/gaps", "/<code>")),
    *(f"POST /api/v1/policies{part}" for part in ("", "/<code>/amend", "/<code>/confirm")),
}
#: Files follow their ticket: tests/app/attachments says who hands in, opens and takes back what.
FILES = {
    *(f"{method} {TICKET}/attachments" for method in ("GET", "POST")),
    f"GET {TICKET}/attachments/<attachment_id>",
    *(f"POST {TICKET}/attachments/<attachment_id>/{step}" for step in ("remove", "restore")),
}
#: Sums over tickets: tests/app/statistics says whose they are, and that a list holds what its number says.
STATISTICS = {
    *(f"GET /api/v1/statistics/{topic}" for topic in TOPICS),
    "GET /api/v1/statistics/tickets",
    "POST /api/v1/statistics/months/<month>/close",
}
#: What helps during a call: tests/app/test_calling.py.
CALLS = {"POST /api/v1/calls", "GET /api/v1/suggestions"}
#: Voice messages and calls to give back: tests/app/voice; campaigns: tests/app/test_campaigns.py.
VOICE = {
    *(f"GET /api/v1/{part}" for part in ("call-backs", "voice-messages", "voice-messages/<voice_id>/sound")),
    *(f"POST /api/v1/call-backs/<call_back_id>/{step}" for step in ("open", "done", "undo")),
    *(
        f"POST /api/v1/voice-messages/<voice_id>/{step}"
        for step in ("register", "add", "set_aside", "put_back")
    ),
}
CAMPAIGNS = {
    *(f"{method} /api/v1/campaigns" for method in ("GET", "POST")),
    "GET /api/v1/campaigns/<uuid:number>",
    *(f"POST /api/v1/campaigns/<uuid:number>/{step}" for step in ("end", "reopen", "next", "answer")),
}
#: The house's own, for administrators: tests/app/admin.
ADMIN = {"GET /api/v1/effects", "POST /api/v1/accounts/import"}
#: The description of the API itself, for everybody.
DESCRIPTION = {"GET /api/v1/openapi.json", "GET /api/v1/docs", "GET /api/docs"}


def test_every_route_of_the_api_is_tried(app: Flask) -> None:
    routes = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/")
    }

    elsewhere = LISTS | RULES | TEXTS | TELLING | PROVIDERS | MESSAGES | POLICIES | FILES | STATISTICS | CALLS
    elsewhere |= DESCRIPTION | VOICE | CAMPAIGNS | ADMIN | {"GET /api/v1/statistics/assistance"}
    # Households, and what is done for them, hang on no ticket: tests/app/assistance says who may do what.
    elsewhere |= {route for route in routes if " /api/v1/assistance/" in route}
    assert routes - TRIED - elsewhere == set()
    assert TRIED - routes == set()
