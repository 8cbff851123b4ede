"""Digests of a row, of an event in its chain, and of all chain heads together."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any, get_args

import orjson

from states import cases

START = "0" * 64
"""The previous hash of a case's first event and of the first seal."""

ROW_DIGEST_LENGTH = 32


def _defaults(kind: type[cases.Row]) -> dict[str, Any]:
    """Of a field without a default MISSING, which no value equals."""
    return {
        field.name: field.default if field.default_factory is MISSING else field.default_factory()
        for field in fields(kind)
    }


_DEFAULTS = {kind: _defaults(kind) for kind in get_args(cases.Row)}


def canonical(value: Any) -> bytes:
    """The one JSON text of a value: sorted keys, no blanks, UTF-8, ISO days, instants with their UTC offset.

    Raises TypeError for what JSON cannot hold (lone surrogates, integers over 64 bits).
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def row_digest(row: cases.Row) -> str:
    """128 bits of SHA-256 over a row's fields that differ from their defaults.

    A column added later, with its default in the old rows, therefore changes no digest.
    """
    defaults = _DEFAULTS[type(row)]
    columns = {name: value for name, value in row.__dict__.items() if value != defaults[name]}
    return hashlib.sha256(canonical(columns)).hexdigest()[:ROW_DIGEST_LENGTH]


def notice_digests(notices: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """128 bits over each row of `outbox` except `sent_at`, keyed by `outbox/` and its id."""
    return {f"outbox/{row['id']}": _notice_digest(dict(row)) for row in notices}


def _notice_digest(content: dict[str, Any]) -> str:
    del content["sent_at"]
    return hashlib.sha256(canonical(content)).hexdigest()[:ROW_DIGEST_LENGTH]


def event_hash(event: Mapping[str, Any]) -> str:
    """SHA-256 over the hash before (`prev`) and every other column of the event except `hash`."""
    content = dict(event)
    content.pop("hash", None)
    return hashlib.sha256(event["prev"].encode() + canonical(content)).hexdigest()


def event_mark(digest: str) -> str:
    """An opaque name of the event with this hash: it reveals neither its position nor the distance between two."""
    return hashlib.sha256(digest.encode()).hexdigest()[:16]


def document_digest(text: str, salt: str = "") -> str:
    """SHA-256 of a text, or HMAC-SHA-256 with its salt as the key: without it, even a short text cannot be guessed.

    Salt and text cannot give each other characters, which they could in one string.
    """
    if not salt:
        return hashlib.sha256(text.encode()).hexdigest()
    return hmac.digest(salt.encode(), text.encode(), "sha256").hex()


def merkle_root(before: str, leaves: Iterable[Sequence[Any]]) -> str:
    """The root over the previous root and the leaves in the order given, as (case, seq, head) of every chain.

    A leaf and an inner node are hashed with different prefixes; an odd node moves up unchanged.
    """
    level = [hashlib.sha256(b"\x00" + before.encode()).digest()]
    level += [hashlib.sha256(b"\x00" + canonical(list(leaf))).digest() for leaf in leaves]
    while len(level) > 1:
        pairs = [
            hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)
        ]
        if len(level) % 2:
            pairs.append(level[-1])
        level = pairs
    return level[0].hex()
