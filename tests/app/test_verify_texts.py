"""What a fact owed the citizen depends on what was switched off when it happened."""

from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from app.verify.dossier import Dossier, Known
from app.verify.texts import check_messages
from notifications.house_words import Changes
from notifications.message import Fate, Message
from notifications.wording_rows import TextSwitch
from tests.notifications.makers import a_ticket
from tickets.ground.policy import Rulebook
from tickets.ground.timeline import Entry
from tickets.ground.vault import Vault

AT = datetime(2026, 11, 23, 1, 12, tzinfo=UTC)
DISPATCHED = Entry(
    ticket_id=1, seq=1, at=AT, what="dispatched", by="x", role="dispatcher", data={"round": 1}, hash=b""
)


def found(*, sent: bool, off_for: timedelta | None) -> list[str]:
    """What is said of a dispatched ticket whose text is there or not, and was switched off so long before."""
    switches = []
    if off_for is not None:
        at = AT - off_for
        switches = [
            TextSwitch(fact="dispatched", template="transferred", active=False, made_by="admin", at=at)
        ]
    message = Message(
        ticket_id=1,
        seq=1,
        fact="dispatched",
        template="transferred",
        template_version="x",
        language="zh_Hans",
        body=b"",
        fate=Fate.WITHHELD,
        not_before=AT,
        valid_until=AT,
        created_at=AT,
    )
    ticket = a_ticket()
    ticket.reachable = True
    dossier = Dossier(ticket, facts=[DISPATCHED], messages=[message] if sent else [])
    known = Known(
        rules=cast("Rulebook", None),
        vault=Vault({"1": bytes(32)}),
        now=AT,
        worker_is_alive=True,
        changes=Changes(switches=switches),
    )
    return [finding.what for finding in check_messages(dossier, known)]


@pytest.mark.parametrize(
    "sent, off_for, expected",
    [
        (True, None, []),
        (False, None, ["the message 'transferred' is missing"]),
        (False, timedelta(hours=1), []),
        (True, timedelta(hours=1), ["the message 'transferred' is there, though it was switched off"]),
        # A process may not have heard of it yet.
        (True, timedelta(seconds=3), []),
        (False, timedelta(seconds=3), []),
        # Switched off only afterwards.
        (False, -timedelta(hours=1), ["the message 'transferred' is missing"]),
    ],
)
def test_a_text_is_owed_as_it_was_switched(
    sent: bool, off_for: timedelta | None, expected: list[str]
) -> None:
    assert found(sent=sent, off_for=off_for) == expected
