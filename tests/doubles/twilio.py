"""A Twilio of our own: keeps messages and calls, refuses as Twilio does, signs receipts, fails on command."""

import argparse
import base64
import hashlib
import hmac
import json
import re
import secrets
import socket
import struct
import sys
import threading
import time
from collections import deque
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests

from tests.doubles.serving import Server
from tests.doubles.twilio_contract import Asked, Contract

#: Numbers that Twilio itself refuses when one tries things out, and its codes.
MAGIC = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}

_RECORDING = r"/2010-04-01/Accounts/(AC[0-9a-f]{32})/Recordings/(RE[0-9a-f]{32})"
RECORDING = re.compile(_RECORDING + r"\.json")
SOUND = re.compile(_RECORDING + r"\.wav")

Answer = tuple[int, dict[str, Any]]


class Carrier:
    """The state behind the doors. One lock: the double is for judging, not for speed."""

    def __init__(self, account: str, token: str) -> None:
        self.account = account
        self.token = token
        self.contract = Contract()
        self.lock = threading.RLock()
        self.messages: list[dict[str, Any]] = []
        #: By sid: when it was taken, and where its receipts go.
        self.taken_at: dict[str, float] = {}
        self.callbacks: dict[str, str] = {}
        self.calls: list[dict[str, Any]] = []
        self.violations: list[str] = []
        self.listed = 0
        #: Requests for a new message or call, whatever became of them.
        self.asked = 0
        #: Sounds by the sid of their recording.
        self.recordings: dict[str, bytes] = {}
        #: What happens to the next requests for a new message, see `Door._create`.
        self.faults: deque[str] = deque()
        #: Seconds until a new message shows up in the list.
        self.list_lag = 0.0
        #: Seconds until a new message is answered.
        self.delay = 0.0
        #: Statuses told of every new message by itself.
        self.receipts: list[str] = []

    def take(self, form: dict[str, str]) -> dict[str, Any]:
        """Take a message for sending."""
        now = format_datetime(datetime.now(UTC))
        sid = f"SM{secrets.token_hex(16)}"
        uri = f"/2010-04-01/Accounts/{self.account}/Messages/{sid}"
        message = {
            "account_sid": self.account,
            "api_version": "2010-04-01",
            "body": form.get("Body"),
            "date_created": now,
            "date_sent": None,
            "date_updated": now,
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
            "from": form.get("From"),
            "messaging_service_sid": form.get("MessagingServiceSid"),
            "num_media": "0",
            "num_segments": "0" if "MessagingServiceSid" in form else "1",
            "price": None,
            "price_unit": "USD",
            "sid": sid,
            "status": "accepted" if "MessagingServiceSid" in form else "queued",
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": form["To"],
            "uri": f"{uri}.json",
        }
        with self.lock:
            self.messages.append(message)
            self.taken_at[sid] = time.monotonic()
            self.callbacks[sid] = form.get("StatusCallback", "")
        if self.receipts:
            threading.Thread(target=self._tell_all, args=(sid, list(self.receipts)), daemon=True).start()
        return message

    def ring(self, form: dict[str, str]) -> dict[str, Any]:
        """Take a call for dialling."""
        now = format_datetime(datetime.now(UTC))
        sid = f"CA{secrets.token_hex(16)}"
        call: dict[str, Any] = {
            "account_sid": self.account,
            "answered_by": None,
            "api_version": "2010-04-01",
            "caller_name": None,
            "date_created": now,
            "date_updated": now,
            "direction": "outbound-api",
            "duration": None,
            "end_time": None,
            "forwarded_from": None,
            "from": form["From"],
            "from_formatted": form["From"],
            "group_sid": None,
            "parent_call_sid": None,
            "phone_number_sid": f"PN{secrets.token_hex(16)}",
            "price": None,
            "price_unit": "USD",
            "queue_time": "0",
            "sid": sid,
            "start_time": None,
            "status": "queued",
            "subresource_uris": {},
            "to": form["To"],
            "to_formatted": form["To"],
            "trunk_sid": None,
            "uri": f"/2010-04-01/Accounts/{self.account}/Calls/{sid}.json",
        }
        with self.lock:
            self.calls.append(call)
            self.taken_at[sid] = time.monotonic()
            self.callbacks[sid] = form.get("StatusCallback", "")
        return call

    def end(self, sid: str, status: str, *, tell: bool = True) -> int:
        """Let a call end and tell of it; gives the HTTP status of the answer, 0 where nobody is told."""
        with self.lock:
            call = next(call for call in self.calls if call["sid"] == sid)
            call["status"], call["start_time"] = status, call["date_created"]
            call["end_time"] = format_datetime(datetime.now(UTC))
        if not tell:
            return 0
        told = {"AccountSid": self.account, "ApiVersion": "2010-04-01", "CallSid": sid, "CallStatus": status}
        told |= {"From": call["from"], "To": call["to"], "Direction": "outbound-api", "CallDuration": "9"}
        return self.post_signed(self.callbacks[sid], told)

    def page(self, query: dict[str, str], *, calls: bool = False) -> dict[str, Any]:
        """One page of the list of messages, or of *calls*, newest first."""
        with self.lock:
            self.listed += 1
            listed = self.calls if calls else self.messages
            found = [one for one in reversed(listed) if self._shows(one, query)]
        size, page = int(query.get("PageSize", 50)), int(query.get("Page", 0))
        path = f"/2010-04-01/Accounts/{self.account}/{'Calls' if calls else 'Messages'}.json?"
        following = path + urlencode({**query, "Page": page + 1}) if len(found) > (page + 1) * size else None
        return {
            "calls" if calls else "messages": found[page * size : (page + 1) * size],
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": min(len(found), (page + 1) * size),
            "uri": path + urlencode(query),
            "first_page_uri": path + urlencode({**query, "Page": 0}),
            "next_page_uri": following,
            "previous_page_uri": None,
        }

    def tell(self, sid: str, status: str, error_code: str | None = None) -> int:
        """Send one signed receipt; gives the HTTP status it was answered with."""
        with self.lock:
            message = next(message for message in self.messages if message["sid"] == sid)
            message["status"] = status
            message["date_sent"] = message["date_sent"] or format_datetime(datetime.now(UTC))
        told = {"AccountSid": self.account, "ApiVersion": "2010-04-01", "To": message["to"]}
        told |= {"MessageSid": sid, "SmsSid": sid, "MessageStatus": status, "SmsStatus": status}
        if message["from"]:
            told["From"] = message["from"]
        if error_code:
            told["ErrorCode"] = error_code
        return self.post_signed(self.callbacks[sid], told)

    def post_signed(self, url: str, fields: dict[str, str]) -> int:
        """Post *fields* the way Twilio does."""
        written = url + "".join(name + fields[name] for name in sorted(fields))
        mac = hmac.new(self.token.encode(), written.encode(), hashlib.sha1)
        signature = base64.b64encode(mac.digest()).decode()
        return requests.post(
            url, data=fields, headers={"X-Twilio-Signature": signature}, timeout=15
        ).status_code

    def _shows(self, one: dict[str, Any], query: dict[str, str]) -> bool:
        is_asked_for = all(query.get(name) in (None, one[name.lower()]) for name in ("To", "From"))
        return is_asked_for and time.monotonic() - self.taken_at[one["sid"]] >= self.list_lag

    def _tell_all(self, sid: str, statuses: list[str]) -> None:
        for status in statuses:
            self.tell(sid, status)


