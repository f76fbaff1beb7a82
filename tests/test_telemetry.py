"""OpenTelemetry: sent to the endpoint that is set and nowhere else, and without what was asked."""

import gzip
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from opentelemetry import metrics, trace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from server_fakes import ask, make_app, serve_in_process
from web_fakes import TestClient

from service.telemetry import telemetry_config

SECRET = "hunter2"


class Collector(ThreadingHTTPServer):
    """A collector of OTLP over HTTP that keeps what it is sent, as (path, body)."""

    def __init__(self) -> None:
        received: list[tuple[str, bytes]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                packed = self.headers.get("content-encoding") == "gzip"
                received.append((self.path, gzip.decompress(body) if packed else body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *arguments: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.received = received
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def spans(self) -> list[tuple[str, Span]]:
        """The spans received, each with the name of the service."""
        found = []
        for path, body in self.received:
            if path == "/v1/traces":
                for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                    named = {one.key: one.value.string_value for one in resource.resource.attributes}
                    for scope in resource.scope_spans:
                        found += [(named["service.name"], span) for span in scope.spans]
        return found


@pytest.fixture
def collector() -> Iterator[Collector]:
    server = Collector()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def use(address: str) -> str:
    """Asks, reads and fails; gives the id of the conversation."""
    conversation = str(ask(address, f"Article 1 of {SECRET}?").json()["conversation_id"])
    ask(address, f"boom {SECRET}")
    httpx.get(f"{address}/?q={SECRET}&treaty=salt", headers={"baggage": f"asked={SECRET}"})
    httpx.get(f"{address}/v1/conversations/{conversation}")
    return conversation


def test_traces_arrive_and_none_has_what_was_asked(tmp_path: Path, collector: Collector) -> None:
    with serve_in_process(tmp_path, environment={"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}) as served:
        conversation = use(served.address)
        assert served.stop(signal.SIGTERM) == 0
    spans = collector.spans()
    assert {service for service, _ in spans} == {"pacta"}
    requests = [span for _, span in spans if span.kind == Span.SPAN_KIND_SERVER]
    assert [span.name for span in requests] == [
        "POST /v1/chat",
        "POST /v1/chat",
        "GET /",
        "GET /v1/conversations/{conversation_id}",
    ]
    told = [{one.key: one.value for one in span.attributes} for span in requests]
    assert [attributes["http.response.status_code"].int_value for attributes in told] == [200, 500, 200, 200]
    assert told[2]["url.query"].string_value == "REDACTED"
    assert {path for path, _ in collector.received} == {"/v1/traces", "/v1/metrics"}
    for _, body in collector.received:
        assert SECRET.encode() not in body
        assert conversation.encode() not in body


def test_the_service_may_go_by_another_name_and_send_traces_only(tmp_path: Path, collector: Collector) -> None:
    environment = {
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{collector.url}/v1/traces",
        "OTEL_SERVICE_NAME": "treaties",
    }
    with serve_in_process(tmp_path, environment=environment) as served:
        use(served.address)
        served.stop(signal.SIGTERM)
    assert {service for service, _ in collector.spans()} == {"treaties"}
    assert {path for path, _ in collector.received} == {"/v1/traces"}


def test_a_collector_that_is_away_changes_nothing_for_who_asks(tmp_path: Path) -> None:
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_EXPORTER_OTLP_TIMEOUT": "1"}
    with serve_in_process(tmp_path, environment=environment) as served:
        assert ask(served.address, "Article 1?").status_code == 200
        assert served.stop(signal.SIGTERM) == 0


def test_without_an_endpoint_nothing_is_set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Even where FastAPI was told to help itself.
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    before = trace.get_tracer_provider(), metrics.get_meter_provider()
    assert not telemetry_config().get("tracer_provider")
    app = make_app(tmp_path)
    with TestClient(app) as client:
        assert client.post("/v1/chat", json={"question": "Article 1?"}).status_code == 200
    assert not app._native_telemetry.enabled()
    assert (trace.get_tracer_provider(), metrics.get_meter_provider()) == before
