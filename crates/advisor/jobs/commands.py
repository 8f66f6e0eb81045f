"""Runs a command for each item, as scripts around other programs do."""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pool

from job import CORES, main


def command(n):
    return [sys.executable, "-I", "-S", "-c", "print(sum(k * k for k in range({})) % 1000)".format(100_000 + n)]


def run(n):
    return int(subprocess.run(command(n), stdout=subprocess.PIPE, check=True).stdout)


def one(size):
    return sum(map(run, range(size)))


def threads(size):
    with ThreadPoolExecutor(CORES) as pool:
        return sum(pool.map(run, range(size)))


def processes(size):
    with Pool(CORES) as pool:
        return sum(pool.imap_unordered(run, range(size)))


def async_(size):
    async def all_of_them():
        places = asyncio.Semaphore(CORES)

        async def run(n):
            async with places:
                child = await asyncio.create_subprocess_exec(*command(n), stdout=subprocess.PIPE)
                return int((await child.communicate())[0])

        return sum(await asyncio.gather(*map(run, range(size))))

    return asyncio.run(all_of_them())


if __name__ == "__main__":
    main(220, one, threads, processes, async_)
