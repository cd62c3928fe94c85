"""What Twilio lets through of messages and calls: its published description if at hand, or essentials."""

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
CALLS = "/2010-04-01/Accounts/{AccountSid}/Calls.json"
CALL = "/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json"
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

#: The same of a new call, as far as we use them, and of the list of calls.
CREATE_CALL_PARAMETERS = frozenset(
    {
        *("To", "From", "Url", "Method", "FallbackUrl", "FallbackMethod", "StatusCallback"),
        *("StatusCallbackEvent", "StatusCallbackMethod", "SendDigits", "Timeout", "TimeLimit", "Record"),
        *("MachineDetection", "MachineDetectionTimeout", "AsyncAmd", "Twiml", "ApplicationSid"),
    }
)
LIST_CALL_PARAMETERS = frozenset(
    {
        *("To", "From", "ParentCallSid", "Status", "StartTime", "StartTime<", "StartTime>", "EndTime"),
        *("EndTime<", "EndTime>", "PageSize", "Page", "PageToken"),
    }
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

    @property
    def about_calls(self) -> bool:
        """It is about calls, not messages."""
        return "/Calls" in urlsplit(self.target).path

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
    """Judges requests for messages and calls, and the double's own answers."""

    def __init__(self) -> None:
        described = description()
        self.published = described is not None
        self._openapi = OpenAPI.from_dict(described) if described else None
        paths = described["paths"] if described else {}
        #: By whether it is about calls: the parameters of a new one, and of the list.
        self._create = {False: CREATE_PARAMETERS, True: CREATE_CALL_PARAMETERS}
        self._list = {False: LIST_PARAMETERS, True: LIST_CALL_PARAMETERS}
        for about_calls, path in ((False, LIST), (True, CALLS)):
            if path in paths:
                self._create[about_calls] = frozenset(_form_of(paths[path]))
                self._list[about_calls] = frozenset(_query_of(paths[path]))

    def breaches(self, asked: Asked) -> list[Breach]:
        """Everything *asked* does wrong."""
        if asked.method == "DELETE":
            return self._described(asked)
        found = [*self._unknown(asked), *self._described(asked)]
        if asked.method != "POST":
            return found
        return found + list(_rules_of_calls(asked) if asked.about_calls else _written_rules(asked))

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
        posts = asked.method == "POST"
        given = asked.form if posts else asked.query
        known = (self._create if posts else self._list)[asked.about_calls]
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
    if not _is_address(form.get("StatusCallback", "http://none.example")):
        yield Breach(21609, "StatusCallback is no address Twilio would call")


def _rules_of_calls(asked: Asked) -> Iterable[Breach]:
    """Yield breaches of what the description of calls says in words only."""
    form = asked.form
    if not asked.headers.get("Content-Type", "").startswith(FORM):
        yield Breach(20001, "not form encoded")
    for name, code in (("To", 21211), ("From", 21212)):
        if not E164.fullmatch(form.get(name, "")):
            yield Breach(code, f"{name} is not in E.164")
    if sum(name in form for name in ("Url", "Twiml", "ApplicationSid")) != 1:
        yield Breach(21205, "not exactly one of Url, Twiml and ApplicationSid")
    for name, code in (("Url", 21205), ("StatusCallback", 21609)):
        if not _is_address(form.get(name, "http://none.example")):
            yield Breach(code, f"{name} is no address Twilio would call")
    yield from _too_long(form)


def _too_long(form: dict[str, str]) -> Iterable[Breach]:
    for name, most in (("Timeout", 600), ("TimeLimit", 14_400)):
        if not 1 <= int(form.get(name, "1")) <= most:
            yield Breach(20001, f"{name} is not within {most} seconds")


def _is_address(written: str) -> bool:
    address = urlsplit(written)
    return address.scheme in ("http", "https") and bool(address.hostname) and "_" not in str(address.hostname)


def description() -> dict[str, Any] | None:
    """Load the published description, cut down to what we use so that it is read in no time."""
    named = os.environ.get("TWILIO_API_DESCRIPTION")
    path = Path(named) if named else ROOT.parent / "shared" / "data" / "twilio_api_v2010.json"
    if not path.exists():
        return None
    whole = json.loads(path.read_text(encoding="utf-8"))
    paths = {name: whole["paths"][name] for name in (LIST, ONE, RECORDING, CALLS, CALL)}
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
