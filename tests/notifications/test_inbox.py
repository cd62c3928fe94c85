"""Citizens' texts are kept once, as they came, and sealed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from notifications.inbox import keep_text, surveyed_last
from notifications.message import InboundText
from notifications.providers.recorder import Recorder
from notifications.wording import Wording
from tests.notifications.makers import MAINLAND, MONDAY, TICKET, Phones, Post
from tests.notifications.test_wording import TO_CALLBACK
from tickets.ground.vault import Vault


def test_a_text_is_kept_once_and_sealed(sessions: Callable[[], Session], vault: Vault) -> None:
    for _ in range(2):
        with sessions() as session, session.begin():
            first = keep_text(
                session, vault, provider="twilio", sid="SM1", phone=MAINLAND, words="  还没人来\n", at=MONDAY
            )
            if first:
                first.ticket_id = TICKET

    assert first is None
    with sessions() as session:
        (row,) = session.exec(select(InboundText)).all()
    assert row.words(vault) == "  还没人来\n"
    assert row.from_index == vault.index("phone", MAINLAND)
    assert row.ticket_id == TICKET


@pytest.fixture
def post(sessions: Callable[[], Session], vault: Vault, wording: Wording, phones: Phones) -> Post:
    return Post(sessions, vault, wording, phones, Recorder())


@pytest.mark.parametrize(
    "later, ticket", [(timedelta(days=6, hours=23), TICKET), (timedelta(days=7, minutes=1), None)]
)
def test_an_answer_belongs_to_the_survey_of_the_last_seven_days(
    post: Post, later: timedelta, ticket: int | None
) -> None:
    post.lay_in(TO_CALLBACK)
    post.deliver()
    survey = next(message for message in post.messages() if message.template == "survey")
    assert survey.sent_at is not None

    with post.sessions() as session:
        asked = surveyed_last(session, [TICKET, 8], post.phones.orders_of(""), survey.sent_at + later)

    assert (asked and asked.ticket_id) == ticket


def test_a_survey_that_was_not_sent_has_no_answers(post: Post) -> None:
    post.lay_in(TO_CALLBACK)

    with post.sessions() as session:
        assert surveyed_last(session, [TICKET], post.phones.orders_of(""), MONDAY) is None
