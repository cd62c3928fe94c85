"""A telephone that calls the hotline: signed as Twilio signs, each answer read strictly and followed."""

from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit
from uuid import uuid4

from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from app.wiring import House
from tests.doubles.twiml import Verb, read

BASE = "https://hotline.example"
ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN, OLD_TOKEN = "the-token-in-force", "the-token-before"
DESK = "+8657188880000"


def a_phone() -> str:
    """A number nobody else in the tests has."""
    return f"+86139{uuid4().int % 10**8:08d}"


def house_with_voice(house: House, **more: object) -> House:
    """The same house, whose calls come from Twilio."""
    changes = {
        "provider": "twilio",
        "base_url": BASE + "/",
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_auth_token_old": OLD_TOKEN,
        "twilio_from": "+15005550006",
        "voice": True,
        **more,
    }
    return replace(house, settings=house.settings.model_copy(update=changes))


def code_of(answer: TestResponse) -> str:
    """Which refusal an answer of the API is."""
    kind: str = answer.get_json()["type"]
    return kind.partition("#")[2].replace("-", "_")


@dataclass
class Telephone:
    """One call."""

    door: FlaskClient
    phone: str
    sid: str = field(default_factory=lambda: f"CA{uuid4().hex}")
    token: str = TOKEN
    #: What was heard last.
    verbs: list[Verb] = field(default_factory=list)

    def tell(self, path: str, *, token: str | None = None, **fields: str) -> TestResponse:
        """Tell the house of something, as Twilio does."""
        told = {
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "CallSid": self.sid,
            "CallStatus": "in-progress",
            "Called": "+15005550006",
            "Caller": self.phone,
            "Direction": "inbound",
            "From": self.phone,
            "FromCity": "",
            "FromCountry": "CN",
            "To": "+15005550006",
            "ToCountry": "US",
            **fields,
        }
        signature = RequestValidator(token or self.token).compute_signature(BASE + path, told)
        return self.door.post(path, data=told, headers={"X-Twilio-Signature": signature})

    def hear(self, path: str, **fields: str) -> str:
        """Tell, and hear the answer: all its words, in one line."""
        answer = self.tell(path, **fields)
        assert answer.status_code == 200, answer.status_code
        assert answer.mimetype == "text/xml"
        self.verbs = read(answer.data)
        return " ".join(one.words for verb in self.verbs for one in (verb, *verb.inner) if one.name == "Say")

    def ring(self) -> str:
        """Call."""
        return self.hear("/twilio/voice", CallStatus="ringing")

    def press(self, keys: str) -> str:
        """Press keys, where keys are waited for."""
        waits = self.verbs[-1]
        assert waits.name == "Gather"
        assert len(keys) <= int(waits.attributes["numDigits"])
        return self.hear(self._action(), Digits=keys, FinishedOnKey="", msg="Gather End")

    def speak(self, seconds: int, *, hangs_up: bool = False, sid: str = "") -> str:
        """Say something after the tone."""
        assert self.verbs[-1].name == "Record"
        sid = sid or f"RE{uuid4().hex}"
        api = "https://api.twilio.com/2010-04-01/Accounts"
        return self.hear(
            self._action(),
            Digits="hangup" if hangs_up else "#",
            RecordingSid=sid,
            RecordingUrl=f"{api}/{ACCOUNT}/Recordings/{sid}",
            RecordingDuration=str(seconds),
        )

    def dialled(self, status: str) -> str:
        """The desk picked up, or not."""
        assert self.verbs[-1].name == "Dial"
        return self.hear(self._action(), DialCallStatus=status, DialCallSid=f"CA{uuid4().hex}")

    def hang_up(self, status: str = "completed") -> None:
        """End the call."""
        told = self.tell("/twilio/voice/status", CallStatus=status, CallDuration="20", Duration="1")
        assert told.status_code == 204

    def _action(self) -> str:
        address = urlsplit(self.verbs[-1].attributes["action"])
        # No number, code or key of a citizen in an address.
        assert f"{address.scheme}://{address.netloc}" == BASE
        assert not address.query
        return address.path
