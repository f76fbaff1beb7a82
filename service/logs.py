"""The log of a running service, on stderr: JSON for machines, readable on a terminal.

What Pacta, uvicorn, other libraries and Python's warnings have to say all goes the same way, each line with the id of
the request that it belongs to. Questions are logged at DEBUG only.
"""

import logging
import sys

import structlog
from structlog.typing import Processor

from service.settings import Serving

# The loggers that `PACTA_LOG_LEVEL` is for; of others only what is wrong is worth a line.
OWN = ("service", "ingest")


def configure_logging(serving: Serving) -> None:
    """Sets up the log of this process, in the place of what was set up before."""
    as_text = serving.log == "text" if serving.log else sys.stderr.isatty()
    # Tracebacks are plain in both: the prettier ones print variables, and with them what was asked.
    rendered: list[Processor] = (
        [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)]
        if as_text
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.captureWarnings(True)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OWN:
        logging.getLogger(name).setLevel(serving.log_level)
