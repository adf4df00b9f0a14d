"""The form of a log line: text for people, or a JSON object for a log collector."""

import logging
from datetime import UTC, datetime

import orjson

from contracts.settings import Settings


class _Text(logging.Formatter):
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802, ARG002 - logging's own
        return _time(record)


class Json(logging.Formatter):
    """One object a line: time (UTC, with its zone), level, logger, message, and any exception."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line).decode()


def formatter(settings: Settings) -> logging.Formatter:
    """The formatter that the settings ask for."""
    if settings.log_format == "json":
        return Json()
    return _Text("%(asctime)s %(levelname)s %(name)s: %(message)s")


def stderr_handler(settings: Settings) -> logging.Handler:
    """The handler of a process that logs to its standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(settings))
    return handler


def logs_as_json() -> bool:
    """Whether this process logs JSON objects, in which case its last words should be one too."""
    return any(isinstance(each.formatter, Json) for each in logging.getLogger().handlers)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
