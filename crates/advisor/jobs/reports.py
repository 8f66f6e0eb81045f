"""Waits for a page, and then computes with it: both take about as long."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing import Pool

from job import CORES, main, parts
from slow_site import fetch, fetch_async, open_site

AT_ONCE = 8
PAGE = "/25/4000/{}"


# ANCHOR: one
def digest(page):
    total = 0
    for byte in page * 100:
        total = (total * 31 + byte) % 1_000_003
    return total


def report(address, n):
    return digest(fetch(address, PAGE.format(n)))
# ANCHOR_END: one


# ANCHOR: both
def reports(address, at_once, numbers):
    """Threads that wait, in a process that computes."""
    with ThreadPoolExecutor(at_once) as pool:
        return sum(pool.map(partial(report, address), numbers))
# ANCHOR_END: both


def one(size):
    with open_site() as address:
        return sum(report(address, n) for n in range(size))


def threads(size):
    with open_site() as address:
        return reports(address, AT_ONCE, range(size))


def processes(size):
    with open_site() as address, Pool(CORES) as pool:
        return sum(pool.imap_unordered(partial(report, address), range(size)))


def both(size):
    with open_site() as address, Pool(CORES) as pool:
        reports_of_part = partial(reports, address, -(-AT_ONCE // CORES))
        return sum(pool.imap_unordered(reports_of_part, parts(size, CORES)))


def async_(size):
    async def all_of_them(address):
        places = asyncio.Semaphore(AT_ONCE)

        async def report(n):
            async with places:
                return digest(await fetch_async(address, PAGE.format(n)))

        return sum(await asyncio.gather(*map(report, range(size))))

    with open_site() as address:
        return asyncio.run(all_of_them(address))


if __name__ == "__main__":
    main(80, one, threads, processes, both, async_)
