"""What the log shows of a text."""

import logging

import pytest
from loguru import logger

from flows.logs import log_to_stderr


def test_no_text_begins_a_line_of_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr()
    try:
        logger.warning("import folder: {} was not taken", "a.csv\r\n2026-01-01 | ERROR | forged\x1b[2J")
        logging.getLogger("library").warning("a\nforged")
    finally:
        logger.remove()
        logging.basicConfig(handlers=[], force=True)
    log = capsys.readouterr().err
    assert len(log.splitlines()) == 2
    assert "\x1b" not in log
