"""A right code opens the page of its ticket for a while: the cookie that remembers it."""

from flask import request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from app.house import house

#: Seconds for which a right code opens the page of its ticket again.
GRANT_LASTS = 30 * 60


def grant(response: Response, ref: str) -> None:
    """Let this browser open the page of *ref* for a while."""
    response.set_cookie(
        "track",
        _grants().dumps(ref),
        max_age=GRANT_LASTS,
        path=f"/track/{ref}",
        httponly=True,
        samesite="Lax",
        secure=house().settings.https,
    )


def granted(ref: str) -> bool:
    """Whether this browser gave the code of *ref* a short while ago."""
    try:
        return bool(_grants().loads(request.cookies.get("track", ""), max_age=GRANT_LASTS) == ref)
    except BadData:
        return False


def _grants() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(house().settings.secret_key, salt="track")
