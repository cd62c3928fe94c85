"""Twilio's doors refuse whatever was bent on its way, also where the signature still fits."""

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random
from time import thread_time
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, func, select
from twilio.request_validator import RequestValidator

from notifications.message import InboundText, Receipt
from tests.app.texts.test_receipts_doors import ACCOUNT, BASE, TOKEN, a_sid, door, receipt

__all__ = ["door"]

#: `MUTATIONS=100000` for a long look, which also holds that each is answered in time.
MUTATIONS = int(os.environ.get("MUTATIONS", "3000"))
IS_LONG_LOOK = "MUTATIONS" in os.environ
pytestmark = [pytest.mark.timeout(3600)] if IS_LONG_LOOK else []
#: Seconds of work for an answer. What a machine does for others meanwhile is no fault of ours.
IN_TIME = 0.1
FORM = "application/x-www-form-urlencoded"

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Call:
    """A request as it goes over the wire."""

    path: str
    pairs: Pairs
    signature: str
    #: Of what the pairs say, or bent.
    body: bytes
    content_type: str = FORM

    @property
    def means(self) -> tuple[Any, ...]:
        """What must be the same for it to be the same call."""
        said = sorted(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))
        return self.path, said, self.signature, self.content_type


def call(path: str, fields: dict[str, str]) -> Call:
    signature = RequestValidator(TOKEN).compute_signature(BASE + path, fields)
    pairs = sorted(fields.items())
    return Call(path, pairs, signature, urlencode(pairs).encode())


def genuine_calls() -> list[Call]:
    told = [
        {},
        {"MessageStatus": "sent", "SmsStatus": "sent"},
        {"MessageStatus": "undelivered", "SmsStatus": "undelivered", "ErrorCode": "30003"},
    ]
    ours = f"/twilio/receipts?message={uuid4()}"
    receipts = [call(path, receipt(**more)) for path in (ours, "/twilio/receipts") for more in told]
    texts = [
        {
            "AccountSid": ACCOUNT,
            "MessageSid": a_sid(),
            "From": "+15005550123",
            "To": "+15005550006",
            "Body": body,
        }
        for body in ("5", "5Even if nobody came", "TD 谢谢", "4From+15005550199", "")
    ]
    return receipts + [call("/twilio/sms", fields) for fields in texts]


def with_pairs(one: Call, pairs: Pairs) -> Call:
    return replace(one, pairs=pairs, body=urlencode(pairs).encode())


# Splits: the letters that are signed stay the same, and the boundaries between them move.


def moves_within(one: Call, dice: Random) -> Call:
    """Another boundary between a name and its value."""
    at = dice.randrange(len(one.pairs))
    joined = "".join(one.pairs[at])
    cut = dice.randint(0, len(joined))
    return with_pairs(one, [*one.pairs[:at], (joined[:cut], joined[cut:]), *one.pairs[at + 1 :]])


def moves_between(one: Call, dice: Random) -> Call:
    """Another boundary between a field and the next."""
    at = dice.randrange(len(one.pairs) - 1)
    (name, value), (following, its_value) = one.pairs[at : at + 2]
    joined = value + following
    cut = dice.randint(0, len(joined))
    split = [(name, joined[:cut]), (joined[cut:], its_value)]
    return with_pairs(one, [*one.pairs[:at], *split, *one.pairs[at + 2 :]])


def swallows(one: Call, dice: Random) -> Call:
    """A field that takes in some that follow."""
    at = dice.randrange(len(one.pairs) - 1)
    until = dice.randint(at + 2, len(one.pairs))
    name, value = one.pairs[at]
    value += "".join("".join(pair) for pair in one.pairs[at + 1 : until])
    return with_pairs(one, [*one.pairs[:at], (name, value), *one.pairs[until:]])


def falls_apart(one: Call, dice: Random) -> Call:
    """A value whose end becomes a field."""
    at = dice.randrange(len(one.pairs))
    name, value = one.pairs[at]
    cut = dice.randint(0, len(value))
    rest = value[cut:]
    end = dice.randint(0, len(rest))
    split = [(name, value[:cut]), (rest[:end], rest[end:])]
    return with_pairs(one, [*one.pairs[:at], *split, *one.pairs[at + 1 :]])


def crosses_the_address(one: Call, dice: Random) -> Call:
    """The end of the address becomes a field, or the first field the end of the address."""
    if dice.random() < 0.5:
        taken, kept = dice.randint(1, len(one.pairs)), "".join("".join(pair) for pair in one.pairs)
        told = "".join("".join(pair) for pair in one.pairs[:taken])
        assert kept.startswith(told)
        return with_pairs(replace(one, path=one.path + told), one.pairs[taken:])
    start = len("/twilio/sms") if one.path.startswith("/twilio/sms") else len("/twilio/receipts")
    cut = dice.randint(min(start, len(one.path) - 1), len(one.path) - 1)
    end = one.path[cut:]
    at = dice.randint(1, len(end))
    return with_pairs(replace(one, path=one.path[:cut]), [(end[:at], end[at:]), *one.pairs])


