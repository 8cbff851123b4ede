"""Time-outs of connections: slow or unfinished requests make room for others."""

import asyncio
import resource

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from portal.server.bodies import HEAD

HEAD_SECONDS = 20.0
"""Most seconds for the headers of a request."""
IDLE_SECONDS = 30.0
"""Most seconds between the pieces of a body."""
BODY_SECONDS = 900.0
"""Most seconds for a whole body: eight photographs over a slow line."""
MOST = 1_000
"""Most connections; beyond that the oldest one without a complete request is closed."""


class ShortHeads(HttpToolsProtocol):
    """Closes a connection whose headers or body do not arrive completely, for which uvicorn would wait."""

    in_head = True
    head = 0
    since = last = 0.0
    watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        super().connection_made(transport)
        self._expect(HEAD_SECONDS)
        if len(self.connections) > MOST:
            self._give_way()

    def _give_way(self) -> None:
        """Close the oldest connection with an incomplete request, or this one where there is none."""
        waiting = (connection for connection in self.connections if isinstance(connection, ShortHeads))
        slow = [connection for connection in waiting if connection.in_head]
        min(slow, key=lambda connection: connection.since, default=self).transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect_nothing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self.last = self.loop.time()
        if self.in_head:
            self.head += len(data)
        super().data_received(data)
        if self.in_head and self.head > 4 * HEAD and not self.transport.is_closing():
            self.send_400_response("The headers do not end.")

    def on_message_begin(self) -> None:
        self.in_head, self.head = True, 0
        self._expect(HEAD_SECONDS)
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.in_head:  # what follows a body in chunks is nobody's header
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self.in_head = False
        self._expect(IDLE_SECONDS)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._expect_nothing()
        super().on_message_complete()

    # -- time ------------------------------------------------------------------------------------------------------

    def _expect(self, seconds: float) -> None:
        """Check in so many seconds whether the rest has arrived."""
        self._expect_nothing()
        self.since = self.last = self.loop.time()
        self.watch = self.loop.call_later(seconds, self._look)

    def _expect_nothing(self) -> None:
        if self.watch is not None:
            self.watch.cancel()
            self.watch = None

    def _look(self) -> None:
        """Close a connection that is too slow, unless the portal itself has paused reading."""
        now = self.loop.time()
        if self.in_head:
            late = self.cycle is None or self.cycle.response_complete
        else:
            late = now - self.since >= BODY_SECONDS or (now - self.last >= IDLE_SECONDS and not self.flow.read_paused)
        if late:
            self.transport.abort()
            return
        self.watch = self.loop.call_later(HEAD_SECONDS if self.in_head else IDLE_SECONDS / 2, self._look)


def allow_connections() -> None:
    """Let this process have as many files open as the machine allows it: each connection is one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if hard != resource.RLIM_INFINITY else 65_536
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
