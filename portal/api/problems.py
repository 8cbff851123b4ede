"""How the API refuses: problem details (RFC 9457), the title in Chinese, the reason of the rules in English."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import orjson
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from loguru import logger
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from portal.door.doors import RETRY_AFTER
from portal.visitor.errors import PageRefused

MEDIA = "application/problem+json"

TITLES = {
    401: "请先出示有效的令牌或者登录",
    403: "您的身份或者令牌不能这样做",
    404: "没有这一件，或者不在您能看到的范围内",
    405: "这个地址不能这样用",
    409: "规则不允许现在这样办",
    412: "这一件在您读取以后变了",
    413: "内容太大",
    415: "内容要用 application/json",
    422: "请求的内容不对",
    429: "请求太多，请稍后再试",
    431: "地址或者请求头太长",
    500: "系统出错，没有办成",
    503: "数据库正忙，请过几秒钟再试",
}
SLUGS = {
    401: "unauthenticated", 403: "forbidden", 404: "not-found", 405: "method-not-allowed", 409: "not-allowed",
    412: "stale", 413: "too-large", 415: "media-type", 422: "invalid", 429: "too-many", 431: "head-too-large",
    500: "internal", 503: "busy",
}  # fmt: skip


class Fault(BaseModel):
    """A place of the request that is wrong."""

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
        description="What happened here, in Chinese; why the rules refuse in English where Accept-Language asks for it"
    )
    reason: str = Field("", description="The sentence of the rules, in English")
    code: str = Field("", description="Which refusal of the rules it is: a name that stays", examples=["no_research"])
    allowed: list[str] = Field(
        default_factory=list, description="Actions that would be possible for the caller instead"
    )
    faults: list[Fault] = Field(default_factory=list, description="With 422: what is wrong where")


class Refusal(Exception):
    """The API answers with a problem."""

    def __init__(
        self, status: int, detail: str = "", reason: str = "", allowed: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.problem = problem(status, detail, reason, allowed)
        self.headers = dict(headers or {})
        super().__init__(self.problem.detail)

    @classmethod
    def of(cls, found: Problem) -> Self:
        refusal = cls(found.status)
        refusal.problem = found
        return refusal


def problem(
    status: int, detail: str = "", reason: str = "", allowed: Sequence[str] = (), code: str = ""
) -> Problem:
    title = TITLES[status]
    return Problem(
        type=f"urn:duban:problem:{SLUGS[status]}", title=title, status=status, detail=detail or title,
        reason=reason, code=code, allowed=list(allowed),
    )  # fmt: skip


def told(found: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The answer that carries a problem."""
    return Response(orjson.dumps(_plain(found.model_dump())), found.status, headers, MEDIA)


def refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return told(error.problem, error.headers)


def of_the_pages(_request: Request, error: Exception) -> Response:
    """What the guard of the pages refuses."""
    assert isinstance(error, PageRefused)
    return told(problem(error.status, error.words))


def of_the_frame(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code if error.status_code in TITLES else 422
    words = {404: "没有这个地址", 413: str(error.detail)}.get(status, "")
    return told(problem(status, words), error.headers)


def invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = problem(422)
    found.faults = [
        Fault(where=".".join(map(str, one["loc"]))[:300], what=str(one["msg"])[:300])
        for one in error.errors()[:50]
    ]
    return told(found)


def busy(_request: Request, error: Exception) -> Response:
    """Another writer was in the way: nothing was done, and the same request may be sent again."""
    return told(problem(503, reason=str(error)), {"Retry-After": str(RETRY_AFTER)})


def not_kept(_request: Request, error: Exception) -> Response:
    """What cannot be entered in the access log is not shown."""
    logger.error("{}", error)
    return told(problem(503, "访问记录写不下来，所以不能显示", "the access log cannot be written"))


def failed(_request: Request, _error: Exception) -> Response:
    """Our own fault: nothing of it is told, the log has the traceback."""
    return told(problem(500))


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
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


def _plain(value: Any) -> Any:
    """Texts without lone surrogates, which no answer can carry."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
