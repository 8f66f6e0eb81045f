"""Downloads four large files over a line that all downloads share."""

import os
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from job import main  # noqa: E402
from slow_site import fetch, open_site  # noqa: E402

FILES = 4


def download(address, size, n):
    return zlib.crc32(fetch(address, "/line/20/{}/{}".format(size, n)))


def one(size):
    with open_site() as address:
        return sum(download(address, size, n) for n in range(FILES))


def threads(size):
    with open_site() as address, ThreadPoolExecutor(FILES) as pool:
        return sum(pool.map(partial(download, address, size), range(FILES)))


if __name__ == "__main__":
    main(12_000_000, one, threads)
