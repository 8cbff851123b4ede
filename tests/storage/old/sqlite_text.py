"""An SQLite file as statements; it runs beside the code of the release that wrote the file."""

import re
import sqlite3


def sqlite_text(path: str) -> str:
    """Statements that make the file again; the full-text index has no rows to read, so its own tables are copied."""
    connection = sqlite3.connect(path)
    schema = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    shadow = re.compile(r"search_index_(data|idx|docsize|config)$")
    lines = [f"{sql};" for kind, name, sql in schema if kind == "table" and not shadow.match(name)]
    for kind, name, _ in schema:
        if kind != "table" or name == "search_index":
            continue
        columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')]
        values = " || ',' || ".join(f'quote("{column}")' for column in columns)
        if shadow.match(name):
            lines.append(f'DELETE FROM "{name}";')
        rows = connection.execute(f'SELECT {values} FROM "{name}"')
        lines += [f'INSERT INTO "{name}" VALUES({row[0]});' for row in rows]
    lines += [f"{sql};" for kind, _, sql in schema if kind != "table"]
    return "\n".join(lines) + "\n"
