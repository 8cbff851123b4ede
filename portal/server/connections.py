"""One connection of the portal: what comes too slowly, or never ends, gives its place to others."""

import asyncio
import resource

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from portal.server.bodies import HEAD

HEAD_SECONDS = 20.0
"""So long the headers of a request may take to come."""
IDLE_SECONDS = 30.0
"""So long the pieces of a body may lie apart."""
BODY_SECONDS = 900.0
"""So long a whole body may take: eight photographs over a weak line."""
MOST = 1_000
"""Connections at the same time; then the one that has waited longest with no whole request gives its place."""


class ShortHeads(HttpToolsProtocol):
    """Ends a connection whose request does not come to the end of its headers, or of its body; uvicorn would wait."""

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
        """End the oldest connection that is still waited for; this one where there is none."""
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
        """Look in so many seconds whether the rest has come."""
        self._expect_nothing()
        self.since = self.last = self.loop.time()
        self.watch = self.loop.call_later(seconds, self._look)

    def _expect_nothing(self) -> None:
        if self.watch is not None:
            self.watch.cancel()
            self.watch = None

    def _look(self) -> None:
        """End what is too slow. Who sends is not to blame while the portal itself does not read on."""
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
