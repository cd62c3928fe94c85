"""Every answer of every route tells browsers the same: ours only, in no frame, and keep nothing."""

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.access.accounts import Role
from app.uploads import MOST_BODY
from app.wiring import House
from tests.app.pages import Visitor, signed_in
from tests.app.walking import addresses, furnished
from tests.makers import HANDLER
from tests.server import PASSWORD

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = {
    "default-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
}
NOBODY = ""
VISITORS = [NOBODY, Role.OPERATOR, Role.DISPATCHER, HANDLER, Role.ADMIN]


def policy_of(answer: TestResponse) -> dict[str, str]:
    """The content policy by its directives."""
    parts = answer.headers["Content-Security-Policy"].split(";")
    return dict(part.strip().partition(" ")[::2] for part in parts)


def faults(answer: TestResponse) -> list[str]:
    """What is missing or wrong about the headers of *answer*."""
    headers, policy = answer.headers, policy_of(answer)
    scripts = policy.pop("script-src")
    nonces = set(
        re.findall(r'<script\b[^>]*\bnonce="([^"]+)"', answer.text if answer.mimetype == "text/html" else "")
    )
    expected = {f"'nonce-{nonce}'" for nonce in nonces} or {"'none'"}
    found = [name for name, value in EVERYWHERE.items() if headers.getlist(name) != [value]]
    found += ["Permissions-Policy"] if "camera=(), " not in headers.get("Permissions-Policy", "") else []
    found += ["policy"] if policy != POLICY else []
    found += [f"script-src {scripts}, tags {expected}"] if {scripts} != expected else []
    is_file = answer.request.path.startswith(("/static/", "/bootstrap/static/")) and answer.status_code == 200
    found += ["Cache-Control"] if ("no-store" in headers.get("Cache-Control", "")) is is_file else []
    found += (
        ["charset"] if answer.mimetype == "text/html" and "charset=utf-8" not in answer.content_type else []
    )
    return found


def visitor_of(app: Flask, username: str) -> Visitor:
    return signed_in(app, username) if username else Visitor(app)


@pytest.mark.parametrize("username", VISITORS)
def test_every_route_guards_every_answer(app: Flask, username: str) -> None:
    wrong = {}
    for address in addresses(app, "GET", "POST"):
        answer = visitor_of(app, username).client.open(address.path, method=address.method)
        if found := faults(answer) + (["an error of ours"] if answer.status_code == 500 else []):
            wrong[f"{address.method} {address.path} {answer.status_code}"] = found
        answer.close()

    assert not wrong


def test_errors_and_redirects_are_guarded_too(app: Flask, house: House) -> None:
    broken = furnished(house)
    broken.add_url_rule("/broken", view_func=lambda: str(1 // 0), endpoint="broken")
    visitor = signed_in(app, "operator")
    answers = {
        303: Visitor(app).get("/desk"),
        400: visitor.client.post("/intake"),
        401: app.test_client().get("/api/v1/tickets"),
        403: signed_in(app, "auditor").get("/intake"),
        404: visitor.get("/no-such-page"),
        405: visitor.client.put("/desk"),
        413: visitor.client.post("/sign-in", data=b"x" * (MOST_BODY + 1)),
        422: visitor.sign_in("operator", "not the password"),
        500: broken.test_client().get("/broken"),
    }
    wrong = {status: found for status, answer in answers.items() if (found := faults(answer))}

    assert {status: answer.status_code for status, answer in answers.items()} == {s: s for s in answers}
    assert not wrong
    assert not faults(app.test_client().get("/static/no-such-file.css")), "what is missing may come"


def test_the_nonce_is_new_with_every_answer(app: Flask) -> None:
    nonces = {policy_of(Visitor(app).get("/sign-in"))["script-src"] for _ in range(5)}

    assert len(nonces) == 5
    assert all(len(nonce) > len("'nonce-'") + 16 for nonce in nonces)


def test_behind_tls_browsers_are_told_to_stay_there_and_cookies_never_leave_it(house: House) -> None:
    app = furnished(house, base_url="https://zhuanban.example")
    visitor = Visitor(app)
    entered = visitor.sign_in("operator", PASSWORD)
    cookies = entered.headers.getlist("Set-Cookie")
    ours = next(cookie for cookie in cookies if "zhuanban" in cookie)

    assert entered.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert ours.startswith("__Host-zhuanban=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(ours.split("; "))
    assert "Domain" not in ours
    assert visitor.get("/desk").status_code == 200


def test_without_tls_nobody_is_told_to_use_it(app: Flask) -> None:
    assert "Strict-Transport-Security" not in Visitor(app).get("/").headers
