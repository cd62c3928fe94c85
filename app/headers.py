"""What every answer tells browsers: run our own scripts only, show us in no frame, keep nothing personal."""

import secrets

from flask import Flask, Response, g, request

from app.settings import Settings

#: Routes whose answers are the same for everybody and may be kept.
FILES = ("static", "bootstrap.static")

#: A calendar program asks whether what it has is still so, and keeps it meanwhile.
ASKED_AGAIN = ("calendars.read",)

A_YEAR = 365 * 24 * 3600

#: Nothing we do needs any of these.
DENIED = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "payment",
    "usb",
)

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in DENIED),
}


def register(app: Flask, settings: Settings) -> None:
    """Guard every answer of *app*, errors and redirects too."""
    app.jinja_env.globals["script_nonce"] = script_nonce

    @app.after_request
    def guard(response: Response) -> Response:
        headers = response.headers
        headers.update(ALWAYS)
        # What was handed in has a stricter one of its own.
        headers.setdefault("Content-Security-Policy", content_policy(g.get("script_nonce")))
        if settings.https:
            headers["Strict-Transport-Security"] = f"max-age={A_YEAR}"
        if request.endpoint in ASKED_AGAIN and response.status_code in (200, 304):
            headers["Cache-Control"] = "private, no-cache"
        elif not (request.endpoint in FILES and response.status_code in (200, 206, 304)):
            headers["Cache-Control"] = "no-store"
        return response


def script_nonce() -> str:
    """The word that tells the script tags of this answer from any that were smuggled in."""
    if "script_nonce" not in g:
        g.script_nonce = secrets.token_urlsafe(16)
    nonce: str = g.script_nonce
    return nonce


def content_policy(nonce: str | None) -> str:
    """
    The content policy of a page whose script tags carry *nonce*; None for one that has none.

    The nonce alone, without 'self': a tag that was smuggled in could otherwise load any file of ours as a
    script. And without 'strict-dynamic': our one script loads no other, so it would only let more in.
    """
    scripts = f"'nonce-{nonce}'" if nonce else "'none'"
    # Images as data: are the marks of form fields in Bootstrap's style sheet.
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self'; img-src 'self' data:; "
        "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )
