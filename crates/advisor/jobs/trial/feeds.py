"""Fetches many feeds with asyncio already, fifty at once."""

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing import Pool

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from job import CORES, main  # noqa: E402
from slow_site import fetch, fetch_async, open_site  # noqa: E402

AT_ONCE = 50
FEED = "/200/3000/{}"


def words(address, n):
    return len(fetch(address, FEED.format(n)).split())


def one(size):
    with open_site() as address:
        return sum(words(address, n) for n in range(size))


def threads(size):
    with open_site() as address, ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(partial(words, address), range(size)))


def processes(size):
    with open_site() as address, Pool(CORES) as pool:
        return sum(pool.imap_unordered(partial(words, address), range(size)))


def async_(size):
    async def fetch_all(address):
        places = asyncio.Semaphore(AT_ONCE)

        async def visit(n):
            async with places:
                return len((await fetch_async(address, FEED.format(n))).split())

        return sum(await asyncio.gather(*map(visit, range(size))))

    with open_site() as address:
        return asyncio.run(fetch_all(address))


if __name__ == "__main__":
    main(600, one, threads, processes, async_)
