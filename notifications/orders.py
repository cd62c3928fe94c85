"""Texts about a service order: how it went, asked once it was done, and that the mark was written down."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import SQLModel

from notifications.message import Message
from notifications.segments import count_segments
from notifications.wording import ORDER_RATED, ORDER_SURVEY, Wording, form_of
from tickets.ground.columns import new_id
from tickets.ground.facts import Fact, OrderNews
from tickets.ground.vault import Vault

#: How long each is worth sending.
WORTH: Mapping[str, timedelta] = {ORDER_SURVEY: timedelta(days=7), ORDER_RATED: timedelta(hours=12)}


@dataclass(frozen=True, kw_only=True)
class AboutOrder(Fact):
    """What the words may say of an order: no name, no place, and not what was done."""

    served_at: datetime
    rating: int | None


def put_order_text(add: Callable[[SQLModel], None], vault: Vault, wording: Wording, news: OrderNews) -> None:
    """Lay in the text about *news*, in the transaction of its fact: the question, or thanks for an answer."""
    template = ORDER_SURVEY if news.rating is None else ORDER_RATED
    words = wording.order_words[form_of(template, news.language, sealed=False)]
    text, params = words.filled(str(news.order), AboutOrder(served_at=news.served_at, rating=news.rating))
    text = wording.signatures[news.language] + text
    message = Message(
        id=new_id(),
        service_order_id=news.order,
        seq=news.seq,
        fact=news.fact,
        template=template,
        template_version=words.version,
        language=news.language,
        at_once=template == ORDER_RATED,
        body=b"",
        not_before=news.at,
        valid_until=news.at + WORTH[template],
        created_at=news.at,
        segments=count_segments(text),
    )
    message.body = vault.seal(text, message.body_place)
    message.params = vault.seal(json.dumps(params, ensure_ascii=False), message.place("params"))
    add(message)
