"""A mail server that takes everything: `python -m bench.sink` prints its port, then each mail's id and instant.

A process of its own, so that taking the mails costs the sender nothing.
"""

import asyncio
import time


async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 sink\r\n")
    while line := await reader.readline():
        command = line[:4].upper()
        if command == b"DATA":
            writer.write(b"354 go on\r\n")
            name = ""
            while (text := await reader.readline()) not in (b".\r\n", b""):
                if text[:11].lower() == b"message-id:":
                    name = text[11:].decode().strip()
            print(name, time.time(), flush=True)
        writer.write(b"250 OK\r\n" if command != b"QUIT" else b"221 bye\r\n")
        if command == b"QUIT":
            break
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(take, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
