"""What is kept for a time goes when the time is over: stored answers, words of texts, what was handed on."""

from datetime import datetime, timedelta

from sqlalchemy import text

from app.assistance.referrals import erase_referrals
from app.calling.drafts import DRAFTS_KEPT
from app.reading.presence import FORGET as FORGET_READERS
from app.wiring import House
from notifications.settling_rows import WAITING
from tickets.ground.columns import first_id_of
from tickets.ground.desk import CLOCKWORK
from tickets.intake.calls import CALLS_KEPT

#: Erased in one transaction.
BATCH = 200


def forget_keys(house: House) -> None:
    """Forget what nobody used for its time: answers, sign-ins and drafts, wrong tries, old calls."""
    with house.engine.begin() as connection:
        connection.execute(text("delete from idempotency where at < clock_timestamp() - interval '7 days'"))
        connection.execute(
            text("delete from web_session where seen_at < clock_timestamp() - interval '7 days'")
        )
        connection.execute(FORGET_READERS)
        connection.execute(text("delete from tracking_try where day < current_date"))
        connection.execute(
            text("delete from sign_in_half where made_at < clock_timestamp() - interval '1 hour'")
        )
        connection.execute(
            text("delete from provider_minute where minute < clock_timestamp() - interval '2 days'")
        )
        connection.execute(
            text("delete from sign_in_try where last_at < clock_timestamp() - interval '1 day'")
        )
        connection.execute(
            text("delete from matter_draft where touched_at < clock_timestamp() - :kept"),
            {"kept": DRAFTS_KEPT},
        )
        connection.execute(
            text("delete from call where heard_at < clock_timestamp() - :kept"), {"kept": CALLS_KEPT}
        )


#: Words erased at one time.
MOST_ERASED = 5_000
ERASE_WORDS = text(
    "update message set body = null, params = null where id in ("
    "select id from message where body is not null and id < :before"
    " and fate not in ('queued', 'sending') order by id limit :most)"
)
#: Of citizens' texts the number goes, too, but where it says that they want none, or want them again. What
#: waits for a person stays until somebody read it.
ERASE_INBOUND = text(
    "update inbound_text set text = null,"  # noqa: S608 our own words
    " phone = case when handled_as in ('stop', 'start') then phone end,"
    " from_index = case when handled_as in ('stop', 'start') then from_index else '' end where id in ("
    f"select id from inbound_text where text is not null and id < :before and not ({WAITING})"
    " order by id limit :most)"
)


def erase_texts(house: House) -> None:
    """Erase the words of texts, ours and citizens', that were kept as long as the settings say."""
    for erase in (ERASE_WORDS, ERASE_INBOUND):
        erased = MOST_ERASED
        while erased == MOST_ERASED:
            with house.engine.begin() as connection:
                now: datetime = connection.execute(text("select clock_timestamp()")).scalar_one()
                before = first_id_of(now - timedelta(days=house.settings.text_days))
                erased = connection.execute(erase, {"before": before, "most": MOST_ERASED}).rowcount


def erase_packages(house: House) -> None:
    """Erase what was handed over to departments three years ago."""
    more = True
    while more:
        with house.open_desk(CLOCKWORK) as desk:
            more = erase_referrals(desk, at_most=BATCH) == BATCH
