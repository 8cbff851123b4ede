"""A program that keeps entries of reading and says each one only when it is kept; it is killed by its test."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from storage import Register, open_engine
from storage.access_log import AccessLog
from storage.accesses import access


def main(url: str, folder: str) -> None:
    register = Register(open_engine(url))
    log = AccessLog(register.engine, register.layout.sql, Path(folder))
    number = 0
    while True:
        entry = access(datetime.now(UTC), f"A{number}", "auditor", "list /cases", row_count=number, filter="q=张三")
        log.keep([entry])
        sys.stdout.write(f"{entry['id']}\n")
        sys.stdout.flush()
        number += 1


if __name__ == "__main__":
    main(*sys.argv[1:])
