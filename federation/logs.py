"""Logs as JSON lines without personal data: ID numbers, phones and card numbers are struck out wherever they stand."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime

# The number that the page in hand shows (middleware.RequestMark): whoever is told it finds the lines by it.
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")

_PRIVATE = re.compile(r"(?<!\d)(\d{17}[\dXx]|\d{16,19}|\d{15}|1[3-9]\d{9})(?!\d)")


def redact(text: str) -> str:
    return _PRIVATE.sub("[已隐去]", text)


class Redact(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), ()
        return True


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if number := REQUEST_ID.get():
            # As the page prints it, so that it is found as it was read out.
            line["request"] = number.upper()
        if record.exc_info:
            line["trace"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
