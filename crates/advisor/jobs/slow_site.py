"""A web site on loopback that takes its time, as sites elsewhere do.

`GET /WAIT/BYTES/N` waits that many milliseconds and sends that many bytes, which N decides. Large pages come no faster
than RATE for each visitor, or, below `/line/`, than RATE for all visitors together, since they share a line.

A job starts the site by itself, unless the variable SITE says where one is running."""

import asyncio
import contextlib
import http.client
import os
import signal
import subprocess
import sys

RATE = 16_000_000
PIECE = 256_000


def page(size, n):
    return (b"page %d of this site. " % n * (size // 16 + 1))[:size]


async def serve(address=("127.0.0.1", 0)):
    line = asyncio.Lock()

    async def send(writer, content):
        writer.write(content)
        await writer.drain()
        if len(content) == PIECE:
            await asyncio.sleep(PIECE / RATE)

    async def visit(reader, writer):
        try:
            path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
            wait, size, n = map(int, path.split("/")[-3:])
            await asyncio.sleep(wait / 1000)
            writer.write(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
            content = page(size, n)
            for begin in range(0, size, PIECE):
                async with line if path.startswith("/line/") else contextlib.AsyncExitStack():
                    await send(writer, content[begin:begin + PIECE])
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # The visitor has left.
        finally:
            writer.close()

    server = await asyncio.start_server(visit, *address, backlog=1000)
    print("{}:{}".format(*server.sockets[0].getsockname()), flush=True)
    # Whoever has started the site holds the other end of its input, and takes it along when it ends.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


@contextlib.contextmanager
def open_site():
    """The address of a site, which is there for as long as the caller stays in the block."""
    if "SITE" in os.environ:
        yield os.environ["SITE"]
        return
    command = [sys.executable, os.path.abspath(__file__)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as site:
        yield site.stdout.readline().decode().strip()
        site.stdin.close()


def fetch(address, path):
    connection = http.client.HTTPConnection(address)
    connection.request("GET", path)
    with contextlib.closing(connection):
        return connection.getresponse().read()


async def fetch_async(address, path):
    reader, writer = await asyncio.open_connection(*address.split(":"))
    writer.write("GET {} HTTP/1.0\r\n\r\n".format(path).encode())
    answer = await reader.read()
    writer.close()
    return answer.partition(b"\r\n\r\n")[2]


if __name__ == "__main__":
    # Ctrl-C ends the job and the site with it, without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    asyncio.run(serve())