class Door(BaseHTTPRequestHandler):
    """The HTTP side: Twilio's paths, and `/control`, `/receipt`, `/end`, `/inbound`, `/ledger` for tests."""

    protocol_version = "HTTP/1.1"
    carrier: Carrier

    def do_POST(self) -> None:
        """A new message, or a wish of the test."""
        told = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(told)
        if len(body) < told:
            # Whoever was speaking died amid it: nothing was asked, so nothing can be wrong about it.
            self._cut()
            return
        path = urlsplit(self.path).path
        if path == "/control":
            self._answer(200, self._control(json.loads(body)))
        elif path == "/receipt":
            self._answer(200, {"status": self.carrier.tell(**json.loads(body))})
        elif path == "/end":
            self._answer(200, {"status": self.carrier.end(**json.loads(body))})
        elif path == "/inbound":
            self._answer(200, {"status": self.carrier.post_signed(**json.loads(body))})
        else:
            form = dict(parse_qsl(body.decode(), keep_blank_values=True))
            self._serve(Asked("POST", self.path, self._known(), body, form))

    def do_DELETE(self) -> None:
        """Erase a recording."""
        asked = Asked("DELETE", self.path, self._known(), b"")
        refusal = self._closed(asked, RECORDING)
        sid = RECORDING.fullmatch(self.path)
        breaches = self.carrier.contract.breaches(asked)
        with self.carrier.lock:
            self.carrier.violations.extend(breach.what for breach in breaches)
            gone = self.carrier.recordings.pop(sid[2], None) if sid and not refusal else None
        if gone is None:
            self._answer(*(refusal or _problem(404, 20404, "The requested resource was not found")))
        else:
            self._send(204, b"")

    def _sound(self) -> None:
        """The sound of a recording. What Twilio publishes in a form for machines does not describe it."""
        refusal = self._closed(Asked("GET", self.path, self._known(), b""), SOUND)
        sid = SOUND.fullmatch(self.path)
        with self.carrier.lock:
            sound = self.carrier.recordings.get(sid[2]) if sid else None
        if refusal or sound is None:
            self._answer(*(refusal or _problem(404, 20404, "The requested resource was not found")))
        else:
            self._send(200, sound, "audio/x-wav")

    def _closed(self, asked: Asked, shape: re.Pattern[str]) -> Answer | None:
        key = base64.b64encode(f"{self.carrier.account}:{self.carrier.token}".encode()).decode()
        if asked.headers.get("Authorization") != f"Basic {key}":
            return _problem(401, 20003, "Authenticate")
        found = shape.fullmatch(asked.target)
        if found is None or found[1] != self.carrier.account:
            return _problem(404, 20404, "The requested resource was not found")
        if self.carrier.faults and self.carrier.faults.popleft() == "500_before":
            return _problem(500, 20500, "Internal Server Error")
        return None

    def do_GET(self) -> None:
        """The list, one message, a recording, or the ledger."""
        carrier = self.carrier
        if self.path.endswith(".wav"):
            self._sound()
            return
        if self.path == "/ledger":
            with carrier.lock:
                kept = {
                    "messages": carrier.messages,
                    "calls": carrier.calls,
                    "violations": carrier.violations,
                    "listed": carrier.listed,
                    "asked": carrier.asked,
                    "recordings": sorted(carrier.recordings),
                }
                self._answer(200, kept)
        else:
            self._serve(Asked("GET", self.path, self._known(), b""))

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""

    def _known(self) -> dict[str, str]:
        """The headers: whoever stands between may write their names in other letters."""
        return {name.title(): value for name, value in self.headers.items()}

    def _control(self, wish: dict[str, Any]) -> dict[str, Any]:
        with self.carrier.lock:
            self.carrier.faults.extend(wish.get("faults", ()))
            self.carrier.list_lag = float(wish.get("list_lag", self.carrier.list_lag))
            self.carrier.delay = float(wish.get("delay", self.carrier.delay))
            for sid, sound in wish.get("recordings", {}).items():
                self.carrier.recordings[sid] = base64.b64decode(sound)
            self.carrier.receipts = list(wish.get("receipts", self.carrier.receipts))
        return {}

    def _serve(self, asked: Asked) -> None:
        answer = self._refusal(asked) or (
            self._create(asked) if asked.method == "POST" else self._read(asked)
        )
        if answer is None:
            self._cut()
            return
        stray = self.carrier.contract.check_answer(asked, answer[0], json.dumps(answer[1]).encode())
        self.carrier.violations.extend(stray)
        self._answer(*answer)

    def _refusal(self, asked: Asked) -> Answer | None:
        key = base64.b64encode(f"{self.carrier.account}:{self.carrier.token}".encode()).decode()
        if asked.headers.get("Authorization") != f"Basic {key}":
            return _problem(401, 20003, "Authenticate")
        ours = f"/2010-04-01/Accounts/{self.carrier.account}/"
        if not asked.target.startswith((f"{ours}Messages", f"{ours}Calls")):
            return _problem(404, 20404, "The requested resource was not found")
        breaches = self.carrier.contract.breaches(asked)
        if not breaches:
            return None
        with self.carrier.lock:
            self.carrier.violations.extend(breach.what for breach in breaches)
        return _problem(400, breaches[-1].code, breaches[-1].what)

    def _create(self, asked: Asked) -> Answer | None:
        """
        Take a message or a call, or fail as told.

        429, 500_before, 500_after, die_after, a code, delay:SECONDS, or delay_after:SECONDS once it is taken.
        """
        with self.carrier.lock:
            self.carrier.asked += 1
        fault = self.carrier.faults.popleft() if self.carrier.faults else ""
        time.sleep(self.carrier.delay)
        if fault.startswith("delay:"):
            time.sleep(float(fault.removeprefix("delay:")))
        code = MAGIC.get(asked.form["To"]) or (int(fault) if fault.isdigit() and len(fault) == 5 else None)
        if code:
            return _problem(400, code, f"Refused: {asked.form['To']}")
        if fault == "429":
            return _problem(429, 20429, "Too Many Requests")
        if fault == "500_before":
            return _problem(500, 20500, "Internal Server Error")
        taken = self.carrier.ring(asked.form) if asked.about_calls else self.carrier.take(asked.form)
        if fault == "500_after":
            return _problem(500, 20500, "Internal Server Error")
        if fault.startswith("delay_after:"):
            time.sleep(float(fault.removeprefix("delay_after:")))
        return None if fault == "die_after" else (201, taken)

    def _read(self, asked: Asked) -> Answer:
        name = urlsplit(asked.target).path.rpartition("/")[2].removesuffix(".json")
        if name in ("Messages", "Calls"):
            return 200, self.carrier.page(asked.query, calls=asked.about_calls)
        kept = self.carrier.calls if asked.about_calls else self.carrier.messages
        found = [one for one in kept if one["sid"] == name]
        return (200, found[0]) if found else _problem(404, 20404, "The requested resource was not found")

    def _answer(self, status: int, content: dict[str, Any]) -> None:
        self._send(status, json.dumps(content).encode())

    def _send(self, status: int, body: bytes, sort: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", sort)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _cut(self) -> None:
        """End the connection without a word, with a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()


def _problem(status: int, code: int, what: str) -> Answer:
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    return status, {"code": code, "message": what, "more_info": more_info, "status": status}


def main() -> None:
    """Serve on a free port, whose number is the first line of our output, until our input ends."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--account", required=True)
    reader.add_argument("--token", required=True)
    given = reader.parse_args()
    Door.carrier = Carrier(given.account, given.token)
    server = Server(("127.0.0.1", 0), Door)
    print(server.server_address[1], flush=True)  # noqa: T201 this line is the answer to who started us
    threading.Thread(target=server.serve_forever, daemon=True).start()
    # Whoever started us holds the other end: when that process is gone, however it ended, so are we.
    sys.stdin.read()


if __name__ == "__main__":
    main()
