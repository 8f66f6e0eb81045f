"""Fetches the page of a site very many times at once, by a thread each or by asyncio in one thread, and prints how long it
took in nanoseconds as JSON. What is said to the site is the number of this process, so that it can look at its memory."""

import asyncio
import json
import os
import socket
import sys
import threading
import time

# Seconds.
PATIENCE = 60
REQUEST = b"GET /%d HTTP/1.0\r\n\r\n" % os.getpid()


def words(answer):
    return len(answer.partition(b"\r\n\r\n")[2].split())


def fetch(site):
    with socket.create_connection(site) as connection:
        connection.sendall(REQUEST)
        with connection.makefile("rb") as answer:
            return words(answer.read())


def thread_each(site, pages):
    fetched = []
    threads = [threading.Thread(target=lambda: fetched.append(fetch(site))) for _ in range(pages)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(fetched)


# ANCHOR: tasks
async def wait_for(site):
    reader, writer = await asyncio.open_connection(*site)
    writer.write(REQUEST)
    answer = await reader.read()
    writer.close()
    return words(answer)


async def all_of(site, pages):
    return sum(await asyncio.gather(*(wait_for(site) for _ in range(pages))))


def tasks(site, pages):
    return asyncio.run(all_of(site, pages))
# ANCHOR_END: tasks


def main():
    way, address, port, pages = sys.argv[1:5]
    wait = {"a thread each": thread_each, "tasks in one thread": tasks}[way]
    start = time.perf_counter_ns()
    read = wait((address, int(port)), int(pages))
    took = time.perf_counter_ns() - start
    if read != int(pages) * 200:
        raise RuntimeError("%d words are not those of %s pages" % (read, pages))
    print(json.dumps([(way, "ns", took)]))


if __name__ == "__main__":
    main()
