"""A telephone the house rings: picks up, presses keys and hangs up, told by signed requests."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from tests.doubles.carrier import ACCOUNT, SENDER, TOKEN
from tests.doubles.twiml import Verb, read

BASE = "https://hotline.example"


@dataclass
class Callee:
    """One call of the house, at the other end."""

    door: FlaskClient
    call_id: str
    sid: str
    phone: str
    #: What was heard last.
    verbs: list[Verb] = field(default_factory=list)

    def tell(self, path: str, **fields: str) -> TestResponse:
        """Tell the house of something, as Twilio does."""
        told = {
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "CallSid": self.sid,
            "CallStatus": "in-progress",
            "Called": self.phone,
            "Caller": SENDER,
            "Direction": "outbound-api",
            "From": SENDER,
            "To": self.phone,
            "ToCountry": "CN",
            **fields,
        }
        signature = RequestValidator(TOKEN).compute_signature(BASE + path, told)
        return self.door.post(path, data=told, headers={"X-Twilio-Signature": signature})

    def hear(self, path: str, **fields: str) -> str:
        """Tell, and hear the answer: all its words, in one line."""
        answer = self.tell(path, **fields)
        assert answer.status_code == 200, answer.status_code
        self.verbs = read(answer.data)
        return " ".join(one.words for verb in self.verbs for one in (verb, *verb.inner) if one.name == "Say")

    def pick_up(self) -> str:
        """Answer the telephone."""
        return self.hear(f"/twilio/calls/speak?call={self.call_id}")

    def press(self, *keys: str) -> str:
        """Press one key after the other, or none in time; gives what is heard after the last."""
        for key in keys:
            said = self.hear(self.waits_at(), Digits=key, FinishedOnKey="", msg="Gather End")
        return said

    def waits_at(self) -> str:
        """Where keys go now."""
        assert self.verbs[-1].name == "Gather"
        address = urlsplit(self.verbs[-1].attributes["action"])
        assert f"{address.scheme}://{address.netloc}" == BASE
        return f"{address.path}?{address.query}"

    def end(self, status: str = "completed") -> None:
        """The call is over."""
        fields: dict[str, Any] = {"CallStatus": status, "CallDuration": "20", "Timestamp": "now"}
        assert self.tell(f"/twilio/calls/status?call={self.call_id}", **fields).status_code == 204
