"""What Twilio's Messages API lets through: its published description where it is at hand, or essentials."""

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

ROOT = Path(__file__).parents[2]
LIST = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
RECORDING = "/2010-04-01/Accounts/{AccountSid}/Recordings/{Sid}.json"
ONE = "/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json"
FORM = "application/x-www-form-urlencoded"

#: For where the description is not at hand: the parameters of a new message, and of the list.
CREATE_PARAMETERS = frozenset(
    {
        *("To", "From", "FallbackFrom", "MessagingServiceSid", "Body", "MediaUrl", "ContentSid"),
        *("ContentVariables", "ContentRetention", "AddressRetention", "StatusCallback", "ApplicationSid"),
        *("ValidityPeriod", "MaxPrice", "Attempt", "ProvideFeedback", "ForceDelivery", "SmartEncoded"),
        *(
            "ShortenUrls",
            "ScheduleType",
            "SendAt",
            "SendAsMms",
            "PersistentAction",
            "TrafficType",
            "RiskCheck",
        ),
    }
)
LIST_PARAMETERS = frozenset(
    {"To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"}
)

E164 = re.compile(r"\+[1-9]\d{4,14}")
SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")


@dataclass(frozen=True)
class Breach:
    """What a request does wrong, with Twilio's code for it."""

    code: int
    what: str


@dataclass(frozen=True)
class Asked:
    """One request, as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    form: dict[str, str] = field(default_factory=dict)

    @property
    def query(self) -> dict[str, str]:
        """The query of the target."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    def as_openapi(self) -> MockRequest:
        """The same for openapi-core."""
        return MockRequest(
            "https://api.twilio.com",
            self.method.lower(),
            urlsplit(self.target).path,
            args=self.query,
            headers=self.headers,
            data=self.body or None,
            content_type=self.headers.get("Content-Type", ""),
        )


class Contract:
    """Judges requests to the Messages API and the double's own answers."""

    def __init__(self) -> None:
        described = description()
        self.published = described is not None
        self._openapi = OpenAPI.from_dict(described) if described else None
        operations = described["paths"][LIST] if described else None
        self._create = frozenset(_form_of(operations)) if operations else CREATE_PARAMETERS
        self._list = frozenset(_query_of(operations)) if operations else LIST_PARAMETERS

    def breaches(self, asked: Asked) -> list[Breach]:
        """Everything *asked* does wrong."""
        if asked.method == "DELETE":
            return self._described(asked)
        found = [*self._unknown(asked), *self._described(asked)]
        return found + list(_written_rules(asked)) if asked.method == "POST" else found

    def check_answer(self, asked: Asked, status: int, body: bytes) -> list[str]:
        """What is wrong with an answer of ours: a double that strays from the description proves nothing."""
        if status not in (200, 201):
            return [] if _is_problem(status, body) else ["our own answer: no error as Twilio writes them"]
        if self._openapi is None:
            return []
        try:
            self._openapi.validate_response(asked.as_openapi(), MockResponse(body, status_code=status))
        except OpenAPIError as stray:
            return [f"our own answer: {stray.__cause__ or stray}"]
        return []

    def _unknown(self, asked: Asked) -> list[Breach]:
        given, known = (asked.form, self._create) if asked.method == "POST" else (asked.query, self._list)
        return [Breach(20001, f"unknown parameter {name}") for name in given if name not in known]

    def _described(self, asked: Asked) -> list[Breach]:
        if self._openapi is None:
            return []
        try:
            self._openapi.validate_request(asked.as_openapi())
        except OpenAPIError as refused:
            return [Breach(20001, str(refused.__cause__ or refused))]
        return []


def _is_problem(status: int, body: bytes) -> bool:
    """Whether it is an error as Twilio writes them. The description has none, its pages of words do."""
    said = json.loads(body)
    shape = {"code": int, "message": str, "more_info": str, "status": int}
    types = {name: type(value) for name, value in said.items()}
    return types == shape and said["status"] == status >= 400


def _written_rules(asked: Asked) -> Iterable[Breach]:
    """Yield breaches of what the description says in words only."""
    form = asked.form
    if not asked.headers.get("Content-Type", "").startswith(FORM):
        yield Breach(20001, "not form encoded")
    if not E164.fullmatch(form.get("To", "")):
        yield Breach(21211, "To is not in E.164")
    senders = [name for name in ("From", "MessagingServiceSid") if name in form]
    if len(senders) != 1:
        yield Breach(21603, "not exactly one of From and MessagingServiceSid")
    if not SERVICE.fullmatch(form.get("MessagingServiceSid", "MG" + "0" * 32)):
        yield Breach(21701, "MessagingServiceSid is misshapen")
    if not form.get("Body"):
        yield Breach(21602, "no Body")
    if len(form.get("Body", "")) > 1600:
        yield Breach(21617, "Body is longer than 1,600 characters")
    address = urlsplit(form.get("StatusCallback", "http://none.example"))
    if address.scheme not in ("http", "https") or not address.hostname or "_" in address.hostname:
        yield Breach(21609, "StatusCallback is no address Twilio would call")


def description() -> dict[str, Any] | None:
    """Load the published description, cut down to messages and recordings so that it is read in no time."""
    named = os.environ.get("TWILIO_API_DESCRIPTION")
    path = Path(named) if named else ROOT.parent / "shared" / "data" / "twilio_api_v2010.json"
    if not path.exists():
        return None
    whole = json.loads(path.read_text(encoding="utf-8"))
    paths = {name: whole["paths"][name] for name in (LIST, ONE, RECORDING)}
    schemas: dict[str, Any] = {}
    _gather(paths, whole["components"]["schemas"], schemas)
    return {**whole, "paths": paths, "components": {**whole["components"], "schemas": schemas}}


def _gather(node: Any, known: dict[str, Any], into: dict[str, Any]) -> None:
    if isinstance(node, list):
        for item in node:
            _gather(item, known, into)
    elif isinstance(node, dict):
        name = str(node.get("$ref", "")).rpartition("/")[2]
        if name in known and name not in into:
            into[name] = known[name]
            _gather(known[name], known, into)
        for item in node.values():
            _gather(item, known, into)


def _form_of(operations: dict[str, Any]) -> Iterable[str]:
    schema: dict[str, Any] = operations["post"]["requestBody"]["content"][FORM]["schema"]
    return list(schema["properties"])


def _query_of(operations: dict[str, Any]) -> Iterable[str]:
    return [parameter["name"] for parameter in operations["get"]["parameters"] if parameter["in"] == "query"]
