"""Send files to the API."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from werkzeug.test import TestResponse

from tests.makers import Api


def sent(
    api: Api,
    username: str,
    ref: str,
    files: Mapping[str, bytes],
    headers: Mapping[str, str] | None = None,
    *,
    audience: str = "internal",
) -> TestResponse:
    """Hand in files by name."""
    return api.app.test_client().post(
        f"/api/v1/tickets/{ref}/attachments",
        data={"files": [(BytesIO(content), name) for name, content in files.items()], "audience": audience},
        content_type="multipart/form-data",
        headers={"Authorization": f"Bearer {api.token(username)}", **(headers or {})},
    )


def send(
    api: Api, username: str, ref: str, files: Mapping[str, bytes], *, audience: str = "internal"
) -> dict[str, Any]:
    """Hand in files that must be taken."""
    answer = sent(api, username, ref, files, audience=audience)
    assert answer.status_code == 201, answer.text
    taken: dict[str, Any] = answer.get_json()
    return taken
