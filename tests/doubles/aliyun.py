"""An Aliyun SMS of our own: checks signatures and parameters, keeps texts, pushes, fails on command."""

import argparse
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
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes, urlsplit

import requests

from tests.doubles.serving import Server

CHINA = timezone(timedelta(hours=8))

SEND = {
    "required": {"PhoneNumbers", "SignName", "TemplateCode", "TemplateParam"},
    "optional": {"OutId", "SmsUpExtendCode"},
}
QUERY = {"required": {"PhoneNumber", "SendDate", "PageSize", "CurrentPage"}, "optional": {"BizId"}}
SHAPES = {
    "PhoneNumbers": r"1\d{10}",
    "PhoneNumber": r"1\d{10}",
    "OutId": r".{1,255}",
    "SmsUpExtendCode": r"\d{1,7}",
    "SendDate": r"\d{8}",
    "PageSize": r"[1-9]|[1-4]\d|50",
    "CurrentPage": r"[1-9]\d*",
}

Answer = tuple[int, dict[str, Any]]


@dataclass(frozen=True)
class Asked:
    """One request as it came over the wire, the query not decoded."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def raw_query(self) -> str:
        """What stands behind the question mark."""
        return self.target.partition("?")[2]


def signature_of(asked: Asked, names: str, secret: str) -> str:
    """
    The signature over what came, by the published steps, written from them and from nothing of ours.

    Names are split off and escaped anew, byte by byte, instead of trusting how they were escaped.
    """
    pairs = []
    for pair in asked.raw_query.split("&"):
        name, _, value = pair.partition("=")
        pairs.append((_escape(unquote_to_bytes(name)), _escape(unquote_to_bytes(value))))
    query = "&".join("=".join(pair) for pair in sorted(pairs))
    headers = "".join(f"{name}:{asked.headers[name].strip()}\n" for name in names.split(";"))
    whole = f"{asked.method}\n{urlsplit(asked.target).path}\n{query}\n{headers}\n{names}\n"
    whole += hashlib.sha256(asked.body).hexdigest()
    digest = hashlib.sha256(whole.encode()).hexdigest()
    made = hmac.digest(secret.encode(), b"ACS3-HMAC-SHA256\n" + digest.encode(), "sha256")
    return made.hex()


def _escape(raw: bytes) -> str:
    kept = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"
    return "".join(chr(byte) if byte in kept else f"%{byte:02X}" for byte in raw)


class Carrier:
    """The state behind the doors. One lock: the double is for judging, not for speed."""

    def __init__(self, key: str, secret: str, sign_name: str, templates: dict[str, list[str]]) -> None:
        self.key, self.secret, self.sign_name = key, secret, sign_name
        #: By code: the variables its approved words have.
        self.templates = templates
        self.lock = threading.RLock()
        self.texts: list[dict[str, Any]] = []
        self.nonces: set[str] = set()
        self.violations: list[str] = []
        self.asked_for_details = 0
        #: What happens to the next SendSms: delay:SECONDS, 500_before, 500_after, die_before, die_after,
        #: garbage, or a code.
        self.faults: deque[str] = deque()
        self.list_lag = 0.0
        #: Count texts without showing them, as it was seen to do.
        self.holds_back = False

    def refusal(self, asked: Asked) -> Answer | None:
        """Why the gateway does not let a request through."""
        headers = asked.headers
        shape = r"ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})"
        read = re.fullmatch(shape, headers.get("authorization", ""))
        if read is None:
            return self._wrong(400, "IncompleteSignature", "no authorization")
        key, names, signature = read.groups()
        if key != self.key:
            return _refused(404, "InvalidAccessKeyId.NotFound")
        present = {name for name in headers if name.startswith("x-acs-")} | {"host"}
        if set(names.split(";")) != present or names.split(";") != sorted(present):
            return self._wrong(400, "IncompleteSignature", f"signed {names}, sent {sorted(present)}")
        if headers.get("x-acs-content-sha256") != hashlib.sha256(asked.body).hexdigest():
            return self._wrong(400, "IncompleteSignature", "the hash of another body")
        if not hmac.compare_digest(signature_of(asked, names, self.secret), signature):
            return _refused(400, "SignatureDoesNotMatch")
        return self._late(headers)

    def _late(self, headers: dict[str, str]) -> Answer | None:
        at = datetime.strptime(headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if abs(datetime.now(UTC) - at) > timedelta(minutes=15):
            return _refused(400, "InvalidTimeStamp.Expired")
        with self.lock:
            if headers["x-acs-signature-nonce"] in self.nonces:
                return self._wrong(400, "SignatureNonceUsed", "a nonce came twice")
            self.nonces.add(headers["x-acs-signature-nonce"])
        if headers.get("x-acs-version") != "2017-05-25":
            return self._wrong(400, "InvalidVersion", "another version")
        return None

    def send(self, said: dict[str, str]) -> Answer | None:
        """SendSms; None for a connection that is cut."""
        with self.lock:
            fault = self.faults.popleft() if self.faults else ""
        if fault.startswith("delay:"):
            time.sleep(float(fault.removeprefix("delay:")))
        if fault in ("die_before", "500_before"):
            return _broken(fault)
        if fault.startswith(("isv.", "isp.", "Throttling", "SignatureNonceUsed")):
            return _refused(200 if fault.startswith("is") else 400, fault)
        wrong = self._misshapen(said, SEND) or self._not_approved(said)
        if wrong:
            return wrong
        biz_id = self._take(said)
        if fault in ("die_after", "500_after", "garbage"):
            return _broken(fault)
        return 200, {"Code": "OK", "Message": "OK", "RequestId": _request_id(), "BizId": biz_id}

    def details(self, said: dict[str, str]) -> Answer:
        """QuerySendDetails: newest first, as far as the list has come."""
        wrong = self._misshapen(said, QUERY)
        if wrong:
            return wrong
        with self.lock:
            self.asked_for_details += 1
            old = time.monotonic() - self.list_lag
            found = [
                text
                for text in reversed(self.texts)
                if text["phone"] == said["PhoneNumber"]
                and text["day"] == said["SendDate"]
                and text["taken_at"] <= old
            ]
        size, page = int(said["PageSize"]), int(said["CurrentPage"])
        shown = [] if self.holds_back else found[(page - 1) * size : page * size]
        listed = [
            {
                "PhoneNum": text["phone"],
                "SendStatus": 1,
                "TemplateCode": text["template"],
                "Content": text["template"],
                "SendDate": text["sent_at"],
                "OutId": text["out_id"],
            }
            for text in shown
        ]
        head = {"Code": "OK", "Message": "OK", "RequestId": _request_id(), "TotalCount": str(len(found))}
        return 200, {**head, "SmsSendDetailDTOs": {"SmsSendDetailDTO": listed}}

    def _take(self, said: dict[str, str]) -> str:
        now = datetime.now(CHINA)
        biz_id = f"{secrets.randbelow(10**18):018d}^0"
        with self.lock:
            self.texts.append(
                {
                    "biz_id": biz_id,
                    "phone": said["PhoneNumbers"],
                    "template": said["TemplateCode"],
                    "params": json.loads(said["TemplateParam"]),
                    "out_id": said.get("OutId", ""),
                    "extend": said.get("SmsUpExtendCode", ""),
                    "sent_at": f"{now:%Y-%m-%d %H:%M:%S}",
                    "day": f"{now:%Y%m%d}",
                    "taken_at": time.monotonic(),
                }
            )
        return biz_id

    def _misshapen(self, said: dict[str, str], known: dict[str, set[str]]) -> Answer | None:
        missing = known["required"] - said.keys()
        unknown = said.keys() - known["required"] - known["optional"]
        bent = [name for name in said if name in SHAPES and not re.fullmatch(SHAPES[name], said[name])]
        if missing or unknown:
            return self._wrong(400, "isv.INVALID_PARAMETERS", f"missing {missing}, unknown {unknown}")
        if bent == ["PhoneNumbers"]:
            return _refused(200, "isv.MOBILE_NUMBER_ILLEGAL")
        return self._wrong(200, "isv.INVALID_PARAMETERS", f"bent: {bent}") if bent else None

    def _not_approved(self, said: dict[str, str]) -> Answer | None:
        if said["SignName"] != self.sign_name:
            return _refused(200, "isv.SMS_SIGNATURE_ILLEGAL")
        variables = self.templates.get(said["TemplateCode"])
        if variables is None:
            return _refused(200, "isv.SMS_TEMPLATE_ILLEGAL")
        try:
            params = json.loads(said["TemplateParam"])
        except ValueError:
            return self._wrong(200, "isv.INVALID_JSON_PARAM", "no JSON")
        if not all(isinstance(value, str) and 0 < len(value) <= 35 for value in params.values()):
            return self._wrong(200, "isv.TEMPLATE_PARAMS_ILLEGAL", f"values of {sorted(params)}")
        if sorted(params) != sorted(variables):
            return self._wrong(200, "isv.TEMPLATE_MISSING_PARAMETERS", f"{sorted(params)} for {variables}")
        return None

    def _wrong(self, status: int, code: str, what: str) -> Answer:
        with self.lock:
            self.violations.append(f"{code}: {what}")
        return _refused(status, code)

    def ledger(self) -> dict[str, Any]:
        """All it kept."""
        with self.lock:
            return {
                "texts": list(self.texts),
                "violations": list(self.violations),
                "asked_for_details": self.asked_for_details,
            }


class Door(BaseHTTPRequestHandler):
    """The HTTP side: `/` as Aliyun's gateway has it, and `/control`, `/push`, `/ledger` for the test."""

    protocol_version = "HTTP/1.1"
    #: An answer leaves in one piece; in two, the second would wait for the network to acknowledge the first.
    wbufsize = -1
    carrier: Carrier

    def do_POST(self) -> None:
        """A call of the API, or a wish of the test."""
        told = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(told)
        path = urlsplit(self.path).path
        if path == "/control":
            self._control(json.loads(body))
            self._answer(200, {})
        elif path == "/push":
            wish = json.loads(body)
            answer = requests.post(wish["url"], json=wish["entries"], timeout=15)
            self._answer(200, {"status": answer.status_code, "said": answer.text})
        else:
            headers = {name.lower(): value for name, value in self.headers.items()}
            self._serve(Asked("POST", self.path, headers, body))

    def do_GET(self) -> None:
        """The ledger."""
        self._answer(200, self.carrier.ledger())

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""

    def _control(self, wish: dict[str, Any]) -> None:
        with self.carrier.lock:
            self.carrier.faults.extend(wish.get("faults", ()))
            self.carrier.list_lag = float(wish.get("list_lag", self.carrier.list_lag))
            self.carrier.holds_back = bool(wish.get("holds_back", self.carrier.holds_back))

    def _serve(self, asked: Asked) -> None:
        said = dict(parse_qsl(asked.raw_query, keep_blank_values=True, strict_parsing=True))
        operations = {"SendSms": self.carrier.send, "QuerySendDetails": self.carrier.details}
        operation = operations.get(asked.headers.get("x-acs-action", ""))
        answer = self.carrier.refusal(asked)
        if answer is None:
            answer = operation(said) if operation else _refused(404, "InvalidAction.NotFound")
        if answer is None:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
        else:
            self._answer(*answer)

    def _answer(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _refused(status: int, code: str) -> Answer:
    return status, {"Code": code, "Message": "refused", "RequestId": _request_id()}


def _broken(fault: str) -> Answer | None:
    if fault == "garbage":
        return 200, {"Code": "OK"}
    return None if fault.startswith("die") else _refused(500, "InternalError")


def _request_id() -> str:
    return secrets.token_hex(16).upper()


def main() -> None:
    """Serve on a free port, whose number is the first line of our output, until our input ends."""
    reader = argparse.ArgumentParser(description=__doc__)
    for name in ("key", "secret", "sign-name", "templates"):
        reader.add_argument(f"--{name}", required=True)
    given = reader.parse_args()
    Door.carrier = Carrier(given.key, given.secret, given.sign_name, json.loads(given.templates))
    server = Server(("127.0.0.1", 0), Door)
    print(server.server_address[1], flush=True)  # noqa: T201 this line is the answer to who started us
    threading.Thread(target=server.serve_forever, daemon=True).start()
    # Whoever started us holds the other end: when that process is gone, however it ended, so are we.
    sys.stdin.read()


if __name__ == "__main__":
    main()