def doubles(one: Call, dice: Random) -> Call:
    """A field said twice: the signature counts it once."""
    return with_pairs(one, [*one.pairs, dice.choice(one.pairs)])


# Changes: the signature fits no longer, or should not.


def changes_a_letter(one: Call, dice: Random) -> Call:
    body = bytearray(one.body)
    body[dice.randrange(len(body))] = dice.randrange(256)
    return replace(one, body=bytes(body))


def is_cut(one: Call, dice: Random) -> Call:
    return replace(one, body=one.body[: dice.randrange(len(one.body))])


def loses_a_field(one: Call, dice: Random) -> Call:
    at = dice.randrange(len(one.pairs))
    return with_pairs(one, one.pairs[:at] + one.pairs[at + 1 :])


def wins_a_field(one: Call, dice: Random) -> Call:
    more = dice.choice([b"ErrorCode=30007", b"Z=", b"=", b"%00=%ff", b"To%5B%5D=1", b"%ED%B3%BF=1"])
    return replace(one, body=one.body + b"&" + more)


def is_signed_otherwise(one: Call, dice: Random) -> Call:
    at = dice.randrange(len(one.signature))
    bent = one.signature[:at] + dice.choice("Aa0+/= ") + one.signature[at + 1 :]
    return replace(
        one, signature=dice.choice([bent, one.signature[:at], one.signature * 2, "", "\xe9", "=" * 28])
    )


def goes_elsewhere(one: Call, dice: Random) -> Call:
    path = dice.choice(
        [
            one.path + dice.choice("&?=%0 ").strip() + "message=1",
            one.path.replace("/twilio/", "/twilio//"),
            "/twilio/sms" if "receipts" in one.path else "/twilio/receipts",
            one.path.replace("twilio", "%74wilio"),
            f"/twilio/receipts?message={uuid4()}",
        ]
    )
    return replace(one, path=path)


def is_of_another_kind(one: Call, dice: Random) -> Call:
    kind = dice.choice(["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
    return replace(one, content_type=kind)


BENT: tuple[Callable[[Call, Random], Call], ...] = (
    *(moves_within, moves_between, swallows, falls_apart, crosses_the_address, doubles),
    *(changes_a_letter, is_cut, loses_a_field, wins_a_field),
    *(is_signed_otherwise, goes_elsewhere, is_of_another_kind),
)


def mutants(calls: list[Call], dice: Random) -> Iterator[tuple[str, Call]]:
    """Bend one call after the other, once or twice; what means the same as before is left out."""
    known = [one.means for one in calls]
    made = 0
    while made < MUTATIONS:
        one, ways = dice.choice(calls), dice.choices(BENT, k=dice.choice([1, 1, 1, 2]))
        for way in ways:
            one = way(one, dice) if len(one.pairs) > 1 and one.body and one.signature else one
        if one.means not in known:
            made += 1
            yield " and ".join(way.__name__ for way in ways), one


def told(door: FlaskClient, one: Call) -> int:
    headers = {"X-Twilio-Signature": one.signature}
    return door.post(one.path, data=one.body, content_type=one.content_type, headers=headers).status_code


def timed(door: FlaskClient, one: Call, took: list[float]) -> int:
    began = thread_time()
    status = told(door, one)
    took.append(thread_time() - began)
    return status


def count(session: Session) -> tuple[int, int]:
    session.rollback()
    return (
        session.exec(select(func.count()).select_from(Receipt)).one(),
        session.exec(select(func.count()).select_from(InboundText)).one(),
    )


def test_no_mutant_comes_in_and_none_breaks_the_door(
    door: FlaskClient, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    calls, before = genuine_calls(), count(session)
    took: list[float] = []
    let_in = [
        (way, status, one)
        for way, one in mutants(calls, Random(20261126))  # noqa: S311 not for secrets
        # A doubled slash is sent on to the single one, where it is looked at again.
        if (status := timed(door, one, took)) != 308 and not 400 <= status < 500
    ]

    assert let_in == []
    assert count(session) == before
    assert not IS_LONG_LOOK or max(took) < IN_TIME
    # And what was bent is good as it was: nothing stands in its place.
    assert [told(door, one) for one in calls] == [204] * 6 + [200] * 5
    assert count(session) == (before[0] + 6, before[1] + 5)
