"""What is measured of a running service, for Prometheus: never what was asked, nor by whom."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from service.models import Answer

# An answer takes some 20 ms; what takes 10 s is given up.
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class State:
    """What a service is at when it is looked at; without an index ``generation`` is empty."""

    generation: str
    treaties: int
    outdated: bool
    in_progress: int
    waiting: int


class Metrics:
    """The measurements of one application, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._stages = Histogram(
            "pacta_answer_stage_seconds",
            "How long the stages of an answer took; the stage total is the whole answer.",
            ["stage"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self._answers = Counter(
            "pacta_answers",
            "Answers given, by status and by the reason where there is one.",
            ["status", "reason"],
            registry=self.registry,
        )
        self._requests = Counter(
            "pacta_http_requests",
            "HTTP requests, by the route that took them.",
            ["method", "route", "status"],
            registry=self.registry,
        )

    def count_answer(self, answer: Answer) -> None:
        """Counts an answer and the time of its stages."""
        self._answers.labels(answer.status, answer.reason or "").inc()
        for stage, milliseconds in answer.timings_ms.items():
            self._stages.labels(stage).observe(milliseconds / 1000)

    def count_request(self, method: str, route: str, status: int) -> None:
        """Counts a request; method and route are of few, whatever clients send."""
        self._requests.labels(method, route, str(status)).inc()

    def show(self, look: Callable[[], State]) -> None:
        """Adds what is looked at when the measurements are read."""
        self.registry.register(_StateCollector(look))


class _StateCollector(Collector):
    def __init__(self, look: Callable[[], State]) -> None:
        self._look = look

    def collect(self) -> Iterator[GaugeMetricFamily]:
        state = self._look()
        info = GaugeMetricFamily("pacta_index_info", "1 for the index in use.", labels=["generation"])
        if state.generation:
            info.add_metric([state.generation], 1)
        yield info
        told = {
            "pacta_index_treaties": ("Treaties in the index in use.", state.treaties),
            "pacta_index_outdated": ("1 when a newer index is published that cannot be used.", state.outdated),
            "pacta_gate_in_progress": ("Questions being answered.", state.in_progress),
            "pacta_gate_waiting": ("Questions that wait for their turn.", state.waiting),
        }
        for name, (says, value) in told.items():
            yield GaugeMetricFamily(name, says, value=float(value))
