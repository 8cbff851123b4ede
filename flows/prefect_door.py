"""The Prefect server behind one door: whatever lies outside its API, which checks the value itself, asks for it, too.

`python -m flows.prefect_door HOST PORT` instead of `prefect server start`, whose pages and descriptions answer anybody.
"""

import hmac
import sys
from base64 import b64encode

import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

API = "/api/"
ASKS = {"WWW-Authenticate": 'Basic realm="Prefect"'}


class PrefectDoor:
    """An application that outside `API` answers only requests with the value, of the form user:password."""

    def __init__(self, app: ASGIApp, value: str) -> None:
        self.app = app
        self._expected = b"Basic " + b64encode(value.encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"].startswith(API) or self._has_value(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse("Unauthorized", 401, ASKS)(scope, receive, send)

    def _has_value(self, scope: Scope) -> bool:
        sent = dict(scope["headers"]).get(b"authorization", b"")
        return hmac.compare_digest(sent, self._expected)


def serve_prefect(host: str, port: int) -> None:
    """Serve until the process is told to end. Ends at once without PREFECT_SERVER_API_AUTH_STRING."""
    from prefect import settings
    from prefect.server.api.server import create_app

    value = settings.PREFECT_SERVER_API_AUTH_STRING.value()
    if not value:
        sys.exit("set PREFECT_SERVER_API_AUTH_STRING (user:password): without it the server does as any stranger says")
    uvicorn.run(
        PrefectDoor(create_app(final=True), value), host=host, port=port,
        timeout_keep_alive=settings.PREFECT_SERVER_API_KEEPALIVE_TIMEOUT.value(),
        log_level=settings.PREFECT_SERVER_LOGGING_LEVEL.value().lower(),
    )  # fmt: skip


if __name__ == "__main__":
    serve_prefect(sys.argv[1], int(sys.argv[2]))
