"""Hidden values of a form over a list: the rows shown to its reader, with a digest of each.

They prevent overwriting a row that was changed meanwhile, in another tab or by another person.
"""

import hashlib
from collections.abc import Mapping

import orjson

LENGTH = 12


def carried(rows: Mapping[str, object]) -> str:
    """The hidden value of a form: a mark for each row, by its id."""
    return " ".join(_mark(id_, row) for id_, row in rows.items())


def was_shown(carried: str, id_: str, row: object) -> bool:
    """Whether the form was made from the row as it is now."""
    return _mark(id_, row) in carried.split()


def _mark(id_: str, row: object) -> str:
    return f"{_digest(id_)}{_digest(row)}"


def _digest(value: object) -> str:
    content = orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(content).hexdigest()[:LENGTH]
