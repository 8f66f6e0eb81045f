"""Counts primes in Python's own bytecode: forty tasks that share nothing."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pool

from job import CORES, main, parts

TASKS = 40


def count(numbers):
    return sum(all(n % d for d in range(2, int(n ** 0.5) + 1)) for n in numbers if n > 1)


def one(size):
    return sum(map(count, parts(size, TASKS)))


def threads(size):
    with ThreadPoolExecutor(CORES) as pool:
        return sum(pool.map(count, parts(size, TASKS)))


def processes(size):
    with Pool(CORES) as pool:
        return sum(pool.imap_unordered(count, parts(size, TASKS)))


def chunks(size):
    with Pool(CORES) as pool:
        return sum(pool.map(count, parts(size, TASKS), chunksize=TASKS // CORES // 2))


def async_(size):
    async def task(numbers):
        return count(numbers)

    async def tasks():
        return sum(await asyncio.gather(*map(task, parts(size, TASKS))))

    return asyncio.run(tasks())


if __name__ == "__main__":
    main(850_000, one, threads, processes, chunks, async_)
