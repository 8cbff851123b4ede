"""How the API refuses: problem details (RFC 9457), the title in Chinese, the reason in English."""

from collections.abc import Mapping, Sequence
from typing import Self

import orjson
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from loguru import logger
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from portal.door.doors import RETRY_AFTER
from portal.visitor.errors import DoorRefused
from portal.visitor.refusals import sentence_for_program
from states.reasons import Label, Refused
from storage.database import is_unreachable

AWAY_FOR = 60
"""Seconds after which it is asked again whether the database is there."""

MEDIA = "application/problem+json"

KINDS = {
    401: Refused("unauthenticated"),
    403: Refused("forbidden"),
    404: Refused("not_found"),
    405: Refused("method_not_allowed"),
    409: Refused("not_allowed"),
    412: Refused("stale"),
    413: Refused("too_large"),
    415: Refused("media_type", type=Label("application/json")),
    422: Refused("invalid"),
    429: Refused("too_many"),
    431: Refused("head_too_large"),
    500: Refused("internal"),
    503: Refused("busy"),
}
"""Of which kind a refusal is, by its status."""
TITLES = {status: kind.chinese() for status, kind in KINDS.items()}


class Fault(BaseModel):
    """A faulty field of the request."""

    where: str = Field(
        description="Path into the request, for example body.data.units", examples=["body.name"]
    )
    what: str = Field(examples=["Field required"])


class Problem(BaseModel):
    """Why something was refused."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:duban:problem:not-allowed", "title": TITLES[409], "status": 409,
                    "detail": "先调研后答复：还没有调研记录",
                    "reason": "no research is on record (G2)", "code": "no_research",
                    "allowed": ["research", "communicate", "request_extension"], "faults": [],
                }
            ]
        }
    )  # fmt: skip

    type: str = Field(description="urn:duban:problem:…, one for each status")
    title: str = Field(description="What kind of refusal it is, in Chinese")
    status: int
    detail: str = Field(
        description="What happened here, in Chinese, or in English where Accept-Language asks for it"
    )
    reason: str = Field("", description="What happened here, in English")
    code: str = Field("", description="Which refusal it is: a name that stays", examples=["no_research"])
    allowed: list[str] = Field(
        default_factory=list, description="Actions that would be possible for the caller instead"
    )
    faults: list[Fault] = Field(default_factory=list, description="With 422: what is wrong where")


class Refusal(Exception):
    """Raised to answer with a problem."""

    def __init__(
        self, status: int, refused: Refused | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        self.problem = problem(status, refused)
        self.headers = dict(headers or {})
        super().__init__(self.problem.detail)

    @classmethod
    def of(cls, fault: Problem) -> Self:
        refusal = cls(fault.status)
        refusal.problem = fault
        return refusal


def problem(status: int, refused: Refused | None = None, allowed: Sequence[str] = ()) -> Problem:
    """The problem of a refusal, its detail in the requested language; without a refusal only its kind."""
    kind = KINDS[status]
    why = refused or kind
    return Problem(
        type=f"urn:duban:problem:{kind.code.replace('_', '-')}", title=kind.chinese(), status=status,
        detail=sentence_for_program(why), reason=str(why), code=why.code, allowed=list(allowed),
    )  # fmt: skip


def answer(fault: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The answer that carries a problem."""
    return Response(orjson.dumps(_plain(fault.model_dump())), fault.status, headers, MEDIA)


def refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return answer(error.problem, error.headers)


def of_the_door(_request: Request, error: Exception) -> Response:
    """The problem of a request that the guard refuses, as for pages."""
    assert isinstance(error, DoorRefused)
    return answer(problem(error.status, error.refused))


def of_the_frame(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code if error.status_code in TITLES else 422
    why = {404: Refused("no_such_address"), 413: Refused("sent_too_large")}.get(status)
    return answer(problem(status, why), error.headers)


def invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    body = problem(422)
    body.faults = [
        Fault(where=".".join(map(str, mistake["loc"]))[:300], what=str(mistake["msg"])[:300])
        for mistake in error.errors()[:50]
    ]
    return answer(body)


def busy(_request: Request, error: Exception) -> Response:
    """Another writer held the database: nothing was done, and the same request may be sent again."""
    body = problem(503)
    body.reason = str(error)
    return answer(body, {"Retry-After": str(RETRY_AFTER)})


def database_away() -> Response:
    """The database cannot be reached or written."""
    return answer(problem(503, Refused("database_away")), {"Retry-After": str(AWAY_FOR)})


def of_database(_request: Request, error: Exception) -> Response:
    """Answer for a database that cannot be reached; any other error is raised again."""
    if not is_unreachable(error):
        raise error
    logger.error("the database cannot be used: {}", error)
    return database_away()


def not_kept(_request: Request, error: Exception) -> Response:
    """The access log cannot be written: nothing is shown."""
    logger.error("{}", error)
    return answer(problem(503, Refused("access_not_kept")))


def failed(_request: Request, _error: Exception) -> Response:
    """A defect of the server: the answer tells nothing of it, the log has the traceback."""
    return answer(problem(500))


def answers(*statuses: int) -> dict[int | str, dict[str, object]]:
    """The problems that a route may answer, for its documentation."""
    return {
        status: {
            "description": TITLES[status],
            "content": {
                MEDIA: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "example": problem(status).model_dump(),
                }
            },
        }
        for status in sorted({*statuses, 401, 403, 422, 429})
    }


def _plain(value: object) -> object:
    """The value with lone surrogates replaced, which JSON in UTF-8 cannot carry."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
