"""What Twilio publishes of its API is what our sender and our double are held to."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.doubles.carrier import ACCOUNT, SENDER
from tests.doubles.twilio import Carrier
from tests.doubles.twilio_contract import FORM, Asked, Contract

PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
FIELDS = {"To": "+15005550123", "From": SENDER, "Body": "尾号1270有新进展。"}


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract()


def asked(method: str = "POST", path: str = PATH, **form: str) -> Asked:
    headers = {"Authorization": "Basic QTpi"} | ({"Content-Type": FORM} if method == "POST" else {})
    return Asked(method, path, headers, urlencode(form).encode() if form else b"", form)


def taken() -> dict[str, Any]:
    return Carrier(ACCOUNT, "token").take(FIELDS)


def test_what_we_send_is_let_through_and_what_it_does_not_know_is_not(contract: Contract) -> None:
    assert contract.breaches(asked(**FIELDS, StatusCallback="https://hotline.example/twilio/receipts")) == []
    assert contract.breaches(asked("GET", f"{PATH}?To=%2B15005550123&PageSize=100")) == []
    for bent in ({"Text": "5"}, {"To": "12345"}, {"Body": ""}):
        assert contract.breaches(asked(**{**FIELDS, **bent})), bent
    assert contract.breaches(asked("GET", f"{PATH}?Number=%2B15005550123"))


def test_an_error_of_the_double_is_written_as_twilio_writes_them(contract: Contract) -> None:
    error = {"code": 21211, "message": "no", "more_info": "https://www.twilio.com", "status": 400}

    assert contract.check_answer(asked(**FIELDS), 400, json.dumps(error).encode()) == []
    for bent in ({"status": 404}, {"code": "21211"}, {"more": 1}):
        assert contract.check_answer(asked(**FIELDS), 400, json.dumps({**error, **bent}).encode()), bent


def test_the_published_description_judges_requests_and_the_answers_of_the_double(contract: Contract) -> None:
    if not contract.published:
        pytest.skip("Twilio's description is not at hand; TWILIO_API_DESCRIPTION says where it is")
    one = taken()
    assert contract.check_answer(asked(**FIELDS), 201, json.dumps(one).encode()) == []
    for bent in ({"status": "on its way"}, {"sid": "SM1"}, {"num_segments": 1}, {"date_created": 5}):
        assert contract.check_answer(asked(**FIELDS), 201, json.dumps({**one, **bent}).encode()), bent
    # Only the description says of these what they may be.
    for bent in ({"ScheduleType": "soon"}, {"ValidityPeriod": "long"}):
        assert contract.breaches(asked(**{**FIELDS, **bent})), bent
    assert contract.breaches(asked("GET", f"{PATH}?PageSize=5000"))


CALLS = f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
RING = {"To": "+868716000000", "From": SENDER, "Url": "https://hotline.example/twilio/calls/speak"}


def test_calls_are_judged_as_messages_are(contract: Contract) -> None:
    assert contract.breaches(asked(path=CALLS, **RING, Timeout="30", TimeLimit="300", Method="POST")) == []
    assert contract.breaches(asked("GET", f"{CALLS}?To=%2B868716000000&PageSize=100")) == []
    for bent in ({"Body": "5"}, {"To": "110"}, {"Url": "nowhere"}, {"Timeout": "601"}, {"Twiml": "<Say/>"}):
        assert contract.breaches(asked(path=CALLS, **{**RING, **bent})), bent
    assert contract.breaches(asked("GET", f"{CALLS}?DateSent=2026-01-01"))
    if contract.published:
        one = Carrier(ACCOUNT, "token").ring(RING)
        assert contract.check_answer(asked(path=CALLS, **RING), 201, json.dumps(one).encode()) == []
        assert contract.check_answer(
            asked(path=CALLS, **RING), 201, json.dumps({**one, "status": "rung"}).encode()
        )
