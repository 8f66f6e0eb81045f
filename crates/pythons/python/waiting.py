"""Fetches the pages that are named, which are slow: one alone, one after the other, by a thread each, by a pool of ten
threads, by a pool of ten processes and, from Python 3.6 on, by asyncio in one thread. For Python 2.7 and 3.6 to 3.14.

All of them ask for a page in the same words and read the answer in the same way, so they differ only in how they wait.
The threads, processes or the loop that a way starts are part of its time. Each is taken once: most of it is waiting."""

import contextlib
import functools
import multiprocessing
import socket
import sys
import threading

from tools import report, seconds

try:
    from concurrent.futures import ThreadPoolExecutor
    from urllib.parse import urlsplit
except ImportError:
    from multiprocessing.pool import ThreadPool

    ThreadPoolExecutor = None
    from urlparse import urlsplit

WORKERS = 10
# In seconds, for one page.
PATIENCE = 10


def asked(url):
    """Where a page is, and what to say there."""
    parts = urlsplit(url)
    request = "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n" % (parts.path, parts.netloc)
    return (parts.hostname, parts.port), request.encode()


def words(answer):
    """How many there are in a page."""
    head, _, text = answer.partition(b"\r\n\r\n")
    if head.split()[1:2] != [b"200"]:
        raise RuntimeError("the site answered %r" % answer[:100])
    return len(text.split())


def fetch(url):
    address, request = asked(url)
    with contextlib.closing(socket.create_connection(address, PATIENCE)) as site:
        site.sendall(request)
        return words(b"".join(iter(lambda: site.recv(4096), b"")))


def one_after_the_other(urls):
    return sum(map(fetch, urls))


def thread_each(urls):
    fetched = []
    threads = [threading.Thread(target=lambda url=url: fetched.append(fetch(url))) for url in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(fetched)


def pool_of_threads(urls):
    with ThreadPoolExecutor(WORKERS) as pool:
        return sum(pool.map(fetch, urls))


# Before Python 3.8, these pools look only ten times a second whether they are to end. So they end off the clock.
TO_END = []


def pool_of(kind, urls):
    TO_END.append(kind(WORKERS))
    return sum(TO_END[-1].map(fetch, urls, 1))


def main():
    urls = [url for url in sys.argv[1:] if not url.startswith("-")]
    if not urls:
        sys.stderr.write("waiting.py wants the addresses of pages, such as http://127.0.0.1:5000/0\n")
        sys.exit(2)
    threads = pool_of_threads if ThreadPoolExecutor else functools.partial(pool_of, ThreadPool)
    ways = [
        ("a thread each", thread_each),
        ("a pool of %d threads" % WORKERS, threads),
        ("a pool of %d processes" % WORKERS, functools.partial(pool_of, multiprocessing.Pool)),
        ("one after the other", one_after_the_other),
    ]
    if sys.version_info >= (3, 6):
        # In a file of its own, which Python 2.7 couldn't read.
        from waiting_async import by_asyncio

        ways.insert(2, ("asyncio", by_asyncio))
    # The first page loads modules; it should not count.
    fetch(urls[0])
    measured = [("a single page", "ns", seconds(lambda: fetch(urls[0])) * 1e9)]
    fetched = set()
    for name, way in ways:
        measured.append((name, "ns", seconds(lambda: fetched.add(way(urls))) * 1e9))
        while TO_END:
            pool = TO_END.pop()
            pool.terminate()
            pool.join()
    if len(fetched) != 1:
        raise RuntimeError("not every way has read the same words: %s" % sorted(fetched))
    report(measured)


if __name__ == "__main__":
    main()
