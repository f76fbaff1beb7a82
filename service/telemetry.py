"""OpenTelemetry: traces and metrics of requests, sent where ``OTEL_EXPORTER_OTLP_ENDPOINT`` says, or nowhere.

FastAPI does the work; what is said here is when, and what must not leave with it.
"""

import os

from fastapi.telemetry import TelemetryConfig

_ENDPOINTS = (
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
)


def telemetry_config() -> TelemetryConfig:
    """What FastAPI is told: nothing is set up without an endpoint, and no question leaves with one.

    Its logs are off: they hold the messages of errors, which may hold anything.
    """
    if not any(os.environ.get(name) for name in _ENDPOINTS):
        return {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
    # Imported here: most services send nothing, and start sooner without.
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import Span, SpanProcessor, TracerProvider

    class WithoutQuestions(SpanProcessor):
        """Takes out of a span what FastAPI puts in: the query has the question, the path the id of a conversation.

        The route, which stays, says what was asked for.
        """

        def on_start(self, span: Span, parent_context: Context | None = None) -> None:
            for name in ("url.query", "url.path"):
                if name in (span.attributes or {}):
                    span.set_attribute(name, "REDACTED")

    os.environ.setdefault("OTEL_SERVICE_NAME", "pacta")
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(WithoutQuestions())
    return {"tracer_provider": provider, "logs": False, "auto_configure": True}
