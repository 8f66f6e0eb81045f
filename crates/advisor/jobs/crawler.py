"""Fetches many small pages of a site that takes 15 ms for each, and counts their words."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing import Pool

from job import CORES, main, parts
from slow_site import fetch, fetch_async, open_site

AT_ONCE = 8
PAGE = "/15/2000/{}"


def words(address, n):
    return len(fetch(address, PAGE.format(n)).split())


def crawl(address, at_once, numbers):
    with ThreadPoolExecutor(at_once) as pool:
        return sum(pool.map(partial(words, address), numbers))


def one(size):
    with open_site() as address:
        return sum(words(address, n) for n in range(size))


def threads(size):
    with open_site() as address:
        return crawl(address, AT_ONCE, range(size))


def processes(size):
    with open_site() as address, Pool(CORES) as pool:
        return sum(pool.imap_unordered(partial(words, address), range(size)))


def both(size):
    with open_site() as address, Pool(CORES) as pool:
        crawl_part = partial(crawl, address, -(-AT_ONCE // CORES))
        return sum(pool.imap_unordered(crawl_part, parts(size, CORES)))


def async_(size):
    async def crawl_all(address):
        places = asyncio.Semaphore(AT_ONCE)

        async def visit(n):
            async with places:
                return len((await fetch_async(address, PAGE.format(n))).split())

        return sum(await asyncio.gather(*map(visit, range(size))))

    with open_site() as address:
        return asyncio.run(crawl_all(address))


if __name__ == "__main__":
    main(340, one, threads, processes, both, async_)
