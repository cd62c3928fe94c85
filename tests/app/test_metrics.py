"""The figures for a monitor: true, cheap, about nobody, and not for everybody."""

from datetime import timedelta

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from app.clockwork import Tick, fill_search, seal_facts, send_messages, show_life, sweep_clocks
from app.clockwork import _guarded as guarded
from app.factory import create_app
from app.heartbeat import TROUBLES
from app.monitoring.figures import BOUNDS, figures_of
from app.wiring import House
from tests.app.walking import furnished
from tests.makers import Api, bring_forward
from tests.plans import plans_of

TOKEN = "of-a-monitor-on-another-machine-1234567890"  # noqa: S105 of a house that ends with the test
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}


def told(app: Flask) -> dict[str, float]:
    """What a monitor on this machine reads."""
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return {
        sample.name.removeprefix("zhuanban_") + "".join(f" {value}" for value in sample.labels.values()): (
            sample.value
        )
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_what_waits_shows_its_age_until_a_worker_comes(fresh_house: House) -> None:
    app = create_app(fresh_house.settings, fresh_house)
    api = Api(app, fresh_house)
    ref = api.ticket_in("handling")["ref"]
    bring_forward(fresh_house, ref, "handle", timedelta(days=30))
    with fresh_house.engine.begin() as connection:
        connection.execute(text("update message set not_before = not_before - interval '10 minutes'"))

    before = told(app)
    for tick in (sweep_clocks, send_messages, fill_search, seal_facts, show_life):
        tick(fresh_house)
    after = told(app)

    assert before["sweep_lag_seconds"] > timedelta(days=1).total_seconds()
    assert before["outbox_age_seconds"] > 600
    assert before["text_alarms backlog"] == 1
    assert before["search_queue_length"] == 1
    assert before["unsealed_age_seconds"] > 0
    assert before["workers_alive"] == 0
    assert "worker_heartbeat_age_seconds" not in before
    waits = ("sweep_lag_seconds", "outbox_age_seconds", "search_queue_length", "unsealed_age_seconds")
    assert [after[name] for name in waits] == [0, 0, 0, 0]
    assert after["text_alarms backlog"] == 0
    assert after["workers_alive"] == 1
    assert after["worker_heartbeat_age_seconds"] < 60
    calls = (
        "provider_calls simulator",
        "provider_calls_failed simulator",
        "provider_texts_unheard simulator",
    )
    assert [before[name] for name in calls] == [0, 0, 0]
    assert after[calls[0]] > 0
    assert [after[name] for name in calls[1:]] == [0, 0]


def test_lateness_is_that_of_the_last_hour(fresh_house: House) -> None:
    app = create_app(fresh_house.settings, fresh_house)
    api = Api(app, fresh_house)
    nobody = told(app)
    for seconds in (0, 3, 20, 10_000):
        ref = api.ticket_in("handling")["ref"]
        with fresh_house.engine.begin() as connection:
            connection.execute(
                text(
                    "update clock set warn_at = null, started_at = started_at - interval '1 day',"
                    " next_at = due.at, due_at = due.at from"
                    " (select clock_timestamp() - make_interval(secs => :late) as at) due"
                    " where kind = 'handle' and ticket_id = (select id from ticket where ref = :ref)"
                ),
                {"late": seconds, "ref": ref},
            )
        sweep_clocks(fresh_house)

    found = told(app)

    assert nobody["clock_lateness_seconds_gcount"] == 0
    assert "clock_lateness_quantile_seconds 0.99" not in nobody
    within = [found[f"clock_lateness_seconds_bucket {bound}"] for bound in BOUNDS]
    assert within == [1, 1, 1, 2, 2, 3, 3, 3, 3]
    assert found["clock_lateness_seconds_bucket +Inf"] == found["clock_lateness_seconds_gcount"] == 4
    assert 3 < found["clock_lateness_quantile_seconds 0.5"] < 20
    assert 9_000 < found["clock_lateness_quantile_seconds 0.99"] < 10_100


def test_each_figure_comes_from_an_index(house: House) -> None:
    with house.engine.connect() as connection:
        plans = plans_of(house.engine, lambda: figures_of(connection, ["simulator"]), with_few_rows=True)

    asked = {index: told for plan in plans for index, told in plan.asked_with.items() if told}
    assert "next_at" in asked["clock_next"]
    assert "fired_at" in asked["clock_event_breached"]
    assert "not_before" in asked["message_waiting"]
    assert "minute" in asked["provider_minute_pkey"]
    # Short ones: those that wait to be looked at, and the workers of a day.
    assert set().union(*(plan.read_whole for plan in plans)) <= {
        "search_queue",
        "figure_queue",
        "seal_queue",
        "heartbeat",
    }


@pytest.mark.parametrize(
    "changes, environ, headers, code",
    [
        pytest.param({}, {}, {}, 200, id="this machine"),
        pytest.param({}, {"REMOTE_ADDR": "::1"}, {}, 200, id="this machine, IPv6"),
        pytest.param({}, ELSEWHERE, {}, 401, id="another machine"),
        pytest.param({}, ELSEWHERE, {"Authorization": "Bearer "}, 401, id="no token against none"),
        pytest.param(
            {"metrics_token": TOKEN}, ELSEWHERE, {"Authorization": f"Bearer {TOKEN}"}, 200, id="token"
        ),
        pytest.param(
            {"metrics_token": TOKEN}, ELSEWHERE, {"Authorization": "Bearer 文"}, 401, id="wrong token"
        ),
        pytest.param({"metrics_token": TOKEN}, ELSEWHERE, {}, 401, id="without token"),
        pytest.param({}, {}, {"X-Forwarded-For": "127.0.0.1"}, 401, id="a proxy we were not told of"),
        pytest.param({"proxies": 1}, {}, {"X-Forwarded-For": "203.0.113.9"}, 401, id="through a proxy"),
        pytest.param({"proxies": 1}, {}, {"X-Forwarded-For": "127.0.0.1"}, 200, id="a proxy says it is here"),
    ],
)
def test_only_a_monitor_gets_them(
    house: House, changes: dict[str, object], environ: dict[str, str], headers: dict[str, str], code: int
) -> None:
    client = furnished(house, **changes).test_client()

    # As bytes: what stands in a header is not always a letter.
    sent = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    assert client.get("/metrics", headers=sent, environ_overrides=environ).status_code == code


def test_a_tick_that_was_put_off_is_told_once_the_database_is_back(house: House, app: Flask) -> None:
    gone = House.of(
        house.settings.model_copy(update={"database_url": "postgresql+psycopg://x@127.0.0.1:1/x"}), pool=1
    )
    before = TROUBLES.put_off

    guarded(Tick(sweep_clocks, timedelta(seconds=1), "of this test"), gone)
    show_life(house)

    assert TROUBLES.put_off == before + 1
    assert told(app)["worker_ticks_put_off"] >= 1
