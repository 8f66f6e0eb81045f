"""Answers a visitor, request by request, and computes an index at the same time."""

import asyncio
import multiprocessing
import socket
import threading

from job import main

# The index is made in so many steps, of so many entries for each request.
STEPS = 60
ENTRIES = 1_750


def index(entries):
    total = 0
    for n in range(entries):
        total = (total * 31 + n) % 1_000_003
    return total


def answer(request):
    return b"%d\n" % index(60_000 + int(request))


def visit(port, requests):
    """The visitor, a process of its own: asks, waits for the answer, thinks for a millisecond, asks again."""
    pause = threading.Event()
    with socket.create_connection(("127.0.0.1", port)) as connection, connection.makefile("rwb") as both:
        for n in range(requests):
            both.write(b"%d\n" % n)
            both.flush()
            both.readline()
            pause.wait(0.001)


def serve(listener):
    connection, _ = listener.accept()
    with connection, connection.makefile("rwb") as both:
        answered = 0
        for request in both:
            both.write(answer(request))
            both.flush()
            answered += 1
        return answered


def with_visitor(requests, work):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        visitor = multiprocessing.Process(target=visit, args=(listener.getsockname()[1], requests))
        visitor.start()
        result = work(listener)
        visitor.join()
        return result


def one(size):
    return with_visitor(size, lambda listener: (serve(listener), [index(size * ENTRIES) for _ in range(STEPS)][0]))


def threads(size):
    def work(listener):
        found = []
        indexing = threading.Thread(target=lambda: found.extend(index(size * ENTRIES) for _ in range(STEPS)))
        indexing.start()
        answered = serve(listener)
        indexing.join()
        return answered, found[0]

    return with_visitor(size, work)


def processes(size):
    def work(listener):
        with multiprocessing.Pool(1) as pool:
            found = pool.map_async(index, [size * ENTRIES] * STEPS)
            return serve(listener), found.get()[0]

    return with_visitor(size, work)


def async_(size):
    async def both(listener):
        done = asyncio.get_running_loop().create_future()

        async def serve(reader, writer):
            answered = 0
            async for request in reader:
                writer.write(answer(request))
                answered += 1
            writer.close()
            done.set_result(answered)

        async with await asyncio.start_server(serve, sock=listener):
            found = []
            for _ in range(STEPS):
                found.append(index(size * ENTRIES))
                await asyncio.sleep(0)
            return await done, found[0]

    return with_visitor(size, lambda listener: asyncio.run(both(listener)))


if __name__ == "__main__":
    main(400, one, threads, processes, async_)
