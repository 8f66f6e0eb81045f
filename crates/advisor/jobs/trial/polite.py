"""Handles one item after the other and rests after each, since the other side asks for it."""

import asyncio
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing import Pool

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from job import CORES, main, parts  # noqa: E402

AT_ONCE = 8
REST = 0.02


def handle(n):
    return sum(n * k % 7 for k in range(2_000))


def handle_and_rest(n):
    time.sleep(REST)
    return handle(n)


def handle_all(at_once, numbers):
    with ThreadPoolExecutor(at_once) as pool:
        return sum(pool.map(handle_and_rest, numbers))


def one(size):
    return sum(map(handle_and_rest, range(size)))


def threads(size):
    return handle_all(AT_ONCE, range(size))


def processes(size):
    with Pool(CORES) as pool:
        return sum(pool.imap_unordered(handle_and_rest, range(size)))


def both(size):
    with Pool(CORES) as pool:
        return sum(pool.imap_unordered(partial(handle_all, AT_ONCE // CORES), parts(size, CORES)))


def async_(size):
    async def all_items():
        places = asyncio.Semaphore(AT_ONCE)

        async def item(n):
            async with places:
                await asyncio.sleep(REST)
                return handle(n)

        return sum(await asyncio.gather(*map(item, range(size))))

    return asyncio.run(all_items())


if __name__ == "__main__":
    main(180, one, threads, processes, both, async_)
