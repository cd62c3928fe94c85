"""The sender through Prism, which holds requests and the answers of the double to Twilio's description."""

import json
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from notifications.providers import NotTaken, OutcomeUnknown, Parcel, Trouble
from tests.doubles.carrier import ACCOUNT, SENDER, TOKEN, TwilioDouble
from tests.doubles.twilio_contract import LIST, description
from tests.notifications.makers import FOREIGN
from tickets.ground.columns import new_id


@contextmanager
def prism_before(double: TwilioDouble, folder: Path) -> Iterator[str]:
    """Where Prism answers, which passes on to *double* what the description lets through."""
    program, described = os.environ.get("PRISM") or shutil.which("prism"), description()
    if program is None or shutil.which("node") is None:
        pytest.skip("no Prism here: PRISM names the program where it is not on the PATH, and it needs Node")
    if described is None:
        pytest.skip("Twilio's description is not at hand; TWILIO_API_DESCRIPTION says where it is")
    # Of a page's addresses it says that they are whole; its own examples, and Twilio, have paths there.
    answer = described["paths"][LIST]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    for name in ("uri", "first_page_uri", "next_page_uri", "previous_page_uri"):
        answer["properties"][name]["format"] = "uri-reference"
    path = folder / "twilio.json"
    path.write_text(json.dumps(described), encoding="utf-8")
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    told = [program, "proxy", "--errors", "--port", str(port), str(path), double.base]
    with subprocess.Popen(  # noqa: S603 the operator names the program
        told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            _wait_for(f"http://127.0.0.1:{port}/")
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def _wait_for(url: str) -> None:
    """Ask again, with growing pauses, until it answers: that it knows no such path."""
    with requests.Session() as asking:
        asking.mount(
            "http://",
            HTTPAdapter(max_retries=Retry(total=80, connect=80, backoff_factor=0.05, backoff_max=0.5)),
        )
        assert asking.get(url, timeout=30).status_code == 404


def test_prism_lets_through_what_we_ask_and_what_the_double_answers(
    twilio: TwilioDouble, tmp_path: Path
) -> None:
    with prism_before(twilio, tmp_path) as base:
        provider, text = replace(twilio, base=base).provider(), "【盘龙热线】您反映的事情收到了。"
        one, lost = (Parcel(new_id(), FOREIGN, f"{text}{number}") for number in range(2))

        assert provider.send(one).sid == twilio.messages()[-1]["sid"]
        assert provider.find(one, datetime.now(UTC) - timedelta(minutes=1)) == [twilio.messages()[-1]["sid"]]
        # Twilio's own errors pass, and keep their meaning.
        with pytest.raises(NotTaken) as refused:
            provider.send(Parcel(new_id(), "+15005550009", text))
        assert refused.value.trouble is Trouble.BAD_NUMBER
        twilio.fail("die_after")
        with pytest.raises(OutcomeUnknown):
            provider.send(lost)
        assert len(provider.find(lost, datetime.now(UTC) - timedelta(minutes=1))) == 1

        # It does hold us to it: a number in no shape, and a sender that is none.
        address = f"{base}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        for bent in (
            {"From": SENDER, "Body": text},
            {"To": FOREIGN, "MessagingServiceSid": "MG1", "Body": text},
        ):
            answer = requests.post(address, data=bent, auth=(ACCOUNT, TOKEN), timeout=10)
            assert answer.status_code == 422, bent
