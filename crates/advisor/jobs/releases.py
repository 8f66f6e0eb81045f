"""Downloads four large files from a site that sends to each visitor at 16 MB/s, and checks their sums."""

import asyncio
import zlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing import Pool

from job import CORES, main, parts
from slow_site import fetch, fetch_async, open_site

FILES = 4


def download(address, size, n):
    return zlib.crc32(fetch(address, "/20/{}/{}".format(size, n)))


def downloads(address, size, numbers):
    with ThreadPoolExecutor(len(numbers) or 1) as pool:
        return sum(pool.map(partial(download, address, size), numbers))


def one(size):
    with open_site() as address:
        return sum(download(address, size, n) for n in range(FILES))


def threads(size):
    with open_site() as address:
        return downloads(address, size, range(FILES))


def processes(size):
    with open_site() as address, Pool(CORES) as pool:
        return sum(pool.imap_unordered(partial(download, address, size), range(FILES)))


def both(size):
    with open_site() as address, Pool(CORES) as pool:
        return sum(pool.imap_unordered(partial(downloads, address, size), parts(FILES, CORES)))


def async_(size):
    async def all_of_them(address):
        paths = ["/20/{}/{}".format(size, n) for n in range(FILES)]
        return await asyncio.gather(*(fetch_async(address, path) for path in paths))

    with open_site() as address:
        return sum(map(zlib.crc32, asyncio.run(all_of_them(address))))


if __name__ == "__main__":
    main(12_000_000, one, threads, processes, both, async_)
