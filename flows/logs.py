"""The engine's log: one stream, including that of libraries, with people masked."""

import logging
import sys
from typing import TYPE_CHECKING

from loguru import logger

from notifications.masking import mask
from states.outgoing import on_one_line

if TYPE_CHECKING:
    from loguru import Record

QUIET = ("alembic", "httpx", "httpcore", "websockets", "apscheduler", "asyncio", "aiosqlite", "transitions",
         "uvicorn")


class _ToLoguru(logging.Handler):
    """Passes records of the standard library's logging to loguru."""

    def emit(self, record: logging.LogRecord) -> None:
        logger.opt(exception=record.exc_info).log(record.levelname, "{}", record.getMessage())


def on_its_line(record: "Record") -> None:
    """Let no message of a log begin a line of its own, whatever text is in it."""
    record["message"] = on_one_line(record["message"])


def log_to_stderr(as_json: bool = False, level: str = "INFO") -> None:
    """Log to stderr, as text or as one JSON object a line; people are masked, in errors as well."""

    def show(line: str) -> None:
        sys.stderr.write(mask(line))

    logger.remove()
    logger.configure(patcher=on_its_line)
    # diagnose would print the values of variables into tracebacks: tokens, passwords, texts of people
    logger.add(show, level=level, serialize=as_json, diagnose=False)
    logging.basicConfig(handlers=[_ToLoguru()], level=logging.INFO, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
