"""The figures in the words of Prometheus."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeHistogramMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from app.monitoring.figures import BOUNDS, Figures, Lateness, Workers
from notifications.pulse import Pulse

#: In front of every name.
PREFIX: Final = "zhuanban_"


class _Kept(Collector):
    """Hands over figures that were asked for already."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        return _told(self._figures)


def exposition_of(figures: Figures) -> bytes:
    """Write *figures* in the text format of Prometheus."""
    # A registry for this answer: no process keeps figures of its own between requests.
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Kept(figures))
    return generate_latest(registry)


def _told(figures: Figures) -> Iterator[Metric]:
    yield _gauge(
        "sweep_lag_seconds", "Since the oldest clock was due that no sweep has spoken of.", figures.sweep_lag
    )
    yield from _lateness(figures.lateness)
    yield _gauge(
        "outbox_age_seconds", "Since the text was due that waits longest to be sent.", figures.outbox_age
    )
    yield _gauge("search_queue_length", "Tickets whose words are not in the index yet.", figures.search_queue)
    yield _gauge("figure_queue_length", "Changes that no figure counts yet.", figures.figure_queue)
    yield _gauge("unsealed_age_seconds", "Age of the oldest fact that no root covers.", figures.unsealed_age)
    yield from _workers(figures.workers)
    rings = GaugeMetricFamily(
        f"{PREFIX}text_alarms", "Alarms about texts, as on the page of texts.", labels=["alarm"]
    )
    for alarm, count in figures.text_alarms.items():
        rings.add_metric([alarm], count)
    yield rings
    yield _gauge("files_in_quarantine", "Files that wait for the scanner.", figures.quarantine.files)
    yield _gauge(
        "quarantine_age_seconds",
        "Since the oldest of them came; over 300 the scanner is away.",
        figures.quarantine.age,
    )
    yield from _providers(figures.providers)


def _lateness(late: Lateness) -> Iterator[Metric]:
    words = "How late breaches of the last hour were noticed."
    buckets = [(str(bound), within) for bound, within in zip(BOUNDS, late.within, strict=True)]
    yield GaugeHistogramMetricFamily(
        f"{PREFIX}clock_lateness_seconds",
        words,
        buckets=[*buckets, ("+Inf", late.count)],
        gsum_value=late.sum,
    )
    quantiles = GaugeMetricFamily(f"{PREFIX}clock_lateness_quantile_seconds", words, labels=["quantile"])
    for name, value in (("0.5", late.p50), ("0.99", late.p99)):
        if value is not None:
            quantiles.add_metric([name], value)
    yield quantiles


def _workers(workers: Workers) -> Iterator[Metric]:
    if workers.age is not None:
        yield _gauge(
            "worker_heartbeat_age_seconds", "Since a worker was last seen; missing after a day.", workers.age
        )
    yield _gauge("workers_alive", "Workers seen within a minute.", workers.alive)
    yield _gauge(
        "worker_ticks_put_off",
        "Ticks that workers of the last day put off since they started, because the database was away.",
        workers.put_off,
    )
    yield _gauge(
        "worker_clocks_put_back",
        "Times since then that a machine's clock was put back and the ticks had to be awakened.",
        workers.awakened,
    )


def _providers(pulses: Mapping[str, Pulse]) -> Iterator[Metric]:
    told: tuple[tuple[str, str, Callable[[Pulse], int]], ...] = (
        ("calls", "Calls to a provider of texts in the last five minutes.", lambda one: one.tried),
        ("calls_failed", "Those that failed by its own fault.", lambda one: one.failed),
        ("calls_slow", "Those that took over five seconds.", lambda one: one.slow),
        ("texts", "Texts it took in the ten minutes before their receipts were due.", lambda one: one.sent),
        ("texts_unheard", "Those of which nothing was heard in time.", lambda one: one.unheard),
    )
    for name, words, of in told:
        found = GaugeMetricFamily(f"{PREFIX}provider_{name}", words, labels=["provider"])
        for provider, pulse in pulses.items():
            found.add_metric([provider], of(pulse))
        yield found


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(PREFIX + name, words, value=value)
